import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { lobbyStrings } from '@concierge/i18n/lobby.ts';

/**
 * The state in a message of the agent, or null when it is not one. The agent has already held the document against the strict schema; here
 * only the frame is checked, so that a half-written message or another version's cannot put the screen into a state it has no scene for.
 */
export function readScreenState(json: string): ScreenState | null {
  try {
    const value: unknown = JSON.parse(json);
    return isScreenState(value) ? value : null;
  } catch {
    return null;
  }
}

/** Whether a message, readable or not, is for a page with another number: the one thing that every version says in the same way. */
export function isOtherPage(json: string, pageNumber: number): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) && Number.isSafeInteger(value['pageNumber']) && value['pageNumber'] !== pageNumber;
  } catch {
    return false;
  }
}

/** What it has words for. */
const LINES: readonly unknown[] = Object.keys(lobbyStrings.el.unclaimed.lines);
const CARD_FAULTS: readonly unknown[] = Object.keys(lobbyStrings.el.unclaimed.cardFaults);
const CARD_FILES: readonly unknown[] = Object.keys(lobbyStrings.el.unclaimed.cardFiles);
const PHASES: readonly unknown[] = ['starting', 'unclaimed', 'running', 'safe'];
const CLOCKS: readonly unknown[] = ['trusted', 'estimated', 'unknown'];
const LANGUAGES: readonly unknown[] = ['el', 'en', 'alternate'];

function isScreenState(value: unknown): value is ScreenState {
  return (
    isRecord(value) &&
    PHASES.includes(value['phase']) &&
    CLOCKS.includes(value['clock']) &&
    (value['link'] === 'online' || value['link'] === 'offline') &&
    Number.isSafeInteger(value['contentSequence']) &&
    Number.isFinite(value['nowMs']) &&
    (value['validUntilMs'] === undefined || value['validUntilMs'] === null || Number.isFinite(value['validUntilMs'])) &&
    (value['confirmedAt'] === null || typeof value['confirmedAt'] === 'string') &&
    typeof value['demo'] === 'boolean' &&
    typeof value['lit'] === 'boolean' &&
    isDisplay(value['display']) &&
    (value['qr'] === null || isQr(value['qr'])) &&
    (value['claim'] === null || isClaim(value['claim'])) &&
    (value['identity'] === null || isWordPair(value['identity'])) &&
    Number.isSafeInteger(value['pageNumber']) &&
    (value['scenes'] === null || isSceneList(value['scenes'])) &&
    isRecord(value['facts']) &&
    Array.isArray(value['media']) &&
    value['media'].every(isMedia) &&
    (value['document'] === null || isDocument(value['document']))
  );
}

function isDisplay(value: unknown): boolean {
  return isRecord(value) && LANGUAGES.includes(value['language']) && (value['widthMm'] === null || Number.isFinite(value['widthMm']));
}

function isQr(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value['path'] === 'string' &&
    typeof value['url'] === 'string' &&
    Number.isSafeInteger(value['size']) &&
    Number.isFinite(value['validUntilMs'])
  );
}

function isClaim(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { line, code, refusedFiles } = value;
  if (!LINES.includes(line) || !Array.isArray(refusedFiles) || !refusedFiles.every(isRefusedFile)) return false;
  if (code === null) return true;
  return (
    isRecord(code) &&
    typeof code['userCode'] === 'string' &&
    isWordPair(code['words']) &&
    isRecord(code['qr']) &&
    typeof code['qr']['path'] === 'string' &&
    Number.isSafeInteger(code['qr']['size'])
  );
}

function isRefusedFile(value: unknown): boolean {
  return isRecord(value) && CARD_FILES.includes(value['file']) && CARD_FAULTS.includes(value['fault']);
}

function isWordPair(value: unknown): boolean {
  return isRecord(value) && typeof value['el'] === 'string' && typeof value['en'] === 'string';
}

function isDocument(value: unknown): boolean {
  return isRecord(value) && isRecord(value['building']) && Array.isArray(value['announcements']);
}

function isSceneList(value: unknown): boolean {
  return isRecord(value) && Array.isArray(value['scenes']) && Number.isSafeInteger(value['sequence']);
}

function isMedia(value: unknown): boolean {
  return isRecord(value) && typeof value['sha256'] === 'string' && typeof value['url'] === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
