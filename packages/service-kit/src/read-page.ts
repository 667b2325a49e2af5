import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { formatCursor } from './cursor.ts';
import type { Queries } from './open-database.ts';
import type { ListQuery, Page } from './paging.ts';
import { Problem } from './problem.ts';

/** The order of a list; the id settles what is equal, so that pages never overlap. An index has both columns so. */
export interface SortOrder {
  /** A column of the table, and what it holds. */
  by: string;
  type: 'time' | 'text';
  direction: 'ASC' | 'DESC';
  ids: 'ASC' | 'DESC';
}

interface List {
  /** Has a column `id`. In `columns` and `joins` it is called `t`. */
  table: string;
  columns: Sql;
  joins?: Sql;
  conditions: Sql[];
  orders: Record<string, SortOrder>;
  /** How many rows there are in all, where that is known without counting them. */
  total?: Sql;
}

type Counted<Row> = Row & { id: string; sorted_by: unknown; total: number };

/**
 * One page of a table, and how many rows all pages have. One statement: ids are looked for in the index alone, which
 * makes pages far behind cheap to get to, and only those of the page are read. A cursor goes to its place at once.
 * @throws Problem 400 when the cursor is of a list with other orders.
 */
export async function readPage<Row extends { id: string }>(
  db: Queries,
  { table, columns, joins = empty, conditions, orders, total }: List,
  query: ListQuery,
): Promise<{ rows: Row[]; pagination: Page<Row>['pagination'] }> {
  const { limit } = query;
  const { sort, page, ...from } = typeof query.cursor === 'object' ? query.cursor : query;
  const order = orders[sort];
  if (!order || ('after' in from && order.type === 'time' && !isTime(from.after)))
    throw Problem.invalid([{ in: 'query', path: 'cursor', message: 'is not a cursor of this list' }]);

  const offset = 'after' in from ? 0 : (page - 1) * limit;
  const where = join(conditions, ' AND ');
  const rows = await db.query<Counted<Row>>(sql`
    SELECT counted.total, page.* FROM (SELECT ${total ?? counting(table, where)} AS total) AS counted
    LEFT JOIN (
      SELECT ${columns}, t.${raw(order.by)} AS sorted_by
      FROM (
        SELECT id FROM ${raw(table)} WHERE ${where} ${'after' in from ? beginAfter(order, from) : empty}
        ORDER BY ${raw(`${order.by} ${order.direction}, id ${order.ids}`)}
        ${total ? fixedPart(limit, offset) : sql`LIMIT ${limit + 1} OFFSET ${offset}`}
      ) AS ids JOIN ${raw(table)} AS t USING (id) ${joins}
      ORDER BY ${raw(`t.${order.by} ${order.direction}, t.id ${order.ids}`)}
    ) AS page ON true`);

  // A page past the end is one row: the total, and nothing beside it.
  const found = rows.filter(({ id }) => (id as string | null) !== null);
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return {
    rows: shown,
    pagination: {
      page,
      limit,
      total: rows[0]?.total ?? 0,
      ...(query.cursor !== undefined && {
        next_cursor: last ? formatCursor({ sort, page: page + 1, after: textOf(last.sorted_by), id: last.id }) : null,
      }),
    },
  };
}

/** Few, as each makes a statement of its own. */
const lengths = [10, 20, 50, 100];

/**
 * A page and one row more, or some, read by a statement that says itself how many, and no offset at the beginning or
 * behind a cursor: PostgreSQL plans that once a connection. With parameters there it plans each time, which takes longer
 * than to read the page. Where only some chapters are seen, that is as well: what is best depends on which.
 */
function fixedPart(limit: number, offset: number): Sql {
  const length = lengths.find((some) => some >= limit) ?? limit;
  return sql`LIMIT ${raw(String(length + 1))} ${offset > 0 ? sql`OFFSET ${offset}` : empty}`;
}

const counting = (table: string, where: Sql) => sql`(SELECT count(*)::int FROM ${raw(table)} WHERE ${where})`;

/** The first comparison is what an index can jump to; the second leaves out what is equal and was shown. */
function beginAfter({ by, direction, ids }: SortOrder, { after, id }: { after: string; id: string }): Sql {
  const [column, isPast] = [raw(by), raw(direction === 'ASC' ? '>' : '<')];
  return sql`AND ${column} ${isPast}= ${after} AND (${column} ${isPast} ${after} OR id ${raw(ids === 'ASC' ? '>' : '<')} ${id})`;
}

const isTime = (text: string) => /^[12]\d{3}-[\d-]+T[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text));

const textOf = (value: unknown) => (value instanceof Date ? value.toISOString() : String(value));
