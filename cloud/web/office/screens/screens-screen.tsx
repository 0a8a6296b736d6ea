import type { Device } from '@concierge/contract/http/devices.ts';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useNowMs } from '../../ui/use-now.ts';
import { ageWords } from '../../ui/words/age.ts';
import { localized } from '../../ui/words/language.ts';
import { buildingsQuery } from '../buildings/queries.ts';
import { useWords } from '../i18n.ts';
import type { Column } from '../pieces/data-table.tsx';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { RowList } from '../pieces/row-list.tsx';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { EmptyState } from '../pieces/states.tsx';
import { useToast } from '../pieces/toast.tsx';
import { useMay } from '../session/session.ts';
import { devicesQuery } from './queries.ts';
import { contentProgress } from './screen-rules.ts';
import { ScreenStatus } from './screen-status.tsx';
import './screens.css';

const route = getRouteApi('/shell/screens');
const ClaimDialog = fetchedLater(() => import('./claim-dialog.tsx').then((file) => file.ClaimDialog));
const CommandsDialog = fetchedLater(() => import('./commands-dialog.tsx').then((file) => file.CommandsDialog));
const DepartureDialog = fetchedLater(() => import('./departure-dialog.tsx').then((file) => file.DepartureDialog));
const ScreenDialog = fetchedLater(() => import('./screen-dialog.tsx').then((file) => file.ScreenDialog));

export function ScreensScreen() {
  const { t, language } = useWords();
  const { add, code, ...address } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(devicesQuery);
  const devices = query.data;
  const { data: buildings } = useQuery(buildingsQuery);
  const mayWrite = useMay('device:write');
  const toast = useToast();
  const [editedId, setEditedId] = useState<string | null>(null);
  const setAdding = (adding: boolean) =>
    void navigate({ search: (old) => ({ ...old, add: adding || undefined, code: undefined }), replace: true });
  const edited = devices?.find((each) => each.id === editedId);
  const [commandedId, setCommandedId] = useState<string | null>(null);
  const commanded = devices?.find((each) => each.id === commandedId);
  const [leavingId, setLeavingId] = useState<string | null>(null);
  const departing = devices?.find((each) => each.id === leavingId);

  const nameOfBuilding = useMemo(() => {
    const names = new Map(buildings?.map((building) => [building.id, localized(building.name, language)]));
    return (device: Device) => names.get(device.buildingId) ?? '';
  }, [buildings, language]);

  const columns: Column<Device>[] = [
    {
      key: 'name',
      header: t('screens.one'),
      cell: (device) => (
        <span>
          {device.name}
          {device.placement !== null && <span className="screen-placement"> {device.placement}</span>}
        </span>
      ),
      sortValue: (device) => device.name,
    },
    {
      key: 'building',
      header: t('building.one'),
      cell: (device) => (
        <Link className="row-link" to="/buildings/$buildingId" params={{ buildingId: device.buildingId }}>
          {nameOfBuilding(device)}
        </Link>
      ),
      sortValue: nameOfBuilding,
    },
    {
      key: 'online',
      header: t('screens.connection'),
      cell: (device) => <ScreenStatus device={device} />,
      sortValue: (device) => (device.online ? 0 : device.lastSeenAt === null ? 1e15 : Date.now() - Date.parse(device.lastSeenAt)),
    },
    {
      key: 'content',
      header: t('screens.content'),
      cell: (device) => <Content device={device} />,
      sortValue: (device) => progressOrder[contentProgress(device)],
    },
    { key: 'health', header: t('screens.health'), cell: (device) => <Health device={device} /> },
    ...(mayWrite
      ? [
          {
            key: 'actions',
            header: t('table.actions'),
            hiddenHeader: true as const,
            align: 'end' as const,
            cell: (device: Device) => (
              <span className="screen-row-actions">
                {!device.leaving && (
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    aria-haspopup="dialog"
                    aria-label={t('screens.commands.openOf', { name: device.name })}
                    onClick={() => setCommandedId(device.id)}
                  >
                    {t('screens.commands.open')}
                  </Button>
                )}
                {!device.leaving && (
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    aria-haspopup="dialog"
                    aria-label={t('screens.settingsOf', { name: device.name })}
                    onClick={() => setEditedId(device.id)}
                  >
                    {t('screens.settings')}
                  </Button>
                )}
                <Button
                  variant="subtle"
                  color="alert"
                  size="compact-sm"
                  aria-haspopup="dialog"
                  aria-label={t(device.leaving ? 'screens.departure.revokeOf' : 'screens.departure.decommissionOf', { name: device.name })}
                  onClick={() => setLeavingId(device.id)}
                >
                  {t(device.leaving ? 'screens.departure.revoke' : 'screens.departure.decommission')}
                </Button>
              </span>
            ),
          },
        ]
      : []),
  ];

  return (
    <>
      <ScreenHeader
        title={t('screens.many')}
        about={t('screens.about')}
        actions={
          mayWrite && (
            <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAdding(true)}>
              {t('screens.claim.add')}
            </Button>
          )
        }
      />
      <RowList
        label={t('screens.many')}
        query={query}
        columns={columns}
        rowKey={(device) => device.id}
        textOf={(device) => `${device.name} ${device.placement ?? ''} ${nameOfBuilding(device)}`}
        address={address}
        onAddress={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })}
        filterFrom={6}
        skeletonRows={4}
        empty={
          <EmptyState
            title={t('screens.none')}
            text={t('screens.noneHint')}
            action={mayWrite && <Button onClick={() => setAdding(true)}>{t('screens.claim.add')}</Button>}
          />
        }
      />
      {mayWrite && (add === true || code !== undefined) && <ClaimDialog code={code} onClose={() => setAdding(false)} />}
      {commanded !== undefined && <CommandsDialog key={commanded.id} device={commanded} onClose={() => setCommandedId(null)} />}
      {departing !== undefined && <DepartureDialog key={departing.id} device={departing} onClose={() => setLeavingId(null)} />}
      {edited !== undefined && (
        <ScreenDialog
          key={edited.id}
          device={edited}
          onClose={() => setEditedId(null)}
          onDone={() => {
            setEditedId(null);
            toast({ text: t('saved') });
          }}
        />
      )}
    </>
  );
}

/** What a screen says it was sent, as far as people have a word for it. */
const sent = ['desired', 'content', 'qr'] as const;

const progressOrder = { painted: 0, received: 1, nothing: 2, behind: 3 } as const;

function Content({ device }: { device: Device }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const progress = contentProgress(device);
  const paintedAt = device.reported?.paintedAt ?? null;
  return (
    <span className="stacked">
      <span className={progress === 'painted' ? 'word-positive' : progress === 'behind' ? 'word-alert' : undefined}>
        {t(`screens.progress.${progress}`)}
      </span>
      {paintedAt !== null && progress === 'behind' && (
        <span className="muted">{t('screens.lastPainted', { age: ageWords(nowMs - Date.parse(paintedAt), language) })}</span>
      )}
    </span>
  );
}

function Health({ device }: { device: Device }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const { reported } = device;
  if (reported === null) return <span className="muted">{t('screens.noReport')}</span>;
  const { lastRefusal } = reported;
  return (
    <span className="stacked">
      <span>{t('screens.version', { version: reported.agentVersion })}</span>
      <span className={reported.clock === 'trusted' ? 'muted' : 'word-alert'}>{t(`screens.clock.${reported.clock}`)}</span>
      {lastRefusal !== null && (
        <span className="word-alert">
          {t('screens.refused', {
            what: t(`screens.sent.${sent.find((each) => each === lastRefusal.topic) ?? 'other'}`),
            reason: lastRefusal.reason,
            age: ageWords(nowMs - Date.parse(lastRefusal.at), language),
          })}
        </span>
      )}
    </span>
  );
}
