import { architectureDiagram } from './architecture-diagram.ts';
import { benchmarks } from './benchmarks.ts';
import { emqxAccess, mosquittoAccess, mosquittoSettings } from './broker-files.ts';
import type { Generator } from './generator.ts';
import { apiDescription, goldenSchema } from './product-files.ts';
import { settingsTable } from './settings-table.ts';
import { topicTable } from './topic-table.ts';

/** Every generated file that is committed. `npm run gen` writes them; `npm test` fails when one is not what its generator makes. */
export const generators: readonly Generator[] = [
  topicTable,
  architectureDiagram,
  settingsTable,
  benchmarks,
  mosquittoAccess,
  emqxAccess,
  mosquittoSettings,
  goldenSchema,
  apiDescription,
];
