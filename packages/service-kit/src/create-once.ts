import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { Problem } from './problem.ts';

/** How long a key is remembered. */
export const keyLifetimeMs = 24 * 3_600_000;

/** The service's table of keys, as Prisma gives it inside the transaction that creates. */
interface IdempotencyKeys {
  createMany(args: { data: { key: string; requestHash: string; createdAt: Date }[]; skipDuplicates: true }): Promise<{
    count: number;
  }>;
  findUniqueOrThrow(args: { where: { key: string } }): Promise<{ requestHash: string; resourceId: string | null }>;
  update(args: { where: { key: string }; data: { resourceId: string } }): Promise<unknown>;
}

interface Creation<T> {
  keys: IdempotencyKeys;
  key: string | undefined;
  body: object;
  create: () => Promise<T>;
  /** Rejects with a Problem 404 when what was created is gone. */
  find: (id: string) => Promise<T>;
  idOf: (created: T) => string;
}

/** @throws Problem 400 when the header is there and is no key. */
export function parseIdempotencyKey(req: Request): string | undefined {
  const key = req.get('Idempotency-Key');
  if (key === undefined || /^[!-~]{1,255}$/.test(key)) return key;
  throw Problem.invalid([
    { in: 'header', path: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' },
  ]);
}

/**
 * Creates, unless a request with the same key and body has created already: then finds what it created. Two requests
 * at once take turns at the key's row. Only a hash of the body is kept: it may be personal.
 * @throws Problem 409 when the key came with another body before.
 */
export async function createOnce<T>({ keys, key, body, create, find, idOf }: Creation<T>): Promise<T> {
  if (key === undefined) return create();

  const requestHash = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  const { count } = await keys.createMany({
    data: [{ key, requestHash, createdAt: new Date() }],
    skipDuplicates: true,
  });
  if (count === 0) {
    const earlier = await keys.findUniqueOrThrow({ where: { key } });
    if (earlier.requestHash === requestHash && earlier.resourceId !== null) return find(earlier.resourceId);
    throw new Problem(409, 'idempotency-key-reused', 'This Idempotency-Key came with another body before.');
  }
  const created = await create();
  await keys.update({ where: { key }, data: { resourceId: idOf(created) } });
  return created;
}
