import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PlanStanding } from '@concierge/contract/http/plan.ts';
import { PlanFeature } from '@concierge/contract/plans.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';

let running: RunningCloud;
beforeAll(async () => {
  running = await runCloud();
});
afterAll(async () => running.stop());

const program = fileURLToPath(new URL('../../create-office.ts', import.meta.url));
const athina = ['--slug', 'athina', '--name', 'Διαχείριση Αθηνών', '--email', 'Maria@Athina.example', '--manager', 'Μαρία Παπαδοπούλου'];

async function run(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = { DATABASE_URL: running.ownerUrl, DATABASE_OWNER_URL: running.ownerUrl },
) {
  const env = { ...process.env, DATABASE_URL: undefined, DATABASE_OWNER_URL: undefined, ...environment };
  return promisify(execFile)(process.execPath, [program, ...args], { env }).then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

it('makes an office whose manager can log in and create a building', async () => {
  const { stdout } = await run(athina);
  const password = /password (\S+)/.exec(stdout)?.[1] ?? '';
  expect(password).toHaveLength(20);
  const browser = new TestBrowser(running.cloud.url);
  expect((await browser.logIn({ email: 'maria@athina.example', password })).status).toBe(200);
  expect((await browser.request('GET', '/api/buildings')).json).toMatchObject({ items: [] });
  const { rows } = await running.owner.query("select action from audit_event where action = 'tenant.created'");
  expect(rows).toHaveLength(1);
  // Everything may be tried first; the trial and its grace are thirty and fourteen days.
  const plan = PlanStanding.parse((await browser.request('GET', '/api/plan')).json);
  expect(plan).toMatchObject({ plan: 'premium', phase: 'standing', trial: true, next: null, features: PlanFeature.options });
  expect(Date.parse(plan.until ?? '') - Date.parse(plan.since ?? '')).toBe(30 * 86_400_000);
  expect(Date.parse(plan.goneFrom ?? '') - Date.parse(plan.until ?? '')).toBe(14 * 86_400_000);
});

it('refuses a second one of the same slug or host, and leaves nothing of it', async () => {
  const thessaloniki = (slug: string) => ['--slug', slug, '--name', 'Θ', '--email', 'g@t.example', '--manager', 'Γ', '--host', 'T.example'];
  expect((await run([...thessaloniki('athina')])).code).toBe(65);
  expect((await run(thessaloniki('thessaloniki'))).code).toBe(0);
  expect(await run(thessaloniki('volos'))).toMatchObject({ code: 65, stderr: 'One of the hosts belongs to another office.\n' });
  const { rows } = await running.owner.query('select slug from tenant order by slug');
  expect(rows).toEqual([{ slug: 'athina' }, { slug: 'thessaloniki' }]);
  const { rowCount: plans } = await running.owner.query('select from tenant_plan');
  expect(plans).toBe(2);
});

it('names what is missing', async () => {
  const bad = await run(['--slug', 'Ελλάδα', '--email', 'nobody']);
  expect(bad.code).toBe(64);
  for (const name of ['--slug', '--name', '--email', '--manager']) expect(bad.stderr).toContain(name);
  const without = await run(athina, {});
  expect([without.code, without.stderr]).toEqual([78, expect.stringContaining('DATABASE_OWNER_URL')]);
});
