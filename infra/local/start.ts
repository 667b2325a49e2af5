// `npm start`: the whole system on this machine, in one process beside a PostgreSQL.
import { tryListening } from '@kontakt/embedded-postgres';
import { withoutAuthentication } from '@kontakt/gateway';
import { createLog, runService, startInOrder, type Running } from '@kontakt/service-kit';
import { loadDemoData } from '../demo/load-demo-data.ts';
import { readLocalConfig, type LocalConfig } from './config.ts';
import { migrateAll, openDatabases } from './databases.ts';
import { explain } from './explain.ts';
import { startSystem, type System } from './start-system.ts';

await runService('Kontakt', () => explain(() => start(readLocalConfig())));

async function start(config: LocalConfig): Promise<Running> {
  // A taken port is said at once, not after a database was started for nothing.
  await tryListening(config.PORT, config.HOST);

  return startInOrder(async (atStop) => {
    progress('Opening the databases');
    const databases = await openDatabases(config);
    atStop(() => databases.stop());
    const applied = await migrateAll(databases.urls);
    if (applied > 0) progress(`Applied ${applied} migrations`);
    if (config.DEMO_DATA === 'on') {
      const log = createLog({ service: 'demo', level: config.LOG_LEVEL });
      const filled = await loadDemoData(databases.urls, log);
      if (filled.length > 0) progress(`Loaded the demonstration data into ${filled.join(', ')}`);
    }
    progress('Starting the services');
    const system = await startSystem(config, databases.urls);
    atStop(() => system.stop());
    return { url: system.url, welcome: welcome(config, system), ended: databases.ended };
  });
}

function progress(step: string): void {
  console.error(`${step} …`);
}

function welcome(config: LocalConfig, { url, services }: System): string {
  const ownDatabases = ['CONTACT_REPOSITORY', 'CONTACT_EDIT', 'MULTI_CHAPTER_MEMBERSHIP'].every(
    (service) => `DATABASE_URL_${service}` in config,
  );
  return `
Kontakt is ready at ${url}

Read    ${url}/docs  (every endpoint and event, to try out in the browser)
Try     curl '${url}/api/v1/contacts?limit=3'
        curl '${url}/api/v1/contacts/search?q=solburg'
        curl '${url}/api/v1/contacts/c-00123?context=edit'

Alone   ${Object.values(services).join('  ')}
Data    ${ownDatabases ? 'in the databases at DATABASE_URL_…' : config.DATA_DIR}
Stop    Ctrl-C
${config.AUTH === 'off' ? `\n${withoutAuthentication}` : ''}
`;
}
