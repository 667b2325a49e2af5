import type { Answer } from './client.ts';
import type { Person, State } from './ledger.ts';
import { living, note } from './write-contacts.ts';
import type { Write } from './writer.ts';

const chapters = ['ch-nord', 'ch-sor', 'ch-aust', 'ch-vest', 'ch-midt', 'ch-ytst', 'ch-inst', 'ch-borte'];

/** All of a person's chapters at once, in the edit form. */
export async function replaceAffiliations({ person, random, send }: Write): Promise<void> {
  const chosen = chapters.filter(() => random.chance(0.3));
  const answer = await send({ method: 'PUT', path: affiliationsOf(person), body: { chapter_ids: chosen } });
  note(person, answer, withChapters(person, Object.fromEntries(chosen.map((chapter) => [chapter, 'active']))));
}

/** One membership: added where there is none, else changed or ended. */
export async function changeMembership({ person, random, send }: Write): Promise<void> {
  const state = living(person);
  const chapter = random.pick(chapters);
  const status = state.chapters[chapter];
  const id = person.membershipIds[chapter];
  const others = Object.fromEntries(Object.entries(state.chapters).filter(([name]) => name !== chapter));
  if (status === undefined) {
    const answer = await send(addition(person, chapter));
    keepId(person, chapter, answer);
    note(person, answer, { ...state, chapters: { ...others, [chapter]: 'active' } });
  } else if (id !== undefined && random.chance(0.4)) {
    note(person, await send({ method: 'DELETE', path: `/contact-chapters/${id}` }), { ...state, chapters: others });
  } else if (id !== undefined) {
    const body = { status: status === 'active' ? 'inactive' : 'active' };
    const answer = await send({ method: 'PUT', path: `/contact-chapters/${id}`, body });
    note(person, answer, { ...state, chapters: { ...others, [chapter]: body.status } });
  }
}

/** Two people add two chapters at the same moment, one in each service. Nothing but additions: neither may be lost. */
export async function changeBothWays({ person, send }: Write): Promise<void> {
  const { chapters: present } = living(person);
  const [one, two] = chapters.filter((chapter) => present[chapter] === undefined);
  if (one === undefined || two === undefined) return;
  const outcomes = await Promise.all([send(addition(person, one)), addInForm(person, two, send)]);

  const added = outcomes.map(({ outcome }, i) => ({ outcome, chapter: i === 0 ? one : two }));
  const chaptersOf = (wanted: typeof added) =>
    withChapters(person, { ...present, ...Object.fromEntries(wanted.map(({ chapter }) => [chapter, 'active'])) });
  const sure = added.filter(({ outcome }) => outcome === 'acknowledged');
  const unsure = added.filter(({ outcome }) => outcome === 'unknown');
  person.acknowledged = chaptersOf(sure);
  if (unsure.length > 0) {
    person.possible = [chaptersOf([...sure, ...unsure]), ...unsure.map((one) => chaptersOf([...sure, one]))];
  }
}

/** One deletes the contact while another adds it to a chapter: whichever comes first, it is gone, and from everywhere. */
export async function deleteWhileAdding({ person, random, send }: Write): Promise<void> {
  const { chapters: present } = living(person);
  const chapter = chapters.find((name) => present[name] === undefined);
  if (chapter === undefined) return;
  const context = random.pick(['', '?context=edit']);
  const [deletion, added] = await Promise.all([
    send({ method: 'DELETE', path: `/contacts/${person.id}${context}` }),
    send(addition(person, chapter)),
  ]);
  if (deletion.outcome !== 'acknowledged')
    note(person, added, withChapters(person, { ...present, [chapter]: 'active' }));
  if (deletion.outcome === 'unknown') person.possible = [null, ...person.possible];
  if (deletion.outcome === 'acknowledged') person.acknowledged = null;
  // The chapter was added in the other service: chapters that are replaced before the form hears of it do not end it.
  else if (added.outcome === 'acknowledged') person.possible.push(person.acknowledged);
}

/** What the form shows and one more, provided that nobody has changed it since. */
async function addInForm(person: Person, chapter: string, send: Write['send']): Promise<Answer> {
  const form = await send({ method: 'GET', path: `/contacts/${person.id}?context=edit` });
  const shown = form.body.chapter_affiliations;
  if (form.outcome !== 'acknowledged' || form.etag === null || !Array.isArray(shown))
    return { ...form, outcome: 'refused' };
  return send({
    method: 'PUT',
    path: affiliationsOf(person),
    headers: { 'If-Match': form.etag },
    body: { chapter_ids: [...(shown as unknown[]), chapter] },
  });
}

const affiliationsOf = ({ id }: Person) => `/contacts/${id}/chapter-affiliations?context=edit`;

function addition(person: Person, chapter: string) {
  return { method: 'POST', path: '/contact-chapters', body: { contact_id: person.id, chapter_id: chapter } };
}

function keepId(person: Person, chapter: string, { body }: Answer): void {
  if (typeof body.id === 'string') person.membershipIds[chapter] = body.id;
}

function withChapters(person: Person, wanted: Record<string, string>): State {
  return { ...living(person), chapters: wanted };
}
