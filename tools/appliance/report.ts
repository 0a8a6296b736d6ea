import { writeFileSync } from 'node:fs';
import type { Finding } from './attempt.ts';

/** Writes what was found. Nothing in it is typed by hand. */
export function writeReport(
  path: string,
  { results, suite }: { results: readonly { about: string; findings: readonly Finding[] }[]; suite: string },
): void {
  const parts = results.map(({ about, findings }) => {
    const rows = findings.map(
      ({ what, well, said, seconds }) =>
        `| ${what} | ${well ? 'yes' : '**no**'} | ${seconds === null ? '' : seconds.toFixed(1)} | ${said.replaceAll('|', '\\|').replaceAll('\n', ' ').slice(0, 300)} |`,
    );
    return `## ${about}\n\n| | | s | |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  writeFileSync(
    path,
    `# The appliance, started

<!-- Written by \`node tools/appliance/main.ts\`. Do not edit: run it again (docs/runbooks/appliance.md). -->

The image of \`firmware-config/build\` (amd64, Chromium, Debian ${suite}) on ${new Date().toISOString().slice(0, 10)}: plugged into a network with DHCP, names and time, with a cloud behind TLS, and the token of a batch on its card. Seconds are from the power button (or the command) to what the line says.

${parts.join('\n')}`,
  );
}
