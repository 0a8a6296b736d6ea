import { anMp4 } from '@concierge/cloud-server/modules/fleet/media/testing/films.ts';
import type { Page } from 'playwright-core';

/** Films that a browser's own encoders make while a test runs: a ball that crosses a field. Nothing of them lies in the repository. */
export interface RealFilm {
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
}

const DRAW = `
  const draw = (drawing, width, height, share) => {
    drawing.fillStyle = '#1f4e79';
    drawing.fillRect(0, 0, width, height);
    drawing.fillStyle = '#f2c14e';
    drawing.beginPath();
    drawing.arc(width * (0.1 + 0.8 * share), height / 2, height / 6, 0, 7);
    drawing.fill();
  };
`;

/** As a browser's recorder writes it: lengths open, no duration. The page must have an origin. */
export async function recordWebm(
  page: Page,
  { durationMs, codec = 'vp8' }: { durationMs: number; codec?: 'vp8' | 'vp9' },
): Promise<RealFilm> {
  const base64 = await page.evaluate<string>(`(async () => {
    ${DRAW}
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
    const drawing = canvas.getContext('2d');
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm;codecs=${codec}', videoBitsPerSecond: 200_000 });
    const pieces = [];
    recorder.ondataavailable = ({ data }) => pieces.push(data);
    const stopped = new Promise((resolve) => { recorder.onstop = resolve; });
    recorder.start();
    const startedMs = performance.now();
    while (performance.now() - startedMs < ${durationMs}) {
      draw(drawing, 320, 180, (performance.now() - startedMs) / ${durationMs});
      await new Promise((drawn) => setTimeout(drawn, 40));
    }
    recorder.stop();
    await stopped;
    return ${toBase64('await new Blob(pieces).arrayBuffer()')};
  })()`);
  return { bytes: Buffer.from(base64, 'base64'), width: 320, height: 180 };
}

/** H.264 as the browser encodes it, in a file as a phone writes it: what it is at the end, and a place inside. Null where the browser has no such encoder. */
export async function encodeMp4(page: Page, { durationMs }: { durationMs: number }): Promise<RealFilm | null> {
  const encoded = await page.evaluate<{ configuration: string; frames: { base64: string; isWhole: boolean }[] } | null>(`(async () => {
    ${DRAW}
    const settings = { codec: 'avc1.42E01E', width: 320, height: 176, bitrate: 200_000, framerate: 25, avc: { format: 'avc' } };
    if (!('VideoEncoder' in window) || !(await VideoEncoder.isConfigSupported(settings)).supported) return null;
    const canvas = new OffscreenCanvas(320, 176);
    const drawing = canvas.getContext('2d');
    const frames = [];
    let configuration = '';
    const encoder = new VideoEncoder({
      error(error) { throw error; },
      output(chunk, metadata) {
        const bytes = new Uint8Array(chunk.byteLength);
        chunk.copyTo(bytes);
        frames.push({ base64: ${toBase64('bytes.buffer')}, isWhole: chunk.type === 'key' });
        const description = metadata?.decoderConfig?.description;
        if (description !== undefined) configuration = ${toBase64('description')};
      },
    });
    encoder.configure(settings);
    const count = ${Math.round(durationMs / 40)};
    for (let index = 0; index < count; index += 1) {
      draw(drawing, 320, 176, index / count);
      const frame = new VideoFrame(canvas, { timestamp: index * 40_000 });
      encoder.encode(frame, { keyFrame: index % 25 === 0 });
      frame.close();
    }
    await encoder.flush();
    return { configuration, frames };
  })()`);
  if (encoded === null) return null;
  const frames = encoded.frames.map(({ base64, isWhole }) => ({ bytes: Buffer.from(base64, 'base64'), isWhole }));
  const configuration = Buffer.from(encoded.configuration, 'base64');
  return { bytes: anMp4({ width: 320, height: 176, frames, configuration, frameMs: 40, chatty: true }), width: 320, height: 176 };
}

function toBase64(buffer: string): string {
  return `btoa(Array.from(new Uint8Array(${buffer}), (byte) => String.fromCharCode(byte)).join(''))`;
}
