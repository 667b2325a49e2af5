import { isDeepStrictEqual } from 'node:util';
import type { Send } from './client.ts';
import { texts, type Person, type State } from './ledger.ts';

type Fields = Record<string, unknown>;

/** @returns each person who is otherwise than the ledger allows, as everybody sees it through the gateway. */
export async function checkLedger(persons: Person[], send: Send): Promise<{ problems: string[]; gone: Person[] }> {
  const contacts = await allContacts(send);
  const problems: string[] = [];
  const gone: Person[] = [];
  const known = new Set<Fields>();
  for (const person of persons) {
    const found = contacts.filter(({ full_name }) => String(full_name).startsWith(`${person.marker} `));
    for (const contact of found) known.add(contact);
    if (found.length > 1) problems.push(`${person.marker} was created ${found.length} times`);
    const actual = await readState(person, found[0], send);
    const allowed = [person.acknowledged, ...person.possible];
    if (typeof actual === 'string') problems.push(`${person.marker}: ${actual}`);
    else if (!allowed.some((state) => isDeepStrictEqual(sorted(state), sorted(actual))))
      problems.push(`${person.marker} is ${JSON.stringify(actual)}, and should be ${JSON.stringify(allowed)}`);
    if (actual === null) gone.push(person);
  }
  const unexplained = contacts.filter((contact) => !known.has(contact));
  return { problems: [...problems, ...unexplained.map((c) => `nobody wrote ${JSON.stringify(c)}`)], gone };
}

/** What both services show of a person, or in what they contradict each other. */
async function readState(person: Person, contact: Fields | undefined, send: Send): Promise<State | string> {
  const id = contact?.id ?? person.id;
  if (typeof id !== 'string') return null;
  const form = await send({ method: 'GET', path: `/contacts/${id}?context=edit` });
  const { body: list } = await send({ method: 'GET', path: `/contact-chapters/by-contact/${id}?limit=100` });
  const memberships = (Array.isArray(list.data) ? (list.data as Fields[]) : []).filter((m) => m.status !== 'removed');
  if (!contact) {
    if (form.outcome === 'refused' && memberships.length === 0) return null;
    return `is gone from the repository, but not everywhere: ${JSON.stringify([form.body, memberships])}`;
  }

  if (!Array.isArray(form.body.chapter_affiliations)) return 'is in the repository, but has no edit form';

  const shared = Number(String(contact.full_name).slice(person.marker.length + 2));
  const address = form.body.address;
  const number = typeof address === 'string' ? Number(address.split(' ').at(-1)) : null;
  const seen = {
    full_name: contact.full_name,
    email: contact.email,
    first_name: form.body.first_name,
    last_name: form.body.last_name,
    form_email: form.body.email,
    address,
    phone: form.body.phone,
    affiliations: (form.body.chapter_affiliations as unknown[]).toSorted(),
  };
  const chapters = Object.fromEntries(memberships.map((m) => [String(m.chapter_id), String(m.status)]));
  const whole = {
    full_name: texts.fullName(person, shared),
    email: texts.email(person, shared),
    first_name: person.marker,
    last_name: texts.lastName(shared),
    form_email: texts.email(person, shared),
    address: number === null ? null : texts.address(person, number),
    phone: number === null ? null : person.phone,
    affiliations: Object.keys(chapters)
      .filter((chapter) => chapters[chapter] === 'active')
      .toSorted(),
  };
  if (!isDeepStrictEqual(seen, whole)) return `is not whole: ${JSON.stringify(seen)}`;
  return { shared, form: number, chapters };
}

async function allContacts(send: Send): Promise<Fields[]> {
  const all: Fields[] = [];
  for (let page = 1; ; page++) {
    const { outcome, body } = await send({ method: 'GET', path: `/contacts?limit=100&sort=created_at&page=${page}` });
    if (outcome !== 'acknowledged' || !Array.isArray(body.data)) throw new Error('the contacts cannot be listed');
    all.push(...(body.data as Fields[]));
    if (body.data.length < 100) return all;
  }
}

function sorted(state: State): State {
  if (!state) return null;
  const chapters = Object.entries(state.chapters).sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...state, chapters: Object.fromEntries(chapters) };
}
