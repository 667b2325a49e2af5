import {
  chapterRenamed,
  contactChapterRemoved,
  contactChapterUpdated,
  createEvent,
  type CloudEvent,
} from '@kontakt/events';
import type { Db } from '../db.ts';
import { membershipEvent } from './membership-event.ts';

const pageSize = 500;

/** The names of all chapters, and the state of every membership, or of one contact's, as events; removed ones too. */
export async function* allMembershipEvents(prisma: Db['prisma'], contactId?: string): AsyncGenerator<CloudEvent> {
  if (contactId === undefined) yield* await chapterEvents(prisma);
  for (let after = { contactId: contactId ?? '', chapterId: '' }; ;) {
    const page = await prisma.membership.findMany({
      where: {
        OR: [
          { contactId: after.contactId, chapterId: { gt: after.chapterId } },
          ...(contactId === undefined ? [{ contactId: { gt: after.contactId } }] : []),
        ],
      },
      orderBy: [{ contactId: 'asc' }, { chapterId: 'asc' }],
      take: pageSize,
      include: { chapter: true },
    });
    yield* page.map(({ chapter, ...membership }) =>
      membershipEvent(membership.status === 'removed' ? contactChapterRemoved : contactChapterUpdated, {
        ...membership,
        chapterName: chapter.name,
      }),
    );
    const last = page.at(-1);
    if (!last || page.length < pageSize) return;
    after = last;
  }
}

async function chapterEvents(prisma: Db['prisma']): Promise<CloudEvent[]> {
  const chapters = await prisma.chapter.findMany({ where: { name: { not: null } } });
  return chapters.map(({ id, name, nameStamp }) =>
    createEvent(chapterRenamed, { subject: id, data: { chapter: { id, name: name ?? '' }, stamp: nameStamp } }),
  );
}
