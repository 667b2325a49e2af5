import { expect, test } from '@jest/globals';
import { readConfig, startGateway, withoutAuthentication } from '../src/main.ts';
import { startUpstream } from './upstream.ts';

test('when addresses of services are missing or wrong, then the start fails and names each', () => {
  const read = () =>
    readConfig({
      CONTACT_EDIT_URL: 'ftp://edit',
      TRUSTED_PROXIES: '10.0.0.0/8, proxy.example',
      RATE_LIMIT: '-1',
      REDIS_URL: 'http://redis',
    });
  expect(read).toThrow(/INTERNAL_TOKEN/);
  expect(read).toThrow(/TRUSTED_PROXIES/);
  expect(read).toThrow(/RATE_LIMIT/);
  expect(read).toThrow(/REDIS_URL/);
  expect(read).toThrow(/CONTACT_REPOSITORY_URL/);
  expect(read).toThrow(/CONTACT_EDIT_URL/);
  expect(read).toThrow(/MULTI_CHAPTER_MEMBERSHIP_URL/);
});

const wellFormed = {
  PORT: '0',
  LOG_LEVEL: 'silent',
  INTERNAL_TOKEN: 'a-token-only-for-tests',
  CONTACT_REPOSITORY_URL: 'http://127.0.0.1:9',
  CONTACT_EDIT_URL: 'http://127.0.0.1:9',
  MULTI_CHAPTER_MEMBERSHIP_URL: 'http://127.0.0.1:9',
};

test.each(['*', 'app.example', 'https://app.example/', 'https://app.example, null', 'ftp://app.example'])(
  'when pages of %j shall be let in, then the start fails',
  (origins) => {
    expect(() => readConfig({ ...wellFormed, CORS_ORIGINS: origins })).toThrow(/CORS_ORIGINS must be origins/);
  },
);

test('when nothing else is set, then it answers on this machine alone, and believes no proxy and no page', () => {
  expect(readConfig(wellFormed)).toMatchObject({ HOST: '127.0.0.1', TRUSTED_PROXIES: [], CORS_ORIGINS: [] });
});

const withTokens = { ...wellFormed, AUTH: 'jwt', AUTH_AUDIENCE: 'kontakt' };

test.each([
  'https://issuer.example',
  'https://issuer.example:8443/realms/kontakt/',
  'http://localhost:8080/realms/kontakt',
  'http://127.0.0.1',
  'http://[::1]:8080',
])('when the issuer is %s, then its tokens can be asked for', (issuer) => {
  expect(readConfig({ ...withTokens, AUTH_ISSUER: issuer })).toMatchObject({ AUTH_ISSUER: issuer });
});

test.each([
  'http://issuer.example',
  'http://localhost:80@evil.com/',
  'http://localhost@evil.com/',
  'http://127.0.0.1:80:80@evil.com',
  'http://localhost.evil.com',
  'https://user:secret@issuer.example',
  'https://issuer.example?x=1',
  'https://issuer.example/?',
  'https://issuer.example#x',
  'https://issuer.example/#',
  'https:issuer.example',
  'https:///issuer.example',
  'https://@issuer.example',
  'https://issuer.example\\@evil.com',
  'https://',
  'ftp://issuer.example',
  'issuer.example',
])('when the issuer is %s, then the start fails and says what it must be', (issuer) => {
  expect(() => readConfig({ ...withTokens, AUTH_ISSUER: issuer })).toThrow(/AUTH_ISSUER must be an https URL/);
});

test('when authentication is off, then the start says so; when it is on, then not', async () => {
  for (const [settings, isSaid] of [
    [wellFormed, true],
    [{ ...withTokens, AUTH_ISSUER: 'http://127.0.0.1:9' }, false],
  ] as const) {
    const gateway = await startGateway(readConfig(settings));
    expect(gateway.welcome?.includes(withoutAuthentication)).toBe(isSaid);
    await gateway.stop();
  }
});

test('when limits are set, then the gateway has them', async () => {
  const limits = { RATE_LIMIT: '1', CORS_ORIGINS: 'https://app.example, http://localhost:5173' };
  const gateway = await startGateway(readConfig({ ...wellFormed, ...limits }));
  const ask = () => fetch(`${gateway.url}/api/v1/contacts`, { headers: { Origin: 'http://localhost:5173' } });
  expect((await ask()).status).toBe(503);
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
  await gateway.stop();
});

test('when it is started with settings, then it answers, until it is stopped', async () => {
  const service = await startUpstream('all-in-one');
  const config = readConfig({
    ...wellFormed,
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
