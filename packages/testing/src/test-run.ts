import type { Service } from './services.ts';

/** What the set-up of a test run tells the test files and the reporter. */
export interface TestRun {
  /** The server, with the right to create databases. */
  adminUrl: string;
  /** The same server as the ordinary user who owns the test databases. */
  ownerUrl: string;
  /** Begins the names of all databases of this run. */
  prefix: string;
  /** Which PostgreSQL it is, and why not another. */
  summary: string;
}

const variables = {
  adminUrl: 'KONTAKT_TEST_ADMIN_URL',
  ownerUrl: 'KONTAKT_TEST_OWNER_URL',
  prefix: 'KONTAKT_TEST_PREFIX',
  summary: 'KONTAKT_TEST_SUMMARY',
} as const satisfies Record<keyof TestRun, string>;

/** Test files run in other processes, which inherit the environment. */
export function publishTestRun(run: TestRun): void {
  process.env[variables.adminUrl] = run.adminUrl;
  process.env[variables.ownerUrl] = run.ownerUrl;
  process.env[variables.prefix] = run.prefix;
  process.env[variables.summary] = run.summary;
}

export function currentTestRun(): TestRun | undefined {
  const adminUrl = process.env[variables.adminUrl];
  const ownerUrl = process.env[variables.ownerUrl];
  const prefix = process.env[variables.prefix];
  const summary = process.env[variables.summary];
  if (adminUrl === undefined || ownerUrl === undefined || prefix === undefined || summary === undefined)
    return undefined;
  return { adminUrl, ownerUrl, prefix, summary };
}

export function templateName(prefix: string, service: Service): string {
  return `${prefix}_${service.replaceAll('-', '_')}`;
}

/** The same server and user, another database. */
export function urlOf(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: database }).href;
}
