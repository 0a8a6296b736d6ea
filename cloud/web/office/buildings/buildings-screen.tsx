import type { Building } from '@concierge/contract/http/buildings.ts';
import { Button, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { matchesSearch } from '../../ui/words/fold.ts';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import { type Column, DataTable } from '../pieces/data-table.tsx';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { useToast } from '../pieces/toast.tsx';
import { useMay } from '../session/session.ts';
import { buildingsQuery } from './queries.ts';
import { useArchivedToast } from './use-archived-toast.ts';

const route = getRouteApi('/shell/buildings');
const ArchiveDialog = fetchedLater(() => import('./archive-dialog.tsx').then((file) => file.ArchiveDialog));
const BuildingDialog = fetchedLater(() => import('./building-dialog.tsx').then((file) => file.BuildingDialog));
const BuildingMenu = fetchedLater(() => import('./building-menu.tsx').then((file) => file.BuildingMenu));

export function BuildingsScreen() {
  const { t, language } = useWords();
  const { q = '', sort = 'name', dir = 'asc', add } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: buildings, error, refetch } = useQuery(buildingsQuery);
  const mayWrite = useMay('building:write');
  const toast = useToast();
  const tellArchived = useArchivedToast();
  const [edited, setEdited] = useState<Building | null>(null);
  const [archived, setArchived] = useState<Building | null>(null);
  const setAdding = (adding: boolean) => void navigate({ search: (old) => ({ ...old, add: adding || undefined }), replace: true });

  const shown = useMemo(
    () =>
      buildings?.filter((each) =>
        matchesSearch(`${each.name.el} ${each.name.en ?? ''} ${each.addressLine.el} ${each.city.el} ${each.postalCode}`, q),
      ),
    [buildings, q],
  );

  const columns: Column<Building>[] = [
    {
      key: 'name',
      header: t('building.one'),
      cell: (building) => (
        <Link className="row-link" to="/buildings/$buildingId" params={{ buildingId: building.id }}>
          {localized(building.name, language)}
        </Link>
      ),
      sortValue: (building) => localized(building.name, language),
    },
    {
      key: 'address',
      header: t('building.address'),
      cell: (building) => `${localized(building.addressLine, language)}, ${building.postalCode} ${localized(building.city, language)}`,
      sortValue: (building) => localized(building.addressLine, language),
    },
    {
      key: 'apartments',
      header: t('apartment.many'),
      align: 'end',
      cell: (building) => building.apartmentCount,
      sortValue: (building) => building.apartmentCount,
    },
    ...(mayWrite
      ? [
          {
            key: 'actions',
            header: t('table.actions'),
            hiddenHeader: true as const,
            align: 'end' as const,
            cell: (building: Building) => (
              <BuildingMenu building={building} onEdit={() => setEdited(building)} onArchive={() => setArchived(building)} />
            ),
          },
        ]
      : []),
  ];

  return (
    <>
      <ScreenHeader
        title={t('building.many')}
        actions={
          mayWrite && (
            <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAdding(true)}>
              {t('building.new')}
            </Button>
          )
        }
      />
      {buildings !== undefined && buildings.length > 0 && (
        <TextInput
          className="filter"
          label={t('table.filter')}
          value={q}
          onChange={(event) => void navigate({ search: (old) => ({ ...old, q: event.target.value || undefined }), replace: true })}
        />
      )}
      {error !== null && <ReadProblem problem={error} onRetry={() => void refetch()} />}
      {shown === undefined && error === null && <ListSkeleton />}
      {buildings?.length === 0 && (
        <EmptyState
          title={t('building.none')}
          text={mayWrite ? t('building.noneHint') : t('building.noneHintReader')}
          action={mayWrite && <Button onClick={() => setAdding(true)}>{t('building.new')}</Button>}
        />
      )}
      {shown !== undefined && buildings !== undefined && buildings.length > 0 && shown.length === 0 && (
        <EmptyState title={t('table.noMatch', { query: q })} />
      )}
      {shown !== undefined && shown.length > 0 && (
        <DataTable
          label={t('building.many')}
          columns={columns}
          rows={shown}
          rowKey={(building) => building.id}
          sort={{ key: sort, direction: dir }}
          onSort={(order) => void navigate({ search: (old) => ({ ...old, sort: order.key, dir: order.direction }), replace: true })}
        />
      )}
      {(add === true || edited !== null) && (
        <BuildingDialog
          key={edited?.id ?? 'new'}
          building={edited}
          onClose={() => {
            setEdited(null);
            if (add === true) setAdding(false);
          }}
          onDone={(building) => {
            const made = edited === null;
            setEdited(null);
            toast({ text: t(made ? 'building.created' : 'saved') });
            if (made) void navigate({ to: '/buildings/$buildingId', params: { buildingId: building.id } });
          }}
        />
      )}
      {archived !== null && (
        <ArchiveDialog
          building={archived}
          onClose={() => setArchived(null)}
          onDone={() => {
            setArchived(null);
            tellArchived(archived);
          }}
        />
      )}
    </>
  );
}
