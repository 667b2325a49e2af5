import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createClock } from './clock.ts';
import { blankContact, changeContact, deleteContact, mergeContacts, type ContactState } from './contact.ts';
import { mergeMemberships, type MembershipState } from './membership.ts';
import { joinName } from './name.ts';
import { never } from './stamp.ts';

/**
 * Three replicas of one contact and one membership that write, and tell each other by messages which are reordered,
 * doubled and lost. In the end each tells its whole state once more, as a resync does; then all must be equal.
 */
interface Replica {
  clock: ReturnType<typeof createClock>;
  contact: ContactState;
  membership: MembershipState | null;
}
type Message = Pick<Replica, 'contact' | 'membership'>;

const replicas = 3;
const who = fc.nat(replicas - 1);
const step = fc.oneof(
  fc.record({ do: fc.constant('rename' as const), who, text: fc.constantFrom('Ane', 'Bo', 'Ås') }),
  fc.record({ do: fc.constant('mail' as const), who, text: fc.constantFrom('a@x.no', 'b@x.no') }),
  fc.record({ do: fc.constant('join' as const), who, text: fc.constantFrom('active', 'inactive', 'removed') }),
  fc.record({ do: fc.constant('tell' as const), who, text: fc.constant('') }),
  fc.record({ do: fc.constant('deliver' as const), who, text: fc.constantFrom('once', 'twice', 'lost') }),
  fc.record({ do: fc.constant('wait' as const), who, text: fc.constantFrom('forth', 'back') }),
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), who, text: fc.constant('') }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function play(steps: Step[]) {
  let now = 1_763_720_000_000;
  const wallClock = () => now;
  const all: Replica[] = Array.from({ length: replicas }, (_, i) => ({
    clock: createClock({ node: `r.${i}`, startAfter: never, wallClock }),
    contact: blankContact,
    membership: null,
  }));
  const underway: Message[] = [];
  let deleted = false;

  for (const { do: what, who: index, text } of steps) {
    const replica = all[index];
    if (!replica) throw new Error('no such replica');
    const alive = replica.contact.deletedStamp === never;
    if (what === 'wait') now += text === 'back' ? -3_000 : 1_000;
    if (what === 'tell') underway.push({ contact: replica.contact, membership: replica.membership });
    if (what === 'deliver') {
      // Any of those under way, not the oldest.
      const [message] = underway.splice((now + index) % Math.max(underway.length, 1), 1);
      for (let i = 0; message && i < { once: 1, twice: 2, lost: 0 }[text]; i++) receive(replica, message);
    }
    if (what === 'rename' && alive) write(replica, joinName(text, 'Berg'));
    if (what === 'mail' && alive) write(replica, { email: text });
    if (what === 'join' && alive) {
      replica.membership = { status: text, joinedAt: new Date(0), stamp: replica.clock.next() };
    }
    if (what === 'delete') {
      deleted = true;
      replica.contact = deleteContact(replica.clock.next());
    }
  }
  return { all, deleted };
}

function write(replica: Replica, values: Parameters<typeof changeContact>[1]): void {
  replica.contact = changeContact(replica.contact, values, replica.clock.next());
}

function receive(replica: Replica, { contact, membership }: Message): void {
  replica.contact = mergeContacts(replica.contact, contact);
  if (membership)
    replica.membership = replica.membership ? mergeMemberships(replica.membership, membership) : membership;
}

function resync(all: Replica[]): void {
  const told = all.map(({ contact, membership }) => ({ contact, membership }));
  for (const replica of all) for (const message of told) receive(replica, message);
}

describe('three replicas', () => {
  test('when messages were reordered, doubled and lost, then a resync leaves them equal to the byte', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { all, deleted } = play(steps);
        resync(all);
        const [first, ...others] = all.map(({ contact, membership }) => JSON.stringify([contact, membership]));
        for (const other of others) expect(other).toBe(first);
        // After a delete nothing of the person is anywhere.
        if (deleted) expect(all[0]?.contact).toEqual({ ...blankContact, deletedStamp: all[0]?.contact.deletedStamp });
      }),
      { numRuns: process.env.TEST_SUITES === 'all' ? 10_000 : 1_000 },
    );
  });
});
