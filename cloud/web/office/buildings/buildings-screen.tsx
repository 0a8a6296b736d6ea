import type { Building } from '@concierge/contract/http/buildings.ts';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import type { Column } from '../pieces/data-table.tsx';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { RowList } from '../pieces/row-list.tsx';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { EmptyState } from '../pieces/states.tsx';
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
  const { add, ...address } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(buildingsQuery);
  const mayWrite = useMay('building:write');
  const toast = useToast();
  const tellArchived = useArchivedToast();
  const [edited, setEdited] = useState<Building | null>(null);
  const [archived, setArchived] = useState<Building | null>(null);
  const setAdding = (adding: boolean) => void navigate({ search: (old) => ({ ...old, add: adding || undefined }), replace: true });

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
      <RowList
        label={t('building.many')}
        query={query}
        columns={columns}
        rowKey={(building) => building.id}
        textOf={(each) => `${each.name.el} ${each.name.en ?? ''} ${each.addressLine.el} ${each.city.el} ${each.postalCode}`}
        address={address}
        onAddress={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })}
        empty={
          <EmptyState
            title={t('building.none')}
            text={mayWrite ? t('building.noneHint') : t('building.noneHintReader')}
            action={mayWrite && <Button onClick={() => setAdding(true)}>{t('building.new')}</Button>}
          />
        }
      />
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
