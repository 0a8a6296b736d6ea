import type { Building } from '@concierge/contract/http/buildings.ts';
import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import { groupedIban } from '@concierge/kernel/iban.ts';
import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { clockWords } from '../../ui/words/dates.ts';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import { ConfirmDialog } from '../pieces/confirm-dialog.tsx';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { ReadProblem } from '../pieces/states.tsx';
import { useToast } from '../pieces/toast.tsx';
import { queryKeys } from '../query-keys.ts';
import { useMay } from '../session/session.ts';
import { accountQuery, placeQuery, removeAccount, removePlace } from './queries.ts';
import './building-facts.css';

const AccountDialog = fetchedLater(() => import('./account-dialog.tsx').then((file) => file.AccountDialog));
const PlaceDialog = fetchedLater(() => import('./place-dialog.tsx').then((file) => file.PlaceDialog));

/** What widgets can show of a building besides its announcements: the account it is paid into, and the weather of its place. */
export function BuildingFactList({ building }: { building: Building }) {
  return (
    <ul className="fact-list">
      <Account building={building} />
      <Place building={building} />
    </ul>
  );
}

function Account({ building: { id } }: { building: Building }) {
  const { t } = useWords();
  const mayWrite = useMay('building:write');
  const [open, setOpen] = useState<'edit' | 'remove' | null>(null);
  const { data: account, error, refetch } = useQuery(accountQuery(id));
  const saved = useSaved(() => setOpen(null));
  if (error !== null && account === undefined) return <ReadProblem problem={error} onRetry={() => void refetch()} />;
  return (
    <li>
      <h3>{t('facts.account.title')}</h3>
      {account === null && <p className="muted">{t('facts.account.none')}</p>}
      {account !== undefined && account !== null && (
        <>
          <p className="fact-iban">{groupedIban(account.iban)}</p>
          <p className="muted">{account.holder}</p>
        </>
      )}
      {mayWrite && account !== undefined && (
        <Actions
          what={t('facts.account.title')}
          isSet={account !== null}
          onEdit={() => setOpen('edit')}
          onRemove={() => setOpen('remove')}
        />
      )}
      {open === 'edit' && account !== undefined && (
        <AccountDialog buildingId={id} account={account} onClose={() => setOpen(null)} onDone={saved} />
      )}
      {open === 'remove' && (
        <ConfirmDialog
          title={t('facts.account.removeTitle')}
          confirmLabel={t('facts.remove')}
          onConfirm={async () => {
            await removeAccount(id);
            saved();
          }}
          onClose={() => setOpen(null)}
        >
          <p>{t('facts.account.removeConsequence')}</p>
        </ConfirmDialog>
      )}
    </li>
  );
}

function Place({ building }: { building: Building }) {
  const { t, language } = useWords();
  const mayWrite = useMay('building:write');
  const [open, setOpen] = useState<'edit' | 'remove' | null>(null);
  const { data, error, refetch } = useQuery(placeQuery(building.id));
  const saved = useSaved(() => setOpen(null));
  if (error !== null && data === undefined) return <ReadProblem problem={error} onRetry={() => void refetch()} />;
  const place = data?.place ?? null;
  const weather = place?.weather ?? null;
  return (
    <li>
      <h3>{t('facts.place.title')}</h3>
      {data !== undefined && place === null && <p className="muted">{t('facts.place.none')}</p>}
      {place !== null && <p>{localized(place.name, language)}</p>}
      {place !== null && data?.service === true && (
        <p className="muted">
          {weather === null
            ? t('facts.place.waiting')
            : t('facts.place.now', {
                degrees: weather.now.temperatureC,
                sky: lobbyStrings[language].weather.skies[weather.now.sky],
                time: clockWords(Date.parse(weather.measuredAt), building.timeZone),
              })}
        </p>
      )}
      {data?.service === false && <p className="muted">{t('facts.place.off')}</p>}
      {mayWrite && data !== undefined && (
        <Actions what={t('facts.place.title')} isSet={place !== null} onEdit={() => setOpen('edit')} onRemove={() => setOpen('remove')} />
      )}
      {open === 'edit' && (
        <PlaceDialog
          buildingId={building.id}
          place={place}
          city={localized(building.city, language)}
          canSearch={data?.search === true}
          onClose={() => setOpen(null)}
          onDone={saved}
        />
      )}
      {open === 'remove' && (
        <ConfirmDialog
          title={t('facts.place.removeTitle')}
          confirmLabel={t('facts.remove')}
          onConfirm={async () => {
            await removePlace(building.id);
            saved();
          }}
          onClose={() => setOpen(null)}
        >
          <p>{t('facts.place.removeConsequence')}</p>
        </ConfirmDialog>
      )}
    </li>
  );
}

function Actions({ what, isSet, onEdit, onRemove }: { what: string; isSet: boolean; onEdit(): void; onRemove(): void }) {
  const { t } = useWords();
  return (
    <div className="fact-actions">
      <Button variant="default" size="compact-sm" aria-label={`${t(isSet ? 'facts.change' : 'facts.set')}: ${what}`} onClick={onEdit}>
        {t(isSet ? 'facts.change' : 'facts.set')}
      </Button>
      {isSet && (
        <Button variant="subtle" color="alert" size="compact-sm" aria-label={`${t('facts.remove')}: ${what}`} onClick={onRemove}>
          {t('facts.remove')}
        </Button>
      )}
    </div>
  );
}

function useSaved(close: () => void): () => void {
  const { t } = useWords();
  const toast = useToast();
  const queryClient = useQueryClient();
  return () => {
    close();
    void queryClient.invalidateQueries({ queryKey: queryKeys.buildings });
    toast({ text: t('saved') });
  };
}
