import { never } from '@kontakt/convergence';
import type { Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import type { Chapter } from '../generated/prisma/client.ts';

/** The names of chapters, by their ids; those that are not known yet begin without one. */
export async function knowChapters(tx: Transaction, ids: string[]): Promise<Map<string, string | null>> {
  const named = await tx.query<Pick<Chapter, 'id' | 'name'>>(sql`SELECT id, name FROM chapters WHERE id = ANY(${ids})`);
  const names = new Map(named.map(({ id, name }) => [id, name]));
  const begun = ids.filter((id) => !names.has(id));
  if (begun.length === 0) return names;
  tx.send(
    sql`INSERT INTO chapters (id, name_stamp) SELECT DISTINCT unnest(${begun}::text[]) AS id, ${never} ORDER BY id
      ON CONFLICT DO NOTHING`,
  );
  return names;
}
