import type { FoundClaim } from '@concierge/contract/http/device-claims.ts';
import type { DeviceCommand } from '@concierge/contract/http/device-commands.ts';
import { PNG } from 'pngjs';

/** Pairs as three keys give them: the longest and the shortest of the list among them. */
export const sampleWordPairs = [
  { el: 'γαλάζιο καράβι', en: 'azure ship' },
  { el: 'χρυσό πορτοκάλι', en: 'golden orange' },
  { el: 'ήσυχο βουνό', en: 'quiet mountain' },
];

export function sampleFoundClaim(nowMs: number): FoundClaim {
  return {
    state: 'waiting',
    claimId: '01900000-0000-7000-8000-0000000000c1',
    serial: '10000000a1b2c3d4',
    agentVersion: '1.4.0',
    expiresAt: new Date(nowMs + 540_000).toISOString(),
    wordPairs: sampleWordPairs,
  };
}

/** The latest commands of a screen, one of each outcome. The ids end in what they bring: `c` a log, `d` a picture. */
export function sampleCommands(nowMs: number): DeviceCommand[] {
  const command = (
    end: string,
    minutes: number,
    part: Pick<DeviceCommand, 'command' | 'outcome'> & Partial<DeviceCommand>,
  ): DeviceCommand => ({
    id: `01900000-0000-7000-8000-00000000000${end}`,
    issuedAt: new Date(nowMs - minutes * 60_000).toISOString(),
    expiresAt: new Date(nowMs + (5 - minutes) * 60_000).toISOString(),
    words: null,
    resultKept: false,
    ...part,
  });
  return [
    command('a', 0, { command: 'reload', outcome: 'waiting' }),
    command('d', 3, { command: 'screenshot', outcome: 'done', resultKept: true }),
    command('c', 8, { command: 'logs', outcome: 'done', resultKept: true }),
    command('b', 60, { command: 'identify', outcome: 'done', words: sampleWordPairs[0] ?? null }),
    command('e', 1_500, { command: 'restart', outcome: 'expired' }),
    command('f', 4_500, { command: 'reboot', outcome: 'failed' }),
  ];
}

export const sampleLog = Array.from({ length: 60 }, (_, index) => {
  const at = new Date(Date.UTC(2026, 10, 21, 4, index)).toISOString();
  return index % 9 === 0
    ? `${at} warn the broker closed the connection; trying again in ${1 + (index % 7)} s`
    : `${at} info content ${40 + index} painted after ${110 + ((index * 37) % 90)} ms`;
}).join('\n');

/** A picture of a glass: dark, with a light stripe, as tall as a lobby screen is. */
export function samplePicture(): Buffer {
  const png = new PNG({ width: 540, height: 960 });
  for (let at = 0; at < png.data.length; at += 4) {
    const row = Math.floor(at / 4 / png.width);
    const light = row > 120 && row < 200 ? 230 : 24 + Math.floor(row / 40);
    png.data.set([light, light, Math.min(255, light + 18), 255], at);
  }
  return PNG.sync.write(png);
}
