// Contacts: created on a company's page, linked to a second one from either side, unlinked; seen through their companies.

import type { Locator, Page } from '@playwright/test';

import { createCompany, expect, idOf, open, signIn, test, title, unique } from './support.js';

const region = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

test('a contact of a company is created on its page, linked to another, and unlinked', async ({ page }) => {
  await signIn(page, 'nora@demo.test');
  const second = unique('Second');
  await createCompany(page, second);
  const first = unique('First');
  await createCompany(page, first);
  await region(page, 'Contacts').getByRole('link', { name: 'New contact', exact: true }).click();
  const last = unique('Vent');
  await page.getByRole('textbox', { name: 'First name', exact: true }).fill('Paul');
  await page.getByRole('textbox', { name: 'Last name', exact: true }).fill(last);
  await expect(page.getByRole('combobox', { name: 'Company', exact: true })).toHaveValue(first);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, `Paul ${last}`)).toBeVisible();

  const companies = region(page, 'Companies');
  await expect(companies.getByRole('link', { name: first, exact: true })).toBeVisible();
  await companies.getByText('Link an existing one', { exact: true }).click();
  await companies.getByRole('combobox', { name: 'Company', exact: true }).fill(second);
  await companies.getByRole('option', { name: new RegExp(`^${second}`) }).click();
  await companies.getByRole('textbox', { name: 'Position', exact: true }).fill('Captain');
  await companies.getByRole('checkbox', { name: 'Decision maker', exact: true }).check();
  await companies.getByRole('button', { name: 'Link', exact: true }).click();
  const row = companies.getByRole('row').filter({ hasText: second });
  await expect(row).toContainText('Captain');
  await expect(row).toContainText('Decision maker');
  await expect(region(page, 'Activity')).toContainText(`linked ${second}`);

  await row.getByRole('button', { name: `Unlink ${second}`, exact: true }).click();
  await expect(row).toHaveCount(0);
  await expect(companies.getByRole('link', { name: first, exact: true })).toBeVisible();
});

test('who is limited in CRM sees the contacts of her own companies and no others', async ({ page, another }) => {
  await signIn(page, 'nora@demo.test');
  await createCompany(page, unique('Not hers'));
  const company = idOf(page);
  await open(page, `/contacts/new?company=${company}`);
  const last = unique('Hidden');
  await page.getByRole('textbox', { name: 'Last name', exact: true }).fill(last);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, last)).toBeVisible();
  const contact = idOf(page);

  const hers = await another();
  await signIn(hers, 'emma@demo.test');
  await open(hers, `/contacts?q=${last}`);
  await expect(hers.getByRole('status').filter({ hasText: /^0 contacten$/ })).toBeVisible();
  const answer = await hers.request.get(`/contacts/${contact}`);
  expect(answer.status()).toBe(404);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a contact is linked by the company’s name and unlinked by a plain form', async ({ page }) => {
    await signIn(page, 'nora@demo.test');
    const last = unique('Plain');
    await page.goto('/contacts/new');
    await page.getByRole('textbox', { name: 'Last name', exact: true }).fill(last);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    const companies = region(page, 'Companies');
    await companies.getByText('Link an existing one', { exact: true }).click();
    await companies.getByRole('textbox', { name: 'Company', exact: true }).fill('No such company at all');
    await companies.getByRole('button', { name: 'Link', exact: true }).click();
    await expect(companies.getByRole('textbox', { name: 'Company', exact: true })).toHaveValue('No such company at all');
    await expect(companies.getByText('No such company', { exact: true })).toBeVisible();
    await companies.getByRole('textbox', { name: 'Company', exact: true }).fill('Kempen Metaal');
    await companies.getByRole('button', { name: 'Link', exact: true }).click();
    await companies.getByRole('button', { name: 'Unlink Kempen Metaal', exact: true }).click();
    await expect(companies.getByRole('link', { name: 'Kempen Metaal', exact: true })).toHaveCount(0);
  });
});
