import { defineConfig } from 'prisma/config';

// Only the client is generated from here; the database itself is built by the SQL files in db/migrations.
export default defineConfig({ schema: 'db/prisma', datasource: { url: 'postgres://unused.invalid/unused' } });
