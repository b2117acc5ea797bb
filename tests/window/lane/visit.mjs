// A page of the window, and what it complained about.

const SETTLED_MS = 8_000;
const QUIET_MS = 150;
const MOST_TEXT = 300;

export class Visit {
  #complaints = [];

  /** Opens a view in a browser of its own. */
  static async to(browser, origin, view) {
    const visit = new Visit();
    visit.context = await browser.newContext({ viewport: { width: 1100, height: 720 }, reducedMotion: 'reduce' });
    // As in the window: what changes a prototype breaks there.
    await visit.context.addInitScript(() => Object.freeze(Object.prototype));
    visit.page = await visit.context.newPage();
    visit.#listen(origin);
    const query = new URLSearchParams({ world: view.world, ...(view.question ? { question: view.question } : {}) });
    await visit.page.goto(`${origin}/mock.html?${query}#${view.path}`);
    await visit.settle();
    return visit;
  }

  #listen(origin) {
    const say = (text) => this.#complaints.push(text.slice(0, MOST_TEXT));
    this.page.on('console', (message) => message.type() === 'error' && say(`console: ${message.text()}`));
    this.page.on('pageerror', (error) => say(`error: ${error.message}`));
    this.page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${origin}/`) && !url.startsWith('data:') && !url.startsWith('blob:')) say(`a request to ${url}`);
      if (url === `${origin}/x`) say('hostile text made an image of itself');
    });
    this.page.on('dialog', (dialog) => {
      say(`text was executed: ${dialog.type()} ${dialog.message()}`);
      dialog.dismiss();
    });
  }

  /** Waits until nothing is being loaded. */
  async settle() {
    const isSettled = () => {
      const place = document.querySelector('main') ?? document.body;
      const isLoading = document.querySelector('[aria-label="Loading"]') !== null;
      return document.fonts.status === 'loaded' && !isLoading && place.innerText.trim() !== '';
    };
    await this.page.waitForFunction(isSettled, undefined, { timeout: SETTLED_MS });
    await this.page.waitForTimeout(QUIET_MS);
  }

  /** Does a view's step and clicks. False where the screen has nothing to do it with. */
  async prepare(view) {
    if (!(await this.#step(view))) return false;
    for (const name of view.clicks ?? []) {
      await this.page.getByRole('button', { name, exact: true }).first().click({ timeout: SETTLED_MS });
      await this.settle();
    }
    if (view.radio) {
      await this.page.getByRole('radio', { name: view.radio }).click({ timeout: SETTLED_MS });
      await this.settle();
    }
    return true;
  }

  async #step(view) {
    if (view.question) await this.page.getByRole('dialog').waitFor({ timeout: SETTLED_MS });
    if (view.step === 'palette') {
      await this.page.keyboard.press('Control+k');
      await this.page.getByRole('dialog').waitFor({ timeout: SETTLED_MS });
    }
    if (view.step !== 'row') return true;
    const grid = this.page.getByRole('grid').first();
    if (!(await grid.isVisible())) {
      if (view.clicks) throw new Error('there is no list');
      return false;
    }
    await grid.focus();
    await this.page.keyboard.press('Home');
    await this.page.keyboard.press('Enter');
    await this.page.waitForTimeout(QUIET_MS);
    await this.settle();
    return true;
  }

  /** Puts the page in a light and a size. */
  async dress(theme, size) {
    await this.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await this.page.setViewportSize(size);
    await this.page.waitForTimeout(QUIET_MS);
  }

  /** What was complained about since this was asked last. */
  complaints() {
    return this.#complaints.splice(0);
  }

  close() {
    return this.context.close();
  }
}
