import { lazyRouteComponent, type RouteComponent } from '@tanstack/react-router';
import {
  Activity,
  Anchor,
  BadgeCheck,
  FileKey2,
  Gauge,
  Info,
  KeyRound,
  ListChecks,
  type LucideIcon,
  Radar,
  ScrollText,
  Server,
  Settings,
} from 'lucide-react';
import Overview from '@/features/overview/Overview';

/** A screen: where it is, what it is called, and what shows it. */
export interface Screen {
  path: string;
  label: string;
  icon: LucideIcon;
  /** At the foot of the rail. */
  foot?: boolean;
  component: RouteComponent;
}

/** Every screen that the rail and the command palette lead to, in the rail's order. */
export const SCREENS: readonly Screen[] = [
  {
    path: '/overview',
    label: 'Overview',
    icon: Gauge,
    // The first screen: it comes with the frame, so that a start waits for one script.
    component: Overview,
  },
  { path: '/assets', label: 'Assets', icon: Server, component: lazyRouteComponent(() => import('@/features/assets/Assets')) },
  { path: '/scans', label: 'Scans', icon: Radar, component: lazyRouteComponent(() => import('@/features/scans/Scans')) },
  {
    path: '/policies',
    label: 'Policies',
    icon: ListChecks,
    component: lazyRouteComponent(() => import('@/features/policies/Policies')),
  },
  { path: '/anchors', label: 'Anchors', icon: Anchor, component: lazyRouteComponent(() => import('@/features/anchors/Anchors')) },
  {
    path: '/secrets',
    label: 'Secrets',
    icon: FileKey2,
    component: lazyRouteComponent(() => import('@/features/secrets/Secrets')),
  },
  {
    path: '/attestation',
    label: 'Attestation',
    icon: BadgeCheck,
    component: lazyRouteComponent(() => import('@/features/attestations/Attestations')),
  },
  {
    path: '/custody',
    label: 'Custody',
    icon: KeyRound,
    component: lazyRouteComponent(() => import('@/features/custody/Custody')),
  },
  { path: '/audit', label: 'Audit', icon: ScrollText, component: lazyRouteComponent(() => import('@/features/audit/Audit')) },
  {
    path: '/activity',
    label: 'Activity',
    icon: Activity,
    foot: true,
    component: lazyRouteComponent(() => import('@/features/activity/ActivityList')),
  },
  {
    path: '/settings',
    label: 'Settings',
    icon: Settings,
    foot: true,
    component: lazyRouteComponent(() => import('@/features/settings/Settings')),
  },
  {
    path: '/about',
    label: 'About',
    icon: Info,
    foot: true,
    component: lazyRouteComponent(() => import('@/features/about/About')),
  },
];
