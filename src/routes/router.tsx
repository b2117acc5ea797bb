import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { Frame } from './Frame';
import { SCREENS } from './screens';

/** What the address of a view holds: filters, order, the open row. Each screen reads its own. */
export type Search = Record<string, string | string[] | number | boolean | undefined>;

const root = createRootRoute({ component: Frame });

const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/overview' as string });
  },
});

const gallery = createRoute({
  getParentRoute: () => root,
  path: '/gallery',
  component: lazyRouteComponent(() => import('@/features/about/Gallery')),
});

const screens = SCREENS.map((screen) =>
  createRoute({
    getParentRoute: () => root,
    path: screen.path,
    component: screen.component,
    validateSearch: (search: Record<string, unknown>) => search as Search,
  }),
);

export const router = createRouter({
  routeTree: root.addChildren([start, gallery, ...screens]),
  history: createHashHistory(),
  // A screen's code is there before the click that opens it.
  defaultPreload: 'intent',
});
