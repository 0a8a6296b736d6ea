import { expect, it } from 'vitest';
import { createLog } from './log.ts';

it('the log holds nothing of a row that the database complained of, nor of a request’s headers', () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  // As pg throws it.
  const error = Object.assign(new Error('duplicate key value violates unique constraint "user_account_email"'), {
    code: '23505',
    detail: 'Key (email)=(maria@athina.example) already exists.',
    where: 'COPY user_account, line 1: "maria@athina.example"',
    parameters: ['maria@athina.example'],
  });
  log.error({ err: error, req: { method: 'POST', headers: { cookie: 'session=maria@athina.example' } } }, 'a request failed');
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('maria');
  // What is needed to find the fault stays.
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    service: 'cloud',
    msg: 'a request failed',
    req: { method: 'POST' },
    err: { code: '23505', message: error.message },
  });
});
