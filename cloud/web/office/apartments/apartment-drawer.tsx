import type { Apartment, Occupancy } from '@concierge/contract/http/apartments.ts';
import { Button, Drawer, Group, Stack } from '@mantine/core';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { dateWords } from '../../ui/words/dates.ts';
import { useWords } from '../i18n.ts';
import { useFocusBack } from '../pieces/focus-back.ts';
import { Notice } from '../pieces/notice.tsx';
import { ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { useToast } from '../pieces/toast.tsx';
import { useMay } from '../session/session.ts';
import { ApartmentDialog } from './apartment-dialog.tsx';
import { Area } from './area.tsx';
import { FloorName } from './floor-name.tsx';
import { OccupancyDialog } from './occupancy-dialog.tsx';
import { occupanciesQuery } from './queries.ts';
import { useApartmentDeletion } from './use-apartment-deletion.ts';
import './apartment-drawer.css';

/** One apartment: its facts, and who owned it or lived in it when. */
export function ApartmentDrawer({ apartment, onClose }: { apartment: Apartment; onClose(): void }) {
  const { t, language } = useWords();
  const toast = useToast();
  const mayWrite = useMay('building:write');
  const maySeePeople = useMay('resident-data:read');
  const [editing, setEditing] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const deleteIt = useApartmentDeletion();
  useFocusBack();

  const remove = async () => {
    setBusy(true);
    try {
      await deleteIt(apartment);
      onClose();
    } catch (failed) {
      setProblem(failed);
      setConfirming(false);
      setBusy(false);
    }
  };

  return (
    <Drawer
      opened
      onClose={onClose}
      size="md"
      title={t('apartment.title', { label: apartment.label })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack gap="lg">
        <dl className="facts">
          <div>
            <dt>{t('apartment.floor')}</dt>
            <dd>
              <FloorName floor={apartment.floor} />
            </dd>
          </div>
          <div>
            <dt>{t('apartment.area')}</dt>
            <dd>
              <Area squareMetres={apartment.areaSquareMetres} />
            </dd>
          </div>
          <div>
            <dt>{t('apartment.position')}</dt>
            <dd>{apartment.position}</dd>
          </div>
        </dl>
        {mayWrite && (
          <Group gap="xs">
            <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setEditing(true)}>
              {t('edit')}
            </Button>
            <Button variant="subtle" color="alert" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setConfirming(true)}>
              {t('delete')}
            </Button>
          </Group>
        )}
        {confirming && (
          <Notice
            tone="alert"
            actions={
              <>
                <Button variant="default" onClick={() => setConfirming(false)}>
                  {t('cancel')}
                </Button>
                <Button color="alert" loading={busy} onClick={() => void remove()}>
                  {t('apartment.delete')}
                </Button>
              </>
            }
          >
            {t('apartment.deleteConsequence', { label: apartment.label })}
          </Notice>
        )}
        {problem !== null && <Notice tone="alert">{problemWords(problem, language)}</Notice>}
        {maySeePeople && <People apartment={apartment} />}
      </Stack>
      {editing && (
        <ApartmentDialog
          buildingId={apartment.buildingId}
          apartment={apartment}
          nextPosition={apartment.position}
          onClose={() => setEditing(false)}
          onDone={() => {
            setEditing(false);
            toast({ text: t('saved') });
          }}
        />
      )}
    </Drawer>
  );
}

function People({ apartment }: { apartment: Apartment }) {
  const { t } = useWords();
  const mayWrite = useMay('resident-data:write');
  const { data, error, refetch } = useQuery(occupanciesQuery(apartment.id));
  const [dialog, setDialog] = useState<{ kind: 'owner' | 'tenant'; occupancy: Occupancy | null } | null>(null);
  return (
    <>
      {error !== null && data === undefined && <ReadProblem problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <ListSkeleton rows={3} />}
      {data !== undefined &&
        (['owner', 'tenant'] as const).map((kind) => {
          const rows = data.filter((each) => each.kind === kind).sort((left, right) => right.startsOn.localeCompare(left.startsOn));
          return (
            <section key={kind} aria-label={t(`occupancy.many.${kind}`)}>
              <header className="people-header">
                <h3>{t(`occupancy.many.${kind}`)}</h3>
                {mayWrite && (
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    leftSection={<IconPlus size={16} aria-hidden />}
                    onClick={() => setDialog({ kind, occupancy: null })}
                  >
                    {t(`occupancy.add.${kind}`)}
                  </Button>
                )}
              </header>
              {rows.length === 0 && <p className="muted">{t(`occupancy.none.${kind}`)}</p>}
              <ol className="people">
                {rows.map((occupancy) => (
                  <li key={occupancy.id} className={occupancy.endsOn === null ? 'people-current' : 'people-past'}>
                    <div>
                      <p className="people-name">{occupancy.fullName}</p>
                      <p className="muted">
                        {occupancy.endsOn === null
                          ? t('occupancy.since', { date: dateWords(occupancy.startsOn) })
                          : t('occupancy.between', { start: dateWords(occupancy.startsOn), end: dateWords(occupancy.endsOn) })}
                      </p>
                      {occupancy.phone !== null && (
                        <p>
                          <a href={`tel:${occupancy.phone.replaceAll(' ', '')}`}>{occupancy.phone}</a>
                        </p>
                      )}
                      {occupancy.email !== null && (
                        <p>
                          <a href={`mailto:${occupancy.email}`}>{occupancy.email}</a>
                        </p>
                      )}
                    </div>
                    {mayWrite && (
                      <Button
                        variant="subtle"
                        size="compact-sm"
                        aria-label={t('occupancy.editOf', { name: occupancy.fullName })}
                        onClick={() => setDialog({ kind, occupancy })}
                      >
                        {t('edit')}
                      </Button>
                    )}
                  </li>
                ))}
              </ol>
            </section>
          );
        })}
      {dialog !== null && (
        <OccupancyDialog apartment={apartment} kind={dialog.kind} occupancy={dialog.occupancy} onClose={() => setDialog(null)} />
      )}
    </>
  );
}
