import type { ContentClaims } from '@concierge/contract/mqtt/content.ts';
import { openDocument } from '@concierge/contract/signed-document.ts';
import { createTestAuthority } from '@concierge/kiosk-agent/testing/authority.ts';
import { aContent, createTestSigner, testBuildingId } from '@concierge/kiosk-agent/testing/documents.ts';
import { expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { createAttacker, RUN_OUT } from './attacker.ts';
import { isForged, marksIn } from './marks.ts';

const NOW_MS = Date.UTC(2027, 0, 1);

async function anAttacker() {
  const signer = await createTestSigner();
  const history = [await signer.sign('content', aContent({ sequence: 1 })), await signer.sign('content', aContent({ sequence: 2 }))];
  const published: { readonly text: string; readonly retain: boolean }[] = [];
  const attacker = await createAttacker({
    authority: await createTestAuthority(),
    signer,
    history: () => history,
    random: createRandom(5),
    publish: (_topic, text, retain) => {
      published.push({ text, retain });
      return Promise.resolve();
    },
  });
  const keys = new Map([[signer.publicKey.kid, signer.verifyingKey]]);
  const opened = async () => {
    const all = [];
    for (const { text, retain } of published) {
      const document = await openDocument('content', text, 300_000, keys);
      if (document.ok) all.push({ claims: document.value, text, retain });
    }
    return all;
  };
  return { attacker, history, opened };
}

const marksOf = ({ document }: ContentClaims) => document.announcements.flatMap(({ title }) => marksIn(title.el));

it('an attacker says every kind of lie, and none of them is signed for this building and in force', async () => {
  const { attacker, history, opened } = await anAttacker();
  for (let count = 0; count < 250; count += 1) await attacker.attack(NOW_MS, true);
  expect([...attacker.attacks().keys()].sort()).toHaveLength(9);
  let marked = 0;
  for (const { claims, text } of await opened()) {
    const inForce = claims.buildingId === testBuildingId && Date.parse(claims.expiresAt) > NOW_MS;
    if (inForce) expect(history).toContain(text);
    else expect(history.includes(text) || marksOf(claims).every(isForged)).toBe(true);
    marked += marksOf(claims).length;
  }
  expect(marked).toBeGreaterThan(0);
});

it('what has run out is the cloud’s own, newer than all that is held, and never kept by the broker', async () => {
  const { attacker, history, opened } = await anAttacker();
  for (let count = 0; count < 250; count += 1) await attacker.attack(NOW_MS, true);
  const lies = (await opened()).filter(({ claims, text }) => claims.buildingId === testBuildingId && !history.includes(text));
  expect(lies.length).toBeGreaterThan(0);
  for (const { claims, retain } of lies) {
    expect(Date.parse(claims.expiresAt)).toBeLessThan(NOW_MS);
    expect(claims.sequence).toBeGreaterThan(2);
    expect(retain).toBe(false);
  }
});

it('to a device that knows no time nothing is said that only its end speaks against', async () => {
  const { attacker } = await anAttacker();
  for (let count = 0; count < 250; count += 1) await attacker.attack(NOW_MS, false);
  expect([...attacker.attacks().keys()]).not.toContain(RUN_OUT);
});
