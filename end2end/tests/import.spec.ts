// The way of a new user with real data: three files come in by the browser, twice, and out again; then by the command line,
// and a company gets its sales contact. Runs first and alone, because it counts.

import { copyFile, mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { activity, chooseByKeyboard, combobox, expect, fillSignIn, open, signIn, steward, test, title } from './support.js';

test.describe.configure({ mode: 'serial' });
test.beforeEach(({ page }) => signIn(page, 'nora@demo.test'));

const data = (file: string): string => join(import.meta.dirname, '..', 'data', file);

/** Chooses a file on the first page and presses one of its buttons; the result is said once it is there. */
async function send(page: Page, file: string, button: 'Check' | 'Import', result: string): Promise<void> {
  await open(page, '/settings/import');
  await page.getByLabel('File', { exact: true }).setInputFiles(data(file));
  await page.getByRole('button', { name: button, exact: true }).click();
  await expect(title(page, file)).toBeVisible();
  await expect(page.getByRole('status')).toHaveText(result, { timeout: 60_000 });
}

const FILES = [
  { file: 'companies.csv', list: 'companies', rows: 400, created: 400, bad: 0 },
  { file: 'deals.csv', list: 'deals', rows: 600, created: 600, bad: 0 },
  { file: 'companies-with-errors.csv', list: 'companies', rows: 7, created: 1, bad: 6 },
] as const;

for (const { file, list, rows, created, bad } of FILES) {
  test(`${file} is checked and comes in once, however often the browser sends it`, async ({ page }) => {
    const before = await count(page, list);
    await send(page, file, 'Check', `${rows} rows: ${created} would be created, 0 known already, ${bad} bad`);
    expect(await count(page, list), 'a check writes nothing').toBe(before);
    await send(page, file, 'Import', `${rows} rows: ${created} created, 0 known already, ${bad} bad`);
    expect(await count(page, list)).toBe(before + created);
    await send(page, file, 'Import', `${rows} rows: 0 created, ${created} known already, ${bad} bad`);
    expect(await count(page, list), 'the same file creates nothing twice').toBe(before + created);
  });
}

test('columns are chosen, rows are told one by one, and bad ones come as a file', async ({ page }) => {
  await send(page, 'companies-with-errors.csv', 'Check', '7 rows: 0 would be created, 1 known already, 6 bad');
  const rows = page.getByRole('table', { name: 'Rows', exact: true }).getByRole('row');
  await expect(rows).toHaveCount(8);
  await expect(rows.filter({ hasText: 'Iron Mountain' })).toContainText('known already');
  await page.getByRole('navigation', { name: 'Rows', exact: true }).getByRole('link', { name: /^Bad/ }).click();
  await expect(rows).toHaveCount(7);
  await expect(rows.filter({ hasText: 'Skyworks' })).toContainText('Sales contact: Not an active colleague of this account');
  await expect(rows.filter({ hasText: 'Union Pacific' })).toContainText('Customer since: Not a date');

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download bad rows', exact: true }).click();
  expect((await download).suggestedFilename()).toBe('companies-with-errors.bad-rows.csv');
  const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(7);
  expect(lines[0]).toMatch(/,Reason$/);

  // Without its sales contact a company has nobody who could be unknown.
  const contact = combobox(page, 'Sales contact');
  await expect(contact.locator('option:checked')).toHaveText('Sales contact');
  await expect(combobox(page, 'Founded').locator('option:checked')).toHaveText('Ignored');
  await contact.selectOption('Ignored');
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await expect(page.getByRole('status')).toHaveText('7 rows: 3 would be created, 1 known already, 3 bad');
  await combobox(page, 'Name').selectOption('Ignored');
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('No column is the “Name”');
});

test('a file that is too large is refused before it is sent', async ({ page }) => {
  await open(page, '/settings/import');
  const large = { name: 'large.csv', mimeType: 'text/csv', buffer: Buffer.alloc(20 * 1024 * 1024 + 1, 'x') };
  await page.getByLabel('File', { exact: true }).setInputFiles(large);
  await expect(page.getByRole('alert')).toContainText('larger than 20 MB');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page).toHaveURL('/settings/import');
  await expect(page.getByRole('alert')).toContainText('larger than 20 MB');
  await page.getByLabel('File', { exact: true }).setInputFiles(data('companies.csv'));
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('without scripts, in French, the three files bring nothing new', async ({ another }) => {
  const page = await another({ javaScriptEnabled: false, locale: 'fr-FR' });
  await page.goto('/settings/import');
  await fillSignIn(page, 'lucas@demo.test', 'steward-demo');
  for (const { file, rows, created, bad } of FILES) {
    const told = (verb: string): string =>
      `${rows} lignes : 0 ${verb}, ${created} ${created > 1 ? 'déjà connues' : 'déjà connue'}, ${bad} ${bad > 1 ? 'erronées' : 'erronée'}`;
    for (const [button, verb] of [
      ['Vérifier', 'serait créée'],
      ['Importer', 'créée'],
    ] as const) {
      await page.goto('/settings/import');
      await page.getByLabel('Fichier', { exact: true }).setInputFiles(data(file));
      await page.getByRole('button', { name: button, exact: true }).click();
      await expect(title(page, file)).toBeVisible();
      // Nothing but a link shows how far it is by now.
      await expect(async () => {
        const reload = page.getByRole('link', { name: 'Actualiser', exact: true });
        if (await reload.isVisible()) await reload.click();
        await expect(page.getByRole('status')).toHaveText(told(verb), { timeout: 500 });
      }).toPass({ timeout: 30_000 });
    }
  }
  await page.goto('/settings/import');
  await page.getByRole('button', { name: 'Importer', exact: true }).click();
  await expect(page.getByRole('alert')).toHaveText('Choisissez d’abord un fichier');
});

test('whole imports are undone, the deals before their companies', async ({ page }) => {
  const latest = async (result: string): Promise<void> => {
    await open(page, '/settings/import');
    const row = page.getByRole('table', { name: 'Latest imports', exact: true }).getByRole('row').filter({ hasText: result });
    await row.first().getByRole('link').click();
    await expect(page.getByRole('status')).toHaveText(result);
  };
  const undo = async (told: string): Promise<void> => {
    await page.getByText('Undo this import', { exact: true }).click();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect(page.getByRole('status')).toHaveText(told, { timeout: 60_000 });
  };
  const companies = await count(page, 'companies');
  const deals = await count(page, 'deals');
  await latest('7 rows: 1 created, 0 known already, 6 bad');
  await undo('1 record is in the bin');
  await latest('600 rows: 600 created, 0 known already, 0 bad');
  await undo('600 records are in the bin');
  await latest('400 rows: 400 created, 0 known already, 0 bad');
  await undo('400 records are in the bin');
  expect(await count(page, 'companies')).toBe(companies - 401);
  expect(await count(page, 'deals')).toBe(deals - 600);
  await expect(page.getByText('Undo this import', { exact: true })).toHaveCount(0);
});

async function count(page: Page, list: 'companies' | 'deals'): Promise<number> {
  await open(page, `/${list}`);
  const status = page.getByRole('status').filter({ hasText: list });
  await expect(status).toHaveText(new RegExp(`^[\\d,]+ ${list}$`));
  return Number((await status.innerText()).replace(/\D/g, ''));
}

/** Copies a file to where its bad rows may be written beside it. */
async function copied(folder: string, file: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const copy = join(folder, file);
  await copyFile(join(import.meta.dirname, '..', 'data', file), copy);
  return copy;
}

for (const [list, rows] of [
  ['companies', 400],
  ['deals', 600],
] as const) {
  test(`the ${list} of a file come in once, however often it is imported`, async ({ page }, info) => {
    const file = await copied(info.outputDir, `${list}.csv`);
    const before = await count(page, list);

    const tried = await steward(['import', list, file, '--as', 'nora@demo.test', '--dry-run']);
    expect(tried.code, tried.out).toBe(0);
    expect(await count(page, list), 'a dry run writes nothing').toBe(before);

    const first = await steward(['import', list, file, '--as', 'nora@demo.test']);
    expect(first.code, first.out).toBe(0);
    expect(first.out).toMatch(new RegExp(`\\b${rows} created\\b`));
    expect(await count(page, list)).toBe(before + rows);

    const second = await steward(['import', list, file, '--as', 'nora@demo.test']);
    expect(second.code, second.out).toBe(0);
    expect(second.out).toMatch(/\b0 created\b/);
    expect(await count(page, list), 'the same file creates nothing twice').toBe(before + rows);
    if (list === 'companies') {
      for (const ignored of ['Sub-industry', 'Founded']) expect(first.out).toContain(ignored);
    }
  });
}

test('bad rows stay out and are written beside the file, each with its reason', async ({ page }, info) => {
  const file = await copied(info.outputDir, 'companies-with-errors.csv');
  const before = await count(page, 'companies');
  const { out } = await steward(['import', 'companies', file, '--as', 'nora@demo.test']);
  expect(out).toMatch(/\b1 created\b/);
  expect(out).toMatch(/\b6 bad\b/);
  expect(await count(page, 'companies')).toBe(before + 1);

  const beside = (await readdir(info.outputDir)).filter((name) => name !== 'companies-with-errors.csv' && name.endsWith('.csv'));
  expect(beside).toHaveLength(1);
  const bad = (await readFile(join(info.outputDir, beside[0] ?? ''), 'utf8')).trim().split('\n');
  expect(bad).toHaveLength(7);
  for (const [name, reason] of [
    ['Zebra Technologies', 'Not an active colleague of this account'],
    ['Skyworks Solutions', 'Not an active colleague of this account'],
    ['Raymond James Financial', 'Not an active colleague of this account'],
    ['Health Care Distributors', 'This field is required'],
    ['Union Pacific Corporation', 'Not a date'],
    // Why a duplicate is one may be said in several ways; that it is there counts.
    ['Erie Indemnity', ''],
  ] as const) {
    const row = bad.find((line) => line.includes(name));
    expect(row, name).toBeDefined();
    expect(row).toContain(reason);
  }
});

test('an imported company is found by the header’s search and gets a sales contact by keyboard', async ({ page }) => {
  await open(page, '/');
  await page.keyboard.press('Control+k');
  const search = page.getByRole('searchbox', { name: 'Search', exact: true });
  await expect(search).toBeFocused();
  await page.keyboard.type('airbnb');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/search\?q=airbnb/);
  await page.getByRole('main').getByRole('link', { name: 'Airbnb', exact: true }).click();
  await expect(title(page, 'Airbnb')).toBeVisible();
  await expect(activity(page)).toContainText('Nora Peeters imported this');

  const input = combobox(page, 'Sales contact');
  const former = await input.inputValue();
  const [typed, chosen] = former === 'Emma Janssens' ? ['sofia', 'Sofia Rossi'] : ['emma', 'Emma Janssens'];
  await chooseByKeyboard(page, input, typed, chosen);
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  await expect(activity(page)).toContainText(
    former ? `Nora Peeters made ${chosen} sales contact, instead of ${former}` : `Nora Peeters made ${chosen} sales contact`,
  );
  await expect(page.getByRole('region', { name: 'Deals', exact: true }).getByRole('row')).not.toHaveCount(0);
});
