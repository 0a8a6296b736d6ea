import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { ScreenMedia, ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { pageWithState } from '@concierge/contract/kiosk/screen-page.ts';
import { isFilm } from '@concierge/contract/media.ts';
import type { OpenFilm } from '@concierge/kiosk-agent/media/media-files.ts';
import { contentTypes } from '@concierge/kiosk-agent/screen/content-types.ts';
import { safePage } from '../safe-page.ts';
import { filmResponse } from './film-response.ts';
import { contentSecurityPolicy, SCREEN_ORIGIN, safePagePolicy } from './security.ts';

/** The built renderer in memory. Half a megabyte, read once: afterwards no request can name a file, so none can name a wrong one. */
export interface RendererBundle {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly policy: string;
}

export const SAFE_PATH = '/safe';
const PAGE_PATH = '/index.html';
const POLICY_FILE = 'content-security-policy.txt';
const MAX_FILES = 200;
const MAX_BYTES = 20 * 1_048_576;

/** Reads the renderer; throws when it is not there or is far larger than one is. Links and unknown types are not read. */
export function readRendererBundle(folder: string): RendererBundle {
  const files = new Map<string, Buffer>();
  let bytes = 0;
  const readFolder = (path: string): void => {
    for (const name of readdirSync(join(folder, path)).sort()) {
      const entry = lstatSync(join(folder, path, name));
      if (entry.isDirectory()) readFolder(`${path}${name}/`);
      else if (entry.isFile() && contentTypes.has(extname(name))) {
        const content = readFileSync(join(folder, path, name));
        bytes += content.length;
        files.set(`${path}${name}`, content);
        if (files.size > MAX_FILES || bytes > MAX_BYTES) throw new Error(`${folder} is too large for a renderer`);
      }
    }
  };
  readFolder('/');
  if (!files.has(PAGE_PATH)) throw new Error(`${folder} holds no index.html: build the renderer first`);
  return { files, policy: contentSecurityPolicy(readFileSync(join(folder, POLICY_FILE), 'utf8')) };
}

/** Answers every request for `lobby://screen/…` with the bundle or a ready file of the media library; all else is refused. The page carries the current state, so the first paint asks nobody. */
export function createScreenProtocol(
  bundle: RendererBundle,
  currentState: () => ScreenState | null,
  files: { readPicture(media: ScreenMedia): Promise<Buffer | null>; openFilm(media: ScreenMedia): Promise<OpenFilm | null> },
): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = URL.canParse(request.url) ? new URL(request.url) : null;
    if (url === null || `${url.protocol}//${url.host}` !== SCREEN_ORIGIN) return refusal(404);
    if (request.method !== 'GET') return refusal(405);
    if (url.pathname === SAFE_PATH) return answer(safePage, 'text/html; charset=utf-8', safePagePolicy);
    const path = url.pathname === '/' || url.pathname === '' ? PAGE_PATH : url.pathname;
    // Only what the agent says is ready, by the very name it gave it; its bytes are checked here again, and its type is the signed one.
    const media = path.startsWith('/media/') ? currentState()?.media.find(({ url: known }) => known === path) : undefined;
    if (media !== undefined && isFilm(media)) {
      const film = await files.openFilm(media);
      return film === null ? refusal(404) : filmResponse(film, request.headers.get('range'), headers(media.type, bundle.policy));
    }
    if (media !== undefined) {
      const bytes = await files.readPicture(media);
      return bytes === null ? refusal(404) : answer(new Uint8Array(bytes), media.type, bundle.policy);
    }
    const content = bundle.files.get(path);
    if (content === undefined) return refusal(404);
    const contentType = contentTypes.get(extname(path)) ?? 'application/octet-stream';
    const state = path === PAGE_PATH ? currentState() : null;
    return answer(state === null ? new Uint8Array(content) : pageWithState(content.toString('utf8'), state), contentType, bundle.policy);
  };
}

function answer(body: string | Uint8Array<ArrayBuffer>, contentType: string, policy: string): Response {
  return new Response(body, { status: 200, headers: headers(contentType, policy) });
}

function refusal(status: number): Response {
  return new Response(`${status}\n`, { status, headers: headers('text/plain; charset=utf-8', safePagePolicy) });
}

function headers(contentType: string, policy: string): Record<string, string> {
  return {
    'content-type': contentType,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy':
      'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), bluetooth=(), payment=(), display-capture=()',
    'cache-control': 'no-store',
  };
}
