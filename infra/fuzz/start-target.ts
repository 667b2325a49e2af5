import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ensureDatabase, startPostgres } from '@kontakt/embedded-postgres';
import { root } from '../local/config.ts';

export type Target = Awaited<ReturnType<typeof startTarget>>;

/** `npm start` in a process of its own, on databases that can be looked into. */
export async function startTarget(dir: string) {
  const postgres = await startPostgres({ dir });
  const create = (name: string) => ensureDatabase(postgres.adminUrl(), { database: name, user: name });
  const databases = {
    contact_repository: await create('contact_repository'),
    contact_edit: await create('contact_edit'),
    multi_chapter_membership: await create('multi_chapter_membership'),
  };
  const child = spawn(process.execPath, [join(root, 'infra/local/start.ts')], {
    env: {
      PATH: process.env.PATH,
      npm_lifecycle_event: 'fuzz', // started so, it ends when whoever started it is gone
      PORT: '0',
      DATABASE_URL_CONTACT_REPOSITORY: databases.contact_repository,
      DATABASE_URL_CONTACT_EDIT: databases.contact_edit,
      DATABASE_URL_MULTI_CHAPTER_MEMBERSHIP: databases.multi_chapter_membership,
      RATE_LIMIT: '0',
      LOG_LEVEL: 'error',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let output = '';
  const addresses = new Promise<string[]>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part: Buffer) => {
        output += part.toString();
        const found = /is ready at (\S+)[^]*^Alone +(\S+) +(\S+) +(\S+)$/m.exec(output);
        if (found) resolve(found.slice(1));
      });
    }
    void ended.then(() => {
      reject(new Error(`it did not start: ${output}`));
    });
  });
  const [gateway = '', contactRepository = '', contactEdit = '', membership = ''] = await addresses;

  return {
    urls: {
      gateway,
      'contact-repository': contactRepository,
      'contact-edit': contactEdit,
      'multi-chapter-membership': membership,
    },
    databases,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    /** What it has written: errors, and nothing else. */
    output: () => output,
    /** @returns its exit code. */
    async stop(): Promise<number | null> {
      child.kill('SIGTERM');
      await ended;
      await postgres.stop();
      return child.exitCode;
    },
  };
}
