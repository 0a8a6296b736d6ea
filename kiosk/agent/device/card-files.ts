import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cardFaults, cardFiles, type RefusedCardFile } from '@concierge/contract/kiosk/screen.ts';
import { jsonOrUndefined } from '@concierge/kernel/json.ts';
import { z } from 'zod';

const MAX_BYTES = 200;
const Refused = z.strictObject({ state: z.literal('refused'), reason: z.enum(cardFaults) });

/** What the appliance found on the card and did not use, as its scripts wifi-from-boot and claim-from-boot left word of it; nothing where there is no appliance. */
export function refusedCardFiles(applianceDir: string | undefined): RefusedCardFile[] {
  if (applianceDir === undefined) return [];
  return cardFiles.flatMap((file) => {
    const status = Refused.safeParse(jsonOrUndefined(smallText(join(applianceDir, `${file}.json`))));
    return status.success ? [{ file, fault: status.data.reason }] : [];
  });
}

function smallText(path: string): string {
  try {
    const found = statSync(path);
    return found.isFile() && found.size <= MAX_BYTES ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}
