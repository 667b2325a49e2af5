import type { ClientBase, Pool, QueryResultRow } from 'pg';
import type { Sql } from 'sql-template-tag';
import { keyLifetimeMs } from './create-once.ts';
import { createPool } from './database.ts';
import type { Log } from './log.ts';

/** Runs prepared statements: on any connection, or on that of a transaction. */
export interface Queries {
  query<Row extends QueryResultRow>(statement: Sql): Promise<Row[]>;
}

/** Prepared statements of one transaction. */
export interface Transaction extends Queries {
  /**
   * For a statement whose rows nobody needs: the next one does not wait for its answer, nor does the commit. When it
   * fails, the transaction does, with its error.
   */
  send(statement: Sql): void;
}

/** What every service's generated Prisma client has. */
interface Client {
  $disconnect(): Promise<void>;
  idempotencyKey: { deleteMany(args: { where: { createdAt: { lt: Date } } }): PromiseLike<unknown> };
}

interface DatabaseOptions<C> {
  databaseUrl: string;
  poolSize: number;
  log: Log;
  /** The service's own client, on the pool that it shares with SQL of its own. */
  createClient: (pool: Pool) => C;
}

/**
 * A service's database: prepared statements and transactions of them for what is asked often, its Prisma client for the
 * rest, and the pool beneath both. Measured beside the same through Prisma, which compiles each query and sends it
 * unprepared, a read is three to five times as fast, and so is a transaction.
 */
export function openDatabase<C extends Client>({ databaseUrl, poolSize, log, createClient }: DatabaseOptions<C>) {
  const pool = createPool({ databaseUrl, size: poolSize, log });
  const prisma = createClient(pool);
  let tellOfOutbox: (connection?: ClientBase) => boolean = () => true;

  const forgetting = setInterval(() => {
    const createdAt = { lt: new Date(Date.now() - keyLifetimeMs) };
    prisma.idempotencyKey.deleteMany({ where: { createdAt } }).then(undefined, (error: unknown) => {
      log.warn({ err: error }, 'old idempotency keys could not be forgotten');
    });
  }, 3_600_000).unref();

  const names = new Map<string, string>();
  /** The same for the same text; there are as many as ways to write the statements of a service. */
  function nameOf(text: string): string {
    const name = names.get(text) ?? `kontakt_${names.size + 1}`;
    names.set(text, name);
    return name;
  }

  const queriesOn = (connection: Pick<ClientBase, 'query'> | Pool): Queries => ({
    async query<Row extends QueryResultRow>({ text, values }: Sql) {
      const { rows } = await connection.query<Row>({ name: nameOf(text), text, values });
      return rows;
    },
  });

  return {
    prisma,
    pool,
    ...queriesOn(pool),
    /** Commits what the operation did, or undoes it when it throws. */
    async transaction<T>(operation: (tx: Transaction) => Promise<T>): Promise<T> {
      const client = await pool.connect();
      let broken: Error | undefined;
      const state = { hasEnded: false, writesOutbox: false };
      // A connection that breaks tells those who wait for an answer, too; without a listener it would end the process.
      const note = (error: Error) => {
        broken = error;
      };
      client.on('error', note);
      const queries = queriesOn(client);
      const query = <Row extends QueryResultRow>(statement: Sql) => {
        // What comes after the end would stand alone, or in the transaction of whoever has the connection next.
        if (state.hasEnded) throw new Error('The transaction has ended.');
        state.writesOutbox ||= statement.text.includes('INTO outbox');
        return queries.query<Row>(statement);
      };
      const sent: Promise<unknown>[] = [];
      const send = (statement: Sql) => {
        const answered = query(statement);
        answered.catch(() => undefined); // It is waited for at the end.
        sent.push(answered);
      };
      try {
        // On its way together with the operation's first statement. PostgreSQL would plan `id = ANY($1)` anew each time,
        // as it expects fewer rows than it does of a kept plan; that took a quarter of its time for a contact's copy. So
        // what is planned first is kept, and must be right for a table that was empty then: each table by an index.
        const begun = client.query('BEGIN; SET LOCAL plan_cache_mode = force_generic_plan');
        begun.catch(note);
        const [result] = await Promise.all([operation({ query, send }), begun]);
        state.hasEnded = true;
        const committed = client.query('COMMIT');
        const isTold = !state.writesOutbox || tellOfOutbox(client);
        const [{ command }] = await Promise.all([committed, ...sent]);
        // PostgreSQL answers otherwise where a statement had failed and the operation went on.
        if (command !== 'COMMIT') throw new Error('The transaction was undone, since one of its statements failed.');
        if (!isTold) tellOfOutbox();
        return result;
      } catch (error) {
        state.hasEnded = true;
        await client.query('ROLLBACK').catch(note);
        // What failed after it failed because of it.
        await Promise.all(sent);
        throw error;
      } finally {
        client.off('error', note);
        client.release(broken);
      }
    },
    /**
     * What is called when a commit of something in the outbox was sent: what it asks at once on the connection sees
     * that, and does not wait for the commit's answer. Later the connection is somebody else's. If it answers that it
     * could not ask, it is called again after the commit.
     */
    onOutbox(listener: (connection?: ClientBase) => boolean) {
      tellOfOutbox = listener;
    },
    async close() {
      clearInterval(forgetting);
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
