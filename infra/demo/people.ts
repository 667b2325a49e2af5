import { joinName, type ContactValues } from '@kontakt/convergence';
import { ulid } from 'ulid';

/** The demonstration organisation: the contract's own records, and made-up people around them, the same each time. */

export interface Person {
  id: string;
  shared: ContactValues;
  peerMentorId: string | null;
  /** What only the edit form has. */
  form: { phone: string | null; address: string | null; dateOfBirth: Date | null };
  createdAt: Date;
}

export interface DemoMembership {
  id: string;
  contactId: string;
  chapterId: string;
  status: 'active' | 'inactive';
  joinedAt: Date;
  createdAt: Date;
}

const noForm = { phone: null, address: null, dateOfBirth: null };

/** The records that the contract's examples show. */
const documented: Person[] = [
  {
    id: 'usr_01J3K8X',
    shared: values('Ane', 'Berg', {
      email: 'ane.berg@org.no',
      orgId: 'org_abc123',
      role: 'peer_mentor',
      specialty: 'Pårørende',
    }),
    peerMentorId: 'pm_01J3K8X',
    form: noForm,
    createdAt: new Date('2025-09-14T08:22:00Z'),
  },
  {
    id: 'usr_00Z7QDE',
    shared: values('Silje', 'Dahl', {
      email: 'silje.dahl@org.no',
      orgId: 'org_abc123',
      role: 'peer_mentor',
      specialty: 'Integration',
    }),
    peerMentorId: 'pm_88A1C',
    form: noForm,
    createdAt: new Date('2025-08-01T07:00:00Z'),
  },
  {
    id: 'c-00123',
    shared: values('Ingrid', 'Solberg', { email: 'ingrid.solberg@example.no', orgId: 'org_nordlys' }),
    peerMentorId: null,
    form: { phone: '+47 912 34 567', address: 'Storgata 12, 0155 Oslo', dateOfBirth: new Date('1988-04-21') },
    createdAt: new Date('2026-01-05T08:44:00Z'),
  },
  {
    id: 'contact-8821',
    shared: values('Marta', 'Lindqvist', { email: 'marta.lindqvist@example.no', orgId: 'org_nordlys' }),
    peerMentorId: null,
    form: noForm,
    createdAt: new Date('2025-06-30T09:00:00Z'),
  },
];

const documentedMemberships: DemoMembership[] = [
  membership('ccm-001', 'contact-8821', 'chapter-oslo', '2025-11-14T09:00:00Z', '2025-12-01T08:00:00Z'),
  membership('ccm-002', 'contact-8821', 'chapter-stavanger', '2025-12-01T08:00:00Z', '2025-12-01T08:00:00Z'),
  membership('ccm-003', 'c-00123', 'ch-01', '2025-09-01T10:00:00Z', '2025-09-01T10:00:00Z'),
  membership('ccm-004', 'c-00123', 'ch-07', '2025-10-01T10:00:00Z', '2025-10-01T10:00:00Z'),
];

const firstNames =
  'Aasmund Åse Bjørn Bodil Camilla Dag Eirik Elin Erlend Espen Frøya Gro Guro Gunnar Hanne Henrik Håkon Ida Ingeborg Ivar Jens Jorunn Kari Karianne Kjell Knut Lars Leif Live Magnus Maja Malin Mari Nils Nora Olav Oddny Per Ragnhild Randi Rolf Ruth Sigrid Sindre Sjur Solveig Sunniva Synnøve Torbjørn Tuva Turid Vegard Vilde Yngve Øystein Øyvind Amina Yusuf Linh Søren Anne-Lise'.split(
    ' ',
  );
const lastNames =
  'Aas Andersen Bakken Berg Brekke Bråten Christensen Dahl Eide Eriksen Fossum Fredriksen Gulbrandsen Hagen Hansen Haugland Holm Iversen Jacobsen Johansen Kristiansen Kvam Kjær Larsen Lien Lund Lødrup Martinsen Moen Myhre Nguyen Nygård Næss Olsen Ødegård Østby Pedersen Rasmussen Ruud Sandvik Solheim Strand Svendsen Sæther Sørensen Tangen Tveit Ulvestad Vik Årdal Åsen'.split(
    ' ',
  );
const streets = 'Storgata Kirkegata Havnegata Skolegata Fjordveien Bjørkeveien Solbakken Elvegata'.split(' ');
const towns = ['0155 Oslo', '5003 Bergen', '4006 Stavanger', '7011 Trondheim', '9008 Tromsø', '3015 Drammen'];
const specialties = ['Integration', 'Kreft', 'Pårørende', 'Psykisk helse', 'Rus og avhengighet', 'Unge voksne'];
const chapters = [
  'chapter-oslo',
  'chapter-bergen',
  'chapter-trondheim',
  'chapter-stavanger',
  'chapter-tromso',
  'ch-01',
];

const day = 86_400_000;
const firstDay = Date.parse('2023-01-02T08:00:00Z');
const madeUpCount = 150;
const membershipCount = 47;

/** Everyone, newest last. Ids of the form `c-…` stay below the first that the demonstration creates, c-00201. */
export const people: Person[] = [...Array.from({ length: madeUpCount }, (_, i) => madeUp(i)), ...documented];

/** Ids stay below the first that the demonstration creates, ccm-048. */
export const memberships: DemoMembership[] = [
  ...documentedMemberships,
  ...Array.from({ length: membershipCount - documentedMemberships.length }, (_, i) => madeUpMembership(i)),
];

/** What `c-…` and `ccm-…` numbers the demonstration has used up. */
export const usedContactNumbers = 200;
export const usedMembershipNumbers = membershipCount;

/** Names of chapters whose id does not say enough. */
export const chapterNames = new Map([
  ['ch-01', 'Asker og Bærum'],
  ['ch-07', 'Indre Østfold'],
  ['chapter-tromso', 'Tromsø Chapter'],
]);

/** Chosen so that the contract's organisation has 84 contacts, 12 of them peer mentors. */
function madeUp(i: number): Person {
  const random = randomNumbers(i + 1);
  const upTo = (n: number) => Math.floor(random() * n);
  const createdAt = new Date(firstDay + i * 6 * day + upTo(day));
  const [firstName, lastName] = [pick(firstNames, random), pick(lastNames, random)];
  const inDocumentedOrg = i % 75 < 41;
  const isPeerMentor = i % 8 === 1;
  return {
    id: i % 3 === 0 ? `c-${String(i + 1).padStart(5, '0')}` : `usr_${ulid(createdAt.getTime(), random)}`,
    shared: values(firstName, lastName, {
      email: `${ascii(firstName)}.${ascii(lastName)}${i}@example.no`,
      orgId: inDocumentedOrg ? 'org_abc123' : pick(['org_nordlys', 'org_vest', 'org_fjell'], random),
      role: isPeerMentor ? 'peer_mentor' : pick(['member', 'member', 'member', 'coordinator'], random),
      isActive: i % 13 !== 0,
      ...(isPeerMentor && { specialty: pick(specialties, random), available: i % 3 !== 0 }),
    }),
    peerMentorId: isPeerMentor ? `pm_${ulid(createdAt.getTime(), random)}` : null,
    form: {
      phone: `+47 ${400 + upTo(99)} ${10 + upTo(89)} ${100 + upTo(899)}`,
      address: `${pick(streets, random)} ${1 + upTo(90)}, ${pick(towns, random)}`,
      dateOfBirth: new Date(Date.UTC(1945 + upTo(60), upTo(12), 1 + upTo(28))),
    },
    createdAt,
  };
}

function madeUpMembership(i: number): DemoMembership {
  const member = madeUp(i * 3);
  const joinedAt = new Date(member.createdAt.getTime() + 7 * day).toISOString();
  const chapterId = chapters[i % chapters.length] ?? 'chapter-oslo';
  const id = `ccm-${String(documentedMemberships.length + i + 1).padStart(3, '0')}`;
  return { ...membership(id, member.id, chapterId, joinedAt, joinedAt), status: i % 9 === 8 ? 'inactive' : 'active' };
}

type Given = Pick<ContactValues, 'email' | 'orgId'> & Partial<ContactValues>;

function values(firstName: string, lastName: string, given: Given): ContactValues {
  return {
    ...joinName(firstName, lastName),
    role: 'member',
    isActive: true,
    specialty: null,
    available: true,
    ...given,
  };
}

function membership(
  id: string,
  contactId: string,
  chapterId: string,
  joinedAt: string,
  createdAt: string,
): DemoMembership {
  return { id, contactId, chapterId, status: 'active', joinedAt: new Date(joinedAt), createdAt: new Date(createdAt) };
}

function pick<T>(choices: readonly T[], random: () => number): T {
  const chosen = choices[Math.floor(random() * choices.length)];
  if (chosen === undefined) throw new Error('nothing to pick from');
  return chosen;
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function ascii(name: string): string {
  return name.toLowerCase().replaceAll('æ', 'ae').replaceAll('ø', 'o').replaceAll('å', 'a');
}
