import { DeviceBatch, DeviceBatchPage, type Preauthorisation, PreauthorisationPage } from '@concierge/contract/http/device-batches.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { z } from 'zod';
import type { Refusal } from '../exit-codes.ts';
import type { Cloud } from './cloud.ts';

export const BATCHES_PATH = '/api/kiosk/device-batches';
const PAGE = 200;
/** More than a tenant can have: a cloud that never ends a list must not keep us for ever. */
const MAX_PAGES = 100;

export function batchPath(batchId: string, below = ''): string {
  return `${BATCHES_PATH}/${encodeURIComponent(batchId)}${below}`;
}

export function serialPath(batchId: string, serial: string, below = ''): string {
  return batchPath(batchId, `/serials/${encodeURIComponent(serial)}${below}`);
}

export function allBatches(cloud: Cloud): Promise<Result<DeviceBatch[], Refusal>> {
  return everyPage(cloud, BATCHES_PATH, DeviceBatchPage);
}

export function allSerials(cloud: Cloud, batchId: string): Promise<Result<Preauthorisation[], Refusal>> {
  return everyPage(cloud, batchPath(batchId, '/serials'), PreauthorisationPage);
}

/** A batch by its number, its name or its id. */
export async function findBatch(cloud: Cloud, called: string): Promise<Result<DeviceBatch, Refusal>> {
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(called))
    return cloud.ask({ method: 'GET', path: batchPath(called.toLowerCase()), reply: DeviceBatch });
  const batches = await allBatches(cloud);
  if (!batches.ok) return batches;
  const found = batches.value.filter(({ name, number }) => name === called || String(number) === called);
  const [batch] = found;
  if (batch !== undefined && found.length === 1) return success(batch);
  const meant = found.map(({ id, name, number }) => `${id} (number ${number}, "${name}")`).join(' or ');
  return failure<Refusal>(
    batch === undefined
      ? { ending: 'refused', code: 'not-found', message: `There is no batch "${called}". "list" shows them.` }
      : { ending: 'refused', code: 'ambiguous', message: `One batch has the name "${called}", another the number: say the id, ${meant}.` },
  );
}

/** The batch whose number stands on a label. */
export async function findBatchOfLabel(cloud: Cloud, wanted: number): Promise<Result<DeviceBatch, Refusal>> {
  const batches = await allBatches(cloud);
  if (!batches.ok) return batches;
  const found = batches.value.find(({ number }) => number === wanted);
  return found === undefined
    ? failure({ ending: 'refused', code: 'not-found', message: `There is no batch number ${wanted}. "list" shows them.` })
    : success(found);
}

export function batchOver({ name, state }: DeviceBatch): Result<never, Refusal> {
  return failure({ ending: 'refused', code: 'batch-over', message: `The batch ${name} is ${state}.` });
}

export async function everyPage<Item>(
  cloud: Cloud,
  path: string,
  page: z.ZodType<{ items: Item[]; nextCursor: string | null }>,
): Promise<Result<Item[], Refusal>> {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let turn = 0; turn < MAX_PAGES; turn += 1) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor === null ? {} : { cursor }) });
    const answer: Result<{ items: Item[]; nextCursor: string | null }, Refusal> = await cloud.ask({
      method: 'GET',
      path: `${path}?${query.toString()}`,
      reply: page,
    });
    if (!answer.ok) return answer;
    items.push(...answer.value.items);
    cursor = answer.value.nextCursor;
    if (cursor === null) return success(items);
  }
  return failure({ ending: 'failed', code: 'unusable-reply', message: 'The cloud sends a list without an end.' });
}
