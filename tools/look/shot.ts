import type { Page } from 'playwright-core';

/** One screen in one state. */
export interface Shot {
  readonly name: string;
  readonly path: string;
  readonly as: 'manager' | 'resident' | 'nobody';
  before?(page: Page): Promise<void>;
  act?(page: Page): Promise<void>;
}

/** The buildings there are: `full` has few apartments and a screen, `large` the most apartments. */
export interface Places {
  readonly full: string;
  readonly large: string;
}

/** Gives the browser a reply instead of the cloud's. The last one that fits an address is the one that counts. */
export async function answer(page: Page, url: RegExp, body: unknown, status = 200): Promise<void> {
  await page.route(url, (route) =>
    route.fulfill({ status, contentType: status === 200 ? 'application/json' : 'application/problem+json', body: JSON.stringify(body) }),
  );
}

export const refusal = (code: string, status: number) => ({ type: `urn:concierge:problem:${code}`, title: '', status, code });
export const outage = refusal('unavailable', 503);
export const nothing = { items: [], nextCursor: null };

export const click = (name: RegExp) => async (page: Page) => page.getByRole('button', { name }).first().click();

/** Clicks one after the other. */
export const clicks =
  (...names: readonly RegExp[]) =>
  async (page: Page) => {
    for (const name of names) await page.getByRole('button', { name }).last().click();
  };

/** An outage is asked again a few times before it is told. */
export async function failed(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(Δοκιμάστε ξανά|Try again)$/ }).waitFor({ timeout: 20_000 });
}

export const save = /^(Αποθήκευση|Save)$/;
