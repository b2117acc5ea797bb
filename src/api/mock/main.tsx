// The window over made-up answers: for tests in a browser, and for looking at screens without a vault.

import { mockIPC } from '@tauri-apps/api/mocks';
import { answer } from './answer';

mockIPC((command, payload) => answer(command, (payload ?? {}) as Record<string, unknown>), { shouldMockEvents: true });
await import('../../main');
