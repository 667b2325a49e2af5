import { createClient, type Answer } from '@kontakt/testing';

const contacts = '/api/v1/contacts';
const memberships = '/api/v1/contact-chapters';

/**
 * Several who create, change and delete contacts and memberships without pause, in every service.
 * @returns what ends them; it answers how many of their writes were accepted.
 */
export function startWriters(url: string, { count }: { count: number }): () => Promise<number> {
  const api = createClient(url);
  let stopped = false;
  let accepted = 0;

  async function write(answering: Promise<Answer>): Promise<Answer['body']> {
    const answer = await answering;
    // 404 and 400: the other service has not heard of the contact yet, or its copy was taken away.
    if (![200, 201, 400, 404, 409, 503].includes(answer.status)) throw new Error(JSON.stringify(answer));
    if (answer.status < 300) accepted += 1;
    return answer.status < 300 ? answer.body : {};
  }

  async function work(writer: number): Promise<void> {
    for (let n = 0; !stopped; n++) {
      const name = `${writer}.${n}`;
      const email = `w${name}@example.no`;
      const inEdit = n % 2 === 0;
      const form = { first_name: 'Form', last_name: name, email, chapter_affiliations: ['ch-w1', `ch-w${n % 7}`] };
      const record = { full_name: `Record ${name}`, email, role: 'peer_mentor', org_id: 'org_w' };
      const created = await write(inEdit ? api.post(`${contacts}?context=edit`, form) : api.post(contacts, record));
      const id: string = created.contact_id ?? created.id ?? 'c-00123';
      const added = await write(
        api.post(memberships, { contact_id: id, chapter_id: 'ch-w8', chapter_name: `W ${name}` }),
      );
      await Promise.all([
        write(api.put(`${contacts}/${id}`, { email: `changed-${email}` })),
        write(api.put(`${contacts}/${id}?context=edit`, { last_name: `${name} Anders` })),
        write(api.put(`${contacts}/${id}/chapter-affiliations`, { chapter_ids: ['ch-w9', 'ch-w8'] })),
        write(api.put(`${memberships}/${added.id}`, { status: 'inactive' })),
      ]);
      if (n % 3 === 0) await write(api.delete(`${memberships}/${added.id}`));
      if (n % 4 === 0 && id !== 'c-00123') await write(api.delete(`${contacts}/${id}${inEdit ? '?context=edit' : ''}`));
    }
  }

  const working = Promise.all(Array.from({ length: count }, (_, writer) => work(writer)));
  return async () => {
    stopped = true;
    await working;
    return accepted;
  };
}
