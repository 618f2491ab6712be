// The way of a new user with real data: three files come in, then a company gets its sales contact.
// Runs first and alone, because it counts.

import { copyFile, mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { activity, chooseByKeyboard, combobox, expect, open, signIn, steward, test, title } from './support.js';

test.describe.configure({ mode: 'serial' });
test.beforeEach(({ page }) => signIn(page, 'nora@demo.test'));

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
