import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './client.ts';
import { texts, type Person, type State } from './ledger.ts';
import type { Write } from './writer.ts';

/** Created in either service; repeated under the same key when the outcome is not known. */
export async function createPerson({ person, random, send }: Write): Promise<void> {
  const inForm = random.chance(0.5);
  const chapter = random.pick(['ch-nord', 'ch-sor']);
  const request = {
    method: 'POST',
    path: inForm ? '/contacts?context=edit' : '/contacts',
    headers: { 'Idempotency-Key': randomUUID() },
    body: inForm
      ? { ...formOf(person, { shared: 1, form: 1 }), chapter_affiliations: [chapter] }
      : { ...viewOf(person, 1), role: 'peer_mentor', org_id: 'org-chaos' },
  };
  const next: State = { shared: 1, form: inForm ? 1 : null, chapters: inForm ? { [chapter]: 'active' } : {} };
  for (let attempt = 1; attempt <= 3; attempt++) {
    const answer = await send(request);
    if (answer.outcome !== 'unknown') {
      const id = answer.body.contact_id ?? answer.body.id;
      if (typeof id === 'string') person.id = id;
      if (answer.outcome === 'acknowledged') {
        person.possible = [];
        person.acknowledged = next;
      }
      return;
    }
    person.possible = [next];
    await sleep(random.between(100, 1_000));
  }
}

export async function changeWithView({ person, send }: Write): Promise<void> {
  const state = living(person);
  const shared = state.shared + 1;
  const answer = await send({ method: 'PUT', path: `/contacts/${person.id}`, body: viewOf(person, shared) });
  note(person, answer, { ...state, shared });
}

export async function changeWithForm({ person, send }: Write): Promise<void> {
  const state = living(person);
  const next = { shared: state.shared + 1, form: (state.form ?? 0) + 1 };
  const body = formOf(person, next);
  note(person, await send({ method: 'PUT', path: `/contacts/${person.id}?context=edit`, body }), { ...state, ...next });
}

export async function deletePerson({ person, random, send }: Write): Promise<void> {
  const context = random.pick(['', '?context=edit']);
  note(person, await send({ method: 'DELETE', path: `/contacts/${person.id}${context}` }), null);
}

/** Puts down what a write has come to. */
export function note(person: Person, { outcome }: Answer, next: State): void {
  if (outcome === 'acknowledged') person.acknowledged = next;
  if (outcome === 'unknown') person.possible = [next];
}

export function living({ acknowledged }: Person): NonNullable<State> {
  if (!acknowledged) throw new Error('only the living are written to');
  return acknowledged;
}

function viewOf(person: Person, shared: number) {
  return { full_name: texts.fullName(person, shared), email: texts.email(person, shared) };
}

function formOf(person: Person, { shared, form }: { shared: number; form: number }) {
  return {
    first_name: person.marker,
    last_name: texts.lastName(shared),
    email: texts.email(person, shared),
    phone: person.phone,
    address: texts.address(person, form),
  };
}
