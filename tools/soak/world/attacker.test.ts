import { openDocument } from '@concierge/contract/signed-document.ts';
import { createTestAuthority } from '@concierge/kiosk-agent/testing/authority.ts';
import { aContent, createTestSigner, testBuildingId } from '@concierge/kiosk-agent/testing/documents.ts';
import { expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { createAttacker } from './attacker.ts';
import { isForged, marksIn } from './marks.ts';

it('an attacker says every kind of lie, and none of them is signed for this building', async () => {
  const signer = await createTestSigner();
  const history = [await signer.sign('content', aContent({ sequence: 1 })), await signer.sign('content', aContent({ sequence: 2 }))];
  const published: string[] = [];
  const attacker = await createAttacker({
    authority: await createTestAuthority(),
    signer,
    history: () => history,
    random: createRandom(5),
    publish: (_topic, text) => {
      published.push(text);
      return Promise.resolve();
    },
  });
  for (let count = 0; count < 200; count += 1) await attacker.attack(Date.UTC(2027, 0, 1));
  expect([...attacker.attacks().keys()].sort()).toHaveLength(9);
  const keys = new Map([[signer.publicKey.kid, signer.verifyingKey]]);
  let marked = 0;
  for (const text of published) {
    const opened = await openDocument('content', text, 300_000, keys);
    if (!opened.ok) continue;
    const ours = opened.value.buildingId === testBuildingId;
    const marks = opened.value.document.announcements.flatMap(({ title }) => marksIn(title.el));
    if (ours) expect(history).toContain(text);
    else expect(marks.every(isForged)).toBe(true);
    marked += marks.length;
  }
  expect(marked).toBeGreaterThan(0);
});
