import { createHash } from 'node:crypto';
import Joi from 'joi';
import sql from 'sql-template-tag';
import type { Access } from './access.ts';
import type { Transaction } from './open-database.ts';
import { Problem } from './problem.ts';

/** How long a key is remembered. */
export const keyLifetimeMs = 24 * 3_600_000;

interface Creation<T> {
  tx: Transaction;
  key: string | undefined;
  /** Whose key it is: two clients may choose the same, and one may act for two organisations. */
  access: Partial<Access>;
  body: object;
  create: () => T | Promise<T>;
  /** Rejects with a Problem 404 when what was created is gone. */
  find: (id: string) => Promise<T>;
  idOf: (created: T) => string;
}

/** The header with which a client can repeat a POST. */
export const idempotencyHeaders = Joi.object<{ 'idempotency-key'?: string }>({
  'idempotency-key': Joi.string()
    .pattern(/^[!-~]{1,255}$/)
    .messages({ 'string.pattern.base': '{{#label}} must be 1 to 255 visible ASCII characters' })
    .description('Makes the request repeatable for a day: with the same key and body it creates once.'),
}).unknown();

/**
 * Creates, unless a request with the same key and body has created already: then finds what it created. Two requests
 * at once take turns at the key's row. Only a hash of the body is kept: it may be personal.
 * @throws Problem 409 when the key came with another body before.
 */
export async function createOnce<T>({ tx, access, body, create, find, idOf, ...given }: Creation<T>): Promise<T> {
  if (given.key === undefined) return create();
  const { organisation, subject } = access;
  const key = subject === undefined ? given.key : `${String(organisation)} ${subject} ${given.key}`;

  const requestHash = hashOf(body);
  const [begun] = await tx.query(
    sql`INSERT INTO idempotency_keys (key, request_hash, created_at) VALUES (${key}, ${requestHash}, now())
      ON CONFLICT DO NOTHING RETURNING key`,
  );
  if (!begun) {
    const [earlier] = await tx.query<{ requestHash: string; resourceId: string | null }>(
      sql`SELECT request_hash AS "requestHash", resource_id AS "resourceId" FROM idempotency_keys WHERE key = ${key}`,
    );
    if (earlier?.requestHash === requestHash && earlier.resourceId !== null) return find(earlier.resourceId);
    throw new Problem(409, 'idempotency-key-reused', 'This Idempotency-Key came with another body before.');
  }
  const created = await create();
  tx.send(sql`UPDATE idempotency_keys SET resource_id = ${idOf(created)} WHERE key = ${key}`);
  return created;
}

/** The same for the same fields, in whatever order they came. */
function hashOf(body: object): string {
  const inOrder = Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(inOrder)).digest('hex');
}
