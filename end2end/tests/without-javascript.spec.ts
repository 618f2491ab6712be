// The same job in a browser without scripts, in French: pages work before the wasm does, and without it.

import type { Page } from '@playwright/test';

import { combobox, expect, field, fillSignIn, test, title, unique, DEMO_PASSWORD } from './support.js';

test.use({ javaScriptEnabled: false, locale: 'fr-FR' });

test.beforeEach(async ({ page }) => {
  await page.goto('/companies');
  await fillSignIn(page, 'lucas@demo.test', DEMO_PASSWORD);
  await expect(page).toHaveURL('/companies');
  await expect(title(page, 'Entreprises')).toBeVisible();
});

async function createCompany(page: Page, name: string): Promise<void> {
  await page.goto('/companies/new');
  await field(page, 'Nom').fill(name);
  await page.getByRole('button', { name: 'Créer', exact: true }).click();
  await expect(title(page, name)).toBeVisible();
}

test('a sales contact is chosen by a plain form and shows in Activity', async ({ page }) => {
  await createCompany(page, unique('Sans script'));
  const form = page.getByRole('form', { name: 'Contact commercial', exact: true });
  const select = combobox(form, 'Contact commercial');
  await expect(select.getByRole('option')).toHaveText([
    'Personne',
    'Lucas Martin (moi)',
    'Emma Janssens',
    'Hugo Lambert',
    'Jan Wouters',
    'Nora Peeters',
    'Sofia Rossi',
  ]);
  await expect(select.locator('option:checked')).toHaveText('Personne');
  await select.selectOption({ label: 'Emma Janssens' });
  await form.getByRole('button', { name: 'Enregistrer', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Enregistré' })).toBeVisible();
  await expect(select.locator('option:checked')).toHaveText('Emma Janssens');
  await expect(page.getByRole('region', { name: 'Activité', exact: true })).toContainText(
    'Lucas Martin a désigné Emma Janssens comme contact commercial',
  );
  await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
});

test('a deal without an assignee is refused with what was typed kept, and taken with one', async ({ page }) => {
  const customer = unique('Client');
  await createCompany(page, customer);
  const name = unique('Opportunité');
  await page.goto('/deals/new');
  await field(page, 'Titre').fill(name);
  await field(page, 'Client').fill(customer);
  await field(page, 'Montant').fill('1 234,50');
  const assigned = combobox(page, 'Affecté à');
  await expect(assigned.locator('option:checked')).toHaveText('Lucas Martin (moi)');
  // The form offers nobody but people; what it sends can be emptied all the same.
  await assigned.evaluate((select: HTMLSelectElement) => {
    select.add(new Option('', ''), 0);
    select.selectedIndex = 0;
  });
  await page.getByRole('button', { name: 'Créer', exact: true }).click();
  await expect(assigned).toHaveAccessibleDescription('Une opportunité doit être affectée à quelqu’un');
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page, 'nothing of it travels through the address').toHaveURL('/deals/new');
  await expect(field(page, 'Titre')).toHaveValue(name);
  await expect(field(page, 'Client')).toHaveValue(customer);
  await expect(field(page, 'Montant')).toHaveValue('1 234,50');

  await assigned.selectOption({ label: 'Sofia Rossi' });
  await page.getByRole('button', { name: 'Créer', exact: true }).click();
  await expect(title(page, name)).toBeVisible();
  await expect(page.getByRole('main')).toContainText(/1\s234,50\s€/);
  const form = page.getByRole('form', { name: 'Affecté à', exact: true });
  await expect(combobox(form, 'Affecté à').locator('option:checked')).toHaveText('Sofia Rossi');
});

test('the list is searched, sorted and left by plain links and forms', async ({ page }) => {
  const name = unique('Cherchée');
  await createCompany(page, name);
  await page.goto('/companies');
  await page.getByRole('searchbox', { name: 'Chercher dans cette liste', exact: true }).fill(name);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/[?&]q=/);
  await expect(page.getByRole('status').filter({ hasText: 'entreprise' })).toHaveText('1 entreprise');
  await page.getByRole('columnheader', { name: 'Ville', exact: true }).getByRole('link').click();
  await expect(page).toHaveURL(/[?&]sort=city/);
  await page.getByRole('link', { name, exact: true }).click();
  await expect(title(page, name)).toBeVisible();
});
