import { expect, test } from '@jest/globals';
import { brokerLines, groupOn, testForThoseNotRun } from '../src/broker-lines.ts';
import { startBroker } from '../src/broker-provider.ts';

test('when TEST_AMQP_URL is set, then that broker is used, and nothing may be done to it', async () => {
  const url = 'amqp://somebody@broker.example';
  const broker = await startBroker({ TEST_AMQP_URL: url, DOCKER_HOST: 'unix:///nowhere.sock' });
  expect(broker).toEqual({ url, description: 'TEST_AMQP_URL', close: expect.any(Function) });
});

test('when tests had a broker, or had none, then the summary says it, once for each', () => {
  const of = (group: string, title: string) => ({ testResults: [{ title, ancestorTitles: [group] }] });
  const files = [of(groupOn('RabbitMQ 4'), 'a'), of(groupOn('RabbitMQ 4'), 'b'), of('on top', 'NOT RUN'), of('x', 'y')];
  expect(brokerLines(files)).toEqual(['   and on the broker RabbitMQ 4']);
  const alone = { testResults: [{ title: testForThoseNotRun(9, 'RabbitMQ: none'), ancestorTitles: [] }] };
  expect(brokerLines([alone])).toEqual(['!!! NOT RUN: 9 tests that need RabbitMQ: none']);
});
