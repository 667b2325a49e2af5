// Runs a program of one service: `npm run resync -- contact-repository …` is services/contact-repository/src/resync.ts.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const [program = '', service = '', ...args] = process.argv.slice(2);
const file = join(import.meta.dirname, '../services', service, 'src', `${program}.ts`);
if (!/^[a-z-]+$/.test(service) || !existsSync(file)) {
  console.error(`Name a service that has this: npm run ${program} -- contact-repository`);
  process.exit(1);
}
const { status } = spawnSync(process.execPath, [file, ...args], { stdio: 'inherit' });
process.exit(status ?? 1);
