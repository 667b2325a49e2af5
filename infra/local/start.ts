// `npm start`: the whole system on this machine, in one process beside a PostgreSQL.
import { PostgresError } from '@kontakt/embedded-postgres';
import { MigrationError } from '@kontakt/migrate';
import { createLog, runService, StartError, type Running } from '@kontakt/service-kit';
import { loadDemoData } from '../demo/load-demo-data.ts';
import { readLocalConfig, type LocalConfig } from './config.ts';
import { migrateAll, openDatabases } from './databases.ts';
import { tryListening } from './ports.ts';
import { startSystem, type System } from './start-system.ts';

await runService('Kontakt', async () => {
  const config = readLocalConfig();
  try {
    return await start(config);
  } catch (error) {
    if (error instanceof PostgresError || error instanceof MigrationError) throw new StartError(error.message);
    throw error;
  }
});

async function start(config: LocalConfig): Promise<Running> {
  // A taken port is said at once, not after a database was started for nothing.
  await tryListening(config.PORT, config.HOST);

  progress('Opening the databases');
  const databases = await openDatabases(config);
  try {
    const applied = await migrateAll(databases.urls);
    if (applied > 0) progress(`Applied ${applied} migrations`);
    if (config.DEMO_DATA === 'on') {
      const log = createLog({ service: 'demo', level: config.LOG_LEVEL });
      const filled = await loadDemoData(databases.urls, log);
      if (filled.length > 0) progress(`Loaded the demonstration data into ${filled.join(', ')}`);
    }
    progress('Starting the services');
    const system = await startSystem(config, databases.urls);
    return {
      url: system.url,
      welcome: welcome(config, system),
      async stop() {
        await system.stop();
        await databases.stop();
      },
    };
  } catch (error) {
    await databases.stop();
    throw error;
  }
}

function progress(step: string): void {
  console.error(`${step} …`);
}

function welcome({ DATA_DIR }: LocalConfig, { url, services }: System): string {
  return `
Kontakt is ready at ${url}

Try     curl '${url}/api/v1/contacts?limit=3'
        curl '${url}/api/v1/contacts/search?q=solburg'
        curl '${url}/api/v1/contacts/c-00123?context=edit'

Alone   ${Object.values(services).join('  ')}
Data    ${DATA_DIR}
Stop    Ctrl-C

`;
}
