import pg from 'pg';

/** How many statements go to PostgreSQL while something is done. For one thing at a time. */
export async function countStatements(something: () => Promise<unknown>): Promise<number> {
  const prototype: { query: (...args: unknown[]) => unknown } = pg.Client.prototype;
  const original = prototype.query;
  let count = 0;
  prototype.query = function (this: unknown, ...args: unknown[]) {
    count += 1;
    return original.apply(this, args);
  };
  try {
    await something();
  } finally {
    prototype.query = original;
  }
  return count;
}
