// `npm run demo [-- URL]`: loads the demonstration's people and memberships into a running system, as a client would.
// Ids are the services' own. Whoever is there already (by email) is left alone, so it can be run again.
import { chapterNames, memberships, people, type Person } from './people.ts';

const url = process.argv[2] ?? `http://127.0.0.1:${process.env.PORT ?? '8080'}`;
const contacts = '/api/v1/contacts';

try {
  await load();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function load(): Promise<void> {
  const idOf = new Map<string, string>();
  let created = 0;
  for (const [i, person] of people.entries()) {
    const existing = await findByEmail(person.shared.email);
    idOf.set(person.id, existing ?? (await create(person)));
    if (!existing) created += 1;
    if ((i + 1) % 25 === 0) console.error(`${i + 1} of ${people.length} people …`);
  }

  let joined = 0;
  for (const { contactId, chapterId, status } of memberships) {
    const membership = await addMembership(idOf.get(contactId) ?? contactId, chapterId);
    if (!membership) continue;
    joined += 1;
    if (status === 'inactive') await send('PUT', `/api/v1/contact-chapters/${membership}`, { status });
  }
  console.log(`${url} has ${created} people and ${joined} memberships more than before.`);
}

async function findByEmail(email: string): Promise<string | undefined> {
  const { body } = await send('GET', `${contacts}/search?q=${encodeURIComponent(email)}`);
  const { data } = body as { data: { id: string; email: string }[] };
  return data.find((found) => found.email === email)?.id;
}

async function create({ shared, form }: Person): Promise<string> {
  const { body } = await send('POST', contacts, {
    full_name: shared.fullName,
    email: shared.email,
    role: shared.role,
    org_id: shared.orgId,
    is_active: shared.isActive,
    ...(shared.role === 'peer_mentor' && { specialty: shared.specialty, available: shared.available }),
  });
  const { id } = body as { id: string };
  // Contact Edit takes the contact over, then it can take the rest of the form.
  await send('POST', `${contacts}/${id}/refresh`);
  await send('PUT', `${contacts}/${id}?context=edit`, {
    phone: form.phone,
    address: form.address,
    date_of_birth: form.dateOfBirth?.toISOString().slice(0, 10) ?? null,
  });
  return id;
}

/** The new membership's id; nothing when the contact is in the chapter already. */
async function addMembership(contactId: string, chapterId: string): Promise<string | undefined> {
  const name = chapterNames.get(chapterId);
  const { status, body } = await send('POST', '/api/v1/contact-chapters', {
    contact_id: contactId,
    chapter_id: chapterId,
    ...(name !== undefined && { chapter_name: name }),
  });
  return status === 409 ? undefined : (body as { id: string }).id;
}

async function send(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url + path, {
    method,
    ...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new Error(`Nothing answers at ${url}. Start the system, or name its URL: npm run demo -- URL`, {
      cause: error,
    });
  });
  const answer: unknown = await response.json();
  if (!response.ok && response.status !== 409) {
    throw new Error(`${method} ${path} was answered with ${response.status}: ${JSON.stringify(answer)}`);
  }
  return { status: response.status, body: answer };
}
