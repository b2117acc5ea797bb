// The window over made-up answers: for tests in a browser, and for looking at screens without a vault.

import { mockIPC } from '@tauri-apps/api/mocks';
import { events } from '../bindings';
import { answer } from './answer';
import { openQuestion } from './worlds';

mockIPC((command, payload) => answer(command, (payload ?? {}) as Record<string, unknown>), { shouldMockEvents: true });
// Not waited for: what the window shares with this file lies in one script with it, which would wait for itself.
void import('../../main');

const question = openQuestion();
// The core asks when the window listens.
if (question) setTimeout(() => events.asked.emit(question), 300);
