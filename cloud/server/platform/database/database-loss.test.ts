import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { isDatabaseLoss } from './database.ts';

const withCode = (code: string) => Object.assign(new Error(`write ${code}`), { code, syscall: 'write' });

function databaseError(code: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('refused', 0, 'error'), { code });
}

describe('the loss of the database', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'])('is seen in a socket that says %s', (code) => {
    expect(isDatabaseLoss(withCode(code))).toBe(true);
  });
  it.each(['57P01', '57P03', '08006', '53300'])('is seen in what the server says when it goes or comes: %s', (code) => {
    expect(isDatabaseLoss(databaseError(code))).toBe(true);
  });
  it('is seen in what the ORM makes of that', () => {
    const wrapped = (code: string) =>
      new Error(
        `\nInvalid \`prisma.announcement.create()\` invocation:\n\n\nDatabase error. Code: \`${code}\`. Message: \`terminating connection\``,
      );
    expect([isDatabaseLoss(wrapped('57P01')), isDatabaseLoss(wrapped('22003'))]).toEqual([true, false]);
  });
  it.each([databaseError('23505'), withCode('EACCES'), new Error('a bug'), 'text'])('is not every error', (error) => {
    expect(isDatabaseLoss(error)).toBe(false);
  });
});
