import { buildWeb } from '../tools/demo/web-build.ts';

/** Before the journeys: the pages that every demo serves. */
export default async function buildPages(): Promise<void> {
  await buildWeb((line) => console.log(line));
}
