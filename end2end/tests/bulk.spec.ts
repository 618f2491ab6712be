// Acts on many records: ticked or all of a list, looked at before, done, undone; with scripts, without them, by keys alone.

import type { Page } from '@playwright/test';

import {
  activity,
  axe,
  combobox,
  createCompany,
  DEMO_PASSWORD,
  expect,
  field,
  fillSignIn,
  hydrated,
  open,
  signIn,
  test,
  title,
  unique,
} from './support.js';

// One act of a person at a time.
test.describe.configure({ mode: 'serial' });

/** Companies that one search finds, and nothing else. */
async function companies(page: Page, n: number): Promise<{ word: string; ids: string[] }> {
  const word = unique('Bulk').replace(' ', '');
  const ids: string[] = [];
  for (let i = 1; i <= n; i++) ids.push(await createCompany(page, `${word} ${i}`));
  return { word, ids };
}

const select = (page: Page, name: string) => page.getByRole('checkbox', { name: `Select ${name}`, exact: true });
const standing = (page: Page) => page.getByRole('region', { name: 'How it stands', exact: true }).getByRole('status');

test('three rows are ticked, their sales contact is changed, and undone but for one that was changed since', async ({ page }) => {
  await signIn(page, 'sofia@demo.test');
  const { word, ids } = await companies(page, 4);
  await open(page, `/companies?q=${word}`);
  const change = page.getByRole('button', { name: 'Change selected', exact: true });
  await expect(change).toBeDisabled();
  const all = page.getByRole('checkbox', { name: 'Select all on this page', exact: true });
  await all.check();
  await expect(page.getByText('4 selected', { exact: true })).toBeVisible();
  await select(page, `${word} 4`).uncheck();
  await expect(all).not.toBeChecked();
  await expect(page.getByText('3 selected', { exact: true })).toBeVisible();
  await axe(page);
  await change.click();
  await expect(title(page, 'Change 3 companies')).toBeVisible();
  await hydrated(page);
  await axe(page);

  const form = page.getByRole('form', { name: 'Sales contact', exact: true });
  await combobox(form, 'Sales contact').selectOption({ label: 'Lucas Martin' });
  await form.getByRole('button', { name: 'Check: Sales contact', exact: true }).click();
  await expect(title(page, 'Sales contact: Lucas Martin')).toBeVisible();
  await expect(standing(page)).toHaveText('3 will change, 0 already so, 0 out of reach');
  await axe(page);
  await page.getByRole('button', { name: 'Change 3 companies', exact: true }).click();
  await expect(standing(page)).toHaveText('3 changed, 0 already so, 0 out of reach');

  const act = page.url();
  await open(page, `/companies/${ids[0]}`);
  await expect(combobox(page, 'Sales contact')).toHaveValue('Lucas Martin');
  await expect(activity(page)).toContainText('Sofia Rossi made Lucas Martin sales contact');
  await combobox(page, 'Sales contact').click();
  await page.getByRole('option', { name: 'Emma Janssens', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  await open(page, act);
  await page.getByText('Undo this change', { exact: true }).click();
  await axe(page);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(standing(page)).toHaveText('2 put back, 1 left alone: somebody changed it since, 0 out of reach');
  await open(page, `/companies/${ids[1]}`);
  await expect(combobox(page, 'Sales contact')).toHaveValue('');
});

test('all of a list are tagged, and become a file', async ({ page }) => {
  await signIn(page, 'sofia@demo.test');
  const { word } = await companies(page, 2);
  await open(page, `/companies?q=${word}`);
  await page.getByRole('link', { name: 'Change all 2', exact: true }).click();
  await expect(title(page, 'Change 2 companies')).toBeVisible();
  const form = page.getByRole('form', { name: 'Tags', exact: true });
  // What is wrong stands beside the field.
  await form.getByRole('button', { name: 'Check: Tags', exact: true }).click();
  await expect(field(form, 'Tag')).toHaveAttribute('aria-invalid', 'true');
  await field(form, 'Tag').fill('Looked at');
  await form.getByRole('button', { name: 'Check: Tags', exact: true }).click();
  await expect(title(page, 'Add the tag “Looked at”')).toBeVisible();
  await page.getByRole('button', { name: 'Change 2 companies', exact: true }).click();
  await expect(standing(page)).toHaveText('2 changed, 0 already so, 0 out of reach');
  await page.getByRole('link', { name: 'To the list', exact: true }).click();
  await expect(page.getByRole('status')).toHaveText('2 companies');

  await page.getByRole('link', { name: 'Change all 2', exact: true }).click();
  for (const [name, file] of [
    ['Export CSV', 'companies.csv'],
    ['XLSX with all fields', 'companies.xlsx'],
  ] as const) {
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name, exact: true }).click();
    expect((await download).suggestedFilename()).toBe(file);
  }
});

test('by keys alone', async ({ page }) => {
  await signIn(page, 'sofia@demo.test');
  const { word } = await companies(page, 2);
  await open(page, `/companies?q=${word}`);
  await select(page, `${word} 1`).focus();
  await page.keyboard.press('Space');
  await expect(page.getByText('1 selected', { exact: true })).toBeVisible();
  const change = page.getByRole('button', { name: 'Change selected', exact: true });
  await change.focus();
  await page.keyboard.press('Enter');
  await expect(title(page, 'Change 1 company')).toBeVisible();
  await hydrated(page);
  await page.getByRole('button', { name: 'Check: Delete', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(standing(page)).toHaveText('1 will go into the bin, 0 out of reach');
  await hydrated(page);
  await page.getByRole('button', { name: 'Delete 1 company', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(standing(page)).toHaveText('1 is in the bin, 0 out of reach');
  await hydrated(page);
  await page.getByText('Undo this change', { exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(standing(page)).toHaveText('1 put back, 0 left alone: somebody changed them since, 0 out of reach');
  await open(page, `/companies?q=${word}`);
  await expect(page.getByRole('status')).toHaveText('2 companies');
});

test('an admin finds what was done under Jobs', async ({ page }) => {
  await signIn(page, 'nora@demo.test');
  await open(page, '/settings/jobs');
  const jobs = page.getByRole('table', { name: 'Jobs', exact: true });
  await jobs.getByRole('link', { name: 'Sales contact: Lucas Martin', exact: true }).first().click();
  await expect(title(page, 'Sales contact: Lucas Martin')).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('rows are ticked, counted, changed and undone by plain forms', async ({ page, watched }) => {
    watched.expectUnusedPreload();
    await page.goto('/companies/new');
    await fillSignIn(page, 'sofia@demo.test', DEMO_PASSWORD);
    const word = unique('Plain').replace(' ', '');
    for (const n of [1, 2]) {
      await page.goto('/companies/new');
      await field(page, 'Name').fill(`${word} ${n}`);
      await page.getByRole('button', { name: 'Create', exact: true }).click();
      await expect(title(page, `${word} ${n}`)).toBeVisible();
    }
    await page.goto(`/companies?q=${word}`);
    for (const n of [1, 2]) await select(page, `${word} ${n}`).check();
    await page.getByRole('button', { name: 'Change selected', exact: true }).click();
    await expect(title(page, 'Change 2 companies')).toBeVisible();
    const form = page.getByRole('form', { name: 'Sales contact', exact: true });
    await form.getByRole('button', { name: 'Check: Sales contact', exact: true }).click();
    await expect(form.getByText('This field is required', { exact: true })).toBeVisible();
    await combobox(form, 'Sales contact').selectOption({ label: 'Lucas Martin' });
    await form.getByRole('button', { name: 'Check: Sales contact', exact: true }).click();
    await expect(standing(page)).toHaveText('2 will change, 0 already so, 0 out of reach');
    await page.getByRole('button', { name: 'Change 2 companies', exact: true }).click();
    await expect(async () => {
      await page.reload();
      await expect(standing(page)).toHaveText('2 changed, 0 already so, 0 out of reach', { timeout: 500 });
    }).toPass();
    await page.getByText('Undo this change', { exact: true }).click();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect(async () => {
      await page.reload();
      await expect(standing(page)).toContainText('2 put back', { timeout: 500 });
    }).toPass();
  });
});
