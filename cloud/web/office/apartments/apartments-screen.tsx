import type { Apartment } from '@concierge/contract/http/apartments.ts';
import { Button, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { matchesSearch } from '../../ui/words/fold.ts';
import { useWords } from '../i18n.ts';
import { type Column, DataTable } from '../pieces/data-table.tsx';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
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
  const { q = '', sort = 'position', dir = 'asc', open } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: apartments, error, refetch } = useQuery(apartmentsQuery(buildingId));
  const mayWrite = useMay('building:write');
  const maySeePeople = useMay('resident-data:read');
  const toast = useToast();
  const [adding, setAdding] = useState(false);
  const opened = apartments?.find((each) => each.id === open);
  const setOpen = (id: string | undefined) => void navigate({ search: (old) => ({ ...old, open: id }), replace: id === undefined });

  const shown = useMemo(
    () => apartments?.filter((each) => matchesSearch([each.label, ...each.current.map((occupancy) => occupancy.fullName)].join(' '), q)),
    [apartments, q],
  );

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
      {apartments !== undefined && apartments.length > 0 && (
        <TextInput
          className="filter"
          label={t('apartment.filter')}
          value={q}
          onChange={(event) => void navigate({ search: (old) => ({ ...old, q: event.target.value || undefined }), replace: true })}
        />
      )}
      {error !== null && <ReadProblem problem={error} onRetry={() => void refetch()} />}
      {apartments === undefined && error === null && <ListSkeleton rows={8} />}
      {apartments?.length === 0 && (
        <EmptyState
          title={t('apartment.none')}
          text={t('apartment.noneHint')}
          action={mayWrite && <Button onClick={() => setAdding(true)}>{t('apartment.new')}</Button>}
        />
      )}
      {shown?.length === 0 && apartments !== undefined && apartments.length > 0 && <EmptyState title={t('table.noMatch', { query: q })} />}
      {shown !== undefined && shown.length > 0 && (
        <DataTable
          label={t('apartment.many')}
          columns={columns}
          rows={shown}
          rowKey={(apartment) => apartment.id}
          sort={{ key: sort, direction: dir }}
          onSort={(order) => void navigate({ search: (old) => ({ ...old, sort: order.key, dir: order.direction }), replace: true })}
        />
      )}
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
