import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { failure, type Result, success } from '@concierge/kernel/result.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The program: the one that is named, else the first on the search path. The failure is a sentence for whoever set the machine up. */
export function findChromium(named: string | undefined, searchPath: string | undefined): Result<string, string> {
  if (named !== undefined && named !== '')
    return isExecutable(named) ? success(named) : failure(`CONCIERGE_CHROMIUM is ${named}, which cannot be run.`);
  const folders = (searchPath ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
  return found === undefined
    ? failure('No Chromium was found. Install chromium, or set CONCIERGE_CHROMIUM to the program.')
    : success(found);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
