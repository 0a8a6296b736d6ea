import type { DeviceFilter } from '@concierge/contract/http/fleet.ts';
import { Button } from '@mantine/core';
import { IconAdjustments, IconDownload, IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { localized } from '../../ui/words/language.ts';
import { WaitingNotice } from '../batches/waiting-notice.tsx';
import { buildingsQuery } from '../buildings/queries.ts';
import { useWords } from '../i18n.ts';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { Notice } from '../pieces/notice.tsx';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { EmptyState } from '../pieces/states.tsx';
import { useToast } from '../pieces/toast.tsx';
import { meQuery, useMay, useMe } from '../session/session.ts';
import { FleetBuildings } from './fleet-buildings.tsx';
import { type FleetAddress, FleetFilters } from './fleet-filters.tsx';
import { FleetGroups } from './fleet-groups.tsx';
import { FleetList } from './fleet-list.tsx';
import { addressOf, fleetCountsQuery } from './fleet-queries.ts';
import { ReleaseLine } from './release-line.tsx';
import './screens.css';

const route = getRouteApi('/shell/screens');
const ClaimDialog = fetchedLater(() => import('./claim-dialog.tsx').then((file) => file.ClaimDialog));
const ThresholdsDialog = fetchedLater(() => import('./thresholds-dialog.tsx').then((file) => file.ThresholdsDialog));

/** The fleet: how many screens stand how, and those one looks for. */
export function ScreensScreen() {
  const { t, language } = useWords();
  const { add, code, sort = 'name', by, after, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const mayWrite = useMay('device:write');
  const isOfAll = useMe()?.grants.some((grant) => grant.buildingId === null) ?? false;
  const [settingThresholds, setSettingThresholds] = useState(false);
  const { state: _, ...uncounted } = filter;
  const { data: counts } = useQuery(fleetCountsQuery(uncounted));
  const { data: buildings } = useQuery(buildingsQuery);
  const setAdding = (adding: boolean) =>
    void navigate({ search: (old) => ({ ...old, add: adding || undefined, code: undefined }), replace: true });
  // Another choice begins at its first page.
  const setAddress = (change: FleetAddress) => void navigate({ search: (old) => ({ ...old, ...change, after: undefined }), replace: true });
  const building = filter.buildingId === undefined ? undefined : buildings?.find((each) => each.id === filter.buildingId);
  const addButton = mayWrite && (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAdding(true)}>
      {t('screens.claim.add')}
    </Button>
  );
  const chosen = filter.state === undefined ? counts?.total : counts?.states[filter.state];
  const isEmpty = counts?.total === 0 && Object.values(filter).every((value) => value === undefined);

  return (
    <>
      <ScreenHeader
        title={t('screens.many')}
        about={t('screens.about')}
        actions={
          <>
            <DownloadButton filter={filter} />
            {mayWrite && isOfAll && (
              <Button
                variant="default"
                aria-haspopup="dialog"
                leftSection={<IconAdjustments size={18} aria-hidden />}
                onClick={() => setSettingThresholds(true)}
              >
                {t('fleet.thresholds.open')}
              </Button>
            )}
            {addButton}
          </>
        }
      />
      {!mayWrite && code !== undefined && (
        <div className="screens-not-yours">
          <Notice tone="alert">{t('screens.claim.notYours')}</Notice>
        </div>
      )}
      <WaitingNotice />
      <ReleaseLine buildingId={filter.buildingId} chosen={filter.standing} onChoose={(standing) => setAddress({ standing })} />
      {!isEmpty && <FleetFilters address={{ ...filter, sort, by }} counts={counts} buildings={buildings} onAddress={setAddress} />}
      {building !== undefined && (
        <p className="fleet-scope">
          <span>{t('fleet.inBuilding', { building: localized(building.name, language) })}</span>
          <Button variant="subtle" size="compact-sm" onClick={() => setAddress({ buildingId: undefined })}>
            {t('fleet.clearBuilding')}
          </Button>
        </p>
      )}
      {by === 'building' && <FleetBuildings filter={filter} />}
      {(by === 'ring' || by === 'state') && <FleetGroups filter={filter} by={by} />}
      {by === undefined && (
        <FleetList
          filter={filter}
          sort={sort}
          after={after}
          total={chosen}
          onPage={(next) => void navigate({ search: (old) => ({ ...old, after: next }) }).then(() => window.scrollTo({ top: 0 }))}
          onClear={() => void navigate({ search: {}, replace: true })}
          empty={<EmptyState title={t('screens.none')} text={t('screens.noneHint')} action={addButton} />}
        />
      )}
      {mayWrite && (add === true || code !== undefined) && (
        <ClaimDialog code={code} onCodeTaken={() => setAdding(true)} onClose={() => setAdding(false)} />
      )}
      {settingThresholds && <ThresholdsDialog onClose={() => setSettingThresholds(false)} />}
    </>
  );
}

/** A file of what the filter leaves. The session is made sure of first: a browser would save a refusal as the file. */
function DownloadButton({ filter }: { filter: DeviceFilter }) {
  const { t, language } = useWords();
  const queryClient = useQueryClient();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const download = async () => {
    setBusy(true);
    try {
      await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
      const link = document.createElement('a');
      link.href = addressOf('/api/kiosk/devices.csv', { ...filter, language });
      link.download = 'screens.csv';
      link.click();
    } catch (problem) {
      toast({ text: problemWords(problem, language), tone: 'alert' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button variant="default" loading={busy} leftSection={<IconDownload size={18} aria-hidden />} onClick={() => void download()}>
      {t('fleet.download')}
    </Button>
  );
}
