import { type PlantedTenant, plantTenant } from './planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from './running-cloud.ts';

/** Two offices in one cloud, and somebody signed in who manages each: the second is who must see and change nothing of the first. */
export interface TwoOffices {
  readonly running: RunningCloud;
  readonly ours: PlantedTenant;
  readonly theirs: PlantedTenant;
  readonly manager: TestBrowser;
  readonly stranger: TestBrowser;
}

export async function runTwoOffices(environment: Readonly<Record<string, string>> = {}): Promise<TwoOffices> {
  const running = await runCloud({ environment });
  const ours = await plantTenant(running.owner, 'ours');
  const theirs = await plantTenant(running.owner, 'theirs');
  return { running, ours, theirs, manager: await signedIn(running, ours), stranger: await signedIn(running, theirs) };
}

async function signedIn(running: RunningCloud, tenant: PlantedTenant): Promise<TestBrowser> {
  const browser = new TestBrowser(running.cloud.url);
  const { status } = await browser.logIn(tenant.manager);
  if (status !== 200) throw new Error(`a manager could not sign in: ${status}`);
  return browser;
}
