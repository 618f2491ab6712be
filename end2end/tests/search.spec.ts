// The search over everything: as one types, by keys, mouse and on a telephone; and its page.

import type { Locator, Page } from '@playwright/test';

import { activeOption, axe, createCompany, expect, field, open, options, signIn, test, title, unique } from './support.js';

const box = (page: Page): Locator => page.getByRole('searchbox', { name: 'Search', exact: true });
const found = (page: Page): Locator => page.getByRole('listbox', { name: 'Search', exact: true });
const group = (page: Page, kind: string): Locator => found(page).getByRole('group', { name: kind, exact: true });

/** What a search was asked for, in order. */
function asked(page: Page): string[] {
  const texts: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/api/search')) texts.push(new URLSearchParams(request.postData() ?? '').get('q') ?? '');
  });
  return texts;
}

test.beforeEach(async ({ page }) => {
  await signIn(page, 'nora@demo.test');
});

test('Ctrl+K finds "Société Générale" by "soc gen", by keys alone', async ({ page }) => {
  const name = unique('Société Générale');
  await createCompany(page, name, { City: 'Paris' });
  await open(page, '/deals');
  await page.keyboard.press('Control+k');
  await expect(box(page)).toBeFocused();
  // The end of the name, so that no other run's company is meant.
  await page.keyboard.type(`soc gen ${name.slice(-8)}`);
  const hit = group(page, 'Companies').getByRole('option', { name: `${name} Paris`, exact: true });
  await expect(hit).toBeVisible();
  await expect(box(page)).not.toHaveAttribute('aria-activedescendant');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => activeOption(page, box(page))).toContain(name);
  await expect(hit).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(title(page, name)).toBeVisible();
  await expect(found(page)).toBeHidden();
  await expect(box(page)).toHaveValue('');
});

test('what is found is grouped by kind, counted, and leads to the lists; the arrows go round', async ({ page }) => {
  const word = unique('Quagga').replace(' ', '');
  const customer = `${word} NV`;
  await createCompany(page, customer);
  await open(page, '/deals/new');
  await field(page, 'Title').fill(`Stripes for ${word}`);
  await page.getByRole('combobox', { name: 'Customer', exact: true }).fill(customer);
  await page.getByRole('option', { name: customer, exact: true }).click();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, `Stripes for ${word}`)).toBeVisible();

  await box(page).fill(word.toLowerCase());
  await expect(group(page, 'Companies').getByRole('option')).toHaveText([customer, 'All in the list']);
  await expect(group(page, 'Deals').getByRole('option')).toHaveText([`Stripes for ${word} ${customer}`, 'All in the list']);
  await expect(page.locator('[aria-live=polite]').filter({ hasText: '2 results' })).toBeAttached();
  await axe(page);

  const places = [customer, 'All in the list', `Stripes for ${word} ${customer}`, 'All in the list', customer];
  for (const place of places) {
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => activeOption(page, box(page))).toBe(place);
  }
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => activeOption(page, box(page))).toBe('All in the list');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/deals\\?q=${word}`, 'i'));
  await expect(page.getByRole('status').filter({ hasText: 'deal' })).toHaveText('1 deal');
});

test('an arrow key that is faster than the answer chooses the first of what comes', async ({ page }) => {
  const name = unique('Antelope');
  await createCompany(page, name);
  await box(page).pressSequentially(`antel ${name.slice(-8)}`);
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => activeOption(page, box(page))).toBe(name);
});

test('Escape closes and keeps what was typed; Enter without a choice leads to the page', async ({ page }) => {
  const name = unique('Okapi');
  await createCompany(page, name);
  await box(page).fill(name);
  await expect(options(page).first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(found(page)).toBeHidden();
  await expect(box(page)).toHaveValue(name);
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => activeOption(page, box(page))).toBe(name);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/search\?q=Okapi/);
  await expect(box(page)).toHaveValue(name);
  await expect(page.getByRole('status').filter({ hasText: 'result' })).toHaveText('1 result');
  const companies = page.getByRole('region', { name: 'Companies', exact: true });
  await expect(companies.getByRole('link', { name, exact: true })).toBeVisible();
  await expect(found(page)).toBeHidden();
});

test('fast typing shows the last answer, though an earlier one comes later', async ({ page }) => {
  const [zebra, heron] = [unique('Zebra'), unique('Heron')];
  await createCompany(page, zebra);
  await createCompany(page, heron);
  const texts = asked(page);
  // The first answer waits until the second has been shown.
  let release = (): void => undefined;
  const shown = new Promise<void>((resolve) => (release = resolve));
  let late: Promise<void> = Promise.resolve();
  await page.route('**/api/search', async (route) => {
    const first = new URLSearchParams(route.request().postData() ?? '').get('q') === zebra;
    if (first) late = shown.then(() => route.continue());
    else await route.continue();
  });
  await box(page).fill(zebra);
  await expect.poll(() => texts).toEqual([zebra]);
  await box(page).fill(heron);
  await expect(options(page).first()).toHaveText(heron);
  const answered = page.waitForResponse((response) => response.request().postData()?.includes('Zebra') ?? false);
  release();
  await late;
  await (await answered).finished();
  // Whatever that answer did is done two frames later.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await expect(options(page)).toHaveText([heron, 'All in the list']);
});

test('it does not ask at every key', async ({ page }) => {
  await open(page, '/');
  const texts = asked(page);
  await box(page).evaluate((input: HTMLInputElement) => {
    // All within one task: nobody types faster.
    for (const text of ['o', 'ok', 'oka', 'okap', 'okapi-that-is-nowhere']) {
      input.value = text;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }
    input.focus();
  });
  await expect(page.getByText('Nothing found.', { exact: true }).first()).toBeVisible();
  expect(texts).toEqual(['okapi-that-is-nowhere']);
});

test('signs and ten thousand characters find nothing and do no harm', async ({ page }) => {
  await open(page, '/');
  for (const text of ["%_'\\", 'x'.repeat(10_000)]) {
    await box(page).fill(text);
    await expect(page.getByText('Nothing found.', { exact: true }).first()).toBeVisible();
    await expect(options(page)).toHaveCount(0);
    await box(page).fill('');
    await expect(page.getByText('Nothing found.', { exact: true })).toHaveCount(0);
  }
  await box(page).fill("%_'\\");
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/search\?q=%25_%27%5C$/);
  await expect(page.getByRole('status').filter({ hasText: 'Nothing found.' })).toBeVisible();
  await axe(page);
});

test('on its page the results follow what is typed, and the arrows go through them', async ({ page }) => {
  const [puffin, plover] = [unique('Puffin'), unique('Plover')];
  await createCompany(page, puffin);
  await createCompany(page, plover);
  await open(page, `/search?q=${puffin}`);
  const companies = page.getByRole('region', { name: 'Companies', exact: true });
  await expect(companies.getByRole('link', { name: puffin, exact: true })).toBeVisible();
  await expect(box(page)).toHaveValue(puffin);
  const before = await page.evaluate(() => history.length);
  await box(page).fill(plover);
  await expect(companies.getByRole('link', { name: plover, exact: true })).toBeVisible();
  await expect(companies.getByRole('link', { name: puffin, exact: true })).toHaveCount(0);
  await expect(page).toHaveURL(/\/search\?q=Plover/);
  expect(await page.evaluate(() => history.length), 'one goes back past it at once').toBe(before);
  await expect(found(page)).toBeHidden();
  await page.keyboard.press('ArrowDown');
  await expect(companies.getByRole('link', { name: 'All in the list', exact: true })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(title(page, plover)).toBeVisible();
  await expect(box(page)).toHaveValue('');
});

test('whoever is limited finds what he may see, and nothing else', async ({ page, another }) => {
  const name = unique('Secretariat');
  await createCompany(page, name);
  await box(page).fill(name);
  await expect(options(page).first()).toHaveText(name);
  const emma = await another();
  await signIn(emma, 'emma@demo.test');
  await open(emma, '/');
  const search = emma.getByRole('searchbox', { name: 'Zoeken', exact: true });
  await search.fill(name);
  await expect(emma.getByText('Niets gevonden.', { exact: true }).first()).toBeVisible();
  await expect(options(emma)).toHaveCount(0);
});

test('a telephone shows it over the whole width, and a tap opens', async ({ page, another }) => {
  const name = unique('Capybara');
  await createCompany(page, name);
  const phone = await another({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });
  await signIn(phone, 'nora@demo.test');
  await open(phone, '/');
  await box(phone).tap();
  await box(phone).fill(name);
  const hit = options(phone).first();
  await expect(hit).toHaveText(name);
  const place = await found(phone).boundingBox();
  expect(place?.width).toBeGreaterThan(300);
  expect((await hit.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  await axe(phone);
  expect(await phone.evaluate(() => (document.scrollingElement?.scrollWidth ?? Infinity) - innerWidth)).toBeLessThanOrEqual(0);
  await hit.tap();
  await expect(title(phone, name)).toBeVisible();
});
