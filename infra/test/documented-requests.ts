import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestToSend } from '@kontakt/testing';

export type Service = 'contact-repository' | 'contact-edit' | 'multi-chapter-membership';

export interface Example {
  service: Service;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  documented_path: string;
  path: string;
  request?: unknown;
  response: Record<string, unknown>;
}

export const examples = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../contract/examples.json'), 'utf8'),
) as Example[];

/** Which record a documented path means: the demonstration's, or the one that the documented POST has created. */
const records: Record<string, string> = {
  'contact-repository GET /api/v1/contacts/:id': 'usr_01J3K8X',
  'contact-repository GET /api/v1/contacts/peer-mentors/:id': 'pm_88A1C',
  'contact-repository PUT /api/v1/contacts/:id': 'created',
  'contact-repository DELETE /api/v1/contacts/:id': 'created',
  'contact-edit GET /api/v1/contacts/:id': 'c-00123',
  'contact-edit PUT /api/v1/contacts/:id': 'c-00123',
  'contact-edit PUT /api/v1/contacts/:id/chapter-affiliations': 'c-00123',
  'contact-edit POST /api/v1/contacts/:id/refresh': 'c-00123',
  // The documents delete c-00123 and go on using it; a delete is final.
  'contact-edit DELETE /api/v1/contacts/:id': 'created',
  'multi-chapter-membership GET /api/v1/contact-chapters/:id': 'ccm-001',
  'multi-chapter-membership PUT /api/v1/contact-chapters/:id': 'created',
  'multi-chapter-membership DELETE /api/v1/contact-chapters/:id': 'created',
  'multi-chapter-membership GET /api/v1/contact-chapters/by-contact/:contactId': 'contact-8821',
  'multi-chapter-membership GET /api/v1/contact-chapters/by-chapter/:chapterId': 'chapter-oslo',
};

/** What a search needs to find what the documents show. */
const queries: Record<string, string> = {
  'contact-repository GET /api/v1/contacts/search': 'q=ane+berg',
  'contact-repository GET /api/v1/contacts/peer-mentors/search': 'q=silje+integration',
};

/** Service → the record that its documented POST has created. */
export type Created = Partial<Record<Service, string>>;

interface Sending {
  /** Through the gateway, with the path as it is printed there, or to the service itself. */
  how: 'path' | 'documented_path' | 'own';
  created: Created;
}

/** A documented request, about a record that is there. */
export function requestOf(example: Example, { how, created }: Sending): RequestToSend {
  const key = `${example.service} ${example.method} ${example.path}`;
  const record = records[key] === 'created' ? created[example.service] : records[key];
  const path = example[how === 'documented_path' ? how : 'path'].replace(/:\w+$|:\w+(?=\/)/, record ?? ':missing');
  const query = new URLSearchParams(queries[key]);
  if (how !== 'own' && example.service === 'contact-edit') query.set('context', 'edit');
  return {
    method: example.method,
    path: `${path}?${query.toString()}`,
    ...(example.request !== undefined && { rawBody: JSON.stringify(example.request) }),
  };
}
