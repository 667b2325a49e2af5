import { readConfig as readContactEdit, startContactEdit } from '@kontakt/contact-edit';
import { readConfig as readContactRepository, startContactRepository } from '@kontakt/contact-repository';
import type { Transport } from '@kontakt/messaging';
import {
  readConfig as readMultiChapterMembership,
  startMultiChapterMembership,
} from '@kontakt/multi-chapter-membership';
import type { RequestToSend } from '@kontakt/testing';
import type { Running } from '@kontakt/service-kit';

/** A request whose change is told by the newest of the answer's stamps of this kind. */
export interface Write {
  method: 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: object;
  headers?: Record<string, string>;
  stamps: 'contact' | 'memberships';
}

/** What a writer is made to wait for, and what is written meanwhile. */
interface Target {
  /** SQL that locks something on the way of some of the writes. */
  locks: string[];
  writes: Write[];
}

interface Subject {
  start: (env: NodeJS.ProcessEnv, transport: Transport) => Promise<Running>;
  /** What there must be before something can be locked, and then what can be, and what is written. */
  prepare: (n: number, create: (write: Write) => Promise<Record<string, string>>) => Promise<Target>;
}

const contacts = '/api/v1/contacts';
const memberships = '/api/v1/contact-chapters';
const inProcess = { inProcess: true };

/** Two creations under one key take turns at its row. */
const lockKey = (key: string) =>
  `INSERT INTO idempotency_keys (key, request_hash, created_at) VALUES ('${key}', '', now())`;
const creation = (path: string, body: object, key: string): Write => ({
  method: 'POST',
  path,
  body,
  headers: { 'Idempotency-Key': key },
  stamps: path === memberships ? 'memberships' : 'contact',
});

const contactRepository: Subject = {
  start: (env, transport) => startContactRepository(readContactRepository(env, inProcess), transport),
  async prepare(n, create) {
    const body = { full_name: `Before ${n}`, email: `before${n}@example.no`, role: 'peer_mentor', org_id: 'org_locks' };
    const { id } = await create(creation(contacts, body, `prepared-${n}`));
    const path = `${contacts}/${id}`;
    return {
      locks: [`SELECT FROM contacts WHERE id = '${id}' FOR UPDATE`, lockKey(`key-${n}`)],
      writes: [
        { method: 'PUT', path, body: { email: `after${n}@example.no` }, stamps: 'contact' },
        { method: 'PUT', path, body: { full_name: `After ${n}`, specialty: `After ${n}` }, stamps: 'contact' },
        { method: 'PUT', path, body: { role: `role_${n}` }, stamps: 'contact' },
        creation(contacts, { ...body, full_name: `Beside ${n}` }, `key-${n}`),
        { method: 'DELETE', path, stamps: 'contact' },
      ],
    };
  },
};

const contactEdit: Subject = {
  start: (env, transport) => startContactEdit(readContactEdit(env, inProcess), transport),
  async prepare(n, create) {
    const body = { first_name: 'Before', last_name: `No${n}`, email: `before${n}@example.no` };
    const inChapters = { ...body, chapter_affiliations: ['ch-a', 'ch-b'] };
    const { contact_id: id } = await create(creation(contacts, inChapters, `prepared-${n}`));
    const path = `${contacts}/${id}`;
    const affiliate = (...chapter_ids: string[]): Write => ({
      method: 'PUT',
      path: `${path}/chapter-affiliations`,
      body: { chapter_ids },
      stamps: 'memberships',
    });
    return {
      locks: [
        `SELECT pg_advisory_xact_lock(hashtextextended('${id}', 0))`,
        // Waited for after the event was put into the outbox, by who changes affiliations.
        `SELECT FROM contacts WHERE id = '${id}' FOR UPDATE`,
        `SELECT FROM memberships WHERE contact_id = '${id}' FOR UPDATE`,
        lockKey(`key-${n}`),
      ],
      writes: [
        affiliate('ch-a', `ch-${n}`),
        { method: 'PUT', path, body: { email: `after${n}@example.no`, phone: null }, stamps: 'contact' },
        { method: 'PUT', path, body: { first_name: `After${n}` }, stamps: 'contact' },
        affiliate(`ch-${n}`, 'ch-c'),
        creation(contacts, { ...inChapters, first_name: 'Beside' }, `key-${n}`),
        { method: 'DELETE', path, stamps: 'contact' },
      ],
    };
  },
};

const multiChapterMembership: Subject = {
  start: (env, transport) => startMultiChapterMembership(readMultiChapterMembership(env, inProcess), transport),
  async prepare(n, create) {
    const contact_id = `c-${n}`;
    const add = (chapter: string, more: { contact_id?: string; chapter_name?: string } = {}) => {
      const body = { contact_id, chapter_id: `${chapter}-${n}`, ...more };
      return creation(memberships, body, `key-${body.contact_id}-${chapter}`);
    };
    const [changed, removed] = [await create(add('changed')), await create(add('removed'))];
    const of = (membership: Record<string, string>) => `${memberships}/${membership.id}`;
    return {
      locks: [
        `SELECT FROM contacts WHERE id = '${contact_id}' FOR UPDATE`,
        `SELECT FROM memberships WHERE contact_id = '${contact_id}' FOR UPDATE`,
        `SELECT FROM chapters WHERE id = 'changed-${n}' FOR UPDATE`,
        lockKey(`key-${contact_id}-new`),
      ],
      writes: [
        { method: 'PUT', path: of(changed), body: { status: 'inactive' }, stamps: 'memberships' },
        { method: 'DELETE', path: of(removed), stamps: 'memberships' },
        add('new', { chapter_name: `New ${n}` }),
        // Another contact in the chapter that gets its name meanwhile.
        add('changed', { contact_id: `beside-${n}`, chapter_name: `Renamed ${n}` }),
        { method: 'DELETE', path: of(changed), stamps: 'memberships' },
      ],
    };
  },
};

export const subjects = {
  'contact-repository': contactRepository,
  'contact-edit': contactEdit,
  'multi-chapter-membership': multiChapterMembership,
};

export function toRequest({ method, path, body, headers = {} }: Write): RequestToSend {
  return { method, path, headers, ...(body !== undefined && { rawBody: JSON.stringify(body) }) };
}
