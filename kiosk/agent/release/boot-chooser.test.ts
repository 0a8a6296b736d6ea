import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/kiosk.ts';

const ownFiles = [
  'release/boot-chooser.ts',
  'release/boot-rules.ts',
  'release/slots.ts',
  'release/slot-decay.ts',
  'device/private-directory.ts',
];

it('runs from its own five files, where no package is installed', () => {
  using directory = temporaryDirectory();
  for (const file of ownFiles) cpSync(join(import.meta.dirname, '..', file), join(directory.path, file));
  const program = `import { bootRelease } from './release/boot-chooser.ts'; process.stdout.write(String(bootRelease('nowhere', 0)));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: directory.path, encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: 'null', stderr: '' });
});
