import type { DisplayConfigSummary } from '@concierge/contract/http/display-configs.ts';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { localized } from '../../ui/words/language.ts';
import { buildingsQuery } from '../buildings/queries.ts';
import { useWords } from '../i18n.ts';
import type { Column } from '../pieces/data-table.tsx';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { RowList } from '../pieces/row-list.tsx';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { EmptyState } from '../pieces/states.tsx';
import { useMay } from '../session/session.ts';
import { ProgrammeMenu } from './programme-menu.tsx';
import { programmesQuery } from './queries.ts';
import { useScreenCount } from './screen-count.ts';

const route = getRouteApi('/shell/programmes');
const CreateDialog = fetchedLater(() => import('./create-dialog.tsx').then((file) => file.CreateDialog));
const CopyDialog = fetchedLater(() => import('./copy-dialog.tsx').then((file) => file.CopyDialog));
const RenameDialog = fetchedLater(() => import('./rename-dialog.tsx').then((file) => file.RenameDialog));
const RemoveDialog = fetchedLater(() => import('./remove-dialog.tsx').then((file) => file.RemoveDialog));

/** What screens may show: every programme of the office. */
export function ProgrammesScreen() {
  const { t, language } = useWords();
  const { add, ...address } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(programmesQuery);
  const { data: buildings } = useQuery(buildingsQuery);
  const mayWrite = useMay('device:write');
  const screenCount = useScreenCount();
  const [opened, setOpened] = useState<{ readonly kind: 'rename' | 'copy' | 'remove'; readonly id: string } | null>(null);
  const chosen = query.data?.find(({ id }) => id === opened?.id);
  const close = () => setOpened(null);
  const setAdding = (adding: boolean) => void navigate({ search: (old) => ({ ...old, add: adding || undefined }), replace: true });
  const buildingOf = ({ buildingId }: DisplayConfigSummary) => {
    const building = buildings?.find(({ id }) => id === buildingId);
    return buildingId === null ? t('programme.allBuildings') : building === undefined ? '' : localized(building.name, language);
  };
  const columns: Column<DisplayConfigSummary>[] = [
    {
      key: 'name',
      header: t('programme.one'),
      cell: (programme) => (
        <Link className="row-link" to="/programmes/$configId" params={{ configId: programme.id }}>
          {programme.name}
        </Link>
      ),
      sortValue: (programme) => programme.name,
    },
    { key: 'building', header: t('programme.building'), cell: buildingOf, sortValue: buildingOf },
    {
      key: 'scenes',
      header: t('scene.many'),
      cell: ({ sceneCount }) => t('programme.scenes', { count: sceneCount }),
      sortValue: ({ sceneCount }) => sceneCount,
    },
    {
      key: 'screens',
      header: t('screens.many'),
      cell: ({ deviceCount }) => screenCount(deviceCount),
      sortValue: ({ deviceCount }) => deviceCount,
    },
    {
      key: 'state',
      header: t('programme.state'),
      cell: ({ published, hasChanges }) =>
        published === null
          ? t('programme.unpublished')
          : t(hasChanges ? 'programme.publishedWithChanges' : 'programme.published', { revision: published.revision }),
    },
    ...(mayWrite
      ? [
          {
            key: 'actions',
            header: t('table.actions'),
            hiddenHeader: true as const,
            align: 'end' as const,
            cell: (programme: DisplayConfigSummary) => (
              <ProgrammeMenu
                name={programme.name}
                onRename={() => setOpened({ kind: 'rename', id: programme.id })}
                onCopy={() => setOpened({ kind: 'copy', id: programme.id })}
                onRemove={() => setOpened({ kind: 'remove', id: programme.id })}
              />
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      <ScreenHeader
        title={t('programme.many')}
        about={t('programme.about')}
        actions={
          mayWrite && (
            <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAdding(true)}>
              {t('programme.add')}
            </Button>
          )
        }
      />
      <RowList
        label={t('programme.many')}
        query={query}
        columns={columns}
        rowKey={({ id }) => id}
        textOf={(programme) => `${programme.name} ${buildingOf(programme)}`}
        address={address}
        onAddress={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })}
        filterFrom={6}
        empty={
          <EmptyState
            title={t('programme.none')}
            text={t('programme.noneHint')}
            action={mayWrite && <Button onClick={() => setAdding(true)}>{t('programme.add')}</Button>}
          />
        }
      />
      {mayWrite && add === true && <CreateDialog onClose={() => setAdding(false)} />}
      {chosen !== undefined && opened?.kind === 'rename' && <RenameDialog programme={chosen} onClose={close} onDone={() => undefined} />}
      {chosen !== undefined && opened?.kind === 'copy' && <CopyDialog configId={chosen.id} name={chosen.name} onClose={close} />}
      {chosen !== undefined && opened?.kind === 'remove' && <RemoveDialog programme={chosen} onClose={close} />}
    </>
  );
}
