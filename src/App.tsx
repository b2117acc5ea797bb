import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { client } from './api/client';
import { FocusTip } from './components/FocusTip';
import { ToastProvider } from './components/Toast';
import { router } from './routes/router';

/** The window. */
export function App() {
  return (
    <QueryClientProvider client={client}>
      <ToastProvider>
        <RouterProvider router={router} />
        <FocusTip />
      </ToastProvider>
    </QueryClientProvider>
  );
}
