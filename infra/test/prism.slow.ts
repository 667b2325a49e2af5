import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { freePort } from '@kontakt/embedded-postgres';
import { waitFor, type RequestToSend } from '@kontakt/testing';
import { examples, requestOf, type Created } from './documented-requests.ts';
import { startTestSystem } from './start-test-system.ts';

jest.setTimeout(120_000);

/** A proxy of other people that checks requests and answers by an OpenAPI document. */
const prismCli = createRequire(import.meta.url).resolve('@stoplight/prism-cli');

let dir: string;
let system: Awaited<ReturnType<typeof startTestSystem>>;
let document: string;
let prism: Awaited<ReturnType<typeof startPrism>>;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'kontakt-prism-'));
  system = await startTestSystem();
  document = await (await fetch(`${system.url}/openapi.json`)).text();
  prism = await startPrism(document);
});
afterAll(async () => {
  await prism.stop();
  await system.stop();
  rmSync(dir, { recursive: true });
});

async function startPrism(text: string) {
  const port = await freePort();
  const file = join(dir, `${port}.json`);
  writeFileSync(file, text);
  const child = spawn(process.execPath, [prismCli, 'proxy', file, system.url, '--port', String(port)]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (output += part.toString()));
  await waitFor(() => output.includes('is listening'), { timeoutMs: 60_000 });
  return {
    /** The answer, and what Prism found wrong with it or with the request. */
    async send({ method, path, rawBody }: RequestToSend) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        ...(rawBody !== undefined && { body: rawBody, headers: { 'Content-Type': 'application/json' } }),
      });
      const violations = response.headers.get('sl-violations');
      return {
        status: response.status,
        body: JSON.parse(await response.text()),
        violations: JSON.parse(violations ?? '[]'),
      };
    },
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

const created: Created = {};

test.each(examples)('when $method $path is sent to $service, then Prism sees nothing wrong', async (example) => {
  const { status, body, violations } = await prism.send(requestOf(example, { how: 'path', created }));
  if (status === 201) created[example.service] = body.contact_id && body.save_result ? body.contact_id : body.id;
  expect({ status, body, violations }).toMatchObject({ status: expect.any(Number), violations: [] });
  expect([200, 201]).toContain(status);
});

test('when a request is wrong, then Prism sees that, and that the refusal is as described', async () => {
  const { status, violations } = await prism.send({ method: 'POST', path: '/api/v1/contacts', rawBody: '{"email":5}' });
  expect(status).toBe(400);
  expect(violations.length).toBeGreaterThan(0);
  expect(violations.every(({ location }: { location: string[] }) => location[0] === 'request')).toBe(true);
});

test('when an answer is not as described, then Prism would see that', async () => {
  const other = await startPrism(document.replaceAll('"is_active":{"type":"boolean"', '"is_active":{"type":"string"'));
  const { violations } = await other.send({ method: 'GET', path: '/api/v1/contacts/usr_01J3K8X' });
  expect(violations).toContainEqual(expect.objectContaining({ location: ['response', 'body', 'is_active'] }));
  await other.stop();
});
