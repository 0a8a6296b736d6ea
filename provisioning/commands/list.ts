import { type Result, success } from '@concierge/kernel/result.ts';
import type { Command } from 'commander';
import { type Act, type Context, type Report, table } from '../act.ts';
import type { Refusal } from '../exit-codes.ts';
import { allBatches } from '../steps/batches.ts';

export function addList(program: Command, act: Act): void {
  program
    .command('list')
    .description('shows all batches, the newest first')
    .addHelpText('after', '\nExample:\n  concierge-provision list --json')
    .action((_options: object, command: Command) => act(command, list));
}

async function list({ cloud }: Context): Promise<Result<Report, Refusal>> {
  const batches = await allBatches(cloud);
  if (!batches.ok) return batches;
  const rows = batches.value.map(({ number, name, state, size, serials, expiresAt }) => [
    String(number),
    name,
    state,
    `${serials.claimed} of ${size}`,
    String(serials.waiting),
    String(serials.open),
    expiresAt.slice(0, 10),
  ]);
  const text =
    rows.length === 0 ? 'There are no batches.' : table([['no.', 'name', 'state', 'claimed', 'waiting', 'open', 'until'], ...rows]);
  return success({ text, data: { batches: batches.value } });
}
