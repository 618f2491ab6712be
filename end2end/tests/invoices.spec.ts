// Invoices: made for a customer, booked, and from then on what they are; for those with the right alone.

import type { Page } from '@playwright/test';

import { axe, combobox, createCompany, expect, field, idOf, open, post, signIn, test, title, unique } from './support.js';

const details = (page: Page) => page.getByRole('region', { name: 'Details', exact: true });

async function createInvoice(page: Page, fields: Record<string, string> = {}): Promise<string> {
  const number = unique('2026/');
  const company = unique('Payer');
  await createCompany(page, company);
  await page.getByRole('region', { name: 'Invoices', exact: true }).getByRole('link', { name: 'New invoice', exact: true }).click();
  await expect(combobox(page, 'Customer')).toHaveValue(company);
  const all = { Number: number, Date: '2026-01-31', 'Total excl. VAT': '1,000.00', 'Total incl. VAT': '1,210.00', ...fields };
  for (const [label, value] of Object.entries(all)) await field(page, label).fill(value);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, number)).toBeVisible();
  return number;
}

async function book(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await combobox(page, 'Status').selectOption({ label: 'Booked' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
}

test('an invoice is made on its customer’s page, booked, and keeps its amounts', async ({ page, watched }) => {
  await signIn(page, 'nora@demo.test');
  const number = await createInvoice(page);
  await expect(details(page)).toContainText('€1,210.00');
  await expect(details(page)).toContainText('Draft');
  await book(page);
  await expect(details(page)).toContainText('Booked');
  await axe(page);

  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await expect(page.getByText('Stays as it is: the invoice is booked', { exact: true }).first()).toBeVisible();
  await expect(combobox(page, 'Status').getByRole('option')).toHaveText(['Booked', 'Paid', 'Credited']);
  await field(page, 'Total incl. VAT').fill('1,300');
  await field(page, 'Due date').fill('2026-03-02');
  watched.expectStatus(422);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(field(page, 'Total incl. VAT')).toHaveAccessibleDescription(/The invoice is booked, so this stays as it is/);
  await expect(field(page, 'Total incl. VAT')).toHaveValue('1,300');
  await axe(page);
  await field(page, 'Total incl. VAT').fill('1,210.00');
  await combobox(page, 'Status').selectOption({ label: 'Paid' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(title(page, number)).toBeVisible();
  await expect(details(page)).toContainText('Paid');
  await expect(details(page)).toContainText('2 Mar 2026');
});

test('a draft is deleted and a booked invoice is not', async ({ page, watched }) => {
  await signIn(page, 'nora@demo.test');
  const number = await createInvoice(page);
  await book(page);
  await expect(details(page)).toContainText('Booked');
  watched.expectStatus(422);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('alert')).toHaveText('A booked invoice is never deleted. Credit it instead.');
  await open(page, `/invoices/${idOf(page)}`);
  await expect(title(page, number)).toBeVisible();

  await createInvoice(page);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeVisible();
});

test('what cannot be is said beside each field, and what was typed stays', async ({ page, watched }) => {
  await signIn(page, 'nora@demo.test');
  await open(page, '/invoices/new');
  await field(page, 'Number').fill('x');
  await field(page, 'Due date').fill('2020-01-01');
  await field(page, 'Total excl. VAT').fill('100');
  await field(page, 'Total incl. VAT').fill('99.99');
  watched.expectStatus(422);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(field(page, 'Due date')).toHaveAccessibleDescription('Before the date of the invoice');
  await expect(field(page, 'Total incl. VAT')).toHaveAccessibleDescription('Less than the total excluding VAT');
  await expect(combobox(page, 'Customer')).toHaveAccessibleDescription('This field is required');
  await expect(field(page, 'Total excl. VAT')).toHaveValue('100');
});

test('the list says which are overdue', async ({ page }) => {
  await signIn(page, 'nora@demo.test');
  await open(page, '/');
  await page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Invoices', exact: true }).click();
  await expect(title(page, 'Invoices')).toBeVisible();
  await open(page, '/invoices?sort=due_date');
  await expect(page.getByRole('table', { name: 'Invoices', exact: true }).getByText('Overdue', { exact: true }).first()).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('an invoice is made, booked and refused by plain forms', async ({ page }) => {
    await signIn(page, 'nora@demo.test');
    const number = unique('2026/');
    await page.goto('/invoices/new');
    await field(page, 'Number').fill(number);
    await field(page, 'Customer').fill('Kempen Metaal');
    await field(page, 'Total excl. VAT').fill('100');
    await field(page, 'Total incl. VAT').fill('12');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await expect(page.getByText('Less than the total excluding VAT', { exact: true })).toBeVisible();
    await expect(field(page, 'Customer')).toHaveValue('Kempen Metaal');
    await field(page, 'Total incl. VAT').fill('121');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await expect(title(page, number)).toBeVisible();
    await book(page);
    await expect(details(page)).toContainText('Booked');
    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await field(page, 'Number').fill('another');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByText('The invoice is booked, so this stays as it is.', { exact: false })).toBeVisible();
    await expect(field(page, 'Number')).toHaveValue('another');
    await page.goto(page.url().replace(/\/edit.*/, ''));
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(page.getByText('A booked invoice is never deleted. Credit it instead.', { exact: true })).toBeVisible();
    // Forged, it is refused all the same.
    const answer = await post(page, '/api/save', {
      kind: 'invoice',
      id: idOf(page),
      version: '2',
      'values[status]': 'draft',
    });
    expect(answer.status()).toBe(422);
  });
});
