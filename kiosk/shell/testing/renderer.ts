import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-AAAA'; font-src 'self'; img-src 'self' data:; media-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A built renderer in the form the real build leaves it, with traps beside it. Returns the folder. */
export function writeRenderer(folder: string): string {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  const page =
    '<!doctype html><html><head><title>x</title><script type="application/json" id="screen-state">null</script></head><body></body></html>';
  writeFileSync(join(folder, 'index.html'), page);
  writeFileSync(join(folder, 'index.html.br'), 'compressed');
  writeFileSync(join(folder, 'assets/index-abcdefgh.js'), 'console.info(1)');
  writeFileSync(join(folder, 'assets/font.woff2'), 'font');
  writeFileSync(join(folder, 'content-security-policy.txt'), POLICY);
  writeFileSync(join(folder, 'assets/private.key'), 'secret');
  writeFileSync(join(folder, '../secret.json'), '{"secret":true}');
  symlinkSync('../../secret.json', join(folder, 'assets/link.json'));
  return folder;
}
