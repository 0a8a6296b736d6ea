import type { ExpectedDeviceDetail } from '@concierge/contract/http/device-batches.ts';
import { Button, Group, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiProblem } from '../../ui/api/problem.ts';
import { useWords } from '../i18n.ts';
import { Dialog } from '../pieces/dialog.tsx';
import { Notice } from '../pieces/notice.tsx';
import { ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { useToast } from '../pieces/toast.tsx';
import { queryKeys } from '../query-keys.ts';
import { ClaimArrival } from '../screens/claim-arrival.tsx';
import { PlaceForm } from '../screens/place-form.tsx';
import { expectedDeviceQuery, placeDevice } from './queries.ts';

type Ending = { readonly deviceId: string } | 'wrong words' | null;

/** A machine of a batch becomes a building's screen: the words it shows, and where it hangs. One that has not come yet is given its place beforehand. */
export function PlaceDialog({ batchId, serial, onClose }: { batchId: string; serial: string; onClose(): void }) {
  const { t } = useWords();
  const {
    data: found,
    error,
    refetch,
  } = useQuery({ ...expectedDeviceQuery(batchId, serial), staleTime: Number.POSITIVE_INFINITY, gcTime: 0 });
  const [ending, setEnding] = useState<Ending>(null);
  const number = found?.deviceNumber ?? '';
  const later = found?.state === 'open';
  return (
    <Dialog title={t(later ? 'batch.placeLaterTitle' : 'batch.placeTitle', { number })} closesBeside={false} onClose={onClose}>
      {found === undefined && (error === null ? <ListSkeleton rows={4} /> : <ReadProblem problem={error} onRetry={() => void refetch()} />)}
      {ending === 'wrong words' && (
        <Stack gap="md">
          <Notice tone="alert">{t('batch.wrongWords')}</Notice>
          <Group justify="flex-end">
            <Button onClick={onClose} data-autofocus>
              {t('close')}
            </Button>
          </Group>
        </Stack>
      )}
      {ending !== null && ending !== 'wrong words' && <ClaimArrival deviceId={ending.deviceId} onClose={onClose} />}
      {ending === null && found !== undefined && <Place found={found} onEnded={setEnding} onClose={onClose} />}
    </Dialog>
  );
}

function Place({ found, onEnded, onClose }: { found: ExpectedDeviceDetail; onEnded(ending: Ending): void; onClose(): void }) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const toast = useToast();
  const { deviceNumber: number, batch, serial, state, wordPairs, device } = found;
  if (state !== 'waiting' && state !== 'open')
    return (
      <Stack gap="md">
        <p>{t(`batch.serialState.${state}`)}</p>
        {state === 'claimed' && device !== null && (
          <Link className="row-link" to="/screens/$deviceId" params={{ deviceId: device.id }}>
            {device.name}
          </Link>
        )}
      </Stack>
    );
  return (
    <PlaceForm
      wordPairs={wordPairs}
      usual={{ name: t('screens.claim.usualName'), buildingId: found.buildingId ?? '' }}
      about={
        <>
          <p className="muted">
            {t('batch.serial')} {serial}
          </p>
          {state === 'open' && <p className="muted">{t('batch.placeLaterHint')}</p>}
        </>
      }
      submitLabel={t(state === 'open' ? 'batch.placeSave' : 'screens.claim.confirm')}
      secondary={
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
      }
      onSubmit={async (place) => {
        try {
          const placed = await placeDevice(batch.id, serial, place);
          if (placed.device !== null) onEnded({ deviceId: placed.device.id });
          else {
            toast({ text: t(state === 'open' ? 'batch.placeLaterDone' : 'batch.placeSoonDone', { number }) });
            onClose();
          }
        } catch (failed) {
          if (!(failed instanceof ApiProblem) || failed.code !== 'claim-words-wrong') throw failed;
          onEnded('wrong words');
        } finally {
          void queryClient.invalidateQueries({ queryKey: queryKeys.batches });
          void queryClient.invalidateQueries({ queryKey: queryKeys.devices });
        }
      }}
    />
  );
}
