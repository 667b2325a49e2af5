import { createTestDatabase } from '@kontakt/testing';
import { createLog } from '@kontakt/service-kit';
import { loadDemoData } from '../demo/load-demo-data.ts';
import { startSystem } from '../local/start-system.ts';

/** The whole system as `npm start` has it, with the demonstration data, on databases of its own. */
export async function startTestSystem() {
  const databases = await Promise.all([
    createTestDatabase('contact-repository'),
    createTestDatabase('contact-edit'),
    createTestDatabase('multi-chapter-membership'),
  ]);
  const [contactRepository, contactEdit, membership] = databases;
  const urls = {
    'contact-repository': contactRepository.url,
    'contact-edit': contactEdit.url,
    'multi-chapter-membership': membership.url,
  };
  await loadDemoData(urls, createLog({ service: 'demo', level: 'silent' }));
  const system = await startSystem(
    { PORT: 0, HOST: '127.0.0.1', LOG_LEVEL: 'silent', DATA_DIR: '', DEMO_DATA: 'on', DEFAULT_ORG_ID: 'org_abc123' },
    urls,
  );
  return {
    ...system,
    async stop() {
      await system.stop();
      await Promise.all(databases.map((database) => database.drop()));
    },
  };
}
