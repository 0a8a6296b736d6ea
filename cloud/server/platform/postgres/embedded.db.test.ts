import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, lstat, mkdtemp, readlink, realpath, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createEmbeddedPostgres, type EmbeddedPostgres, type PostgresAddress } from './embedded.ts';
import { choosePort } from './port.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

describe('embedded PostgreSQL', () => {
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
    // Where root serves it as nobody, nobody must be able to pass through.
    await chmod(home, 0o755);
  });

  afterEach(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));

  function create(options: { port?: number; password?: string; dataDir?: string } = {}): EmbeddedPostgres {
    const { port = 0, password = 'p@ss/wörd', dataDir = join(home, 'data') } = options;
    const postgres = createEmbeddedPostgres({ dataDir, port, password, fsync: true, logger: silent });
    onTestFinished(() => postgres.stop());
    return postgres;
  }

  it('keeps what was written over a stop and a start', async () => {
    const first = create();
    const { url } = await started(first);
    await query(url, 'create table note (text text)');
    await query(url, "insert into note values ('Καλημέρα')");
    await first.stop();
    await expect(query(url, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
    const again = await started(create());
    expect(await query(again.url, 'select text from note')).toEqual([{ text: 'Καλημέρα' }]);
  });

  it('answers only to its password, on the loopback address, as the owner', async () => {
    const { url } = await started(create());
    const [row] = await query(
      url,
      "select current_user as role, current_database() as database, current_setting('listen_addresses') as addresses",
    );
    expect(row).toEqual({ role: 'concierge_owner', database: 'concierge', addresses: '127.0.0.1' });
    await expect(query(url.replace('p%40ss', 'wrong'), 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  it('sorts Greek as Greek', async () => {
    const { url } = await started(create());
    const rows = await query(
      url,
      "select word from (values ('ώρα'), ('άνθος'), ('zebra'), ('Ωμέγα'), ('αυγή')) as list (word) order by word",
    );
    expect(rows.map((row) => row['word'])).toEqual(['άνθος', 'αυγή', 'Ωμέγα', 'ώρα', 'zebra']);
  });

  it('comes back by itself on the same address when its postmaster is killed, with all that was committed', async () => {
    const { url, pid } = await started(create());
    await query(url, 'create table note (number integer)');
    await query(url, 'insert into note select generate_series(1, 1000)');
    process.kill(pid, 'SIGKILL');
    await expect
      .poll(() => query(url, 'select count(*)::integer as count from note').catch(() => []), { timeout: 20_000 })
      .toEqual([{ count: 1000 }]);
  });

  it('takes the next free port when the wanted one is taken', async () => {
    const occupied = createServer();
    const port = await new Promise<number>((resolve) => {
      occupied.listen(0, '127.0.0.1', () => {
        const address = occupied.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    onTestFinished(() => new Promise<void>((done) => void occupied.close(() => done())));
    const address = await started(create({ port }));
    expect(address.port).toBeGreaterThan(port);
    expect(await query(address.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('shares a wish with another that starts at the same moment: each gets a port of its own', async () => {
    const wanted = await choosePort(0);
    const both = ['one', 'other'].map((name) => create({ port: wanted ?? 0, dataDir: join(home, name) }));
    // Made before, so that both look for a port at the same moment.
    for (const postgres of both) await started(postgres).then(() => postgres.stop());
    const [one, other] = await Promise.all(both.map((postgres) => started(postgres)));
    expect(one?.port).not.toBe(other?.port);
    expect(await query(one?.url ?? '', 'select 1 as one')).toEqual(await query(other?.url ?? '', 'select 1 as one'));
  }, 60_000);

  it('leaves the server of a living launcher alone', async () => {
    const { url } = await started(create());
    const second = await create().start();
    expect(second).toMatchObject({ ok: false, error: { reason: 'in-use' } });
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('stops the orphan of a launcher that was killed, and loses nothing', async () => {
    const launcher = launchElsewhere(join(home, 'data'));
    const orphanUrl = await firstLine(launcher);
    await query(orphanUrl, 'create table note as select 7 as number');
    launcher.kill('SIGKILL');
    await new Promise((resume) => launcher.once('exit', resume));
    expect(await query(orphanUrl, 'select number from note')).toEqual([{ number: 7 }]);
    const { url } = await started(create({ password: 'elsewhere' }));
    expect(await query(url, 'select number from note')).toEqual([{ number: 7 }]);
  });

  it('says so when the password does not fit the cluster', async () => {
    const first = create();
    await started(first);
    await first.stop();
    const result = await create({ password: 'another' }).start();
    expect(result).toMatchObject({ ok: false, error: { reason: 'not-started', message: expect.stringContaining('password') } });
  });

  it('does not touch a directory that holds something else', async () => {
    const foreign = await mkdtemp(join(home, 'foreign-'));
    await mkdtemp(join(foreign, 'precious-'));
    const result = await create({ dataDir: foreign }).start();
    expect(result).toMatchObject({ ok: false, error: { reason: 'not-made' } });
    expect((await stat(foreign)).isDirectory()).toBe(true);
  });

  it.runIf(process.getuid?.() === 0)('started by root in a private directory, keeps its data where the server can reach it', async () => {
    await chmod(home, 0o700);
    const dataDir = join(home, 'data');
    const first = create();
    const { url } = await started(first);
    await query(url, 'create table note as select 7 as number');
    await first.stop();
    expect((await lstat(dataDir)).isSymbolicLink()).toBe(true);
    const place = await readlink(dataDir);
    onTestFinished(() => rm(place, { recursive: true, force: true }));
    const second = create();
    expect(await query((await started(second)).url, 'select number from note')).toEqual([{ number: 7 }]);
    await second.stop();

    // Deleting the link is deleting the data: the next start is a first start.
    await rm(dataDir);
    const { url: fresh } = await started(create());
    await expect(query(fresh, 'select number from note')).rejects.toThrow(/does not exist/);
    expect(await realpath(dataDir)).toBe(place);
  });
});

async function started(postgres: EmbeddedPostgres): Promise<PostgresAddress> {
  const result = await postgres.start();
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {
    // The query or the connect rejects as well.
  });
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Another process that starts the server and prints its address. */
function launchElsewhere(dataDir: string): ChildProcess {
  const program = `
    import { createEmbeddedPostgres } from ${JSON.stringify(new URL('./embedded.ts', import.meta.url).href)};
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    const postgres = createEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, port: 0, password: 'elsewhere', fsync: true, logger });
    const result = await postgres.start();
    console.log(result.ok ? result.value.url : 'failed: ' + result.error.message);
  `;
  return spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (bytes: Buffer) => resolve(bytes.toString().trim()));
    child.once('exit', (code) => reject(new Error(`the launcher ended with ${code}`)));
  });
}
