import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { contactEditDeleted, createEvent } from '@kontakt/events';
import { createTestDatabase } from '@kontakt/testing';
import { Pool } from 'pg';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase('contact-edit');
  pool = new Pool({ connectionString: database.url, max: 1 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** As a person runs it. */
function parked(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../src/parked.ts'), ...args],
    { env: { PATH: process.env.PATH, DATABASE_URL: database.url }, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

async function park(subject: string): Promise<string> {
  const data = { contact: { id: subject }, stamps: { deleted: '1772356500000-0000-ce.1' } };
  const event = JSON.stringify(createEvent(contactEditDeleted, { subject, data }));
  const { rows } = await pool.query('INSERT INTO outbox (event, attempts, parked) VALUES ($1, 20, true) RETURNING id', [
    event,
  ]);
  return rows[0].id;
}

test('when events are parked, then they can be listed, sent once more, or dropped, all or one', async () => {
  await pool.query("INSERT INTO outbox (event) VALUES ('{}')"); // waits, and is not parked
  const [first, second] = [await park('c-1'), await park('c-2')];
  expect(parked('contact-edit', 'list')).toEqual({
    status: 0,
    stdout: expect.stringMatching(
      new RegExp(`^${first}  contact-edit.deleted.v1  c-1  .*Z\n${second}  contact-edit.deleted.v1  c-2  .*Z\n$`),
    ),
    stderr: '2 parked events of contact-edit: list\n',
  });
  expect(parked('contact-edit', 'retry', '--id', first).stderr).toBe('1 parked events of contact-edit: retry\n');
  const { rows } = await pool.query('SELECT parked, attempts FROM outbox WHERE id = $1', [first]);
  expect(rows).toEqual([{ parked: false, attempts: 0 }]);
  // Another service's database, by mistake.
  await pool.query(
    "UPDATE outbox SET parked = true, event = replace(event, '/contact-edit', '/another') WHERE id = $1",
    [first],
  );
  expect(parked('contact-edit', 'drop').stdout).toMatch(new RegExp(`^${second}  .*\n$`));
  expect((await pool.query('SELECT count(*)::int AS n FROM outbox')).rows).toEqual([{ n: 2 }]);
});

test('when it is told nothing that it can do, then it says what it can', () => {
  expect(parked('contact-edit', 'burn')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('list|retry|drop'),
  });
});
