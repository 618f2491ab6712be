// A contact as the customer of a deal: proposed on his page, chosen in the one picker of both kinds, typed without scripts.

import type { Page } from '@playwright/test';

import { activity, combobox, createCompany, expect, field, idOf, open, signIn, test, title, unique } from './support.js';

async function createContact(page: Page, name: string): Promise<string> {
  await page.goto('/contacts/new');
  await field(page, 'Last name').fill(name);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, name)).toBeVisible();
  return idOf(page);
}

test('a deal of a contact is created on his page, given to a company, and keeps him from being deleted', async ({ page, watched }) => {
  await signIn(page, 'nora@demo.test');
  const company = unique('Zephyr');
  await createCompany(page, company);
  const name = unique('Vent');
  const contact = await createContact(page, name);
  const deals = page.getByRole('region', { name: 'Deals', exact: true });
  await deals.getByRole('link', { name: 'New deal', exact: true }).click();
  await expect(combobox(page, 'Customer')).toHaveValue(name);
  const deal = unique('Sails');
  await field(page, 'Title').fill(deal);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, deal)).toBeVisible();
  await page.getByRole('link', { name, exact: true }).click();
  await expect(title(page, name)).toBeVisible();
  await expect(deals.getByRole('link', { name: deal, exact: true })).toBeVisible();

  watched.expectStatus(422);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('it still has 1 deal.');

  await deals.getByRole('link', { name: deal, exact: true }).click();
  await expect(title(page, deal)).toBeVisible();
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await combobox(page, 'Customer').fill(company);
  await page.getByRole('option', { name: new RegExp(`^${company}`) }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('link', { name: company, exact: true })).toBeVisible();
  await expect(activity(page)).toContainText(name);
  await open(page, `/contacts/${contact}`);
  await expect(deals.getByRole('link', { name: deal, exact: true })).toHaveCount(0);
});

test('the picker says of each customer whether it is a company or a contact', async ({ page }) => {
  await signIn(page, 'nora@demo.test');
  const name = unique('Both');
  await createCompany(page, `${name} NV`, { City: 'Gent' });
  await createContact(page, name);
  await open(page, '/deals/new');
  await combobox(page, 'Customer').fill(name);
  const options = page.getByRole('listbox', { name: 'Customer', exact: true }).getByRole('option');
  await expect(options).toHaveCount(2);
  await expect(options.first()).toContainText('Company · Gent');
  await expect(options.last()).toContainText('Contact');
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a customer is typed by the exact name of a company or of a contact', async ({ page }) => {
    await signIn(page, 'nora@demo.test');
    const name = unique('Plain');
    await createContact(page, name);
    await page.goto('/deals/new');
    const deal = unique('Sails');
    await field(page, 'Title').fill(deal);
    await field(page, 'Customer').fill('Nobody at all');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await expect(page.getByText('No such company or contact', { exact: true })).toBeVisible();
    await expect(field(page, 'Customer')).toHaveValue('Nobody at all');
    await field(page, 'Customer').fill(name);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await expect(title(page, deal)).toBeVisible();
    await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
  });
});
