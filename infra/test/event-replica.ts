/**
 * What is known, each value under its stamp: `contact c-1 email` → stamp, value. Kept as the README of the events says,
 * and on purpose without the house's own merge: the later stamp wins, and deleted is final.
 */
export type Known = Map<string, [stamp: string, ...values: unknown[]]>;

/** Keeps what events tell. */
export function createReplica() {
  const known: Known = new Map();

  function put(key: string, stamp: string, ...values: unknown[]): void {
    if (stamp > (known.get(key)?.[0] ?? '')) known.set(key, [stamp, ...values]);
  }

  function forget(beginning: string): void {
    for (const key of known.keys()) if (key.startsWith(beginning)) known.delete(key);
  }

  function applyContact(contact: Record<string, unknown>, stamps: Record<string, string>): void {
    const of = `contact ${String(contact.id)} `;
    if (stamps.deleted !== undefined) {
      put(`${of}deleted`, stamps.deleted);
      for (const register of registers) if (register !== 'deleted') known.delete(of + register);
    }
    if (known.has(`${of}deleted`)) return;
    for (const [register, stamp] of Object.entries(stamps)) put(of + register, stamp, ...valuesOf(contact, register));
  }

  return {
    known,
    apply({ type, data }: { type: string; data: ReturnType<typeof JSON.parse> }): void {
      if (type.startsWith('contact.') || /^contact-edit\.(saved|deleted)/.test(type)) {
        applyContact(data.contact, data.stamps);
        if (type.startsWith('contact-edit.deleted')) forget(`membership ${data.contact.id} `);
      } else if (type.startsWith('contact-chapter.')) {
        const { contact_id, chapter_id, status, joined_at, id } = data.membership;
        put(`membership ${contact_id} ${chapter_id}`, data.stamp, status, joined_at, id);
      } else if (type.startsWith('contact-edit.affiliations-changed')) {
        if (known.has(`contact ${data.contact_id} deleted`)) return;
        for (const { chapter_id, status, joined_at, stamp } of data.memberships)
          put(`membership ${data.contact_id} ${chapter_id}`, stamp, status, joined_at);
      } else if (type.startsWith('chapter.renamed')) {
        put(`chapter ${data.chapter.id}`, data.stamp, data.chapter.name);
      } else throw new Error(`nothing is known of ${type}`);
    },
  };
}

type Row = Record<string, unknown>;
export type Entry = [key: string, known: [stamp: string, ...values: unknown[]]];

const registers = ['name', 'email', 'org_id', 'role', 'is_active', 'specialty', 'available', 'deleted'];

/** What rows of a table of contacts know; values that nobody has written do not count. */
export function knownOfContacts(rows: Row[]): Known {
  const written = rows.flatMap((row) =>
    registers.flatMap((register): Entry[] => {
      const stamp = row[`${register}_stamp`];
      if (typeof stamp !== 'string' || stamp === '') return [];
      return [[`contact ${String(row.id)} ${register}`, [stamp, ...valuesOf(row, register)]]];
    }),
  );
  return new Map(written);
}

/** What rows of a table of memberships know, with their ids where the service gives them any. */
export function knownOfMemberships(rows: Row[]): Known {
  return new Map(
    rows.map(({ contact_id, chapter_id, status, joined_at, stamp, id }): Entry => [
      `membership ${String(contact_id)} ${String(chapter_id)}`,
      [String(stamp), status, joined_at instanceof Date && joined_at.toISOString(), ...(id === undefined ? [] : [id])],
    ]),
  );
}

function valuesOf(contact: Row, register: string): unknown[] {
  if (register === 'name') return [contact.full_name, contact.first_name, contact.last_name];
  return register === 'deleted' ? [] : [contact[register]];
}

/** In what two differ: nothing, if they are equal. */
export function differences(left: Known, right: Known): string[] {
  const keys = new Set([...left.keys(), ...right.keys()]);
  const show = (known: Known, key: string) => (known.has(key) ? JSON.stringify(known.get(key)) : 'nothing');
  return [...keys]
    .filter((key) => show(left, key) !== show(right, key))
    .map((key) => `${key}: ${show(left, key)} and ${show(right, key)}`);
}
