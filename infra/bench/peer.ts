import { ensureDatabase } from '@kontakt/embedded-postgres';
import { asAdmin, type BenchPostgres } from './databases.ts';
import { startDirectus, version } from './directus.ts';
import type { Bench, CaseResult } from './endpoints.ts';
import { measureInTurn, medianOf, ratioOf, type Target } from './measure.ts';
import { commonName } from './names.ts';
import type { Program } from './programs.ts';
import { ask, type Sample } from './sample.ts';

export interface PeerResult {
  version: string;
  /** What was asked for → medians of `service` and `directus`, and the service's throughput as a part of Directus'. */
  cases: Record<string, CaseResult>;
  /** Why there are none. */
  missing?: string;
}

/** The same, to be asked of both. */
interface Question {
  connections: number;
  service: string[];
  directus: string[];
  /** How many contacts the first answer shows. */
  rows: number;
}

/** What contacts show. Directus searches every column of text, so its table has no others. */
const columns = {
  id: 'text PRIMARY KEY',
  full_name: 'text NOT NULL',
  email: 'text NOT NULL',
  org_id: 'text NOT NULL',
  role: 'text NOT NULL',
  is_active: 'boolean NOT NULL',
  created_at: 'timestamptz NOT NULL',
};
const fields = Object.keys(columns).join(',');
/** Directus', and its user's. */
const database = 'bench_directus';
/** Contacts that are copied at once. */
const portion = 50_000;

/** What somebody might take instead of Contact Repository; where it cannot be had, that is said. */
export async function measurePeer(bench: Bench): Promise<PeerResult> {
  const { postgres, databases } = bench;
  const drop = `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`;
  await asAdmin(postgres, drop);
  const url = await copyContacts(postgres, databases['contact-repository']);
  try {
    return { version, cases: await measureDirectus(bench, url) };
  } catch (error) {
    const missing = error instanceof Error ? error.message : String(error);
    console.log(`  DIRECTUS WAS NOT MEASURED: ${missing}`);
    return { version, cases: {}, missing };
  } finally {
    await asAdmin(postgres, drop);
  }
}

/** On the same server, with the same contacts. */
async function measureDirectus({ postgres, system, sample, rounds, seconds }: Bench, databaseUrl: string) {
  const service = system.services['contact-repository'];
  const directus = await startDirectus(databaseUrl);
  const cases: Record<string, CaseResult> = {};
  try {
    for (const [name, { connections, rows, ...paths }] of Object.entries(questions(sample))) {
      process.stdout.write(`  ${name}, of Directus too\n`);
      const targets = [targetOf('service', service, paths.service), targetOf('directus', directus, paths.directus)];
      for (const target of targets) await check(target, rows);
      const measured = await measureInTurn(postgres, targets, { rounds, seconds, connections });
      const [ours = [], theirs = []] = targets.map((target) => measured[target.name]);
      cases[name] = {
        medians: { service: medianOf(ours), directus: medianOf(theirs) },
        ratios: { directus: ratioOf(ours, theirs) },
      };
    }
  } finally {
    await directus.stop();
  }
  return cases;
}

/** @returns the URL of the database with the copy. */
async function copyContacts(postgres: BenchPostgres, from: string): Promise<string> {
  const url = await ensureDatabase(postgres.adminUrl(), { database, user: database });
  const definitions = Object.entries(columns).map((column) => column.join(' '));
  await ask(url, `CREATE TABLE contacts (${definitions.join(', ')})`);
  for (let offset = 0; ; offset += portion) {
    const [read] = await ask<{ contacts: string | null }>(
      from,
      `SELECT json_agg(c)::text AS contacts FROM (
         SELECT ${fields} FROM contacts WHERE deleted_stamp = '' ORDER BY created_at, id LIMIT ${portion} OFFSET $1
       ) AS c`,
      [offset],
    );
    if (!read?.contacts) break;
    await ask(url, 'INSERT INTO contacts SELECT * FROM json_populate_recordset(NULL::contacts, $1)', [read.contacts]);
  }
  await ask(url, 'CREATE INDEX ON contacts (created_at DESC, id)');
  await ask(url, 'VACUUM (ANALYZE) contacts');
  return url;
}

function targetOf(name: string, { url, pid }: Program, paths: string[]): Target {
  const requests = paths.map((path) => ({ method: 'GET' as const, path }));
  return { name, url, pid, requests: () => requests };
}

function questions({ ids, names }: Sample): Record<string, Question> {
  // Directus looks for the text as a whole, so it is one word; and as each takes it long, few, for both to get to all.
  const words = [commonName, ...names.slice(0, 19).map((name) => name.split(' ').at(-1) ?? name)].map(
    encodeURIComponent,
  );
  const page = 'limit=20&meta=filter_count';
  return {
    'by id': {
      connections: 16,
      service: ids.map((id) => `/api/v1/contacts/${id}`),
      directus: ids.map((id) => `/items/contacts/${id}?fields=${fields}`),
      rows: 1,
    },
    'a list': {
      connections: 16,
      service: ['/api/v1/contacts?limit=20'],
      directus: [`/items/contacts?${page}&sort=-created_at,id&fields=${fields}`],
      rows: 20,
    },
    'a search': {
      connections: 1,
      service: words.map((word) => `/api/v1/contacts/search?limit=20&q=${word}`),
      directus: words.map((word) => `/items/contacts?${page}&fields=id,full_name,email&search=${word}`),
      rows: 20,
    },
  };
}

/** @throws Error when what would be measured is not the answer. */
async function check({ name, url, requests }: Target, rows: number): Promise<void> {
  const path = requests(0)[0]?.path ?? '';
  const answer = await fetch(new URL(path, url));
  const body = (await answer.json()) as { data?: unknown };
  const shown = [body.data ?? body].flat().length;
  if (answer.status === 200 && shown === rows) return;
  throw new Error(`${name} answers ${path} with ${answer.status} and ${shown} instead of ${rows} contacts`);
}
