import { createHash } from 'node:crypto';
import type { DisplayConfig, DisplayConfigSummary } from '@concierge/contract/http/display-configs.ts';
import type { MediaList } from '@concierge/contract/http/media.ts';
import { listOfTemplate } from '../../../cloud/web/office/programmes/templates.ts';

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
  return { ...summary('1', {}), draft: listOfTemplate('house'), deviceIds: [] };
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
