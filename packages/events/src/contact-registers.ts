import { blankContact, never, type ContactState, type Stamp } from '@kontakt/convergence';
import Joi from 'joi';
import * as fields from './fields.ts';

/** A contact's registers in an event: the values for people to read, and the stamps by which copies merge them. */
export interface ContactRegisters {
  contact: {
    id: string;
    created_at: string;
    full_name?: string;
    first_name?: string;
    last_name?: string;
    email?: string;
    org_id?: string;
    role?: string;
    is_active?: boolean;
    specialty?: string | null;
    available?: boolean;
  };
  stamps: {
    name?: Stamp;
    email?: Stamp;
    org_id?: Stamp;
    role?: Stamp;
    is_active?: Stamp;
    specialty?: Stamp;
    available?: Stamp;
  };
}

const flag = Joi.boolean().strict();

export const contactRegisters = Joi.object<ContactRegisters>({
  contact: Joi.object({
    id: fields.id.required(),
    created_at: fields.time.required(),
    full_name: fields.text,
    first_name: fields.text,
    last_name: fields.text,
    email: fields.text,
    org_id: fields.text,
    role: fields.text,
    is_active: flag,
    specialty: fields.text.allow(null),
    available: flag,
  })
    .required()
    .description('The three names come together.'),
  stamps: Joi.object({
    name: fields.stamp,
    email: fields.stamp,
    org_id: fields.stamp,
    role: fields.stamp,
    is_active: fields.stamp,
    specialty: fields.stamp,
    available: fields.stamp,
  })
    .required()
    .description('Only beside its value. A value without a stamp is a default that nobody has written.'),
});

const stampNames = ['name', 'email', 'org_id', 'role', 'is_active', 'specialty', 'available'] as const;
const names = ['full_name', 'first_name', 'last_name'] as const;

/** What is wrong with registers, field by field each as it should be. */
export function faultOfRegisters({ contact, stamps }: ContactRegisters): string | undefined {
  const present = names.filter((name) => contact[name] !== undefined);
  if (present.length > 0 && present.length < names.length) return `${present.join(' and ')} without the other names`;
  const alone = stampNames.find(
    (name) => stamps[name] !== undefined && contact[name === 'name' ? 'full_name' : name] === undefined,
  );
  return alone === undefined ? undefined : `a stamp without its value: ${alone}`;
}

interface Identified extends ContactState {
  id: string;
  createdAt: Date;
}

/** A contact's whole shared state. */
export function wholeContact(contact: Identified): ContactRegisters {
  const registers = registersOf(contact);
  const written = registers.filter(({ stamp }) => stamp !== never);
  return {
    contact: withValues(contact, registers),
    stamps: Object.fromEntries(written.map(({ name, stamp }) => [name, stamp])),
  };
}

/** Only what was written since an earlier state; null when nothing was. */
export function changedRegisters(contact: Identified, since: ContactState): ContactRegisters | null {
  const before = new Map(registersOf(since).map(({ name, stamp }) => [name, stamp]));
  const changed = registersOf(contact).filter(({ name, stamp }) => stamp !== before.get(name));
  if (changed.length === 0) return null;
  return {
    contact: withValues(contact, changed),
    stamps: Object.fromEntries(changed.map(({ name, stamp }) => [name, stamp])),
  };
}

function withValues({ id, createdAt }: Identified, registers: Register[]): ContactRegisters['contact'] {
  const identity: ContactRegisters['contact'] = { id, created_at: createdAt.toISOString() };
  return registers.reduce((contact, { values }) => ({ ...contact, ...values }), identity);
}

interface Register {
  name: keyof ContactRegisters['stamps'];
  stamp: Stamp;
  values: Partial<ContactRegisters['contact']>;
}

function registersOf(state: ContactState): Register[] {
  const { fullName: full_name, firstName: first_name, lastName: last_name } = state;
  return [
    { name: 'name', stamp: state.nameStamp, values: { full_name, first_name, last_name } },
    { name: 'email', stamp: state.emailStamp, values: { email: state.email } },
    { name: 'org_id', stamp: state.orgIdStamp, values: { org_id: state.orgId } },
    { name: 'role', stamp: state.roleStamp, values: { role: state.role } },
    { name: 'is_active', stamp: state.isActiveStamp, values: { is_active: state.isActive } },
    { name: 'specialty', stamp: state.specialtyStamp, values: { specialty: state.specialty } },
    { name: 'available', stamp: state.availableStamp, values: { available: state.available } },
  ];
}

/** The registers of an event as a state to merge; what it does not carry was never written. */
export function fromRegisters({ contact, stamps }: ContactRegisters): ContactState {
  return {
    firstName: contact.first_name ?? blankContact.firstName,
    lastName: contact.last_name ?? blankContact.lastName,
    fullName: contact.full_name ?? blankContact.fullName,
    nameStamp: stamps.name ?? never,
    email: contact.email ?? blankContact.email,
    emailStamp: stamps.email ?? never,
    orgId: contact.org_id ?? blankContact.orgId,
    orgIdStamp: stamps.org_id ?? never,
    role: contact.role ?? blankContact.role,
    roleStamp: stamps.role ?? never,
    isActive: contact.is_active ?? blankContact.isActive,
    isActiveStamp: stamps.is_active ?? never,
    specialty: contact.specialty ?? blankContact.specialty,
    specialtyStamp: stamps.specialty ?? never,
    available: contact.available ?? blankContact.available,
    availableStamp: stamps.available ?? never,
    deletedStamp: never,
  };
}
