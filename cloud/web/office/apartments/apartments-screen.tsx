import type { Apartment } from '@concierge/contract/http/apartments.ts';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useWords } from '../i18n.ts';
import type { Column } from '../pieces/data-table.tsx';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { RowList } from '../pieces/row-list.tsx';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { EmptyState } from '../pieces/states.tsx';
import { useToast } from '../pieces/toast.tsx';
import { useMay } from '../session/session.ts';
import { Area } from './area.tsx';
import { FloorName } from './floor-name.tsx';
import { apartmentsQuery } from './queries.ts';

const route = getRouteApi('/shell/buildings/$buildingId/apartments');
const ApartmentDialog = fetchedLater(() => import('./apartment-dialog.tsx').then((file) => file.ApartmentDialog));
const ApartmentDrawer = fetchedLater(() => import('./apartment-drawer.tsx').then((file) => file.ApartmentDrawer));

export function ApartmentsScreen() {
  const { t } = useWords();
  const { buildingId } = route.useParams();
  const { open, ...address } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(apartmentsQuery(buildingId));
  const apartments = query.data;
  const mayWrite = useMay('building:write');
  const maySeePeople = useMay('resident-data:read');
  const toast = useToast();
  const [adding, setAdding] = useState(false);
  const opened = apartments?.find((each) => each.id === open);
  const setOpen = (id: string | undefined) => void navigate({ search: (old) => ({ ...old, open: id }), replace: id === undefined });

  const columns: Column<Apartment>[] = [
    {
      key: 'position',
      header: t('apartment.one'),
      cell: (apartment) => (
        <button type="button" className="row-link" aria-haspopup="dialog" onClick={() => setOpen(apartment.id)}>
          {apartment.label}
        </button>
      ),
      sortValue: (apartment) => apartment.position,
    },
    {
      key: 'floor',
      header: t('apartment.floor'),
      cell: (apartment) => <FloorName floor={apartment.floor} />,
      sortValue: (apartment) => apartment.floor,
    },
    {
      key: 'area',
      header: t('apartment.area'),
      align: 'end',
      cell: (apartment) => <Area squareMetres={apartment.areaSquareMetres} />,
      sortValue: (apartment) => apartment.areaSquareMetres,
    },
    ...(maySeePeople
      ? (['owner', 'tenant'] as const).map((kind) => ({
          key: kind,
          header: t(`occupancy.kind.${kind}`),
          cell: (apartment: Apartment) => namesOf(apartment, kind) ?? <span className="muted">{t(`occupancy.none.${kind}`)}</span>,
          sortValue: (apartment: Apartment) => namesOf(apartment, kind),
        }))
      : []),
  ];

  return (
    <>
      <ScreenHeader
        title={t('apartment.many')}
        actions={
          mayWrite && (
            <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAdding(true)}>
              {t('apartment.new')}
            </Button>
          )
        }
      />
      <RowList
        label={t('apartment.many')}
        query={query}
        columns={columns}
        rowKey={(apartment) => apartment.id}
        textOf={(each) => [each.label, ...each.current.map((occupancy) => occupancy.fullName)].join(' ')}
        address={address}
        onAddress={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })}
        filterLabel={t('apartment.filter')}
        skeletonRows={8}
        empty={
          <EmptyState
            title={t('apartment.none')}
            text={t('apartment.noneHint')}
            action={mayWrite && <Button onClick={() => setAdding(true)}>{t('apartment.new')}</Button>}
          />
        }
      />
      {adding && (
        <ApartmentDialog
          buildingId={buildingId}
          apartment={null}
          nextPosition={Math.max(0, ...(apartments ?? []).map((each) => each.position)) + 1}
          onClose={() => setAdding(false)}
          onDone={(apartment) => {
            setAdding(false);
            toast({ text: t('apartment.created', { label: apartment.label }) });
          }}
        />
      )}
      {opened !== undefined && <ApartmentDrawer key={opened.id} apartment={opened} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function namesOf(apartment: Apartment, kind: 'owner' | 'tenant'): string | null {
  const names = apartment.current.filter((occupancy) => occupancy.kind === kind).map((occupancy) => occupancy.fullName);
  return names.length === 0 ? null : names.join(', ');
}
