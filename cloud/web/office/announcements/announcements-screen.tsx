import { type Announcement, AnnouncementState } from '@concierge/contract/http/announcements.ts';
import type { Building } from '@concierge/contract/http/buildings.ts';
import { MOST_LOBBY_ANNOUNCEMENTS } from '@concierge/contract/mqtt/content.ts';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useNowMs } from '../../ui/use-now.ts';
import { endWords, momentWords } from '../../ui/words/dates.ts';
import { localized } from '../../ui/words/language.ts';
import { useBuilding } from '../buildings/queries.ts';
import { useWords } from '../i18n.ts';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { Notice } from '../pieces/notice.tsx';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { useMay } from '../session/session.ts';
import { leftOffTheLobby, stateAt } from './lifetime.ts';
import { announcementsQuery } from './queries.ts';
import { useWithdrawal } from './use-withdrawal.ts';
import './announcements-screen.css';

const route = getRouteApi('/shell/buildings/$buildingId/announcements');
const AnnouncementDialog = fetchedLater(() => import('./announcement-dialog.tsx').then((file) => file.AnnouncementDialog));

export function AnnouncementsScreen() {
  const { buildingId } = route.useParams();
  const building = useBuilding(buildingId);
  return building ? <Announcements key={building.id} building={building} /> : null;
}

function Announcements({ building }: { building: Building }) {
  const { t } = useWords();
  const { state = 'current', add } = route.useSearch();
  const navigate = route.useNavigate();
  const nowMs = useNowMs();
  const { data, error, refetch } = useQuery(announcementsQuery(building.id));
  const mayWrite = useMay('announcement:write');
  const withdraw = useWithdrawal(building.id);
  const [edited, setEdited] = useState<Announcement | null>(null);
  const setAdding = (adding: boolean) => void navigate({ search: (old) => ({ ...old, add: adding || undefined }), replace: true });

  const byState = Map.groupBy(data ?? [], (each) => stateAt(each, nowMs));
  const shown = byState.get(state) ?? [];
  const leftOff = leftOffTheLobby(byState.get('current')?.length ?? 0);

  return (
    <>
      <ScreenHeader
        title={t('announcement.many')}
        actions={
          mayWrite && (
            <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAdding(true)}>
              {t('announcement.new')}
            </Button>
          )
        }
      />
      <nav className="state-links" aria-label={t('announcement.byState')}>
        {AnnouncementState.options
          .toSorted((left, right) => stateOrder.indexOf(left) - stateOrder.indexOf(right))
          .map((each) => (
            <Link
              key={each}
              from="/buildings/$buildingId/announcements"
              to="."
              search={(old) => ({ ...old, state: each })}
              className="state-link"
              aria-current={each === state ? 'page' : undefined}
            >
              {t(`announcement.state.${each}`)} <span className="count">{data === undefined ? '' : (byState.get(each)?.length ?? 0)}</span>
            </Link>
          ))}
      </nav>
      {error !== null && <ReadProblem problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <ListSkeleton rows={4} />}
      {data !== undefined && shown.length === 0 && (
        <EmptyState
          title={t(`announcement.none.${state}`)}
          text={state === 'current' ? t('announcement.noneHint') : ''}
          action={mayWrite && state === 'current' && <Button onClick={() => setAdding(true)}>{t('announcement.new')}</Button>}
        />
      )}
      {state === 'current' && leftOff > 0 && (
        <Notice>{t('announcement.lobbyFull', { count: leftOff, most: MOST_LOBBY_ANNOUNCEMENTS })}</Notice>
      )}
      <ul className="announcements">
        {shown.map((announcement) => (
          <AnnouncementRow
            key={announcement.id}
            announcement={announcement}
            timeZone={building.timeZone}
            nowMs={nowMs}
            actions={
              mayWrite && (
                <>
                  {state !== 'withdrawn' && (
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      aria-label={t('announcement.editOf', { title: announcement.title.el })}
                      onClick={() => setEdited(announcement)}
                    >
                      {t('edit')}
                    </Button>
                  )}
                  {(state === 'current' || state === 'scheduled') && (
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      color="alert"
                      aria-label={t('announcement.withdrawOf', { title: announcement.title.el })}
                      onClick={(event) => {
                        focusNeighbour(event.currentTarget);
                        void withdraw(announcement, true);
                      }}
                    >
                      {t('announcement.withdraw')}
                    </Button>
                  )}
                  {state === 'withdrawn' && (
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      aria-label={t('announcement.restoreOf', { title: announcement.title.el })}
                      onClick={(event) => {
                        focusNeighbour(event.currentTarget);
                        void withdraw(announcement, false);
                      }}
                    >
                      {t('announcement.restore')}
                    </Button>
                  )}
                </>
              )
            }
          />
        ))}
      </ul>
      {(add === true || edited !== null) && (
        <AnnouncementDialog
          key={edited?.id ?? 'new'}
          building={building}
          announcement={edited}
          onClose={() => {
            setEdited(null);
            if (add === true) setAdding(false);
          }}
        />
      )}
    </>
  );
}

/** The line that was pressed goes to another list, and the focus would go with it. */
function focusNeighbour(pressed: HTMLElement): void {
  const line = pressed.closest('li');
  const neighbour = line?.nextElementSibling ?? line?.previousElementSibling;
  const target = neighbour?.querySelector('button') ?? document.getElementById('main');
  target?.focus();
}

const stateOrder: readonly AnnouncementState[] = ['current', 'scheduled', 'expired', 'withdrawn'];

function AnnouncementRow({
  announcement,
  timeZone,
  nowMs,
  actions,
}: {
  announcement: Announcement;
  timeZone: string;
  nowMs: number;
  actions: ReactNode;
}) {
  const { t, language } = useWords();
  const { publishAt, expiresAt } = announcement;
  return (
    <li className="announcement">
      <div>
        <p className="announcement-title">
          {announcement.urgent && <strong className="word-alert">{t('announcement.urgentWord')}</strong>}{' '}
          {localized(announcement.title, language)}
        </p>
        {announcement.body !== null && <p className="announcement-body">{localized(announcement.body, language)}</p>}
        <p className="muted">
          {t(`category.${announcement.category}`)} ·{' '}
          <span className="unbroken">
            {t('announcement.from', { moment: momentWords(Date.parse(publishAt), language, timeZone, nowMs) })} ·
          </span>{' '}
          <span className="unbroken">
            {expiresAt === null ? t('announcement.noExpiry') : endWords(Date.parse(expiresAt), language, timeZone, nowMs)}
          </span>
          {announcement.title.en === null && <> · {t('announcement.greekOnly')}</>}
        </p>
      </div>
      <div className="announcement-actions">{actions}</div>
    </li>
  );
}
