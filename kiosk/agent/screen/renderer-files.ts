import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { contentTypes } from './content-types.ts';

export interface RendererFile {
  readonly body: Buffer;
  readonly contentType: string;
  readonly contentEncoding: 'br' | 'gzip' | null;
  /** The name carries a hash of the content, so a browser may keep it for ever. */
  readonly immutable: boolean;
}

const encodings = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

/**
 * A file of the built renderer, or null: only plain names below the folder, only known types, never through a link that leads out. A
 * sibling compressed at build time is preferred when the browser takes it.
 */
export async function readRendererFile(folder: string, path: string, acceptEncoding: string): Promise<RendererFile | null> {
  const contentType = contentTypes.get(extname(path));
  if (contentType === undefined || !/^(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/.test(path)) return null;
  const described = { contentType, immutable: /^\/assets\/[^/]*-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/.test(path) };
  const accepted = acceptEncoding.split(',').map((part) => part.split(';')[0]?.trim());
  for (const { name, suffix } of encodings) {
    if (!accepted.includes(name)) continue;
    const body = await readWithin(folder, path + suffix);
    if (body !== null) return { ...described, body, contentEncoding: name };
  }
  const body = await readWithin(folder, path);
  return body === null ? null : { ...described, body, contentEncoding: null };
}

async function readWithin(folder: string, path: string): Promise<Buffer | null> {
  try {
    const root = await realpath(folder);
    const file = await realpath(join(root, path));
    return file.startsWith(root + sep) ? await readFile(file) : null;
  } catch {
    return null;
  }
}
