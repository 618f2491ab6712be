// Deleting, undoing, and the bin: what the page says, and what a screen reader hears of it.

import { activity, createCompany, expect, idOf, open, signIn, test, title, unique } from './support.js';

test.beforeEach(({ page }) => signIn(page, 'nora@demo.test'));

test('a deleted company can be had back at once, and later from the bin', async ({ page, watched }) => {
  const name = unique('Gone');
  await createCompany(page, name);
  const address = page.url();
  const remove = page.getByRole('button', { name: 'Delete', exact: true });
  await remove.click();
  await expect(title(page, 'Companies')).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: `“${name}” is in the bin.` })).toBeVisible();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(title(page, name)).toBeVisible();
  await expect(page).toHaveURL(address);
  await expect(page.getByRole('status').filter({ hasText: 'Restored.' })).toBeVisible();
  await expect(activity(page).getByRole('listitem').first()).toContainText('Nora Peeters restored this');

  await remove.click();
  await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeVisible();
  // It is said once.
  await open(page, '/companies');
  await expect(page.getByRole('button', { name: 'Undo', exact: true })).toHaveCount(0);
  watched.expectStatus(404);
  await open(page, address);
  await expect(title(page, 'Not found')).toBeVisible();
  await open(page, '/settings/bin');
  const row = page.getByRole('table', { name: 'Bin', exact: true }).getByRole('row').filter({ hasText: name });
  await expect(row).toContainText('Nora Peeters');
  await expect(row).toContainText('in 30 days');
  await row.getByRole('button', { name: `Restore ${name}`, exact: true }).click();
  await expect(title(page, name)).toBeVisible();
});

test('a company that still has a deal stays, and says so', async ({ page }) => {
  const name = unique('Stays');
  await createCompany(page, name);
  const company = idOf(page);
  await open(page, `/deals/new?company=${company}`);
  await page.getByRole('textbox', { name: 'Title', exact: true }).fill('Its deal');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, 'Its deal')).toBeVisible();
  await open(page, `/companies/${company}`);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('Not deleted: it still has 1 deal.');
  await expect(title(page, name)).toBeVisible();
});
