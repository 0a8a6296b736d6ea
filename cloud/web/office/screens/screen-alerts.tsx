import { type AlertKind, ClosedByHand, type DeviceDetail } from '@concierge/contract/http/fleet.ts';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { useNowMs } from '../../ui/use-now.ts';
import { ageWords } from '../../ui/words/age.ts';
import { momentWords } from '../../ui/words/dates.ts';
import { useWords } from '../i18n.ts';
import { Notice } from '../pieces/notice.tsx';
import { queryKeys } from '../query-keys.ts';
import { useMay } from '../session/session.ts';
import { acknowledgeAlert, closeAlert } from './fleet-queries.ts';
import { PLACE } from './screen-rules.ts';

/** What holds now, what to do about it, and who knows of it. */
export function OpenAlerts({ device }: { device: DeviceDetail }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const mayWrite = useMay('device:write');
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState<AlertKind | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const answer = async (kind: AlertKind) => {
    setBusy(kind);
    setProblem(null);
    const byHand = ClosedByHand.safeParse(kind);
    try {
      if (byHand.success) await closeAlert(device.id, byHand.data);
      else await acknowledgeAlert(device.id, kind);
      await queryClient.invalidateQueries({ queryKey: queryKeys.devices });
    } catch (failed) {
      setProblem(failed);
    } finally {
      setBusy(null);
    }
  };
  if (device.alerts.length === 0) return <p className="muted">{t('fleet.nothingWrong')}</p>;
  return (
    <>
      <ul className="alert-list">
        {device.alerts.map((kind) => {
          // What holds by the clock may not be written down yet.
          const row = device.history.find((each) => each.kind === kind && each.closedAt === null);
          const name = t(`fleet.alert.${kind}`);
          const verb = ClosedByHand.safeParse(kind).success ? 'close' : 'acknowledge';
          return (
            <li key={kind}>
              <p className="alert-head">
                <span className="fleet-alert">{name}</span>
                {row !== undefined && (
                  <span className="muted">{t('fleet.since', { age: momentWords(Date.parse(row.openedAt), language, PLACE, nowMs) })}</span>
                )}
              </p>
              <p>{t(`fleet.advice.${kind}`)}</p>
              {row === undefined || row.acknowledgedAt === null ? (
                mayWrite && (
                  <Button
                    variant="default"
                    size="compact-sm"
                    className="alert-button"
                    aria-label={t(`fleet.${verb}Of`, { alert: name })}
                    loading={busy === kind}
                    onClick={() => void answer(kind)}
                  >
                    {t(`fleet.${verb}`)}
                  </Button>
                )
              ) : (
                <p className="muted" role="status">
                  {t('fleet.acknowledged', {
                    name: row.acknowledgedBy ?? '',
                    age: ageWords(nowMs - Date.parse(row.acknowledgedAt), language),
                  })}
                </p>
              )}
            </li>
          );
        })}
      </ul>
      {problem !== null && <Notice tone="alert">{problemWords(problem, language)}</Notice>}
      <p className="muted">{t('fleet.noMail')}</p>
    </>
  );
}

/** What was the matter, and is not any more. */
export function PastAlerts({ device }: { device: DeviceDetail }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const past = device.history.filter((each) => each.closedAt !== null);
  if (past.length === 0) return null;
  const moment = (at: string | null) => (at === null ? '' : momentWords(Date.parse(at), language, PLACE, nowMs));
  return (
    <section className="screen-section">
      <h2>{t('fleet.pastAlerts')}</h2>
      <ul className="past-alerts">
        {past.map((alert) => (
          <li key={alert.id}>
            <span>{t(`fleet.alert.${alert.kind}`)}</span>
            <span className="muted">{t('fleet.pastAlert', { from: moment(alert.openedAt), to: moment(alert.closedAt) })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
