import { fields } from '@kontakt/service-kit';
import type Joi from 'joi';
import { Client } from 'pg';
import type { Target } from './start-target.ts';

/** Column → what a request may have put there; where a service keeps what another takes, the wider of the two. */
const columns: Record<keyof Target['databases'], Record<string, Joi.Schema>> = {
  contact_repository: {
    'contacts.id': fields.id,
    'contacts.full_name': fields.line(201),
    'contacts.first_name': fields.line(200).allow(''),
    'contacts.last_name': fields.line(200).allow(''),
    'contacts.email': fields.email,
    'contacts.org_id': fields.id,
    'contacts.role': fields.role,
    'contacts.specialty': fields.line(200).allow(null),
    'memberships.chapter_id': fields.id,
  },
  contact_edit: {
    'contacts.id': fields.id,
    'contacts.full_name': fields.line(201),
    'contacts.first_name': fields.line(200).allow(''),
    'contacts.last_name': fields.line(200).allow(''),
    'contacts.email': fields.email,
    'contacts.org_id': fields.id,
    'contacts.role': fields.role,
    'contacts.phone': fields.phone('NO').allow(null),
    'contacts.address': fields.lines(500).allow(null),
    'contacts.date_of_birth::text': fields.pastDate.allow(null),
    'memberships.chapter_id': fields.id,
  },
  multi_chapter_membership: {
    'contacts.id': fields.id,
    'contacts.full_name': fields.line(201).allow(null),
    'contacts.org_id': fields.id.allow(null),
    'chapters.id': fields.id,
    'chapters.name': fields.line(200).allow(null),
    'memberships.id': fields.id,
  },
};

/** @returns what is stored and could not have been sent, or would be stored as something else if it were sent again. */
export async function unusableValues(databases: Target['databases']): Promise<string[]> {
  const found = await Promise.all([
    unusableIn(databases.contact_repository, columns.contact_repository),
    unusableIn(databases.contact_edit, columns.contact_edit),
    unusableIn(databases.multi_chapter_membership, columns.multi_chapter_membership),
  ]);
  return found.flat();
}

async function unusableIn(url: string, schemas: Record<string, Joi.Schema>): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const found: string[] = [];
  for (const [column, schema] of Object.entries(schemas)) {
    const [table = ''] = column.split('.');
    // Of what was deleted there are only its id and empty fields.
    const there = table === 'contacts' ? "WHERE deleted_stamp = ''" : '';
    const { rows } = await client.query<{ value: unknown }>(
      `SELECT DISTINCT ${column} AS value FROM ${table} ${there}`,
    );
    for (const { value } of rows) {
      const result = schema.validate(value, { convert: true });
      const isSame = result.value === value || result.value instanceof Date;
      if (result.error || !isSame)
        found.push(`${column} is ${JSON.stringify(value)}: ${result.error?.message ?? 'not as it is stored'}`);
    }
  }
  await client.end();
  return found;
}
