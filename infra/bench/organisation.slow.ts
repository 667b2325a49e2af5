import { expect, test } from '@jest/globals';
import { createTestDatabase } from '@kontakt/testing';
import { serviceNames, type ServiceName } from './databases.ts';
import { bigChapter, loadOrganisation } from './organisation.ts';
import { ask } from './sample.ts';

const contacts = 500;

async function load(service: ServiceName) {
  const { url, drop } = await createTestDatabase(service);
  const indexes = () =>
    ask(url, 'SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY indexdef');
  const before = await indexes();
  await loadOrganisation(url, service, contacts);
  return { url, drop, before, after: await indexes() };
}

const people = 'SELECT id, full_name, org_id FROM contacts ORDER BY id';
const active = (condition: string) =>
  `SELECT contact_id, chapter_id, stamp FROM memberships WHERE ${condition} ORDER BY 1, 2`;

test('when an organisation is loaded, then all copies hold the same people and memberships, and every index is back', async () => {
  const [repository, edit, membership] = await Promise.all(serviceNames.map(load));
  if (!repository || !edit || !membership) throw new Error('not loaded');

  const known = await ask(repository.url, people);
  expect(known).toHaveLength(contacts);
  expect(await ask(edit.url, people)).toEqual(known);
  expect(await ask(membership.url, people)).toEqual(known);

  const belonging = await ask<{ chapter_id: string }>(repository.url, active('active'));
  expect(belonging.length).toBeGreaterThan(contacts);
  expect(belonging.filter(({ chapter_id }) => chapter_id === bigChapter).length).toBeGreaterThan(contacts / 20);
  expect(await ask(edit.url, active(`status = 'active'`))).toEqual(belonging);
  expect(await ask(membership.url, active(`status = 'active'`))).toEqual(belonging);

  const counted = (name: string) => `SELECT sum(n)::int AS n FROM ${name}`;
  const ofAll = `${counted('contact_counts')} WHERE NOT peer_mentors AND prefix = ''`;
  expect(await ask(repository.url, ofAll)).toEqual([{ n: contacts }]);
  expect(await ask(edit.url, counted('contact_counts'))).toEqual([{ n: contacts }]);
  const memberships = await ask(membership.url, `SELECT count(*)::int AS n FROM memberships WHERE status <> 'removed'`);
  expect(await ask(membership.url, `${counted('membership_counts')} WHERE chapter_id = ''`)).toEqual(memberships);

  for (const { before, after } of [repository, edit, membership]) expect(after).toEqual(before);
  await Promise.all([repository, edit, membership].map(({ drop }) => drop()));
});

test('when the same organisation is loaded twice, then it is the same', async () => {
  const [one, other] = await Promise.all([load('multi-chapter-membership'), load('multi-chapter-membership')]);
  const everything = 'SELECT * FROM memberships ORDER BY id';
  expect(await ask(one.url, everything)).toEqual(await ask(other.url, everything));
  await Promise.all([one.drop(), other.drop()]);
});
