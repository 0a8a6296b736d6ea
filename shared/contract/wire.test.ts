import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AcceptedWireForm, changedParts, wireForm } from './wire-form.ts';

const accepted = async () => AcceptedWireForm.parse(JSON.parse(await readFile(join(import.meta.dirname, 'wire-hash.json'), 'utf8')));

describe('the wire', () => {
  it('is what was last accepted', async () => {
    expect(
      changedParts(await accepted(), await wireForm()),
      'Kiosks in the field speak the accepted form. If an old agent could misread the new one, raise WIRE_VERSION. Then: npm run gen -- --accept-wire "why it changed"',
    ).toEqual([]);
  });

  it('covers every message, the topics, the signatures and the token', async () => {
    expect(Object.keys((await wireForm()).parts)).toEqual(
      expect.arrayContaining([
        'topics',
        'signed documents',
        'presence token',
        'mqtt/content.ts ContentClaims',
        'mqtt/content.ts LobbyDocument',
        'mqtt/desired.ts DesiredClaims',
        'mqtt/qr-batch.ts QrBatchClaims',
        'mqtt/reported.ts Reported',
        'mqtt/status.ts DeviceStatus',
      ]),
    );
  });

  it('notices a part that changed, came or went, and another version', async () => {
    const form = await wireForm();
    const { topics: _gone, ...withoutTopics } = form.parts;
    expect(changedParts(form, { ...form, parts: { ...form.parts, 'presence token': 'other' } })).toEqual(['presence token']);
    expect(changedParts(form, { ...form, parts: { ...form.parts, 'mqtt/new.ts Added': 'new' } })).toEqual(['mqtt/new.ts Added']);
    expect(changedParts(form, { ...form, parts: withoutTopics })).toEqual(['topics']);
    expect(changedParts(form, { ...form, version: form.version + 1 })).toEqual([`version ${form.version} → ${form.version + 1}`]);
  });

  it('has a reason on record for its present version', async () => {
    const { version, history } = await accepted();
    expect(history.at(-1)?.version).toBe(version);
  });
});
