import type { Device } from '@concierge/contract/http/devices.ts';
import { describe, expect, it } from 'vitest';
import { createSettingsSave } from './save-settings.ts';

const here = '01900000-0000-7000-8000-00000000000a';
const there = '01900000-0000-7000-8000-00000000000b';
const device: Device = {
  id: '01900000-0000-7000-8000-000000000001',
  buildingId: here,
  name: 'Entrance',
  placement: null,
  online: true,
  lastSeenAt: null,
  leaving: false,
  contentSequence: 1,
  reported: null,
  display: { language: 'el', widthMm: null },
  displayConfigId: null,
  version: 4,
};

/** A cloud that keeps one screen and refuses whoever names another version than its own, as ours does. */
function aCloud() {
  let kept = device;
  const asked: string[] = [];
  /** What becomes of the next moves: refused before it is made, or its answer lost after it. */
  const troubles: ('fails' | 'is lost')[] = [];
  const save = createSettingsSave({
    async change(_id, { version, ...patch }) {
      asked.push(`change ${version}`);
      if (version !== kept.version) throw new Error('version-conflict');
      kept = { ...kept, name: patch.name ?? kept.name, version: version + 1 };
      return kept;
    },
    async move(_id, buildingId, version) {
      asked.push(`move ${version}`);
      const trouble = troubles.shift();
      if (trouble === 'fails') throw new Error('offline');
      if (buildingId !== kept.buildingId && version !== kept.version) throw new Error('version-conflict');
      if (buildingId !== kept.buildingId) kept = { ...kept, buildingId, version: version + 1 };
      if (trouble === 'is lost') throw new Error('offline');
    },
  });
  return { save, asked, troubles, now: () => kept, colleague: () => (kept = { ...kept, name: 'Theirs', version: kept.version + 1 }) };
}

describe('the settings of a screen', () => {
  it('are one request, and a second where it moves', async () => {
    const cloud = aCloud();
    await cloud.save(device, { name: 'Lobby', buildingId: here }, 4);
    expect(cloud.asked).toEqual(['change 4']);
    await aCloud().save(device, { name: 'Lobby', buildingId: there }, 4);
    const moving = aCloud();
    expect(await moving.save(device, { name: 'Lobby', buildingId: there }, 4)).toMatchObject({ name: 'Lobby', buildingId: there });
    expect(moving.asked).toEqual(['change 4', 'move 5']);
  });

  it.each(['fails', 'is lost'] as const)('whose move %s are saved with the same again, and no colleague is spoken of', async (trouble) => {
    const cloud = aCloud();
    cloud.troubles.push(trouble);
    await expect(cloud.save(device, { name: 'Lobby', buildingId: there }, 4)).rejects.toThrow('offline');
    expect(await cloud.save(device, { name: 'Lobby', buildingId: there }, 4)).toMatchObject({ buildingId: there });
    expect(cloud.asked).toEqual(['change 4', 'move 5', 'move 5']);
    expect(cloud.now()).toMatchObject({ name: 'Lobby', buildingId: there });
  });

  it('whose move failed may be changed once more before the next try', async () => {
    const cloud = aCloud();
    cloud.troubles.push('fails');
    await expect(cloud.save(device, { name: 'Lobby', buildingId: there }, 4)).rejects.toThrow('offline');
    await cloud.save(device, { name: 'Garage', buildingId: here }, 4);
    expect(cloud.now()).toMatchObject({ name: 'Garage', buildingId: here });
  });

  it('that a colleague changed in between are a conflict, and can be written over theirs', async () => {
    const cloud = aCloud();
    cloud.troubles.push('fails');
    await expect(cloud.save(device, { name: 'Lobby', buildingId: there }, 4)).rejects.toThrow('offline');
    cloud.colleague();
    await expect(cloud.save(device, { name: 'Lobby', buildingId: there }, 4)).rejects.toThrow('version-conflict');
    await cloud.save(device, { name: 'Lobby', buildingId: there }, cloud.now().version);
    expect(cloud.now()).toMatchObject({ name: 'Lobby', buildingId: there });
  });
});
