// The list of companies, their forms and their pages; what goes wrong there, and what people type on purpose.

import { randomUUID } from 'node:crypto';

import type { Locator, Page } from '@playwright/test';

import {
  activity,
  combobox,
  createCompany,
  expect,
  field,
  hydrated,
  idOf,
  open,
  signIn,
  test,
  title,
  unique,
} from './support.js';

test.beforeEach(({ page }) => signIn(page, 'nora@demo.test'));

const table = (page: Page): Locator => page.getByRole('table', { name: 'Companies', exact: true });
const heading = (page: Page, name: string): Locator => page.getByRole('columnheader', { name, exact: true });

/** The cells of a column, from top to bottom. */
async function column(page: Page, name: string): Promise<string[]> {
  const headings = await table(page).getByRole('columnheader').allInnerTexts();
  const at = headings.findIndex((text) => text.trim() === name);
  expect(at, `a column ${name} among ${headings.join(', ')}`).toBeGreaterThanOrEqual(0);
  return table(page)
    .locator(`tbody tr > :nth-child(${at + 1})`)
    .evaluateAll((cells) =>
      cells.map((cell) => {
        // What screen readers do not read, such as the initials before a name, is no part of the value.
        const read = cell.cloneNode(true) as Element;
        for (const hidden of read.querySelectorAll('[aria-hidden="true"]')) hidden.remove();
        return read.textContent?.trim() ?? '';
      }),
    );
}

async function count(page: Page): Promise<number> {
  const status = page.getByRole('status').filter({ hasText: /compan/ });
  await expect(status).toHaveText(/^[\d,]+ (company|companies)$/);
  return Number((await status.innerText()).replace(/\D/g, ''));
}

test('the list says how many there are and shows the first of them', async ({ page }) => {
  await open(page, '/companies');
  await expect(title(page, 'Companies')).toBeVisible();
  expect(await count(page)).toBeGreaterThanOrEqual(60);
  await expect(table(page).getByRole('row')).toHaveCount(51);
  const first = table(page).getByRole('row').nth(1).getByRole('link').first();
  const name = (await first.innerText()).trim();
  await first.click();
  await expect(title(page, name)).toBeVisible();
});

test('a heading sorts, a second click turns the order, and the address says so', async ({ page }) => {
  const folded = (cells: string[]): string[] =>
    cells.filter(Boolean).map((cell) => cell.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase());
  await open(page, '/companies');
  await heading(page, 'City').getByRole('link').click();
  await expect(page).toHaveURL('/companies?sort=city');
  await expect(heading(page, 'City')).toHaveAttribute('aria-sort', 'ascending');
  // The heading changes at once, the rows when they have come.
  await expect(async () => {
    const ascending = folded(await column(page, 'City'));
    expect(new Set(ascending).size).toBeGreaterThan(1);
    expect(ascending).toEqual([...ascending].sort());
  }).toPass();
  await heading(page, 'City').getByRole('link').click();
  await expect(page).toHaveURL('/companies?sort=-city');
  await expect(heading(page, 'City')).toHaveAttribute('aria-sort', 'descending');
  await expect(async () => {
    const descending = folded(await column(page, 'City'));
    expect(descending).toEqual([...descending].sort().reverse());
  }).toPass();
});

test('what is typed into the list’s search is found, and stands in the address', async ({ page }) => {
  const name = unique('Searched Société');
  const word = name.split(' ').at(-1) ?? '';
  await createCompany(page, name);
  await open(page, '/companies');
  await page.getByRole('searchbox', { name: 'Find in this list', exact: true }).fill(`societe ${word}`);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`[?&]q=societe(\\+|%20)${word}`));
  await expect(page.getByRole('status').filter({ hasText: 'compan' })).toHaveText('1 company');
  await expect.poll(() => column(page, 'Name')).toEqual([name]);
  await page.reload();
  await expect(page.getByRole('searchbox', { name: 'Find in this list', exact: true })).toHaveValue(`societe ${word}`);
  await expect(table(page).getByRole('link', { name, exact: true })).toBeVisible();
});

test('pages follow one another without a gap, and back', async ({ page }) => {
  await open(page, '/companies');
  const first = await column(page, 'Name');
  await expect(page.getByRole('link', { name: 'Previous', exact: true })).toHaveCount(0);
  await page.getByRole('link', { name: 'Next', exact: true }).click();
  await expect(page).toHaveURL(/[?&]after=/);
  await expect(page.getByRole('link', { name: 'Previous', exact: true })).toBeVisible();
  let second: string[] = [];
  await expect(async () => {
    second = await column(page, 'Name');
    expect(second.length).toBeGreaterThan(0);
    expect(first.filter((name) => second.includes(name))).toEqual([]);
  }).toPass();
  await page.getByRole('link', { name: 'Previous', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Next', exact: true })).toBeVisible();
  await expect(page).not.toHaveURL(/[?&]after=/);
  // Others may have created some meanwhile; the first row of the second page is not among these.
  await expect.poll(() => column(page, 'Name')).not.toContain(second[0]);
});

test('segments narrow the list', async ({ page }) => {
  const name = unique('Just changed');
  await createCompany(page, name);
  await open(page, '/companies');
  const segment = async (link: string, id: string): Promise<void> => {
    const segments = page.getByRole('navigation', { name: 'Segments', exact: true });
    await segments.getByRole('link', { name: link, exact: true }).click();
    await expect(page).toHaveURL(`/companies?segment=${id}`);
    await expect(title(page, link)).toBeVisible();
    await expect(segments.getByRole('link', { name: link, exact: true })).toHaveAttribute('aria-current', 'page');
  };
  // The title changes at once, the rows when they have come.
  const contacts = async (): Promise<string[]> => [...new Set(await column(page, 'Sales contact'))];
  await segment('Mine', 'mine');
  await expect.poll(contacts).toEqual(['Nora Peeters']);
  await segment('Unassigned', 'unassigned');
  await expect.poll(contacts).toEqual([expect.stringMatching(/^(Nobody|–|)$/)]);
  expect(await count(page)).toBeGreaterThan(0);
  await segment('Recently changed', 'recent');
  await expect(table(page).getByRole('link', { name, exact: true })).toBeVisible();
});

const FIELDS = {
  Website: 'https://example.com/',
  'VAT number': 'BE 0400.123.456',
  'Registration number': '0400123456',
  Industry: 'Printing',
  Email: 'info@example.com',
  Telephone: '+32 2 123 45 67',
  Street: 'Rue Haute 1',
  'Postal code': '1000',
  City: 'Bruxelles',
  State: 'Brabant',
  Country: 'Belgium',
  Tags: 'printer, old friend',
  Notes: 'First line\nsecond line',
};

test('a company is created with all its fields, changed, and remembers the change', async ({ page }) => {
  const name = unique('Created');
  await open(page, '/companies');
  await page
    .getByRole('link', { name: 'New company', exact: true })
    .or(page.getByRole('button', { name: 'New company', exact: true }))
    .click();
  await expect(page).toHaveURL('/companies/new');
  await field(page, 'Name').fill(name);
  for (const [label, value] of Object.entries(FIELDS)) await field(page, label).fill(value);
  await page.getByLabel('Customer since', { exact: true }).fill('2020-02-29');
  await combobox(page, 'Language').selectOption({ label: 'French' });
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, name)).toBeVisible();
  const main = page.getByRole('main');
  for (const value of ['BE 0400.123.456', 'info@example.com', '+32 2 123 45 67', '29 Feb 2020', 'French', 'old friend']) {
    await expect(main).toContainText(value);
  }

  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await expect(page).toHaveURL(/\/edit$/);
  for (const [label, value] of Object.entries(FIELDS)) await expect(field(page, label)).toHaveValue(value);
  await field(page, 'City').fill('Namur');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(title(page, name)).toBeVisible();
  await expect(activity(page)).toContainText('City');
  await expect(activity(page)).toContainText(/Bruxelles\s*→\s*Namur/);
  await page.reload();
  await expect(activity(page)).toContainText(/Bruxelles\s*→\s*Namur/);
});

test('mistakes are named beside their fields, and what was typed is kept', async ({ page, watched }) => {
  watched.expectStatus(422);
  const name = unique('Mistaken');
  await open(page, '/companies/new');
  await field(page, 'Email').fill('not an address');
  await field(page, 'Website').fill('javascript:alert(1)');
  await field(page, 'Notes').fill('kept');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(field(page, 'Email')).toHaveAccessibleDescription('Not an e-mail address');
  await expect(field(page, 'Website')).toHaveAccessibleDescription('Not a web address');
  await expect(field(page, 'Name')).toHaveAccessibleDescription('This field is required');
  await expect(field(page, 'Email')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(field(page, 'Email')).toHaveValue('not an address');
  await expect(field(page, 'Notes')).toHaveValue('kept');

  await field(page, 'Name').fill(name);
  await field(page, 'Email').fill('an@address.test');
  await field(page, 'Website').fill('');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, name)).toBeVisible();
  await expect(page.getByRole('main')).toContainText('kept');
});

test('hostile texts stay texts wherever they are shown', async ({ page, watched }) => {
  watched.expectStatus(422);
  const mark = randomUUID().slice(0, 8);
  const script = `</textarea><script>window.hacked=1</script>${mark}`;
  const image = `<img src=x onerror="window.hacked=1">${mark}`;
  const both = `"'></title>${script}${image}`;
  const texts: Record<string, string> = {
    Name: both,
    'VAT number': '<img src=x onerror="window.hacked=1">',
    'Registration number': '<script>window.hacked=1</script>',
    Industry: image,
    Street: script,
    'Postal code': '<img src onerror=1>',
    City: image,
    State: script,
    Country: image,
    Tags: '<img src=x onerror="window.hacked=1">',
    Notes: both,
  };
  const harmless = async (): Promise<void> => {
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    await expect(page.locator('[onerror]')).toHaveCount(0);
  };
  const stand = async (): Promise<void> => {
    for (const [label, text] of Object.entries(texts)) await expect(field(page, label)).toHaveValue(text);
    await harmless();
  };

  await open(page, '/companies/new');
  for (const [label, text] of Object.entries(texts)) await field(page, label).fill(text);
  await field(page, 'Email').fill(image);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(field(page, 'Email')).toHaveAccessibleDescription('Not an e-mail address');
  await stand();

  await field(page, 'Email').fill('');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, both)).toBeVisible();
  await harmless();
  const id = idOf(page);
  for (const address of [`/companies/${id}`, `/companies?q=${mark}`, `/search?q=${mark}`]) {
    await open(page, address);
    await expect(page.getByRole('main')).toContainText(both);
    await harmless();
  }
  await open(page, `/companies/${id}`);
  await expect(page).toHaveTitle(new RegExp(`^"'></title></textarea><script>.*${mark}`));
  await open(page, `/companies/${id}/edit`);
  await stand();

  // A change puts the former and the new text into Activity.
  await field(page, 'City').fill(script);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(activity(page)).toContainText(`${image} → ${script}`);
  await page.reload();
  await hydrated(page);
  await expect(activity(page)).toContainText(`${image} → ${script}`);
  await harmless();
});

test('what does not exist and what belongs to another account are not told apart', async ({ page, another, watched }) => {
  watched.expectStatus(404);
  const olga = await another();
  await signIn(olga, 'olga@other.test');
  const theirs = await createCompany(olga, unique('Theirs'));

  const answers: string[] = [];
  for (const id of [randomUUID(), theirs]) {
    for (const address of [`/companies/${id}`, `/companies/${id}/edit`]) {
      const answer = await page.goto(address);
      expect(answer?.status(), address).toBe(404);
      await hydrated(page);
      await expect(title(page, 'Not found')).toBeVisible();
      answers.push(await page.getByRole('main').innerText());
    }
  }
  expect(new Set(answers).size).toBe(1);
  const nowhere = await page.goto('/no-such-page');
  expect(nowhere?.status()).toBe(404);
  await expect(title(page, 'Not found')).toBeVisible();
});
