// Makes a fresh clone ready to run: installs the dependencies and generates the Prisma clients,
// each only when what it is made from has changed. Plain JavaScript, so that any Node from 18 on can
// run it; it brings the Node that everything else runs on (a dependency of the root package).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'node_modules', '.bin');
const stamps = join(root, 'node_modules', '.kontakt');

const workspaces = ['gateway', 'infra', ...membersOf('services'), ...membersOf('packages')];

step({
  name: 'install',
  title: 'Installing dependencies (the first time takes up to a minute)',
  madeFrom: ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...workspaces.map((w) => `${w}/package.json`)],
  result: bin,
  run: () => pnpm('install', '--frozen-lockfile'),
});

for (const service of membersOf('services')) {
  step({
    name: `prisma-${service.replace('/', '-')}`,
    title: `Generating the Prisma client of ${service}`,
    madeFrom: [`${service}/prisma/schema.prisma`, 'pnpm-lock.yaml'],
    result: join(root, service, 'src/generated/prisma/client.ts'),
    run: () => generatePrismaClient(service),
  });
}

function membersOf(folder) {
  return readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
}

/** Runs a step unless its result is there and the files it is made from are the same as the last time. */
function step({ name, title, madeFrom, result, run }) {
  const hash = createHash('sha256');
  for (const file of madeFrom) hash.update(file).update(readFileSync(join(root, file)));
  const key = hash.digest('hex');
  const stamp = join(stamps, name);
  if (existsSync(result) && existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;

  console.error(`${title} …`);
  run();
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, key);
}

function pnpm(...args) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // CI=true: pnpm never asks a question.
  exec('npx', ['--yes', packageManager, ...args], { cwd: root, env: { ...outerNpmRemoved(process.env), CI: 'true' } });
}

function generatePrismaClient(service) {
  exec('prisma', ['generate'], {
    cwd: join(root, service),
    stdio: 'pipe',
    env: {
      ...process.env,
      PATH: bin + delimiter + process.env.PATH,
      CHECKPOINT_DISABLE: '1',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      // Without it Prisma downloads an engine that generating does not use. Any executable will do.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    },
  });
}

/** npm tells its scripts about itself in npm_… variables; pnpm would take them as settings. Network settings stay. */
function outerNpmRemoved(env) {
  const kept = /^npm_config_(cache|registry|cafile|userconfig|globalconfig|.*proxy)$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_/i.test(name) || kept.test(name)));
}

function exec(command, args, options) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { stdio: ['ignore', 2, 2], ...options });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  console.error(`\nCould not get ready: "${command} ${args.join(' ')}" failed${error ? ` (${error.message})` : ''}.`);
  process.exit(1);
}
