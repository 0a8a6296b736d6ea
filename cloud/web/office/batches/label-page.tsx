import type { LabelTarget } from '@concierge/contract/http/device-batches.ts';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Navigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { ApiProblem } from '../../ui/api/problem.ts';
import { useWords } from '../i18n.ts';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { useMay } from '../session/session.ts';
import { labelQuery } from './queries.ts';
import './batches.css';

const route = getRouteApi('/shell/labels/$deviceNumber');
const PlaceDialog = fetchedLater(() => import('./place-dialog.tsx').then((file) => file.PlaceDialog));

/** Where the code on a device's label leads: its screen, its claim, or what became of it. */
export function LabelPage() {
  const { t } = useWords();
  const { deviceNumber: number } = route.useParams();
  const { batch } = route.useSearch();
  const { data: target, error, refetch } = useQuery(labelQuery(number, batch));
  const search = (
    <Button variant="default" renderRoot={(props) => <Link to="/screens" search={{ q: number }} {...props} />}>
      {t('label.search')}
    </Button>
  );
  if (error instanceof ApiProblem && error.code === 'not-found')
    return <EmptyState wholeScreen title={t('label.unknown')} text={t('label.unknownText', { number })} action={search} />;
  if (error instanceof ApiProblem && error.status === 400)
    return <EmptyState wholeScreen title={t('label.unreadable')} action={<Link to="/screens">{t('screens.many')}</Link>} />;
  if (target === undefined) return error === null ? <ListSkeleton /> : <ReadProblem problem={error} onRetry={() => void refetch()} />;
  // Replaced, so that the way back leads to where one came from and not here again.
  if (target.deviceId !== null) return <Navigate to="/screens/$deviceId" params={{ deviceId: target.deviceId }} replace />;
  return (
    <>
      <ScreenHeader
        title={t('label.title', { number })}
        about={target.serial === null ? undefined : `${t('batch.serial')} ${target.serial}`}
      />
      <Target target={target} />
    </>
  );
}

function Target({ target }: { target: LabelTarget }) {
  const { t } = useWords();
  const mayWrite = useMay('device:write');
  const [placing, setPlacing] = useState(false);
  const { state, batch, serial } = target;
  const mayPlace = mayWrite && batch !== null && serial !== null && (state === 'waiting' || state === 'open');
  const byCode = (
    <Button variant="default" renderRoot={(props) => <Link to="/screens" search={{ add: true }} {...props} />}>
      {t('label.byCode')}
    </Button>
  );
  const actions: ReactNode[] = [
    mayPlace && (
      <Button key="place" variant={state === 'waiting' ? 'filled' : 'default'} aria-haspopup="dialog" onClick={() => setPlacing(true)}>
        {t(state === 'waiting' ? 'expected.choose' : 'batch.placeLater')}
      </Button>
    ),
    mayWrite && (state === 'unlisted' || isOver(state)) && <span key="code">{byCode}</span>,
    batch !== null && (
      <Button
        key="batch"
        variant="subtle"
        renderRoot={(props) => <Link to="/batches/$batchId" params={{ batchId: batch.id }} {...props} />}
      >
        {t('label.toBatch', { name: batch.name })}
      </Button>
    ),
  ];
  return (
    <div className="label-target" role="status">
      <p className="empty-state-title">{t(`label.${state}`)}</p>
      {isOver(state) && <p className="muted">{t(`label.hint.${state}`)}</p>}
      <div className="screen-actions">{actions}</div>
      {placing && batch !== null && serial !== null && <PlaceDialog batchId={batch.id} serial={serial} onClose={() => setPlacing(false)} />}
    </div>
  );
}

/** It is no screen, or no longer, and comes back in a way of its own. */
function isOver(state: LabelTarget['state']): state is 'revoked' | 'left' | 'ended' {
  return state === 'revoked' || state === 'left' || state === 'ended';
}
