import { QR_SLOT_SECONDS } from '@concierge/contract/mqtt/qr-batch.ts';
import type { CodeReader } from './code-reader.ts';
import { GLASS_LAG_MS, type Invariant, type Tolerance } from './invariant.ts';

const SLOT_MS = QR_SLOT_SECONDS * 1_000;
/** A code may stand a little after its slot, so that the next one is painted before it goes (kiosk/agent/screen/qr.ts). */
const OVERLAP_MS = 5_000;

/** A code that people scan is the one of this moment. */
export function codeInForce(readCode: CodeReader, tolerance: () => Tolerance): Invariant {
  return {
    name: 'code in force',
    rule: 'A QR code is that of its half minute, and gone five seconds after it.',
    graceMs: GLASS_LAG_MS,
    see({ reading, trueMs }) {
      const { clockErrorMs } = tolerance();
      return reading.codes.flatMap((path) => {
        const slot = readCode(path)?.slot;
        if (slot === undefined) return [];
        const late = trueMs - ((slot + 1) * SLOT_MS + OVERLAP_MS);
        const early = slot * SLOT_MS - trueMs;
        if (late > clockErrorMs) return [{ key: `late ${slot}`, says: `a code is shown ${Math.round(late / 1_000)} s after its end` }];
        if (early > clockErrorMs + GLASS_LAG_MS)
          return [{ key: `early ${slot}`, says: `a code is shown ${Math.round(early / 1_000)} s too early` }];
        return [];
      });
    },
  };
}
