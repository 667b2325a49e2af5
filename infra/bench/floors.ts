import type pg from 'pg';

/**
 * What is hardly done with less: the same answers from one prepared statement, or, for writes, the service's own
 * statements one after the other.
 */

/** The service's relay runs beside the floor, and leaves what it put into the outbox alone. */
export const notForTheRelay = '2100-01-01';

interface Asked {
  pathname: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

type Floor = (pool: pg.Pool) => Promise<(asked: Asked) => Promise<object>>;

const last = ({ pathname }: Asked) => pathname.slice(pathname.lastIndexOf('/') + 1);
const seconds = (time: unknown) =>
  time instanceof Date || typeof time === 'string' ? `${new Date(time).toISOString().slice(0, 19)}Z` : null;

function pageOf({ query }: Asked): { page: number; limit: number } {
  return { page: Number(query.get('page') ?? 1), limit: Number(query.get('limit') ?? 20) };
}

type Row = Record<string, unknown>;

/** One row by the last part of the path. */
function one(text: string, view: (row: Row) => object): Floor {
  return (pool) =>
    Promise.resolve(async (asked) => {
      const { rows } = await pool.query<Row>({ name: 'one', text, values: [last(asked)] });
      return view(rows[0] ?? {});
    });
}

interface ListFloor {
  /** $1 and $2 are limit and offset; $3 the last part of the path, where it is asked for. */
  text: string;
  view: (row: Row) => object;
  /** Counts once, at the start: the floor knows how many there are. Without it each row has the `total`. */
  count?: string;
  of?: boolean;
}

function list({ text, view, count, of = false }: ListFloor): Floor {
  return async (pool) => {
    const known = count === undefined ? undefined : (await pool.query<{ n: number }>(count)).rows[0]?.n;
    return async (asked) => {
      const { page, limit } = pageOf(asked);
      const values = [limit, (page - 1) * limit, ...(of ? [last(asked)] : [])];
      const { rows } = await pool.query<Row>({ name: 'list', text, values });
      return { data: rows.map(view), pagination: { page, limit, total: known ?? rows[0]?.total ?? 0 } };
    };
  };
}

const contact = 'id, full_name, email, org_id, role, is_active, created_at';
const contactView = ({ id, full_name, email, org_id, role, is_active, created_at }: Row) => ({
  id, full_name, email, org_id, role, is_active, created_at: seconds(created_at),
}); // prettier-ignore
const newest = `FROM contacts WHERE deleted_stamp = '' ORDER BY created_at DESC, id LIMIT $1 OFFSET $2`;
const countContacts = `SELECT count(*)::int AS n FROM contacts WHERE deleted_stamp = ''`;

const blank = {
  id: '', first_name: '', last_name: '', full_name: '', name_stamp: '', email: '', email_stamp: '', org_id: '',
  org_id_stamp: '', role: '', role_stamp: '', is_active: true, is_active_stamp: '', specialty: null, specialty_stamp: '',
  available: true, available_stamp: '', deleted_stamp: '', peer_mentor_id: null, peer_mentor_since: null, created_at: '',
  updated_at: '',
}; // prettier-ignore
const columns = Object.keys(blank).join(', ');
const told = `WITH told AS (INSERT INTO outbox (event, available_at) SELECT unnest($1::text[]), '${notForTheRelay}')`;
const insertContact = `${told}
  INSERT INTO contacts (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::contacts, $2)`;
const updateContact = `${told}
  UPDATE contacts SET (${columns}) = ROW (${columns.replace(/\w+/g, 'changed.$&')})
  FROM jsonb_populate_recordset(NULL::contacts, $2) AS changed WHERE contacts.id = $3`;
const eventsOf = (row: Row) => [
  JSON.stringify({ type: 'contact.updated.v1', data: { contact: contactView(row), stamps: row } }),
];

const membership = 'm.id, m.contact_id, m.chapter_id, m.joined_at, m.status';
const membershipView = ({ id, contact_id, chapter_id, contact_name, chapter_name, joined_at, status }: Row) => ({
  id, contact_id, chapter_id, contact_name, chapter_name, joined_at: seconds(joined_at), status,
}); // prettier-ignore
const newestMemberships = 'ORDER BY m.created_at DESC, m.id LIMIT $1 OFFSET $2';

export const floors = {
  get: one(`SELECT ${contact} FROM contacts WHERE id = $1 AND deleted_stamp = ''`, contactView),
  list: list({ text: `SELECT ${contact} ${newest}`, view: contactView, count: countContacts }),
  'list that counts': list({
    text: `SELECT (${countContacts}) AS total, ${contact} ${newest}`,
    view: contactView,
  }),
  'form get': one(
    `SELECT id, first_name, last_name, email, phone, address, date_of_birth::text, updated_at, ARRAY(
       SELECT chapter_id FROM memberships WHERE contact_id = id AND status = 'active' ORDER BY joined_at, chapter_id
     ) AS chapter_affiliations FROM contacts WHERE id = $1 AND deleted_stamp = ''`,
    ({ id, updated_at, ...form }) => ({ contact_id: id, ...form, updated_at: seconds(updated_at) }),
  ),
  'form list': list({
    text: `SELECT id, first_name, last_name, email, phone, updated_at ${newest}`,
    view: ({ id, updated_at, ...form }) => ({ contact_id: id, ...form, updated_at: seconds(updated_at) }),
    count: countContacts,
  }),
  'membership get': one(
    `SELECT ${membership} FROM memberships AS m WHERE id = $1 AND status <> 'removed'`,
    membershipView,
  ),
  'membership list': list({
    text: `SELECT ${membership} FROM memberships AS m WHERE status <> 'removed' ${newestMemberships}`,
    view: membershipView,
    count: `SELECT count(*)::int AS n FROM memberships WHERE status <> 'removed'`,
  }),
  'by contact': list({
    text: `SELECT count(*) OVER ()::int AS total, ${membership}, c.name AS chapter_name
      FROM memberships AS m JOIN chapters AS c ON c.id = m.chapter_id
      WHERE m.contact_id = $3 AND m.status <> 'removed' ${newestMemberships}`,
    view: membershipView,
    of: true,
  }),
  'by chapter': list({
    text: `SELECT ${membership}, c.full_name AS contact_name
      FROM memberships AS m JOIN contacts AS c ON c.id = m.contact_id
      WHERE m.chapter_id = $3 AND m.status <> 'removed' ${newestMemberships}`,
    view: membershipView,
    // The largest: the one that is asked for.
    count: `SELECT count(*)::int AS n FROM memberships WHERE status <> 'removed' GROUP BY chapter_id ORDER BY n DESC LIMIT 1`,
    of: true,
  }),
  create: write(async (query, { body }) => {
    const [now, stamp] = [new Date().toISOString(), stampNow()];
    const row = {
      ...blank, id: `usr_${crypto.randomUUID()}`, first_name: body.full_name, full_name: body.full_name, name_stamp: stamp,
      email: body.email, email_stamp: stamp, org_id: body.org_id, org_id_stamp: stamp, role: body.role, role_stamp: stamp,
      created_at: now, updated_at: now,
    }; // prettier-ignore
    await query('store', insertContact, [eventsOf(row), JSON.stringify([row])]);
    return row;
  }),
  update: write(async (query, asked) => {
    const { rows } = await query(
      'lock',
      `SELECT ${columns} FROM contacts WHERE id = $1 AND deleted_stamp = '' FOR UPDATE`,
      [last(asked)],
    );
    const row = { ...rows[0], email: asked.body.email, email_stamp: stampNow(), updated_at: new Date().toISOString() };
    await query('store', updateContact, [eventsOf(row), JSON.stringify([row]), last(asked)]);
    return row;
  }),
} satisfies Record<string, Floor>;

export type FloorName = keyof typeof floors;
export const isFloorName = (name: string): name is FloorName => Object.hasOwn(floors, name);

const stampNow = () => `${Date.now()}-0000-floor`;

type Query = (name: string, text: string, values: unknown[]) => Promise<pg.QueryResult<Row>>;

/** A transaction. */
function write(change: (query: Query, asked: Asked) => Promise<Row>): Floor {
  return (pool) =>
    Promise.resolve(async (asked) => {
      const client = await pool.connect();
      const query: Query = (name, text, values) => client.query<Row>({ name, text, values });
      try {
        await query('begin', 'BEGIN', []);
        const row = await change(query, asked);
        await query('commit', 'COMMIT', []);
        client.release();
        return contactView(row);
      } catch (error) {
        client.release(true);
        throw error;
      }
    });
}
