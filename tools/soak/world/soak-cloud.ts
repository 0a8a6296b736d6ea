import { randomUUID } from 'node:crypto';
import type { LobbyAnnouncement } from '@concierge/contract/mqtt/content.ts';
import { QR_BATCH_SLOTS } from '@concierge/contract/mqtt/qr-batch.ts';
import type { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { type ClaimsOf, type HeldKind, heldKinds } from '@concierge/contract/signed-document.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import type { TestAuthority } from '@concierge/kiosk-agent/testing/authority.ts';
import type { TestBroker } from '@concierge/kiosk-agent/testing/brokers.ts';
import { connectCloud, type TestCloud } from '@concierge/kiosk-agent/testing/cloud.ts';
import {
  aContent,
  aDesired,
  aFacts,
  aQrBatch,
  aScenes,
  HOUR_MS,
  instant,
  type TestSigner,
  testBuildingId,
  testDeviceId,
} from '@concierge/kiosk-agent/testing/documents.ts';
import type { Random } from '../random.ts';
import { anArrangement, weatherArrangement } from './arrangement.ts';
import { someFacts } from './some-facts.ts';
import type { Truth } from './truth.ts';

/** The cloud as the lobby sees it: signs what it would sign, when it would, by the true time. Its announcements and the scenes of its screen come, change and go by chance. */
export interface SoakCloud {
  /** Does what is due. Returns whether anything was published. */
  work(trueMs: number): Promise<boolean>;
  /** Changes the announcements and publishes them. */
  edit(trueMs: number): Promise<void>;
  /** Arranges other scenes, or none, and publishes that. */
  arrange(trueMs: number): Promise<void>;
  /** Arranges scenes that show the weather, as long as that and no longer. */
  arrangeUntil(trueMs: number, endsMs: number): Promise<void>;
  /** Tells other facts of the building, of those moments. */
  tellFacts(trueMs: number, ends: FactEnds): Promise<void>;
  /** As many announcements, as long, as a document can hold. */
  editToTheFull(trueMs: number): Promise<void>;
  /** Says all of it again: a broker that began anew, or was lied to, remembers nothing else. */
  publishAll(trueMs: number): Promise<void>;
  /** When the next duty is due. */
  nextDutyMs(): number;
  contentSequence(): number;
  connected(): boolean;
  /** What the broker heard from the device. */
  heard(): TestCloud;
  /** Signed documents of before, the newest last. */
  history(kind: HeldKind): readonly string[];
  join(broker: TestBroker): Promise<void>;
  leave(): Promise<void>;
}

export interface FactEnds {
  readonly showUntilMs: number;
  readonly documentEndsMs: number;
}

export interface CloudHabits {
  readonly editEveryMs: number;
  readonly contentLifeMs: number;
  readonly arrangeEveryMs: number;
  readonly factsEveryMs: number;
  /** What part of the announcements is urgent, and has the glass alone. */
  readonly urgentShare: number;
  /** Announcements that are due only later, or run out. */
  readonly shortLived: boolean;
}

export const ordinaryHabits: CloudHabits = {
  editEveryMs: 40 * 60_000,
  arrangeEveryMs: 90 * 60_000,
  factsEveryMs: 60 * 60_000,
  urgentShare: 0.04,
  contentLifeMs: 60 * 24 * HOUR_MS,
  shortLived: true,
};

/** As the cloud's module lobby does. */
const DESIRED_EVERY_MS = 10 * 60_000;
const BATCH_EVERY_MS = 12 * HOUR_MS;
const REISSUE_EVERY_MS = 7 * 24 * HOUR_MS;
const LIFE_MS = 60 * 24 * HOUR_MS;
const ANNOUNCEMENTS = { least: 2, most: 9 } as const;
const MOST_ANNOUNCEMENTS = 40;
const KEPT_HISTORY = 40;
const TOPICS = ['το ασανσέρ', 'τη θέρμανση', 'τον κήπο', 'την πόρτα του γκαράζ', 'τη γενική συνέλευση', 'το νερό'] as const;
const CATEGORIES = ['general', 'works', 'outage', 'cleaning', 'assembly', 'safety'] as const;

export function createSoakCloud(deps: {
  authority: TestAuthority;
  signer: TestSigner;
  truth: Truth;
  random: Random;
  habits: CloudHabits;
}): SoakCloud {
  const { random, habits, truth } = deps;
  const history: Record<HeldKind, string[]> = { content: [], desired: [], qr: [], scenes: [], facts: [] };
  const sequences: Record<HeldKind, number> = { content: 0, desired: 0, qr: 0, scenes: 0, facts: 0 };
  const due = { desired: 0, qr: 0, content: 0, edit: 0, arrange: 0, facts: 0 };
  let arrangement: SceneList | null = null;
  let scenesLifeMs = LIFE_MS;
  let factEnds: FactEnds = { showUntilMs: 0, documentEndsMs: 0 };
  let lastFact = 0;
  let announcements: LobbyAnnouncement[] = [];
  let line: TestCloud | null = null;
  let lastMark = 0;
  let lastArranged = 0;
  /** The report that was last looked at. */
  let answered: unknown = null;

  async function publish<Kind extends HeldKind>(kind: Kind, claims: ClaimsOf<Kind>): Promise<void> {
    const jws = await deps.signer.sign(kind, claims);
    history[kind].push(jws);
    if (history[kind].length > KEPT_HISTORY) history[kind].shift();
    await line?.send(topicOf(kind, testDeviceId), jws, true);
  }

  function nextSequence(kind: HeldKind): number {
    sequences[kind] += 1;
    return sequences[kind];
  }

  async function publishContent(trueMs: number): Promise<void> {
    const usual = aContent({ nowMs: trueMs, sequence: nextSequence('content') });
    const claims = { ...usual, expiresAt: instant(trueMs + habits.contentLifeMs), document: { ...usual.document, announcements } };
    truth.noteContent(claims);
    due.content = trueMs + REISSUE_EVERY_MS;
    await publish('content', claims);
  }

  async function publishDesired(trueMs: number): Promise<void> {
    const content = { sequence: sequences.content, confirmedAt: instant(trueMs) };
    const claims = aDesired({ nowMs: trueMs, sequence: nextSequence('desired'), content, expiresAt: instant(trueMs + LIFE_MS) });
    truth.noteDesired(claims);
    due.desired = trueMs + DESIRED_EVERY_MS;
    await publish('desired', claims);
  }

  async function publishBatch(trueMs: number): Promise<void> {
    const claims = aQrBatch({ nowMs: trueMs, sequence: nextSequence('qr'), slots: QR_BATCH_SLOTS });
    truth.noteBatch(claims);
    due.qr = trueMs + BATCH_EVERY_MS;
    await publish('qr', claims);
  }

  async function publishScenes(trueMs: number): Promise<void> {
    const sequence = nextSequence('scenes');
    const claims = aScenes({
      nowMs: trueMs,
      sequence,
      expiresAt: instant(trueMs + scenesLifeMs),
      configuration: arrangement === null ? null : { id: testBuildingId, revision: sequence, list: arrangement },
    });
    truth.noteScenes(claims);
    await publish('scenes', claims);
  }

  async function tellFacts(trueMs: number, ends: FactEnds): Promise<void> {
    factEnds = ends;
    due.facts = trueMs + habits.factsEveryMs * (0.5 + random.next());
    lastFact += 1;
    const claims = aFacts({
      nowMs: trueMs,
      sequence: nextSequence('facts'),
      expiresAt: instant(ends.documentEndsMs),
      facts: someFacts(random, trueMs, ends.showUntilMs, `F${String(lastFact).padStart(5, '0')}`),
    });
    truth.noteFacts(claims);
    await publish('facts', claims);
  }

  /** As the cloud tells of weather: for some hours. Some grow old, or run out, before the next. */
  function usualFactEnds(trueMs: number): FactEnds {
    const minutes = (least: number, most: number): number => trueMs + random.between(least * 60, most * 60) * 1_000;
    return { showUntilMs: minutes(10, 180), documentEndsMs: random.chance(0.2) ? minutes(10, 180) : trueMs + LIFE_MS };
  }

  const nextMark = (): string => {
    lastArranged += 1;
    return `S${String(lastArranged).padStart(5, '0')}`;
  };

  async function arrange(trueMs: number): Promise<void> {
    arrangement = random.chance(0.15) ? null : anArrangement(random, trueMs, nextMark);
    // The cloud's own last long; one that runs out under the screen must go all the same.
    scenesLifeMs = random.chance(0.2) ? random.between(30, 600) * 60_000 : LIFE_MS;
    due.arrange = trueMs + habits.arrangeEveryMs * (0.5 + random.next());
    await publishScenes(trueMs);
  }

  /** A device that tells that it holds less than there is, is sent what it misses: as the cloud does with every report. */
  async function sendMissing(trueMs: number): Promise<boolean> {
    const reported = line?.reported() ?? null;
    if (reported === null || reported === answered) return false;
    answered = reported;
    const told: Readonly<Record<HeldKind, number>> = {
      content: reported.contentSequence,
      desired: reported.desiredSequence,
      qr: reported.qrSequence,
      scenes: reported.scenesSequence ?? 0,
      facts: reported.factsSequence ?? 0,
    };
    const missing = heldKinds.filter((kind) => told[kind] < sequences[kind]);
    for (const kind of missing) {
      // The desired state tells the time: it is never sent again, only signed anew.
      if (kind === 'desired') await publishDesired(trueMs);
      else await line?.send(topicOf(kind, testDeviceId), history[kind].at(-1) ?? '', true);
    }
    return missing.length > 0;
  }

  function anAnnouncement(trueMs: number): LobbyAnnouncement {
    lastMark += 1;
    const mark = `N${String(lastMark).padStart(5, '0')}`;
    const about = random.pick(TOPICS);
    const minutes = (least: number, most: number): number => trueMs + random.between(least * 60, most * 60) * 1_000;
    const later = habits.shortLived && random.chance(0.4);
    const publishAtMs = later ? minutes(1, 240) : minutes(-300, 0);
    const ends = habits.shortLived && random.chance(0.6);
    const sentence = ` Ενημέρωση για ${about}, όπως αποφασίστηκε.`;
    const english = random.chance(0.5);
    const withBody = random.chance(0.7);
    const repeat = random.between(1, 14);
    return {
      id: randomUUID(),
      category: random.pick(CATEGORIES),
      urgent: random.chance(habits.urgentShare),
      title: { el: `${mark} Για ${about}`, en: english ? `${mark} A notice` : null },
      body: withBody
        ? { el: `${mark}${sentence.repeat(repeat)}`, en: english ? `${mark} ${'What was decided. '.repeat(repeat)}` : null }
        : null,
      publishAt: instant(publishAtMs),
      expiresAt: ends ? instant(Math.max(publishAtMs, trueMs) + random.between(5 * 60, 30 * 3_600) * 1_000) : null,
    };
  }

  async function edit(trueMs: number): Promise<void> {
    const going = announcements.filter(({ expiresAt }) => (expiresAt === null || Date.parse(expiresAt) > trueMs) && random.chance(0.8));
    const wanted = random.between(ANNOUNCEMENTS.least, ANNOUNCEMENTS.most);
    announcements = [...going];
    while (announcements.length < wanted) announcements.push(anAnnouncement(trueMs));
    due.edit = trueMs + habits.editEveryMs * (0.5 + random.next());
    await publishContent(trueMs);
  }

  return {
    edit,
    arrange,
    tellFacts,
    async arrangeUntil(trueMs, endsMs) {
      arrangement = weatherArrangement(nextMark);
      scenesLifeMs = endsMs - trueMs;
      due.arrange = trueMs + habits.arrangeEveryMs;
      await publishScenes(trueMs);
    },
    async editToTheFull(trueMs) {
      const long = (): LobbyAnnouncement => {
        const usual = anAnnouncement(trueMs);
        return { ...usual, urgent: false, body: { el: 'Ολόκληρη η απόφαση. '.repeat(59), en: null } };
      };
      announcements = Array.from({ length: MOST_ANNOUNCEMENTS }, long);
      await publishContent(trueMs);
    },
    async work(trueMs) {
      if (line === null) return false;
      let published = await sendMissing(trueMs);
      if (trueMs >= due.edit) await edit(trueMs).then(() => (published = true));
      if (trueMs >= due.arrange) await arrange(trueMs).then(() => (published = true));
      if (trueMs >= due.facts) await tellFacts(trueMs, usualFactEnds(trueMs)).then(() => (published = true));
      if (trueMs >= due.content) await publishContent(trueMs).then(() => (published = true));
      if (trueMs >= due.desired) await publishDesired(trueMs).then(() => (published = true));
      if (trueMs >= due.qr) await publishBatch(trueMs).then(() => (published = true));
      return published;
    },
    async publishAll(trueMs) {
      if (sequences.content === 0) return;
      await publishContent(trueMs);
      await publishDesired(trueMs);
      await publishBatch(trueMs);
      await publishScenes(trueMs);
      // What is over is not said again.
      await tellFacts(trueMs, factEnds.documentEndsMs > trueMs ? factEnds : usualFactEnds(trueMs));
    },
    nextDutyMs: () => (line === null ? Number.POSITIVE_INFINITY : Math.min(...Object.values(due))),
    contentSequence: () => sequences.content,
    connected: () => line !== null,
    heard() {
      if (line === null) throw new Error('the cloud is not connected');
      return line;
    },
    history: (kind) => history[kind],
    async join(broker) {
      line = await connectCloud(broker, deps.authority, deps.signer);
    },
    async leave() {
      const leaving = line;
      line = null;
      await leaving?.leave();
    },
  };
}
