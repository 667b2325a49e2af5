// A program that provides a PostgreSQL server and says which.
import { providePostgres } from '../src/postgres-provider.ts';

const { provider, passedOver, stop } = await providePostgres();
process.stdout.write(`${provider}: ${passedOver ?? 'nothing passed over'}\n`);
await stop();
