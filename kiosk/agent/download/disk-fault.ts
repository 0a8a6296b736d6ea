/** What an error of the operating system says about the disk. Throws what is no such error: that is a bug. */
export function diskFault(error: unknown): 'disk-full' | 'disk-failing' {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return 'disk-full';
  // Node's own codes begin with ERR_.
  if (/^E(?!RR_)[A-Z0-9]+$/.test(code)) return 'disk-failing';
  throw error;
}
