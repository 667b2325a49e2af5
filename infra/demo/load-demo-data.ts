import { createDb as createContactRepositoryDb } from '@kontakt/contact-repository';
import { createDb as createContactEditDb } from '@kontakt/contact-edit';
import { createDb as createMembershipDb } from '@kontakt/multi-chapter-membership';
import { blankContact, changeContact, formatStamp, never, type ContactState } from '@kontakt/convergence';
import type { Log } from '@kontakt/service-kit';
import type { DatabaseUrls } from '../local/databases.ts';
import { chapterNames, memberships, people, usedContactNumbers, usedMembershipNumbers, type Person } from './people.ts';

/** In ms: other databases are filled at the same time, perhaps on a busy machine. */
const patience = { maxWait: 10_000, timeout: 30_000 };

/**
 * Fills the stores that are empty, each in one transaction, so that a store holds all of the demonstration or nothing.
 * Straight into the databases, because no endpoint lets anybody choose ids and times.
 * @returns the stores that were filled.
 */
export async function loadDemoData(databases: DatabaseUrls, log: Log): Promise<string[]> {
  const filled = await Promise.all([
    fillContactRepository(databases['contact-repository'], log),
    fillContactEdit(databases['contact-edit'], log),
    fillMembership(databases['multi-chapter-membership'], log),
  ]);
  return filled.filter((name) => name !== null);
}

async function fillContactRepository(databaseUrl: string, log: Log): Promise<string | null> {
  const db = createContactRepositoryDb({ databaseUrl, poolSize: 1, log });
  try {
    return await db.prisma.$transaction(async (tx) => {
      if (await tx.contact.findFirst({ select: { id: true } })) return null;
      await tx.contact.createMany({
        data: people.map((person) => ({
          ...sharedState(person),
          id: person.id,
          peerMentorId: person.peerMentorId,
          peerMentorSince: person.peerMentorId === null ? null : person.createdAt,
          createdAt: person.createdAt,
          updatedAt: person.createdAt,
        })),
      });
      await tx.membership.createMany({
        data: memberships.map(({ contactId, chapterId, status, createdAt }) => ({
          contactId,
          chapterId,
          active: status === 'active',
          stamp: demoStamp(createdAt),
        })),
      });
      return 'contact-repository';
    }, patience);
  } finally {
    await db.close();
  }
}

async function fillContactEdit(databaseUrl: string, log: Log): Promise<string | null> {
  const db = createContactEditDb({ databaseUrl, poolSize: 1, log });
  try {
    return await db.prisma.$transaction(async (tx) => {
      if (await tx.contact.findFirst({ select: { id: true } })) return null;
      await tx.contact.createMany({
        data: people.map((person) => ({
          ...sharedState(person),
          id: person.id,
          ...person.form,
          createdAt: person.createdAt,
          updatedAt: person.createdAt,
        })),
      });
      await tx.membership.createMany({
        data: memberships.map(({ contactId, chapterId, status, joinedAt, createdAt }) => ({
          contactId,
          chapterId,
          status,
          joinedAt,
          stamp: demoStamp(createdAt),
        })),
      });
      await tx.$executeRaw`SELECT setval('contact_number', ${usedContactNumbers})`;
      return 'contact-edit';
    }, patience);
  } finally {
    await db.close();
  }
}

async function fillMembership(databaseUrl: string, log: Log): Promise<string | null> {
  const db = createMembershipDb({ databaseUrl, poolSize: 1, log });
  try {
    return await db.prisma.$transaction(async (tx) => {
      if (await tx.contact.findFirst({ select: { id: true } })) return null;
      await tx.contact.createMany({
        data: people.map((person) => ({
          id: person.id,
          fullName: person.shared.fullName,
          nameStamp: demoStamp(person.createdAt),
          orgId: person.shared.orgId,
          orgIdStamp: demoStamp(person.createdAt),
          deletedStamp: never,
        })),
      });
      await tx.chapter.createMany({
        data: [...new Set(memberships.map(({ chapterId }) => chapterId))].map((id) => {
          const name = chapterNames.get(id);
          return { id, name: name ?? null, nameStamp: name === undefined ? never : demoStamp(new Date(0)) };
        }),
      });
      await tx.membership.createMany({
        data: memberships.map((membership) => ({
          ...membership,
          stamp: demoStamp(membership.createdAt),
          updatedAt: membership.createdAt,
        })),
      });
      await tx.$executeRaw`SELECT setval('membership_number', ${usedMembershipNumbers})`;
      return 'multi-chapter-membership';
    }, patience);
  } finally {
    await db.close();
  }
}

function sharedState({ shared, createdAt }: Person): ContactState {
  return changeContact(blankContact, shared, demoStamp(createdAt));
}

function demoStamp(time: Date): string {
  return formatStamp({ time: time.getTime(), counter: 0, node: 'demo' });
}
