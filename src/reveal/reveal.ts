// The page of the window that shows a secret. It sees a picture, never the words: the picture is asked for
// once, when the person wants it, and the core closes this window when the time is up.

import { commands } from '../api/bindings';

const PICTURE = 'qv-reveal://localhost/';

function part<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found as T;
}

const [label, where, note, left] = ['label', 'where', 'note', 'left'].map((id) => part(id));
const show = part<HTMLButtonElement>('show');
const frame = part<HTMLDivElement>('frame');
const secret = part<HTMLImageElement>('secret');

const say = (element: HTMLElement | undefined, text: string) => {
  if (element) element.textContent = text;
};

/** Covers the picture while the window is not looked at. */
const cover = (covered: boolean) => frame.classList.toggle('covered', covered);

async function introduce() {
  const about = await commands.revealAbout();
  if (!about) return;
  say(label, about.label);
  say(where, `of ${about.location}`);
  say(note, `Make sure that nobody looks over your shoulder. It is shown once, for ${about.seconds} seconds; the log notes it.`);
  show.addEventListener('click', () => reveal(about.seconds));
  show.focus();
}

function reveal(seconds: number) {
  show.disabled = true;
  say(note, 'Opening …');
  secret.addEventListener('load', () => {
    show.hidden = true;
    frame.hidden = false;
    say(note, '');
    countDown(seconds);
  });
  secret.addEventListener('error', async () => {
    const about = await commands.revealAbout();
    say(note, about?.problem ?? 'It could not be shown. Close this window and try again.');
  });
  secret.src = PICTURE;
}

function countDown(seconds: number) {
  const end = Date.now() + seconds * 1000;
  const tick = () => say(left, `Gone in ${Math.max(0, Math.ceil((end - Date.now()) / 1000))} s`);
  tick();
  setInterval(tick, 250);
}

window.addEventListener('blur', () => cover(true));
window.addEventListener('focus', () => cover(false));
window.addEventListener('contextmenu', (event) => event.preventDefault());
window.addEventListener('keydown', (event) => event.key === 'Escape' && commands.revealDone());
part('done').addEventListener('click', () => commands.revealDone());
introduce();
