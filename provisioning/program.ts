import { Command, CommanderError } from 'commander';
import { createAct, writeError } from './act.ts';
import { addBootFiles } from './commands/boot-files.ts';
import { addCreate } from './commands/create.ts';
import { addLabels } from './commands/labels.ts';
import { addList } from './commands/list.ts';
import { addRevoke } from './commands/revoke.ts';
import { addSerials } from './commands/serials.ts';
import { addShow } from './commands/show.ts';
import { addStatus } from './commands/status.ts';
import { exitCodeHelp, exitCodes } from './exit-codes.ts';
import type { Surroundings } from './terminal.ts';

/** The command line as a whole. */
export function createProgram(at: Surroundings, end: (exitCode: number) => void): Command {
  const act = createAct(at, end);
  const program = new Command('concierge-provision')
    .description('Prepares batches of devices: labels, cards, and machines that are claimed without a person at each.')
    .option('--cloud <url>', 'the cloud, https (CONCIERGE_CLOUD_URL)', at.environment['CONCIERGE_CLOUD_URL'])
    .option('--email <address>', 'the account, of a manager of the office (CONCIERGE_EMAIL)', at.environment['CONCIERGE_EMAIL'])
    .option('--office <slug>', 'which office, when the account opens several (CONCIERGE_OFFICE)', at.environment['CONCIERGE_OFFICE'])
    .option('--password-file <file>', 'a file with the password that only you can read, or - for standard input; without it you are asked')
    .option('--json', 'prints JSON, errors too')
    .option('--dry-run', 'says what would be changed or written, and does neither')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('afterAll', `\nExit codes:\n${exitCodeHelp()}`)
    .addHelpText(
      'after',
      `
Signs in anew each time and keeps no session: nothing is left on this machine that opens the cloud.

Examples:
  concierge-provision create --name "Kypseli 2026" --serials serials.txt --building "Οδός Κυψέλης 12"
  concierge-provision labels "Kypseli 2026" --output labels.pdf
  concierge-provision boot-files "Kypseli 2026" --to /media/NC-BOOT
  concierge-provision status "Kypseli 2026"`,
    )
    .showHelpAfterError('(--help says more)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => at.terminal.write(text), writeErr: (text) => at.terminal.tell(text.trimEnd()) });
  for (const add of [addCreate, addList, addShow, addSerials, addLabels, addBootFiles, addStatus, addRevoke]) add(program, act);
  return program;
}

/** Runs one command line and returns its exit code. */
export async function run(words: readonly string[], at: Surroundings): Promise<number> {
  let exitCode: number = exitCodes.failed.code;
  const program = createProgram(at, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.done.code;
      const message = error.message.replace(/^error: /, '');
      if (words.includes('--json')) writeError(at, { code: 'usage', message });
      return exitCodes.usage.code;
    }
    const message = `A fault of this program: ${error instanceof Error ? error.message : String(error)}`;
    if (words.includes('--json')) writeError(at, { code: 'fault', message });
    at.terminal.tell(message);
    return exitCodes.failed.code;
  }
}
