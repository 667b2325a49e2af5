// `npm run migrate`: applies the migrations of all three services, to the databases that `npm start` would use.
import { runCommand } from '@kontakt/service-kit';
import { readLocalConfig } from './config.ts';
import { migrateAll, openDatabases } from './databases.ts';
import { explain } from './explain.ts';

await runCommand('The migration', () =>
  explain(async () => {
    const databases = await openDatabases(readLocalConfig());
    try {
      const applied = await migrateAll(databases.urls);
      console.log(applied === 0 ? 'Up to date.' : `Applied ${applied} migrations.`);
    } finally {
      await databases.stop();
    }
  }),
);
