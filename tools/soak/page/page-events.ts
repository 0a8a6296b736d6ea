/** The browser's own wait before it opens a lost stream again (Chromium's default). */
const REOPEN_AFTER_MS = 3_000;

/**
 * The browser's EventSource, whose wait before it opens a lost stream again is a timer that no page can reach. The stream itself stays the browser's; the wait
 * goes by the page's clock.
 */
export function installPageEvents(): { heard(): number } {
  const Real = window.EventSource;
  /** Of the newest stream. */
  let heard = 0;
  class Stream extends EventTarget {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSED = 2;
    onopen: ((event: Event) => void) | null = null;
    onmessage: ((event: Event) => void) | null = null;
    onerror: ((event: Event) => void) | null = null;
    readyState = 0;
    readonly url: string;
    private inner: EventSource | null = null;
    private reopening: number | undefined;
    private readonly heard = new Set<string>(['message']);

    constructor(url: string) {
      super();
      this.url = url;
      this.open();
    }

    override addEventListener(...given: Parameters<EventTarget['addEventListener']>): void {
      super.addEventListener(...given);
      const [type] = given;
      if (type === 'open' || type === 'error' || this.heard.has(type)) return;
      this.heard.add(type);
      this.inner?.addEventListener(type, (event) => this.pass(event));
    }

    close(): void {
      this.readyState = Stream.CLOSED;
      window.clearTimeout(this.reopening);
      this.inner?.close();
    }

    private open(): void {
      const inner = new Real(this.url);
      this.inner = inner;
      heard = 0;
      inner.onopen = () => {
        this.readyState = Stream.OPEN;
        this.say('open', this.onopen);
      };
      inner.onerror = () => {
        if (this.readyState === Stream.CLOSED) return;
        const lost = inner.readyState === Real.CONNECTING;
        inner.close();
        this.readyState = lost ? Stream.CONNECTING : Stream.CLOSED;
        if (lost) this.reopening = window.setTimeout(() => this.open(), REOPEN_AFTER_MS);
        this.say('error', this.onerror);
      };
      for (const type of this.heard) inner.addEventListener(type, (event) => this.pass(event));
    }

    private pass(event: Event): void {
      heard += 1;
      const { data } = event as MessageEvent<unknown>;
      const copy = new MessageEvent(event.type, { data });
      if (event.type === 'message') this.onmessage?.(copy);
      this.dispatchEvent(copy);
    }

    private say(type: string, listener: ((event: Event) => void) | null): void {
      const event = new Event(type);
      listener?.(event);
      this.dispatchEvent(event);
    }
  }
  Object.assign(window, { EventSource: Stream });
  return { heard: () => heard };
}
