// A program that starts a server, writes its URL and waits to be killed. Arguments: the directory, and perhaps "ephemeral".
import { startPostgres } from '../src/index.ts';

const [dir = '', kind] = process.argv.slice(2);
const postgres = await startPostgres({ dir, ephemeral: kind === 'ephemeral' });
process.stdout.write(postgres.adminUrl());
setInterval(() => undefined, 60_000);
