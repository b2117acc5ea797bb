import { useMutation } from '@tanstack/react-query';
import { commands, type Picked, type Purpose } from './bindings';

/** Has the person choose files in the desktop's own dialog; the core keeps where they are. */
export const usePickFiles = () =>
  useMutation({
    mutationFn: async (purpose: Purpose): Promise<Picked[]> => {
      const got = await commands.filesPick(purpose);
      return got.status === 'ok' ? got.data : [];
    },
  });
