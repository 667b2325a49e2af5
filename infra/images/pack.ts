// Packs what an image holds: one service, or the gateway, and all that it needs to run.
//
//     node infra/images/pack.ts contact-repository <empty directory>
//
// What is packed is laid out as the workspace is, since Node runs TypeScript only outside node_modules. Its link
// `service` leads to the service, so that all images are started in the same way:
//
//     node service/src/main.ts
//     node packages/migrate/src/main.ts service/prisma/schema.prisma
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { leaveOut } from './leave-out.ts';
import { foldersNeededBy, folderOf, root } from './workspace.ts';

const [service = '', target = ''] = process.argv.slice(2);
const folder = folderOf(service);
if (folder === undefined || target === '') fail('Name a service, or the gateway, and an empty directory.');
else if (existsSync(target) && readdirSync(target).length > 0) fail(`${target} is not empty.`);
else pack(folder, resolve(target));

function fail(reason: string): void {
  console.error(reason);
  process.exitCode = 1;
}

function pack(folder: string, target: string): void {
  // Generates the Prisma client.
  run(root, process.execPath, 'infra/bootstrap.mjs');

  mkdirSync(target, { recursive: true });
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']) copy(file, target);
  for (const needed of foldersNeededBy(folder)) {
    for (const part of ['package.json', 'openapi.json', 'prisma', 'src']) copy(join(needed, part), target);
  }
  symlinkSync(folder, join(target, 'service'));

  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string };
  run(target, 'npx', '--yes', packageManager, 'install', '--prod', '--no-optional', '--frozen-lockfile');
  leaveOut(target);
}

function copy(path: string, target: string): void {
  const from = join(root, path);
  if (!existsSync(from)) return;
  cpSync(from, join(target, path), { recursive: true, filter: (file) => !file.endsWith('.test.ts') });
}

function run(cwd: string, command: string, ...args: string[]): void {
  // CI=true: pnpm never asks a question.
  execFileSync(command, args, { cwd, env: { ...process.env, CI: 'true' }, stdio: ['ignore', 2, 2] });
}
