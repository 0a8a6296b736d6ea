#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { run } from './program.ts';
import type { Terminal } from './terminal.ts';

const terminal: Terminal = {
  write: (text) => void process.stdout.write(text),
  tell: (line) => void process.stderr.write(`${line}\n`),

  async readInput(maxBytes) {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of process.stdin) {
      const read = Buffer.from(chunk);
      bytes += read.length;
      if (bytes > maxBytes) return null;
      chunks.push(read);
    }
    return Buffer.concat(chunks).toString('utf8');
  },

  async askHidden(question) {
    if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
    process.stderr.write(question);
    // What is typed is echoed into nothing.
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
    try {
      return await new Promise<string | null>((resolve) => {
        lines.once('line', resolve);
        lines.once('SIGINT', () => resolve(null));
        lines.once('close', () => resolve(null));
      });
    } finally {
      lines.close();
      process.stderr.write('\n');
    }
  },
};

// Whoever reads it may have seen enough (`list | head`); how it ended is said by the exit code all the same.
process.stdout.on('error', (error: Error & { code?: string }) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await run(process.argv.slice(2), {
  terminal,
  environment: process.env,
  // npm runs scripts in the repository's root and says here where it was called.
  workingFolder: process.env['INIT_CWD'] ?? process.cwd(),
  nowMs: Date.now,
  randomBytes,
});
