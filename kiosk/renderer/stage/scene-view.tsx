import type { ScreenClaim, ScreenQr } from '@concierge/contract/kiosk/screen.ts';
import { AnnouncementScene } from '../scenes/announcement/announcement-scene.tsx';
import { JoinScene } from '../scenes/join/join-scene.tsx';
import { LayoutScene } from '../scenes/layout/layout-scene.tsx';
import { OverviewScene } from '../scenes/overview/overview-scene.tsx';
import { RestingScene } from '../scenes/resting/resting-scene.tsx';
import { SafeScene } from '../scenes/safe/safe-scene.tsx';
import { StartingScene } from '../scenes/starting/starting-scene.tsx';
import { UnclaimedScene } from '../scenes/unclaimed/unclaimed-scene.tsx';
import { UrgentScene } from '../scenes/urgent/urgent-scene.tsx';
import type { WidgetPlay } from '../widgets/widget.ts';
import type { LocalTime } from '../words/dates.ts';
import type { Frame } from './frame.ts';
import type { Show } from './show.ts';

/** What a film tells the show. */
export type FilmEvents = Omit<WidgetPlay, 'turn'>;
export type Arrangement = 'first' | 'second';

interface SceneViewProps {
  readonly show: Show;
  readonly frame: Frame;
  readonly time: LocalTime | null;
  readonly qr: ScreenQr | null;
  readonly claim: ScreenClaim | null;
  readonly arrangement: Arrangement;
  readonly films: FilmEvents | null;
}

/** The scene of the playlist's entry. */
export function SceneView({ show, frame, time, qr, claim, arrangement, films }: SceneViewProps) {
  const { entry, language } = show;
  switch (entry.scene) {
    case 'overview':
      return <OverviewScene announcements={entry.announcements} language={language} frame={frame} time={time} arrangement={arrangement} />;
    case 'announcement':
      return (
        <AnnouncementScene
          announcement={entry.announcement}
          page={entry.page}
          language={language}
          frame={frame}
          arrangement={arrangement}
        />
      );
    case 'urgent':
      return (
        <UrgentScene announcement={entry.announcement} page={entry.page} language={language} frame={frame} arrangement={arrangement} />
      );
    case 'join':
      return <JoinScene qr={qr} language={language} frame={frame} arrangement={arrangement} />;
    case 'layout':
      return (
        <LayoutScene
          placements={entry.placements}
          facts={entry.facts}
          time={time}
          language={language}
          frame={frame}
          play={films === null ? null : { ...films, turn: show.entryStartedMs }}
        />
      );
    case 'starting':
      return <StartingScene language={language} />;
    case 'unclaimed':
      return <UnclaimedScene claim={claim} language={language} frame={frame} />;
    case 'resting':
      return <RestingScene />;
    case 'safe':
      return <SafeScene language={language} />;
  }
}
