// A program that starts a server and waits to be killed. Arguments: the directory, and perhaps "ephemeral".
import { startPostgres } from '../src/index.ts';

const [dir = '', kind] = process.argv.slice(2);
await startPostgres({ dir, ephemeral: kind === 'ephemeral' });
process.stdout.write('ready\n');
setInterval(() => undefined, 60_000);
