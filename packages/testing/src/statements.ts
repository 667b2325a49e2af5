import pg from 'pg';

export interface Statement {
  text: string;
  values: unknown[];
}

/** What goes to PostgreSQL while something is done. For one thing at a time. */
export async function recordStatements(something: () => Promise<unknown>): Promise<Statement[]> {
  const prototype: { query: (...args: unknown[]) => unknown } = pg.Client.prototype;
  const original = prototype.query;
  const statements: Statement[] = [];
  prototype.query = function (this: unknown, ...args: unknown[]) {
    statements.push(toStatement(args));
    return original.apply(this, args);
  };
  try {
    await something();
  } finally {
    prototype.query = original;
  }
  return statements;
}

/**
 * The plans that PostgreSQL would choose for the statements when there are many rows: a few are read faster as they
 * stand, so reading all of a table, and sorting it, is made unattractive.
 */
export async function plansAtScale(pool: pg.Pool, statements: Statement[]): Promise<string[]> {
  const client = await pool.connect();
  try {
    await client.query('SET enable_seqscan = off; SET enable_sort = off');
    const plans: string[] = [];
    for (const { text, values } of statements) {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (COSTS off) ${text}`, values);
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    }
    return plans;
  } finally {
    // Ends the connection, and its settings with it.
    client.release(true);
  }
}

function toStatement([query, values]: unknown[]): Statement {
  if (typeof query === 'string') return { text: query, values: Array.isArray(values) ? values : [] };
  const config = query as { text: string; values?: unknown[] };
  return { text: config.text, values: config.values ?? (Array.isArray(values) ? values : []) };
}
