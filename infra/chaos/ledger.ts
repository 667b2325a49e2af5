/** What there is of a person; null when there is nobody. */
export type State = {
  /** The number in name and email, which both services have. */
  shared: number;
  /** The number in the address, which the edit form alone has; null when it was never filled in. */
  form: number | null;
  /** Chapter → the membership's status. Ended ones are left out. */
  chapters: Record<string, string>;
} | null;

/** A contact, and what its only writer knows of it. Who else changes it are the services themselves. */
export interface Person {
  /** A part of every text about the person, and of nobody else's. */
  marker: string;
  phone: string;
  id?: string;
  /** Chapter → the membership's id, where a service has told it. */
  membershipIds: Record<string, string>;
  /** After everything that was acknowledged. */
  acknowledged: State;
  /** What else may be, after a write whose outcome is not known. From then on the person is left alone. */
  possible: State[];
}

export function beginPerson(writer: number, number: number): Person {
  const digits = String(writer * 10_000 + number).padStart(6, '0');
  return { marker: `p${digits}q`, phone: `+4791${digits}`, membershipIds: {}, acknowledged: null, possible: [] };
}

/** The texts of a person. Each holds the number of the write that it came with. */
export const texts = {
  fullName: ({ marker }: Person, shared: number) => `${marker} v${shared}`,
  lastName: (shared: number) => `v${shared}`,
  email: ({ marker }: Person, shared: number) => `${marker}.v${shared}@example.org`,
  address: ({ marker }: Person, form: number) => `${marker}veien ${form}`,
};
