import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { json, startTestGateway, type Gateway } from './gateway.ts';
import { renderFields } from '../src/docs/fields.ts';

let gateway: Gateway;
beforeAll(async () => {
  const authentication = {
    issuer: 'http://127.0.0.1:9',
    audience: 'kontakt',
    organisationClaim: 'org_id',
    chaptersClaim: 'c',
  };
  gateway = await startTestGateway({ authentication });
});
afterEach(() => {
  expect(gateway.received()).toEqual([]);
});
afterAll(() => gateway.stop());

describe('the page for people', () => {
  test.each(['/', '/docs/'])('when %s is opened, then it leads to /docs', async (path) => {
    const answer = await gateway.send('GET', path);
    expect(answer).toMatchObject({ status: 302, headers: { location: '/docs' } });
  });

  test('when it is opened without a token, then it is there, and browsers ask for it anew each time', async () => {
    const answer = await gateway.send('GET', '/docs');
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
    });
    const again = await gateway.send('GET', '/docs', { 'If-None-Match': String(answer.headers.etag) });
    expect(again).toMatchObject({ status: 304, body: '' });
  });

  test('when it is opened, then a browser shows its title', async () => {
    expect((await gateway.send('GET', '/docs')).body).toContain('<title>Kontakt API</title>');
  });

  test('when it is shown, then it can load from here alone, and run no script but those of its files', async () => {
    const { headers, body } = await gateway.send('GET', '/docs');
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; /);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(body).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/);
    expect(body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  test('when its files are loaded, then each may be kept for a year, under an address of this version', async () => {
    const { body } = await gateway.send('GET', '/docs');
    const addresses = [...body.matchAll(/(?:src|href|data-document)="(\/docs\/[^"]*)"/g)].map(([, address]) =>
      String(address),
    );
    const answers = await Promise.all(addresses.map((address) => gateway.send('GET', address)));
    expect(answers.map(({ status, headers }) => [status, headers['content-type'], headers['cache-control']])).toEqual(
      ['text/css', 'text/css', 'text/javascript', 'text/javascript', 'application/json'].map((type) => [
        200,
        expect.stringContaining(type),
        'public, max-age=31536000, immutable',
      ]),
    );
    expect(json(answers[4] ?? fail()).info).toMatchObject({ title: 'Kontakt API' });
  });

  test.each(['other.js', 'constructor', 'index.html', '%2e%2e%2froutes.ts'])(
    'when %s is asked for as one of its files, then there is none',
    async (file) => {
      const { body } = await gateway.send('GET', '/docs');
      const [folder] = /\/docs\/assets\/\w+\//.exec(body) ?? fail();
      expect((await gateway.send('GET', folder + file)).status).toBe(404);
    },
  );

  test('when a file of another version is asked for, then there is none', async () => {
    expect((await gateway.send('GET', '/docs/assets/0123456789abcdef/page.js')).status).toBe(404);
  });
});

test('when the events’ document is asked for, then it is there without a token', async () => {
  const answer = await gateway.send('GET', '/asyncapi.json');
  expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8' } });
  expect(json(answer).asyncapi).toBe('3.0.0');
});

test('when a description has HTML in it, then it is shown as text', () => {
  const html = renderFields({ properties: { '<b>': { type: 'string', description: '<script>"&\'' } } });
  expect(html).toContain('<code>&#60;b&#62;</code>');
  expect(html).toContain('<td>&#60;script&#62;&#34;&#38;&#39;</td>');
});

test('when fields have the same words, then they are shown together', () => {
  const stamp = { type: 'string', description: 'A stamp.' };
  const html = renderFields({ properties: { stamps: { properties: { a: stamp, b: stamp } } } });
  expect(html).toContain('<code>stamps.a, b</code>');
});

function fail(): never {
  throw new Error('it is not there');
}
