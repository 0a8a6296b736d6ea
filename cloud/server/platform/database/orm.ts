import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '#db/generated/prisma/client.ts';
import type { Database } from './database.ts';

/**
 * Prisma for ordinary CRUD, inside the very transaction that SQL uses (ADR 0003): its driver is given a pool that has one connection, that of the running
 * transaction, so a row changed through Prisma, its audit row and its jobs commit together, and row-level security holds without Prisma knowing of it.
 * Outside of a transaction every call throws. `findUnique` is not offered: Prisma merges such calls of one tick across requests, hence across tenants.
 */
export type Orm = {
  readonly [Model in 'building' | 'apartment' | 'occupancy' | 'announcement']: Omit<
    PrismaClient[Model],
    'findUnique' | 'findUniqueOrThrow'
  >;
};

export function createOrm(database: Database): Orm {
  return new PrismaClient({ adapter: new PrismaPg(poolOfRunningTransaction(database)) });
}

function poolOfRunningTransaction(database: Database): pg.Pool {
  return Object.assign(new pg.Pool({ max: 1 }), {
    query(...parameters: unknown[]): unknown {
      const client = database.currentClient();
      if (client === null) throw new Error('the ORM was used outside of a transaction');
      return Reflect.apply(client.query, client, parameters);
    },
    connect(): never {
      throw new Error('the ORM cannot open a transaction of its own: database.transaction does');
    },
  });
}
