import type { ServiceName } from './databases.ts';
import type { FloorName } from './floors.ts';
import type { Request } from './load.ts';
import { commonName } from './names.ts';
import { bigChapter } from './organisation.ts';
import type { Sample } from './sample.ts';

/** One kind of request to one service. */
export interface Case {
  service: ServiceName;
  /** What is measured beside it. */
  floors?: FloorName[];
  /** @param round so that a change is another one each time. */
  requests: (sample: Sample, round: number) => Request[];
  /** Sixteen unless told: of one, the latency is that of the answer alone, without a queue before it. */
  connections?: number;
  /** It uses up what it is sent for: so many requests a round, and each only once. */
  each?: number;
}

const contacts = '/api/v1/contacts';
const chapters = '/api/v1/contact-chapters';

const get = (...paths: string[]): Request[] => paths.map((path) => ({ method: 'GET', path }));
const search = (words: string[], path = `${contacts}/search`) =>
  get(...words.map((q) => `${path}?q=${encodeURIComponent(q)}`));

/** Leaves a letter out of the longest word. */
function misspelt(name: string): string {
  const longest = name.split(' ').reduce((a, b) => (b.length > a.length ? b : a));
  return name.replace(longest, longest.slice(0, 2) + longest.slice(3));
}

/** Reads, by the name under which they can be asked for with --only. */
export const reads: Record<string, Case> = {
  get: {
    service: 'contact-repository',
    floors: ['get'],
    requests: ({ ids }) => get(...ids.map((id) => `${contacts}/${id}`)),
  },
  list: {
    service: 'contact-repository',
    floors: ['list', 'list that counts'],
    requests: () => get(`${contacts}?limit=20`),
  },
  'list of organisation': {
    service: 'contact-repository',
    requests: () => get(`${contacts}?limit=20&org_id=org_05`),
  },
  'list by name': {
    service: 'contact-repository',
    requests: () => get(`${contacts}?limit=20&sort=name`),
  },
  'far page': {
    connections: 4,
    service: 'contact-repository',
    floors: ['list', 'list that counts'],
    requests: ({ farPage }) => get(`${contacts}?limit=20&page=${farPage}`),
  },
  'first page by cursor': {
    connections: 4,
    service: 'contact-repository',
    requests: () => get(`${contacts}?limit=20&cursor=start`),
  },
  'far page by cursor': {
    connections: 4,
    service: 'contact-repository',
    requests: ({ farCursor }) => get(`${contacts}?limit=20&cursor=${farCursor}`),
  },
  'search two words': { service: 'contact-repository', connections: 1, requests: ({ names }) => search(names) },
  'search misspelt': {
    service: 'contact-repository',
    connections: 1,
    requests: ({ names }) => search(names.map(misspelt)),
  },
  'search one letter': { service: 'contact-repository', connections: 1, requests: () => search(['k', 's', 'a']) },
  'search no hit': {
    service: 'contact-repository',
    connections: 1,
    requests: () => search(['xqzwvy', 'brzqtl hansen']),
  },
  'search common name': { service: 'contact-repository', connections: 1, requests: () => search([commonName]) },
  'search everybody': { service: 'contact-repository', connections: 1, requests: () => search(['example']) },
  'mentor list': {
    service: 'contact-repository',
    requests: () => get(`${contacts}/peer-mentors?limit=20`),
  },
  'mentor get': {
    service: 'contact-repository',
    requests: ({ mentorIds }) => get(...mentorIds.map((id) => `${contacts}/peer-mentors/${id}`)),
  },
  'mentor search': {
    connections: 1,
    service: 'contact-repository',
    requests: () => search(['Sorg', 'Diabetes', 'Angst'], `${contacts}/peer-mentors/search`),
  },
  'form get': {
    service: 'contact-edit',
    floors: ['form get'],
    requests: ({ ids }) => get(...ids.map((id) => `${contacts}/${id}`)),
  },
  'form list': { service: 'contact-edit', floors: ['form list'], requests: () => get(`${contacts}?limit=20`) },
  'membership get': {
    service: 'multi-chapter-membership',
    floors: ['membership get'],
    requests: ({ membershipIds }) => get(...membershipIds.map((id) => `${chapters}/${id}`)),
  },
  'membership list': {
    service: 'multi-chapter-membership',
    floors: ['membership list'],
    requests: () => get(`${chapters}?limit=20`),
  },
  'by contact': {
    service: 'multi-chapter-membership',
    floors: ['by contact'],
    requests: ({ ids }) => get(...ids.map((id) => `${chapters}/by-contact/${id}`)),
  },
  'by chapter': {
    service: 'multi-chapter-membership',
    floors: ['by chapter'],
    requests: () => get(`${chapters}/by-chapter/${bigChapter}?limit=20`),
  },
};

/** Writes, and what goes with them. They are sent to a copy of the databases. */
export const writes: Record<string, Case> = {
  create: {
    service: 'contact-repository',
    floors: ['create'],
    requests: ({ names }) =>
      names.map((name, i) => post(contacts, { ...person(name, i), role: 'member', org_id: 'org_05' })),
  },
  update: {
    service: 'contact-repository',
    floors: ['update'],
    requests: ({ ids }, round) => ids.map((id, i) => put(`${contacts}/${id}`, { email: `r${round}.${i}@example.no` })),
  },
  'form create': {
    service: 'contact-edit',
    requests: ({ names }) =>
      names.map((name, i) =>
        post(contacts, { ...form(name, i), chapter_affiliations: ['chapter-05-02', 'chapter-05-03'] }),
      ),
  },
  'form save': {
    service: 'contact-edit',
    requests: ({ ids }, round) =>
      ids.slice(2_000).map((id, i) => put(`${contacts}/${id}`, { email: `f${round}.${i}@example.no` })),
  },
  'form affiliations': {
    service: 'contact-edit',
    requests: ({ ids }, round) =>
      ids
        .slice(2_000)
        .map((id) =>
          put(`${contacts}/${id}/chapter-affiliations`, { chapter_ids: [`chapter-06-0${1 + (round % 9)}`] }),
        ),
  },
  'form refresh': {
    service: 'contact-edit',
    requests: ({ ids }) => ids.slice(2_000).map((id) => ({ method: 'POST', path: `${contacts}/${id}/refresh` })),
  },
  'membership add': {
    service: 'multi-chapter-membership',
    each: 640,
    requests: ({ ids }, round) =>
      ids.slice(2_000, 2_640).map((id) => post(chapters, { contact_id: id, chapter_id: `chapter-new-${round}` })),
  },
  'membership change': {
    service: 'multi-chapter-membership',
    requests: ({ membershipIds }, round) =>
      membershipIds.slice(2_000).map((id) => put(`${chapters}/${id}`, { status: round % 2 ? 'active' : 'inactive' })),
  },
  'membership remove': {
    service: 'multi-chapter-membership',
    each: 320,
    requests: ({ membershipIds }, round) =>
      slice(membershipIds, round).map((id) => ({ method: 'DELETE', path: `${chapters}/${id}` })),
  },
  // Last, as nothing can be done with what is deleted.
  delete: {
    service: 'contact-repository',
    each: 320,
    requests: ({ ids }, round) => slice(ids, round).map((id) => ({ method: 'DELETE', path: `${contacts}/${id}` })),
  },
  'form delete': {
    service: 'contact-edit',
    each: 320,
    requests: ({ ids }, round) =>
      slice(ids.slice(5_000), round).map((id) => ({ method: 'DELETE', path: `${contacts}/${id}` })),
  },
};

const post = (path: string, body: object): Request => ({ method: 'POST', path, body });
const put = (path: string, body: object): Request => ({ method: 'PUT', path, body });

function person(fullName: string, i: number) {
  return { full_name: fullName, email: `new.${i}@example.no` };
}

function form(fullName: string, i: number) {
  const [first = '', ...rest] = fullName.split(' ');
  return { first_name: first, last_name: rest.join(' '), email: `new.${i}@example.no`, phone: '+47 912 34 567' };
}

/** Those that no other round uses up. */
const slice = (ids: string[], round: number) => ids.slice(round * 320, (round + 1) * 320);

/** At the gateway, Contact Edit's share of a path that two services have is asked for with `?context=edit`. */
export function atGateway(service: ServiceName, { path, ...request }: Request): Request {
  if (service !== 'contact-edit' || /refresh$|chapter-affiliations$/.test(path)) return { ...request, path };
  return { ...request, path: `${path}${path.includes('?') ? '&' : '?'}context=edit` };
}
