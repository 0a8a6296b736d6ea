import type { GlassReading, GlassSight } from '../kiosk/reading.ts';

/** Looks at what the page says, after every change of its document, however short that lasts. */
export interface PageObserver {
  /** What was read since the last call, the oldest first. */
  take(): GlassReading[];
  /** Waits until what has changed or was moved is on the screen, and says what can be seen. */
  sight(moved: boolean): Promise<GlassSight>;
}

/** More changes than this between two looks are lost, and the loss is told. */
const MOST_READINGS = 500;
/** In real time. What a busy machine does not get done within this is told, and not waited for. */
const PAINT_WITHIN_MS = 3_000;

export function installPageObserver(nowMs: () => number, realTimeout: typeof setTimeout): PageObserver {
  let readings: GlassReading[] = [];
  let lost = 0;
  let last = '';
  let dirty = true;
  /** One for all: a port that waits for a message is never collected. */
  const after = new MessageChannel();

  function textsOf(root: Element): string[] {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts: string[] = [];
    while (walker.nextNode() !== null) {
      const text = plain(walker.currentNode.nodeValue);
      if (text !== '') texts.push(text);
    }
    return texts;
  }

  /** Without what only sets the type: soft hyphens, joiners, hard spaces. */
  function plain(text: string | null): string {
    return (text ?? '')
      .replaceAll(/[\u00AD\u2060\u200B]/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim();
  }

  function textOf(selector: string): string | null {
    const element = document.querySelector(selector);
    return element === null ? null : plain(element.textContent);
  }

  function read(): GlassReading {
    return {
      atMs: nowMs(),
      scene: document.querySelector('.lobby')?.getAttribute('data-scene') ?? null,
      language: document.querySelector('.lobby')?.getAttribute('lang') ?? null,
      texts: document.body === null ? [] : textsOf(document.body),
      clock: textOf('.header-clock'),
      day: textOf('.header-day'),
      status: textOf('.foot-status'),
      codes: [...document.querySelectorAll('svg.qr-code path')].map((path) => path.getAttribute('d') ?? ''),
      lost,
    };
  }

  function changed(): void {
    dirty = true;
    const reading = read();
    const { atMs: _time, ...seen } = reading;
    const text = JSON.stringify(seen);
    if (text === last) return;
    last = text;
    if (readings.length >= MOST_READINGS) lost += 1;
    else readings.push(reading);
  }

  function visibleCharacters(): number {
    if (document.body === null || document.visibilityState !== 'visible') return 0;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let characters = 0;
    while (walker.nextNode() !== null) {
      const text = plain(walker.currentNode.nodeValue);
      const parent = walker.currentNode.parentElement;
      if (text === '' || parent === null) continue;
      if (!parent.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true })) continue;
      const box = parent.getBoundingClientRect();
      const seen = box.width > 1 && box.height > 1 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
      if (seen) characters += text.length;
    }
    return characters;
  }

  /** Whether it was, within the time. */
  function painted(): Promise<boolean> {
    return new Promise((resolve) => {
      realTimeout(() => resolve(false), PAINT_WITHIN_MS);
      // What is asked for in a frame comes after that frame has been made.
      requestAnimationFrame(() => {
        after.port1.onmessage = () => resolve(true);
        after.port2.postMessage(0);
      });
    });
  }

  new MutationObserver(changed).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  return {
    take() {
      const taken = readings;
      readings = [];
      return taken;
    },
    async sight(moved) {
      const isPainted = !(dirty || moved) || (await painted());
      dirty = false;
      return { characters: visibleCharacters(), isPainted };
    },
  };
}
