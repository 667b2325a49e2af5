import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { json, startTestGateway, type Gateway } from './gateway.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterEach(() => {
  gateway.reset();
});
afterAll(() => gateway.stop());

const allOk = { 'contact-repository': 'ok', 'contact-edit': 'ok', 'multi-chapter-membership': 'ok' };

test('when the process runs, then it is live, and no service is asked', async () => {
  const answer = await gateway.send('GET', '/livez');
  expect(answer.status).toBe(200);
  expect(json(answer)).toEqual({ status: 'ok' });
  expect(gateway.received()).toEqual([]);
});

test('when all services are ready, then the gateway is', async () => {
  const answer = await gateway.send('GET', '/readyz');
  expect(answer.status).toBe(200);
  expect(json(answer)).toEqual({ status: 'ready', checks: allOk });
  expect(gateway.received()).toEqual([
    'contact-repository GET /readyz',
    'contact-edit GET /readyz',
    'multi-chapter-membership GET /readyz',
  ]);
});

test('when a service is not ready, then it is named', async () => {
  gateway.contactEdit.answer((_req, res) => res.writeHead(503).end('{}'));
  const answer = await gateway.send('GET', '/readyz');
  expect(answer.status).toBe(503);
  expect(json(answer)).toEqual({ status: 'not ready', checks: { ...allOk, 'contact-edit': 'unavailable' } });
});

test('when services are silent or away, then they are named after a second', async () => {
  const alone = await startTestGateway();
  await alone.contactRepository.stop();
  alone.multiChapterMembership.answer(() => undefined);
  const started = performance.now();
  const answer = await alone.send('GET', '/readyz');
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(answer.status).toBe(503);
  expect(json(answer).checks).toEqual({
    ...allOk,
    'contact-repository': 'unavailable',
    'multi-chapter-membership': 'unavailable',
  });
  await alone.stop();
});
