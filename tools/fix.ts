import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

// npm run fix: what the formatter and the linter can mend by themselves. What is left is printed, and the exit code says so.
const root = join(import.meta.dirname, '..');
const programs = [
  ['@biomejs/biome/bin/biome', 'check', '--write'],
  ['oxlint/bin/oxlint', '--type-aware', '--fix'],
  // The linter's mending may need formatting again.
  ['@biomejs/biome/bin/biome', 'check', '--write'],
] as const;

for (const [program, ...args] of programs) {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', program), ...args, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
