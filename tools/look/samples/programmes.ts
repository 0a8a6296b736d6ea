import { createHash } from 'node:crypto';
import type { DisplayConfig, DisplayConfigSummary } from '@concierge/contract/http/display-configs.ts';
import type { MediaList } from '@concierge/contract/http/media.ts';
import { layoutScene, listOfTemplate } from '../../../cloud/web/office/programmes/templates.ts';

const summary = (end: string, part: Partial<DisplayConfigSummary>): DisplayConfigSummary => ({
  id: `01900000-0000-7000-8000-0000000d000${end}`,
  name: 'Είσοδος',
  buildingId: null,
  sceneCount: 3,
  published: { revision: 4, at: '2026-11-02T09:00:00.000Z' },
  hasChanges: true,
  deviceCount: 2,
  version: 7,
  ...part,
});

export const sampleProgrammes: readonly DisplayConfigSummary[] = [
  summary('1', {}),
  summary('2', { name: 'Γιορτές, με τις φωτογραφίες της χορωδίας και το πρόγραμμα των ημερών', hasChanges: false, deviceCount: 14 }),
  summary('3', { name: 'Πρόχειρο', published: null, deviceCount: 0, sceneCount: 1 }),
];

export function sampleProgramme(): DisplayConfig {
  const { scenes, fallbackSceneId } = listOfTemplate('house');
  const photograph = layoutScene({ el: 'Φωτογραφία', en: 'Photograph' }, [
    ['image', { column: 0, row: 0, columns: 12, rows: 8 }, { column: 0, row: 0, columns: 10, rows: 8 }],
  ]);
  return {
    ...summary('1', {}),
    sceneCount: 4,
    draft: { scenes: [...scenes, photograph], fallbackSceneId },
    deviceIds: [],
    screenWidthsMm: [299, 398],
  };
}

export const sampleRevisions = {
  items: [4, 3, 2, 1].map((revision) => ({
    revision,
    publishedAt: `2026-11-0${revision}T09:00:00.000Z`,
    publishedBy: 'Μαρία Παπαδοπούλου',
    sceneCount: 1 + (revision % 3),
  })),
};

export const samplePictureNames = [
  'Η πρόσοψη το 1968.jpg',
  'Χορωδία, Χριστούγεννα.webp',
  'Κάτοψη υπογείου με τις θέσεις στάθμευσης, τελική.png',
];

export const sampleMedia: MediaList = {
  items: samplePictureNames.map((name, index) => ({
    sha256: createHash('sha256').update(name).digest('hex'),
    type: 'image/png',
    bytes: 1_400_000 + index * 900_000,
    name,
    width: 2_400,
    height: index === 1 ? 3_200 : 1_600,
    uploadedAt: `2026-10-1${index}T10:00:00.000Z`,
  })),
  usedBytes: 496_000_000,
  quotaBytes: 524_288_000,
};
