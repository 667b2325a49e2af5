import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createClient, standIn, startIssuer, testAudience } from '@kontakt/testing';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, openPage, startChromium } from './chromium.ts';
import { startTestSystem } from './start-test-system.ts';

jest.setTimeout(120_000);

const saveForm = '#operations-Edit_form-saveContactForm';
const search = '#operations-Contacts-searchContacts';

const tests: Record<string, () => Promise<void>> = {
  async 'when the address of the system is opened, then all is described, and nobody else was asked for anything'() {
    const { page, complaints } = await open(system.url);
    expect(page.url()).toBe(`${system.url}/docs`);
    const endpoints = await page.locator('.opblock-summary-path').allTextContents();
    expect(endpoints.length).toBe(23);
    expect(endpoints.filter((path) => path.endsWith('?context=edit')).length).toBe(5);
    expect(await page.locator('.event-body[id]').count()).toBe(10);
    expect(complaints).toEqual([]);
  },

  async 'when every endpoint and event is unfolded, then none of them is a trouble to the browser'() {
    const { page, complaints } = await open(`${system.url}/docs`);
    await page.locator('.opblock-summary-control, details.event > summary').evaluateAll((all) => {
      for (const summary of all) summary.click();
    });
    expect(await page.locator('.opblock.is-open .execute').count()).toBe(23);
    expect(await page.locator('details.event[open]').count()).toBe(11);
    expect(complaints).toEqual([]);
  },

  async 'when a contact is edited from the page, then the system answers, and it is edited'() {
    const { page, complaints } = await open(`${system.url}/docs`);
    await page.getByRole('navigation').getByText('Edit form').click();
    await page.getByText('Save what was edited of a contact').first().click();
    await page.locator(`${saveForm} textarea`).fill('{ "address": "Kirkegata 1, 7011 Trondheim" }');
    expect(await execute(page, saveForm)).toContain('"save_result": "success"');
    const path = '/api/v1/contacts/c-00123?context=edit';
    expect((await createClient(system.url).get(path)).body.address).toBe('Kirkegata 1, 7011 Trondheim');
    expect(await page.locator(`${saveForm} .curl`).textContent()).toContain(system.url + path);
    expect(complaints).toEqual([]);
  },

  async 'when parameters come after the context, then all of them are sent'() {
    const { page } = await open(`${system.url}/docs#operations-Edit_form-listContactForms`);
    const list = '#operations-Edit_form-listContactForms';
    await page.locator(`${list} [data-param-name=limit] input`).fill('2');
    expect(await execute(page, list)).toContain('"limit": 2');
    expect(await page.locator(`${list} .request-url`).textContent()).toMatch(/contacts\?context=edit&.*limit=2/);
  },

  async 'when an address names an endpoint or an event, then that is what is seen, and each leads to the other'() {
    const { page } = await open(`${system.url}/docs${saveForm}`);
    await expectToBeSeen(page, `${saveForm}.is-open`);
    await page.locator(saveForm).getByText('contact-edit.saved.v1').click();
    await expectToBeSeen(page, '[id="contact-edit.saved.v1"]');
    expect(page.context().pages().length).toBe(1);
    await page.locator('[id="contact-edit.saved.v1"]').getByText('Save what was edited').click();
    await expectToBeSeen(page, `${saveForm}.is-open`);
    await page.locator(search).getByText('/search').click();
    expect(page.url()).toBe(`${system.url}/docs${search}`);
  },

  async 'when the screen is a telephone’s, then nothing sticks out'() {
    const { page } = await open(`${system.url}/docs${saveForm}`, 390);
    await page.locator('.event > summary').nth(1).click();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  },

  async 'when tokens are asked for, then one can be entered, and is forgotten with the page'() {
    const issuer = await startIssuer();
    const guarded = await startTestSystem({ AUTH: 'jwt', AUTH_ISSUER: issuer.issuer, AUTH_AUDIENCE: testAudience });
    try {
      const { page } = await open(`${guarded.url}/docs${search}`);
      expect(await execute(page, search)).toContain('urn:kontakt:problem:unauthorized');
      await page.getByRole('button', { name: 'Authorize', exact: true }).click();
      await page.locator('.modal-ux input').fill(await issuer.token({ org_id: 'org_abc123', scope: 'contacts:read' }));
      await page.locator('.modal-ux .auth-btn-wrapper .authorize').click();
      await page.locator('.modal-ux .btn-done').click();
      expect(await execute(page, search)).toContain('"pagination"');
      await page.reload();
      expect(await execute(page, search)).toContain('urn:kontakt:problem:unauthorized');
    } finally {
      await guarded.stop();
      await issuer.stop();
    }
  },
};

let browser: Browser;
let system: Awaited<ReturnType<typeof startTestSystem>>;

if (chromiumPath === undefined) {
  standIn(Object.keys(tests), 'a Chromium: CHROME_PATH names none, and there is none in /usr/bin');
} else {
  beforeAll(async () => {
    [browser, system] = await Promise.all([startChromium(), startTestSystem()]);
  });
  afterAll(async () => {
    await browser.close();
    await system.stop();
  });
  test.each(Object.entries(tests))('%s', (_name, run) => run());
}

async function open(url: string, width?: number) {
  const opened = await openPage(browser, { origin: new URL(url).origin, width });
  await opened.page.goto(url);
  await opened.page.locator('.opblock').first().waitFor();
  return opened;
}

/** Sends an endpoint's request as it stands on the page, and gives back the answer's body as it is shown. */
async function execute(page: Page, endpoint: string): Promise<string | null> {
  const answered = page.waitForResponse((response) => response.url().includes('/api/'));
  await page.locator(`${endpoint} .execute`).click();
  await answered;
  await page.locator(`${endpoint} .loading-container`).waitFor({ state: 'detached' });
  return page.locator(`${endpoint} .live-responses-table .highlight-code`).first().textContent();
}

async function expectToBeSeen(page: Page, selector: string): Promise<void> {
  await page.locator(selector).waitFor();
  await page.waitForFunction(`(() => {
    const { top } = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
    return top > 50 && top < window.innerHeight / 2;
  })()`);
}
