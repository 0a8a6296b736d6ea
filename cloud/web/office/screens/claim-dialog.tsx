import type { FoundClaim } from '@concierge/contract/http/device-claims.ts';
import { useState } from 'react';
import { useWords } from '../i18n.ts';
import { Dialog } from '../pieces/dialog.tsx';
import { ClaimArrival } from './claim-arrival.tsx';
import { ClaimCode } from './claim-code.tsx';
import { ClaimPlace } from './claim-place.tsx';

type Step =
  /** `scanned` is looked up by itself, once: a code that ended or was put aside is not. */
  | { readonly at: 'code'; readonly scanned: string | undefined; readonly problem: unknown }
  | { readonly at: 'place'; readonly found: FoundClaim }
  | { readonly at: 'arrival'; readonly deviceId: string };

/** A new screen becomes a building's: its code, its words and its place, and then one sees it come. */
export function ClaimDialog({ code, onCodeTaken, onClose }: { code: string | undefined; onCodeTaken(): void; onClose(): void }) {
  const { t } = useWords();
  const [step, setStep] = useState<Step>({ at: 'code', scanned: code, problem: null });
  return (
    <Dialog title={t('screens.claim.title')} closesBeside={false} onClose={onClose}>
      {step.at === 'code' && (
        <ClaimCode
          scanned={step.scanned}
          problem={step.problem}
          onScannedTaken={onCodeTaken}
          onFound={(found) => setStep(found.state === 'waiting' ? { at: 'place', found } : { at: 'arrival', deviceId: found.deviceId })}
        />
      )}
      {step.at === 'place' && (
        <ClaimPlace
          found={step.found}
          onClaimed={(device) => setStep({ at: 'arrival', deviceId: device.id })}
          onEnded={(problem) => setStep({ at: 'code', scanned: undefined, problem })}
        />
      )}
      {step.at === 'arrival' && <ClaimArrival deviceId={step.deviceId} onClose={onClose} />}
    </Dialog>
  );
}
