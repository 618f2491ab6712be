// Next steps: planned on a deal for a colleague, seen under his responsibilities, done with one click, with scripts and without.

import type { Locator, Page } from '@playwright/test';

import { createCompany, expect, idOf, open, signIn, test, title, unique } from './support.js';

const region = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

/** Creates a deal of Nora's and returns its title. */
async function createDeal(page: Page): Promise<string> {
  const name = unique('Deal');
  await createCompany(page, unique('Customer'));
  await open(page, `/deals/new?company=${idOf(page)}`);
  await page.getByRole('textbox', { name: 'Title', exact: true }).fill(name);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, name)).toBeVisible();
  return name;
}

async function plan(page: Page, what: string, colleague: string): Promise<void> {
  const steps = region(page, 'Next steps');
  await steps.getByText('Plan a next step', { exact: true }).click();
  await steps.getByRole('textbox', { name: 'What', exact: true }).fill(what);
  await steps.getByRole('combobox', { name: 'Colleague', exact: true }).click();
  await steps.getByRole('option', { name: colleague, exact: true }).click();
  await steps.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(steps.getByRole('button', { name: `Done: ${what}`, exact: true })).toBeVisible();
}

test('a step planned for a colleague is under his responsibilities until he has done it', async ({ page, another }) => {
  await signIn(page, 'nora@demo.test');
  const deal = await createDeal(page);
  await expect(region(page, 'Next steps')).toContainText('This deal has no next step.');
  const what = unique('Call');
  await plan(page, what, 'Sofia Rossi');
  await expect(region(page, 'Next steps')).not.toContainText('This deal has no next step.');
  await expect(region(page, 'Activity')).toContainText(`planned “${what}” for Sofia Rossi`);

  const hers = await another();
  await signIn(hers, 'sofia@demo.test');
  await open(hers, '/?show=500');
  const step = region(hers, 'Next steps').getByRole('listitem').filter({ hasText: what });
  await expect(step.getByRole('link', { name: deal, exact: true })).toBeVisible();
  await step.getByRole('button', { name: `Done: ${what}`, exact: true }).click();
  await expect(step).toHaveCount(0);
  // The database knows it, too.
  await hers.reload();
  await expect(region(hers, 'Next steps')).toBeVisible();
  await expect(step).toHaveCount(0);

  await page.reload();
  await expect(region(page, 'Next steps')).toContainText('This deal has no next step.');
  await expect(region(page, 'Activity')).toContainText(`Sofia Rossi finished “${what}”`);
});

test('what cannot be planned stays in the form with its messages', async ({ page, watched }) => {
  watched.expectStatus(422);
  await signIn(page, 'nora@demo.test');
  await createDeal(page);
  const steps = region(page, 'Next steps');
  await steps.getByText('Plan a next step', { exact: true }).click();
  await steps.getByLabel('Due date').fill('');
  await steps.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(steps.getByRole('textbox', { name: 'What', exact: true })).toHaveAccessibleDescription('This field is required');
  await expect(steps.getByLabel('Due date')).toHaveAccessibleDescription('This field is required');
});

test('who leads a team sees what its colleagues have to do, and each count is that of its list', async ({ page }) => {
  await signIn(page, 'sofia@demo.test');
  await open(page, '/');
  const team = page.getByRole('table', { name: 'Team South', exact: true });
  const hugo = team.getByRole('row').filter({ hasText: 'Hugo Lambert' });
  const deals = hugo.getByRole('link', { name: /^[\d,]+ deals?$/ });
  const count = await deals.getAttribute('aria-label');
  await deals.click();
  await expect(page.getByRole('status').filter({ hasText: /deals?$/ })).toHaveText(String(count));
  await expect(page.getByRole('listitem').filter({ hasText: 'Responsible: Hugo Lambert' })).toBeVisible();
  await open(page, '/');
  await hugo.getByRole('link', { name: 'Hugo Lambert', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Responsibilities of Hugo Lambert', exact: true })).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a step is planned, done and reopened by plain forms', async ({ page }) => {
    await signIn(page, 'nora@demo.test');
    await page.goto('/deals?segment=mine');
    await page.getByRole('table', { name: 'Deals' }).getByRole('row').nth(1).getByRole('link').first().click();
    const steps = region(page, 'Next steps');
    const what = unique('Write');
    await steps.getByText('Plan a next step', { exact: true }).click();
    await steps.getByRole('textbox', { name: 'What', exact: true }).fill(what);
    await steps.getByRole('combobox', { name: 'Colleague', exact: true }).selectOption('Nora Peeters (me)');
    await steps.getByRole('button', { name: 'Save', exact: true }).click();
    await steps.getByRole('button', { name: `Done: ${what}`, exact: true }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Done.' })).toBeVisible();
    await steps.getByText(/^\d+ done$/).click();
    await steps.getByRole('button', { name: `Reopen ${what}`, exact: true }).click();
    await expect(steps.getByRole('button', { name: `Done: ${what}`, exact: true })).toBeVisible();
  });
});
