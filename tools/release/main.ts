import { runCommand } from './commands.ts';

// node tools/release/main.ts --help
process.exitCode = await runCommand(
  process.argv.slice(2),
  (line) => console.log(line),
  (line) => console.error(line),
);
