import { PictureRef } from '@concierge/contract/media.ts';
import { z } from 'zod';
import { anIdentity, aShelf, scenesNaming } from './shelf.ts';

// Gets the pictures it is told of until it is killed. Prints the hash of each that it calls ready.

const [dataDir = '', cloudUrl = '', list = '[]'] = process.argv.slice(2);
const media = z.array(PictureRef).parse(JSON.parse(list));
const said = new Set<string>();
const shelf = aShelf(dataDir, {
  onChange() {
    for (const { sha256 } of shelf.ready()) {
      if (!said.has(sha256)) process.stdout.write(`${sha256}\n`);
      said.add(sha256);
    }
  },
});
shelf.want(scenesNaming(...media));
shelf.connectAs(anIdentity(cloudUrl));
process.stdout.write('begun\n');
setInterval(() => undefined, 60_000);
