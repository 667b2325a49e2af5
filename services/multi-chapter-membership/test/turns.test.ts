import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { waitFor } from '@kontakt/testing';
import { lockOrBegin } from '../src/contacts/contact-rows.ts';
import { newMembership, path, startApp } from './start-app.ts';

let app: Awaited<ReturnType<typeof startApp>>;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

test.each([
  ['PUT', '{"status":"inactive"}', 'inactive'],
  ['DELETE', undefined, 'removed'],
])(
  'when an event is changing memberships of the contact, then %s of one waits, or one would undo the other',
  async (method, rawBody, status) => {
    const { id, contact_id } = (await app.api.post(path, newMembership())).body;
    const answering = await app.db.transaction(async (tx) => {
      await lockOrBegin(tx, [contact_id]); // as every event begins
      const sent = app.api.send({ method, path: `${path}/${id}`, ...(rawBody !== undefined && { rawBody }) });
      await waitFor(
        async () => {
          const { rows } = await app.db.pool.query(
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
          );
          return rows.length > 0;
        },
        { timeoutMs: 1_500 },
      );
      return { sent };
    });
    expect((await answering.sent).status).toBe(200);
    expect(await app.db.prisma.membership.findUnique({ where: { id } })).toMatchObject({ status });
  },
);
