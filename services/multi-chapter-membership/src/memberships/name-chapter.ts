import type { Clock } from '@kontakt/convergence';
import { chapterRenamed, createEvent } from '@kontakt/events';
import { intoOutbox } from '@kontakt/messaging';
import type { Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import type { Chapter } from '../generated/prisma/client.ts';

/** Names a chapter, which must be known, and tells everybody when it had another name. */
export async function nameChapter(
  tx: Transaction,
  clock: Clock,
  { id, name }: { id: string; name: string },
): Promise<void> {
  const [chapter] = await tx.query<Pick<Chapter, 'name' | 'nameStamp'>>(
    sql`SELECT name, name_stamp AS "nameStamp" FROM chapters WHERE id = ${id} FOR UPDATE`,
  );
  if (!chapter || chapter.name === name) return;
  const stamp = clock.next(chapter.nameStamp);
  const event = createEvent(chapterRenamed, { subject: id, data: { chapter: { id, name }, stamp } });
  tx.send(
    sql`WITH told AS (${intoOutbox([event])})
      UPDATE chapters SET name = ${name}, name_stamp = ${stamp} WHERE id = ${id}`,
  );
}
