// Segments: built by keys alone, saved for a team and opened by its limited member, looked at as a colleague and as of a day;
// and the same filter by plain forms, in French.

import type { Locator, Page } from '@playwright/test';

import { combobox, createCompany, expect, field, fillSignIn, hydrated, open, post, signIn, test, title, unique, DEMO_PASSWORD } from './support.js';

const group = (page: Page, name: string): Locator => page.getByRole('group', { name, exact: true });
const count = (page: Page): Locator => page.getByRole('status').filter({ hasText: /match/ });

async function tab(page: Page, times = 1): Promise<void> {
  for (let n = 0; n < times; n += 1) await page.keyboard.press('Tab');
}

async function userField(page: Page, label: string): Promise<void> {
  await post(page, '/api/save_custom_field', { kind: 'company', 'form[label]': label, 'form[holds]': 'user', 'form[mine]': 'true' });
}

test('a filter is built by keys alone, saved for a team, and shows its limited member what she may see', async ({ page, another }) => {
  await signIn(page, 'nora@demo.test');
  const [manager, name] = [unique('Key account'), unique('Abroad')];
  await userField(page, manager);
  await open(page, '/companies/segments/new');
  await expect(count(page)).toHaveText('0 matches');
  await combobox(group(page, 'Condition 1'), 'Field').focus();
  await page.keyboard.type(manager);
  await tab(page);
  await expect(combobox(group(page, 'Condition 1'), 'Operator')).toBeFocused();
  await page.keyboard.type('is empty');
  await expect(count(page)).not.toHaveText('0 matches');
  const all = await count(page).innerText();
  // Past "Remove condition" and "Add condition".
  await tab(page, 3);
  await page.keyboard.press('Enter');
  await expect(combobox(group(page, 'Condition 2'), 'Field')).toBeFocused();
  await page.keyboard.type('Country');
  await tab(page, 2);
  await page.keyboard.type('belgium');
  await tab(page, 2);
  await expect(group(page, 'Group 2').getByRole('button', { name: 'Add condition', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(combobox(group(page, 'Condition 3'), 'Field')).toBeFocused();
  await page.keyboard.type('Country');
  await tab(page, 2);
  await page.keyboard.type('France');
  await expect(combobox(group(page, 'Group 2'), 'Match').locator('option:checked')).toHaveText('any');
  // Past "Remove condition", both buttons of the group, and "Add condition" of the outer one.
  await tab(page, 5);
  await page.keyboard.press('Enter');
  await expect(combobox(group(page, 'Condition 4'), 'Field')).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.type('none');
  await tab(page, 2);
  await page.keyboard.type('Sales contact');
  await tab(page);
  await page.keyboard.type('is in my team');
  await expect(count(page)).not.toHaveText(all);
  await expect(count(page)).toHaveText(/^[1-9]\d* matches$/);
  const found = Number.parseInt(await count(page).innerText(), 10);
  await field(page, 'Segment name').focus();
  await page.keyboard.type(name);
  await tab(page);
  await page.keyboard.type('North');
  await field(page, 'Segment name').focus();
  await page.keyboard.press('Enter');
  await expect(title(page, name)).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'compan' })).toHaveText(`${found} companies`);
  await hydrated(page);
  const link = page.getByRole('navigation', { name: 'Segments', exact: true }).getByRole('listitem').filter({ hasText: name });
  await expect(link).toContainText(String(found));

  // Whoever is in the team finds it beside the list: "my team" is hers, and she sees her own companies alone.
  const emma = await another();
  await signIn(emma, 'emma@demo.test');
  await open(emma, '/companies');
  await emma.getByRole('navigation', { name: 'Segmenten', exact: true }).getByRole('link', { name, exact: true }).click();
  await expect(title(emma, name)).toBeVisible();
  await expect(emma.getByRole('status').filter({ hasText: 'bedrij' })).toHaveText('0 bedrijven');
  const sofia = await another();
  await signIn(sofia, 'sofia@demo.test');
  await open(sofia, '/companies');
  await expect(sofia.getByRole('navigation', { name: 'Segments', exact: true })).toContainText('Unassigned');
  await expect(sofia.getByRole('link', { name, exact: true })).toHaveCount(0);
});

test('people and teams are items that come and go, and the link of an unsaved filter shows each what he may see', async ({ page, another }) => {
  await signIn(page, 'nora@demo.test');
  const city = unique('Town');
  for (const person of ['Emma Janssens', 'Hugo Lambert']) {
    await createCompany(page, unique('Counted'), { City: city });
    await combobox(page, 'Sales contact').click();
    await page.getByRole('option', { name: person, exact: true }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  }
  await open(page, '/companies/segments/new');
  await combobox(group(page, 'Condition 1'), 'Field').selectOption({ label: 'City' });
  await field(group(page, 'Condition 1'), 'Value').fill(city);
  await group(page, 'Group 1').getByRole('button', { name: 'Add condition', exact: true }).click();
  const condition = group(page, 'Condition 2');
  await combobox(condition, 'Field').selectOption({ label: 'Sales contact' });
  const value = combobox(condition, 'Value');
  await value.click();
  for (const name of ['Me', 'My team', 'Nora Peeters (me)', 'Tom De Smet (deactivated)', 'South']) {
    await expect(condition.getByRole('listbox').getByRole('option', { name, exact: true })).toBeVisible();
  }
  await value.fill('emma');
  await page.keyboard.press('Enter');
  await value.fill('hugo');
  await page.keyboard.press('Enter');
  await expect(count(page)).toHaveText('2 matches');
  await condition.getByRole('button', { name: 'Remove Hugo Lambert', exact: true }).click();
  await expect(count(page)).toHaveText('1 match');
  await combobox(condition, 'Operator').selectOption({ label: 'is none of' });
  await expect(count(page)).toHaveText('1 match');
  await combobox(condition, 'Operator').selectOption({ label: 'is any of' });
  await condition.getByRole('combobox', { name: 'Value', exact: true }).fill('hugo');
  await page.keyboard.press('Enter');
  await expect(count(page)).toHaveText('2 matches');
  await page.getByRole('link', { name: 'Show as a list', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'compan' })).toHaveText('2 companies');
  const address = page.url();
  for (const [who, shown] of [
    ['emma@demo.test', '1 bedrijf'],
    ['lucas@demo.test', '2 entreprises'],
  ] as const) {
    const other = await another();
    await signIn(other, who);
    await other.goto(address);
    await expect(other.getByText(shown, { exact: true })).toBeVisible();
  }
  await page.getByRole('link', { name: 'Clear: Filter: 2', exact: true }).click();
  await expect(page).toHaveURL('/companies');
});

test('a list is looked at as a colleague and as of a day, and both are said', async ({ page }) => {
  await signIn(page, 'nora@demo.test');
  await open(page, '/companies?segment=mine');
  await combobox(page, 'Look as').selectOption({ label: 'Emma Janssens' });
  await page.getByRole('button', { name: 'Show', exact: true }).last().click();
  await expect(page.getByRole('note')).toContainText('“Me” is Emma Janssens here');
  const contacts = page.getByRole('table').getByRole('row').filter({ hasText: 'Emma Janssens' });
  await expect(page.getByRole('table').getByRole('row')).toHaveCount((await contacts.count()) + 1);
  await open(page, '/companies');
  await page.getByText('Who was responsible on …', { exact: true }).click();
  await field(page, 'Day').fill('2001-01-01');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(page.getByRole('note')).toContainText('at the end of 1 Jan 2001');
  await expect(page.getByRole('status').filter({ hasText: 'compan' })).toHaveText('0 companies');
  await page.getByRole('link', { name: 'Back to now', exact: true }).click();
  await expect(page).toHaveURL('/companies');
});

test('all rows of a segment change hands, and come back', async ({ page }) => {
  await signIn(page, 'nora@demo.test');
  const city = unique('Town');
  for (const n of [1, 2, 3]) await createCompany(page, unique(`Handed ${n}`), { City: city });
  await open(page, '/companies/segments/new');
  const condition = group(page, 'Condition 1');
  await combobox(condition, 'Field').selectOption({ label: 'City' });
  await field(condition, 'Value').fill(city);
  await expect(count(page)).toHaveText('3 matches');
  const name = unique('To hand over');
  await field(page, 'Segment name').fill(name);
  await page.getByRole('button', { name: 'Save segment', exact: true }).click();
  await expect(title(page, name)).toBeVisible();
  await hydrated(page);
  await page.getByRole('link', { name: 'Change all 3', exact: true }).click();
  await expect(title(page, 'Change 3 companies')).toBeVisible();
  const form = page.getByRole('form', { name: 'Sales contact', exact: true });
  await combobox(form, 'Sales contact').selectOption({ label: 'Sofia Rossi' });
  await form.getByRole('button', { name: 'Check: Sales contact', exact: true }).click();
  await page.getByRole('button', { name: 'Change 3 companies', exact: true }).click();
  const standing = page.getByRole('region', { name: 'How it stands', exact: true }).getByRole('status');
  await expect(standing).toHaveText('3 changed, 0 already so, 0 out of reach');
  await page.getByText('Undo this change', { exact: true }).click();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(standing).toContainText('3 put back');
});

test('segments are put in order, duplicated, renamed and deleted', async ({ page }) => {
  await signIn(page, 'jan@demo.test');
  const [first, second] = [unique('A'), unique('B')];
  for (const name of [first, second]) {
    await open(page, '/deals/segments/new');
    const condition = group(page, 'Voorwaarde 1');
    await combobox(condition, 'Veld').selectOption({ label: 'Titel' });
    await combobox(condition, 'Operator').selectOption({ label: 'is niet leeg' });
    await field(page, 'Naam van het segment').fill(name);
    await page.getByRole('button', { name: 'Segment opslaan', exact: true }).click();
    await expect(title(page, name)).toBeVisible();
  }
  await open(page, '/deals/segments');
  const names = (): Locator => page.getByRole('table').getByRole('row').getByRole('link', { name: new RegExp(`^(${first}|${second})$`) });
  await expect(names()).toHaveText([first, second]);
  await page.getByRole('button', { name: `${second} omhoog`, exact: true }).click();
  await expect(names()).toHaveText([second, first]);
  await page.getByRole('button', { name: `${first} dupliceren`, exact: true }).click();
  const copy = unique('C');
  await field(page, 'Naam van het segment').fill(copy);
  await page.getByRole('button', { name: 'Segment opslaan', exact: true }).click();
  await expect(title(page, copy)).toBeVisible();
  for (const name of [first, second, copy]) {
    await open(page, '/deals/segments');
    await page.getByRole('button', { name: `${name} verwijderen`, exact: true }).click();
    await expect(page.getByRole('link', { name, exact: true })).toHaveCount(0);
  }
});

test.describe('without scripts, in French', () => {
  test.use({ javaScriptEnabled: false, locale: 'fr-FR' });

  test('the same filter grows by plain forms', async ({ page, watched }) => {
    watched.expectUnusedPreload();
    await page.goto('/companies');
    await fillSignIn(page, 'lucas@demo.test', DEMO_PASSWORD);
    await page.goto('/companies/segments/new');
    const press = async (name: string, within: Page | Locator = page): Promise<void> => {
      await within.getByRole('button', { name, exact: true }).last().click();
    };
    const condition = (n: number): Locator => group(page, `Condition ${n}`);
    await combobox(condition(1), 'Champ').selectOption({ label: 'Pays' });
    await press('Actualiser');
    await combobox(condition(1), 'Opérateur').selectOption({ label: 'est' });
    await condition(1).getByRole('textbox', { name: 'Valeur', exact: true }).fill('Belgium');
    await press('Ajouter un groupe');
    await expect(condition(1).getByRole('textbox', { name: 'Valeur', exact: true })).toHaveValue('Belgium');
    await combobox(group(page, 'Groupe 2'), 'Correspondance').selectOption({ label: 'aucune' });
    await combobox(condition(2), 'Champ').selectOption({ label: 'Contact commercial' });
    await press('Actualiser');
    await combobox(condition(2), 'Opérateur').selectOption({ label: 'est dans mon équipe' });
    await press('Actualiser');
    const found = page.getByRole('status').filter({ hasText: /résultat/ });
    await expect(found).toHaveText(/^[1-9]\d* résultats$/);
    const said = Number.parseInt(await found.innerText(), 10);
    await press('Enregistrer le segment');
    await expect(field(page, 'Nom du segment')).toHaveAttribute('aria-invalid', 'true');
    await expect(condition(1).getByRole('textbox', { name: 'Valeur', exact: true })).toHaveValue('Belgium');
    const name = unique('Belges');
    await field(page, 'Nom du segment').fill(name);
    await press('Enregistrer le segment');
    await expect(title(page, name)).toBeVisible();
    await expect(page.getByText(`${said} entreprises`, { exact: true })).toBeVisible();
  });
});
