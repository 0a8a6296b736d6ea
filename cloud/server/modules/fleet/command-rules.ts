import { type BringingCommand, bringsResult, resultMaxBytes } from '@concierge/contract/http/command-results.ts';
import type { CommandName } from '@concierge/contract/mqtt/command.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';

/** How long a command is good for. One that comes late is worse than none: whoever sent it has long looked elsewhere. What is brought has a way to go. */
export function lastsMs(command: CommandName): number {
  return bringsResult(command) ? 180_000 : 60_000;
}

/** How long after one the next of its kind may be asked of a device; 0 where each may follow at once. */
export function pauseMs(command: CommandName): number {
  switch (command) {
    case 'screenshot':
      return 60_000;
    case 'logs':
      return 15_000;
    case 'reboot':
      return 300_000;
    // More than a few within an hour are taken by the appliance for a program that fails, and end in a reboot.
    case 'restart':
      return 600_000;
    case 'identify':
    case 'reload':
      return 0;
  }
}

export type ResultType = 'image/png' | 'image/jpeg' | 'text/plain';

/** No glass in a lobby is larger than twice 4K, and no browser in an office should have to unpack more. */
const MAX_SIDE_PIXELS = 8_192;
const MAX_PIXELS = 7_680 * 4_320;

/** What the bytes are that a device brought; a failure when they are not what it was asked for. */
export function typeOfResult(command: BringingCommand, content: Uint8Array): Result<ResultType, 'too-large' | 'not-asked-for'> {
  if (content.length > resultMaxBytes[command]) return failure('too-large');
  if (command === 'logs') return isPlainText(content) ? success('text/plain') : failure('not-asked-for');
  const picture = pngSize(content) ?? jpegSize(content);
  if (picture === null || !isShowable(picture)) return failure('not-asked-for');
  return success(picture.type);
}

interface Picture {
  readonly type: 'image/png' | 'image/jpeg';
  readonly widthPixels: number;
  readonly heightPixels: number;
}

function isShowable({ widthPixels, heightPixels }: Picture): boolean {
  return [widthPixels, heightPixels].every((side) => side > 0 && side <= MAX_SIDE_PIXELS) && widthPixels * heightPixels <= MAX_PIXELS;
}

const controlCharacters = /(?![\t\n\r])\p{Cc}/u;

function isPlainText(content: Uint8Array): boolean {
  try {
    return !controlCharacters.test(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    return false;
  }
}

const PNG_BEGINS = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];
const PNG_ENDS = [0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82];

/** The PNG specification, 5.2 and 11.2.1: the signature, then IHDR with width and height; IEND ends it. */
function pngSize(content: Uint8Array): Picture | null {
  if (content.length < 45 || !isAt(content, 0, PNG_BEGINS) || !isAt(content, content.length - PNG_ENDS.length, PNG_ENDS)) return null;
  const view = viewOf(content);
  return { type: 'image/png', widthPixels: view.getUint32(16), heightPixels: view.getUint32(20) };
}

/** ITU T.81, annex B: segments from SOI on; the frame header (SOF) has the size; EOI ends it. */
function jpegSize(content: Uint8Array): Picture | null {
  if (content.length < 20 || !isAt(content, 0, [0xff, 0xd8, 0xff]) || !isAt(content, content.length - 2, [0xff, 0xd9])) return null;
  const view = viewOf(content);
  for (let at = 2; at + 9 < content.length; ) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    // A marker may be preceded by any number of fill bytes.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrameHeader(marker)) return { type: 'image/jpeg', heightPixels: view.getUint16(at + 5), widthPixels: view.getUint16(at + 7) };
    const lengthBytes = view.getUint16(at + 2);
    // Scan data before any frame header, or a segment that would not let us go on.
    if (marker === 0xda || lengthBytes < 2) return null;
    at += 2 + lengthBytes;
  }
  return null;
}

/** SOF0 to SOF15 but for DHT (C4), JPG (C8) and DAC (CC), which stand among them. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function isAt(content: Uint8Array, offset: number, expected: readonly number[]): boolean {
  return expected.every((byte, index) => content[offset + index] === byte);
}

function viewOf(content: Uint8Array): DataView {
  return new DataView(content.buffer, content.byteOffset, content.byteLength);
}
