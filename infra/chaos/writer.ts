import { setTimeout as sleep } from 'node:timers/promises';
import type { Send } from './client.ts';
import { beginPerson, type Person } from './ledger.ts';
import type { Random } from './random.ts';
import { changeWithForm, changeWithView, createPerson, deletePerson } from './write-contacts.ts';
import { changeBothWays, changeMembership, deleteWhileAdding, replaceAffiliations } from './write-memberships.ts';

export interface Write {
  person: Person;
  random: Random;
  send: Send;
}

interface WriterOptions {
  number: number;
  random: Random;
  send: Send;
  stopping: AbortSignal;
}

/** Each person's chapters are set in one way, so that the last of two writes is the later one. */
const chapterWrites = [replaceAffiliations, changeMembership, changeBothWays];

/** Writes one thing after the other until it is stopped. @returns the ledger of it. */
export async function runWriter({ number, random, send, stopping }: WriterOptions): Promise<Person[]> {
  const persons: Person[] = [];
  while (!stopping.aborted) {
    const open = persons.flatMap((person, i) =>
      person.acknowledged !== null && person.possible.length === 0 ? [{ person, i }] : [],
    );
    if (open.length < 4 || random.chance(0.12)) {
      const person = beginPerson(number, persons.length);
      persons.push(person);
      await createPerson({ person, random, send });
    } else {
      const { person, i } = random.pick(open);
      const writeChapters = chapterWrites[i % chapterWrites.length] ?? replaceAffiliations;
      const writes = [changeWithView, changeWithView, changeWithForm, changeWithForm, writeChapters, writeChapters];
      const write = random.chance(0.08) ? random.pick([deletePerson, deleteWhileAdding]) : random.pick(writes);
      await write({ person, random, send });
    }
    await sleep(random.between(10, 80));
  }
  return persons;
}
