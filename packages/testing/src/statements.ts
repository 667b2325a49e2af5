import pg from 'pg';
import type { Service } from './services.ts';
import { createTestDatabase } from './test-database.ts';

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

interface PlanNode {
  'Node Type': string;
  'Index Cond'?: string;
  'Index Name'?: string;
  'Relation Name'?: string;
  Plans?: PlanNode[];
}

/**
 * A plan that is kept may have been made while the tables were empty.
 * @returns what such plans of the statements would read as a whole, however large it has become.
 */
export async function readsOfAllRows(service: Service, statements: Statement[]): Promise<string[]> {
  const database = await createTestDatabase(service);
  const client = new pg.Client({ connectionString: database.url, options: '-c enable_seqscan=off' });
  await client.connect();
  try {
    const found: string[] = [];
    const kept = statements.filter(({ text }) => text.includes('$1'));
    for (const text of new Set(kept.map((statement) => statement.text))) {
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `EXPLAIN (GENERIC_PLAN, FORMAT json) ${text}`,
      );
      const nodes = rows.flatMap((row) => nodesOf(row['QUERY PLAN'][0].Plan));
      const unbounded = nodes.filter((node) => node['Node Type'].endsWith(' Scan') && readsTable(node));
      found.push(...unbounded.map((node) => `${node['Relation Name'] ?? node['Index Name'] ?? ''}: ${text}`));
    }
    return found;
  } finally {
    await client.end();
    await database.drop();
  }
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

function readsTable(node: PlanNode): boolean {
  if (node['Node Type'] === 'Seq Scan') return true;
  return node['Index Name'] !== undefined && node['Index Cond'] === undefined;
}

function toStatement([query, values]: unknown[]): Statement {
  if (typeof query === 'string') return { text: query, values: Array.isArray(values) ? values : [] };
  const config = query as { text: string; values?: unknown[] };
  return { text: config.text, values: config.values ?? (Array.isArray(values) ? values : []) };
}
