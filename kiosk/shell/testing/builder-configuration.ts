import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** electron-builder.yml as electron-builder reads it. */
export function readBuilderConfiguration(): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(parse(readFileSync(join(import.meta.dirname, '../../../electron-builder.yml'), 'utf8')));
}
