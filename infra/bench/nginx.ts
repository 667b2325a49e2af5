import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@kontakt/embedded-postgres';
import type { Program } from './programs.ts';

/** nginx with one worker in front of a server; undefined where it is not installed. */
export async function startNginx(upstream: string): Promise<Program | undefined> {
  const program = process.env.NGINX ?? 'nginx';
  if (spawnSync(program, ['-v']).error) return undefined;
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'kontakt-nginx-'));
  writeFileSync(join(dir, 'nginx.conf'), configuration(dir, port, upstream));
  // One process: what it uses is what the worker uses.
  const child = spawn(program, ['-p', dir, '-c', join(dir, 'nginx.conf'), '-g', 'daemon off; master_process off;'], {
    stdio: 'ignore',
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
    rmSync(dir, { recursive: true, force: true });
  };
  await untilListening(child, port);
  return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, stop };
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  while (child.exitCode === null) {
    const connection = connect(port, '127.0.0.1');
    const listens = await once(connection, 'connect').then(
      () => true,
      () => false,
    );
    connection.destroy();
    if (listens) return;
    await sleep(20);
  }
  throw new Error('nginx has ended at its start');
}

function configuration(dir: string, port: number, upstream: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    pid ${dir}/nginx.pid; error_log ${dir}/error.log;
    events { worker_connections 1024; }
    http {
      access_log off; keepalive_requests 1000000;
      ${temporary.map((name) => `${name}_temp_path ${dir}/${name};`).join(' ')}
      upstream service { server ${new URL(upstream).host}; keepalive 64; keepalive_requests 1000000; }
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; }
      }
    }`;
}
