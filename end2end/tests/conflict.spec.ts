// Two who edit the same record: each keeps what only he changed, and is asked about what both did.

import type { Locator, Page } from '@playwright/test';

import {
  activity,
  axe,
  chooseByKeyboard,
  combobox,
  createCompany,
  expect,
  field,
  fillSignIn,
  open,
  signIn,
  test,
  title,
  unique,
  DEMO_PASSWORD,
} from './support.js';

const group = (page: Page, name: string): Locator => page.getByRole('radiogroup', { name, exact: true });
const side = (page: Page, name: string, label: string): Locator => group(page, name).getByRole('radio', { name: label, exact: true });

async function save(page: Page, button = 'Save'): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
}

/** A value on a record's page, below its label. */
const fact = (page: Page, label: string): Locator =>
  page.getByRole('main').locator('dt', { hasText: new RegExp(`^${label}$`) }).locator('xpath=following-sibling::dd[1]');

test.describe('with scripts', () => {
  test.beforeEach(({ page, watched }) => {
    watched.expectStatus(409);
    return signIn(page, 'nora@demo.test');
  });

  test('one takes the other’s value of one field and keeps his own of another', async ({ page, another }) => {
    const name = unique('Contested');
    const id = await createCompany(page, name, { City: 'Gent', Industry: 'Printing' });
    const sofia = await another();
    await signIn(sofia, 'sofia@demo.test');
    await open(page, `/companies/${id}/edit`);
    await open(sofia, `/companies/${id}/edit`);

    await field(sofia, 'City').fill('Leuven');
    await field(sofia, 'Industry').fill('Steel');
    await field(sofia, 'Country').fill('Belgium');
    await chooseByKeyboard(sofia, combobox(sofia, 'Sales contact'), 'sof', 'Sofia Rossi (me)');
    await save(sofia);
    await expect(title(sofia, name)).toBeVisible();

    await field(page, 'City').fill('Namur');
    await field(page, 'Industry').fill('Paper');
    await field(page, 'Street').fill('Rue Haute 1');
    await chooseByKeyboard(page, combobox(page, 'Sales contact'), 'luc', 'Lucas Martin');
    await save(page);
    await expect(page.getByRole('alert')).toContainText('Sofia Rossi saved this on');
    await expect(page.getByRole('region', { name: 'Choose what to keep', exact: true })).toBeFocused();
    // What only one of them changed is not asked about.
    await expect(page.getByRole('radiogroup')).toHaveCount(3);
    await expect(side(page, 'Sales contact', 'Yours Lucas Martin')).toBeChecked();
    await expect(side(page, 'City', 'Yours Namur')).toBeChecked();
    await expect(side(page, 'Industry', 'Yours Paper')).toBeChecked();
    await axe(page);
    await sofia.reload();
    await expect(activity(sofia), 'nothing has been saved yet').not.toContainText('Nora Peeters changed this');

    // By the keyboard: an arrow chooses the other.
    await side(page, 'City', 'Yours Namur').focus();
    await page.keyboard.press('ArrowDown');
    await expect(side(page, 'City', 'Saved meanwhile Leuven')).toBeChecked();
    await expect(field(page, 'City'), 'what was given up is not shown as if it were saved').toBeHidden();
    await side(page, 'Sales contact', 'Saved meanwhile Sofia Rossi').check();
    await expect(combobox(page, 'Sales contact')).toBeHidden();
    await side(page, 'Sales contact', 'Yours Lucas Martin').check();
    await expect(combobox(page, 'Sales contact'), 'and comes back with what was typed').toHaveValue('Lucas Martin');
    await save(page);

    await expect(title(page, name)).toBeVisible();
    await expect(fact(page, 'City')).toHaveText('Leuven');
    await expect(fact(page, 'Industry')).toHaveText('Paper');
    await expect(fact(page, 'Country')).toHaveText('Belgium');
    await expect(fact(page, 'Street')).toHaveText('Rue Haute 1');
    await expect(combobox(page, 'Sales contact')).toHaveValue('Lucas Martin');
    await expect(activity(page)).toContainText(/Steel\s*→\s*Paper/);
    await expect(activity(page)).not.toContainText('Namur');
  });

  test('what does not meet is saved without a question', async ({ page, another }) => {
    const name = unique('Shared');
    const id = await createCompany(page, name, { City: 'Gent' });
    const sofia = await another();
    await signIn(sofia, 'sofia@demo.test');
    await open(page, `/companies/${id}/edit`);
    await open(sofia, `/companies/${id}/edit`);
    await field(sofia, 'City').fill('Leuven');
    await save(sofia);
    await expect(title(sofia, name)).toBeVisible();
    await field(page, 'Notes').fill('Mine');
    await save(page);
    await expect(title(page, name)).toBeVisible();
    await expect(fact(page, 'City')).toHaveText('Leuven');
    await expect(fact(page, 'Notes')).toHaveText('Mine');
  });

  test('who is overtaken again is asked again, and his choices and his text are still there', async ({ page, another }) => {
    const name = unique('Contested thrice');
    const id = await createCompany(page, name, { City: 'Gent', Notes: 'First' });
    const sofia = await another();
    await signIn(sofia, 'sofia@demo.test');
    await open(page, `/companies/${id}/edit`);
    const sofiaSaves = async (city: string): Promise<void> => {
      await open(sofia, `/companies/${id}/edit`);
      await field(sofia, 'City').fill(city);
      await field(sofia, 'Notes').fill('Sofia’s');
      await save(sofia);
      await expect(title(sofia, name)).toBeVisible();
    };
    await sofiaSaves('Leuven');
    await field(page, 'City').fill('Namur');
    await field(page, 'Notes').fill('Nora’s');
    await save(page);
    await side(page, 'Notes', 'Saved meanwhile Sofia’s').check();
    await sofiaSaves('Mons');
    await save(page);
    await expect(side(page, 'City', 'Saved meanwhile Mons')).not.toBeChecked();
    await expect(side(page, 'Notes', 'Saved meanwhile Sofia’s')).toBeChecked();
    await expect(field(page, 'City')).toHaveValue('Namur');
    await save(page);
    await expect(title(page, name)).toBeVisible();
    await expect(fact(page, 'City')).toHaveText('Namur');
    await expect(fact(page, 'Notes')).toHaveText('Sofia’s');
  });
});

test.describe('without scripts, in French', () => {
  test.use({ javaScriptEnabled: false, locale: 'fr-FR' });

  test('both values stand side by side, and each choice is saved', async ({ page, another, watched }) => {
    watched.expectUnusedPreload();
    const name = unique('Disputée');
    await page.goto('/companies/new');
    await fillSignIn(page, 'lucas@demo.test', DEMO_PASSWORD);
    await field(page, 'Nom').fill(name);
    await field(page, 'Ville').fill('Gand');
    await field(page, 'Secteur').fill('Imprimerie');
    await save(page, 'Créer');
    await expect(title(page, name)).toBeVisible();
    const address = page.url();
    await page.getByRole('link', { name: 'Modifier', exact: true }).click();

    const nora = await another({ javaScriptEnabled: true, locale: 'en-GB' });
    await signIn(nora, 'nora@demo.test');
    await open(nora, `${new URL(address).pathname}/edit`);
    await field(nora, 'City').fill('Louvain');
    await field(nora, 'Industry').fill('Acier');
    await nora.getByLabel('Customer since', { exact: true }).fill('2020-02-29');
    await save(nora);
    await expect(title(nora, name)).toBeVisible();

    await field(page, 'Ville').fill('Namur');
    await field(page, 'Secteur').fill('Papier');
    await page.getByLabel('Client depuis', { exact: true }).fill('2021-03-01');
    await combobox(page, 'Contact commercial').selectOption({ label: 'Emma Janssens' });
    await save(page, 'Enregistrer');
    await expect(page.getByRole('alert')).toContainText('Nora Peeters a enregistré ceci le');
    await expect(page).toHaveURL(`${address}/edit`);
    await expect(page.getByRole('region', { name: 'Choisissez ce qu’il faut garder', exact: true })).toBeVisible();
    await expect(page.getByRole('radiogroup')).toHaveCount(3);
    await expect(side(page, 'Client depuis', 'Votre version 1 mars 2021')).toBeChecked();
    await expect(side(page, 'Client depuis', 'Enregistré entre-temps 29 févr. 2020')).not.toBeChecked();
    await side(page, 'Ville', 'Enregistré entre-temps Louvain').check();
    await expect(side(page, 'Secteur', 'Votre version Papier')).toBeChecked();
    await expect(field(page, 'Ville'), 'nothing that was typed is lost').toHaveValue('Namur');
    await save(page, 'Enregistrer');

    await expect(page).toHaveURL(address);
    await expect(fact(page, 'Ville')).toHaveText('Louvain');
    await expect(fact(page, 'Secteur')).toHaveText('Papier');
    await expect(fact(page, 'Client depuis')).toHaveText('1 mars 2021');
    const form = page.getByRole('form', { name: 'Contact commercial', exact: true });
    await expect(combobox(form, 'Contact commercial').locator('option:checked')).toHaveText('Emma Janssens');
  });
});
