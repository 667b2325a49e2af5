import { expect, test } from '@jest/globals';
import { readConfig, startGateway } from '../src/main.ts';
import { startUpstream } from './upstream.ts';

test('when addresses of services are missing or wrong, then the start fails and names each', () => {
  const read = () => readConfig({ CONTACT_EDIT_URL: 'ftp://edit' });
  expect(read).toThrow(/CONTACT_REPOSITORY_URL/);
  expect(read).toThrow(/CONTACT_EDIT_URL/);
  expect(read).toThrow(/MULTI_CHAPTER_MEMBERSHIP_URL/);
});

test('when it is started with settings, then it answers, until it is stopped', async () => {
  const service = await startUpstream('all-in-one');
  const config = readConfig({
    PORT: '0',
    LOG_LEVEL: 'silent',
    CONTACT_REPOSITORY_URL: service.url,
    CONTACT_EDIT_URL: `${service.url}/`,
    MULTI_CHAPTER_MEMBERSHIP_URL: service.url,
  });
  const gateway = await startGateway(config);
  await fetch(`${gateway.url}/api/v1/contacts?context=edit`);
  expect(service.received.map(({ url }) => url)).toEqual(['/api/v1/contacts']);
  await gateway.stop();
  await expect(fetch(`${gateway.url}/livez`)).rejects.toThrow();
  await service.stop();
});
