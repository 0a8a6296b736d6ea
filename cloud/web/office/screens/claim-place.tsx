import type { FoundClaim } from '@concierge/contract/http/device-claims.ts';
import type { Device } from '@concierge/contract/http/devices.ts';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { ApiProblem, type ApiProblemCode } from '../../ui/api/problem.ts';
import { useWords } from '../i18n.ts';
import { queryKeys } from '../query-keys.ts';
import { PlaceForm } from './place-form.tsx';
import { confirmClaim } from './queries.ts';

/** Refusals after which this code leads nowhere any more. */
const ends: ReadonlySet<ApiProblemCode> = new Set(['claim-words-wrong', 'claim-ended', 'claim-taken']);

/** The second step: which words it shows, and where it hangs. */
export function ClaimPlace({
  found,
  onClaimed,
  onEnded,
}: {
  found: FoundClaim;
  onClaimed(device: Device): void;
  /** The claim is over; `null` when the person wants another code. */
  onEnded(problem: unknown): void;
}) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  return (
    <PlaceForm
      wordPairs={found.wordPairs}
      usual={{ name: t('screens.claim.usualName'), buildingId: '' }}
      about={<p className="muted">{t('screens.claim.device', { serial: found.serial, version: found.agentVersion })}</p>}
      submitLabel={t('screens.claim.confirm')}
      secondary={
        <Button variant="default" onClick={() => onEnded(null)}>
          {t('screens.claim.anotherCode')}
        </Button>
      }
      onSubmit={async (place) => {
        try {
          const device = await confirmClaim(found.claimId, place);
          void queryClient.invalidateQueries({ queryKey: queryKeys.devices });
          onClaimed(device);
        } catch (failed) {
          if (!(failed instanceof ApiProblem) || !ends.has(failed.code)) throw failed;
          onEnded(failed);
        }
      }}
    />
  );
}
