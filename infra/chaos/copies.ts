import { never } from '@kontakt/convergence';
import { Pool } from 'pg';
import type { ServiceName } from './start-system.ts';

/** What one service holds of what another owns, or has counted, as the same columns in the same order. */
const comparisons: { what: string; left: [ServiceName, string]; right: [ServiceName, string] }[] = [
  {
    what: 'contacts',
    left: ['contact-repository', sharedContacts()],
    right: ['contact-edit', sharedContacts()],
  },
  {
    what: 'names and organisations',
    left: ['contact-repository', 'SELECT id, full_name, name_stamp, org_id, org_id_stamp, deleted_stamp FROM contacts'],
    right: [
      'multi-chapter-membership',
      `SELECT id, coalesce(full_name, '') AS full_name, name_stamp, coalesce(org_id, '') AS org_id, org_id_stamp,
         deleted_stamp FROM contacts`,
    ],
  },
  {
    what: 'who is in which chapter',
    left: [
      'multi-chapter-membership',
      `SELECT contact_id || ' in ' || chapter_id AS id, status = 'active' AS active, stamp FROM memberships`,
    ],
    right: ['contact-repository', `SELECT contact_id || ' in ' || chapter_id AS id, active, stamp FROM memberships`],
  },
  {
    what: 'memberships',
    left: [
      'multi-chapter-membership',
      // Those of a deleted contact stay as ended ones, and the edit form drops them.
      `SELECT contact_id || ' in ' || chapter_id AS id, status, joined_at, stamp
         FROM memberships JOIN contacts ON contacts.id = contact_id
         WHERE deleted_stamp = '${never}' OR status <> 'removed'`,
    ],
    right: [
      'contact-edit',
      `SELECT contact_id || ' in ' || chapter_id AS id, status, joined_at, stamp FROM memberships`,
    ],
  },
  {
    what: 'counted contacts',
    left: ['contact-edit', "SELECT org_id AS id, count(*)::int AS n FROM contacts WHERE deleted_stamp = '' GROUP BY 1"],
    right: ['contact-edit', 'SELECT org_id AS id, sum(n)::int AS n FROM contact_counts GROUP BY 1 HAVING sum(n) <> 0'],
  },
  {
    what: 'counted contacts of the repository',
    left: [
      'contact-repository',
      "SELECT org_id AS id, count(*)::int AS n FROM contacts WHERE deleted_stamp = '' GROUP BY 1",
    ],
    right: [
      'contact-repository',
      `SELECT org_id AS id, sum(n)::int AS n FROM contact_counts
         WHERE NOT peer_mentors AND prefix = '' GROUP BY 1 HAVING sum(n) <> 0`,
    ],
  },
  {
    what: 'counted words',
    left: [
      'contact-repository',
      `SELECT concat_ws(' ', word, spelling, shared) AS id, count(*)::int AS n
         FROM contact_words JOIN search_words USING (word, spelling, shared) WHERE stays GROUP BY 1`,
    ],
    right: [
      'contact-repository',
      `SELECT concat_ws(' ', word, spelling, shared) AS id, sum(n)::int AS n
         FROM word_counts GROUP BY 1 HAVING sum(n) <> 0`,
    ],
  },
  {
    what: 'counted memberships',
    left: [
      'multi-chapter-membership',
      `SELECT coalesce(chapter_id, '') AS id, count(*)::int AS n
         FROM memberships WHERE status <> 'removed' GROUP BY GROUPING SETS ((chapter_id), ())`,
    ],
    right: [
      'multi-chapter-membership',
      'SELECT chapter_id AS id, sum(n)::int AS n FROM membership_counts GROUP BY 1 HAVING sum(n) <> 0',
    ],
  },
];

function sharedContacts(): string {
  return `SELECT id, first_name, last_name, full_name, name_stamp, email, email_stamp, org_id, org_id_stamp, role,
    role_stamp, is_active, is_active_stamp, specialty, specialty_stamp, available, available_stamp, deleted_stamp
    FROM contacts`;
}

export type Copies = ReturnType<typeof openCopies>;

/** Looks into the three databases. */
export function openCopies(databases: Record<ServiceName, string>) {
  const pools = new Map(
    Object.entries(databases).map(([name, connectionString]) => [name, new Pool({ connectionString, max: 2 })]),
  );
  for (const pool of pools.values()) pool.on('error', () => undefined); // a cut connection is told by the next query
  const query = async (service: string, sql: string) =>
    (await pools.get(service)?.query<Record<string, unknown>>(sql))?.rows ?? [];

  return {
    /** In what the copies differ, and what is still in an outbox. */
    async differences(): Promise<string[]> {
      const found: string[] = [];
      for (const { what, left, right } of comparisons) {
        const rows = await Promise.all([query(...left), query(...right)]);
        found.push(...differing(...rows).map((difference) => `${what}: ${difference}`));
      }
      for (const service of pools.keys()) {
        const [row] = await query(
          service,
          `SELECT count(*)::int AS n, count(*) FILTER (WHERE parked)::int AS parked FROM outbox`,
        );
        if (row?.n !== 0)
          found.push(`the outbox of ${service} holds ${String(row?.n)} events, ${String(row?.parked)} parked`);
      }
      return found;
    },
    /** Every row of every table, as text. */
    async everything(): Promise<string[]> {
      const all: string[] = [];
      for (const service of pools.keys()) {
        const tables = await query(
          service,
          "SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'",
        );
        for (const { name } of tables) {
          const rows = await query(service, `SELECT row::text AS row FROM ${String(name)} AS row`);
          all.push(...rows.map(({ row }) => `${service}, ${String(name)}: ${String(row)}`));
        }
      }
      return all;
    },
    async close(): Promise<void> {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}

function differing(left: Record<string, unknown>[], right: Record<string, unknown>[]): string[] {
  const texts = (rows: Record<string, unknown>[]) => new Map(rows.map((row) => [String(row.id), JSON.stringify(row)]));
  const [one, other] = [texts(left), texts(right)];
  const ids = new Set([...one.keys(), ...other.keys()]);
  return [...ids]
    .filter((id) => one.get(id) !== other.get(id))
    .map((id) => `${one.get(id) ?? `nothing of ${id}`} ≠ ${other.get(id) ?? 'nothing'}`);
}
