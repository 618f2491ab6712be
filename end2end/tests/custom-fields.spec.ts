// Custom fields: added in Settings, filled in on records with and without scripts, put in order, deleted and restored; a User
// field shows under somebody's responsibilities and opens nothing.

import type { Locator, Page } from '@playwright/test';

import { combobox, expect, field, hydrated, idOf, open, signIn, test, title, unique } from './support.js';

const region = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

interface Options {
  required?: true;
  several?: true;
  listed?: true;
  choices?: string[];
  group?: string;
}

/** As an admin does: the type is chosen, the rest ticked, and the field saved. */
async function addField(page: Page, kind: string, label: string, type: string, options: Options = {}): Promise<void> {
  await page.goto('/settings/custom-fields');
  await page.getByRole('tab', { name: kind, exact: true }).click();
  await expect(page.getByRole('tab', { name: kind, exact: true })).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('button', { name: 'Add field', exact: true }).click();
  await expect(title(page, 'Add field')).toBeVisible();
  await field(page, 'Label').fill(label);
  await combobox(page, 'Type').selectOption({ label: type });
  if (options.required) await page.getByLabel('Required', { exact: true }).check();
  if (options.several) await page.getByLabel('Several values', { exact: true }).check();
  if (options.listed) await page.getByLabel('Column in lists', { exact: true }).check();
  if (options.choices) await page.getByLabel('New choices', { exact: true }).fill(options.choices.join('\n'));
  if (options.group) await combobox(page, 'Group').selectOption({ label: options.group });
  await page.getByRole('button', { name: 'Save field', exact: true }).click();
  await expect(page.getByRole('link', { name: label, exact: true })).toBeVisible();
}

async function removeField(page: Page, kind: string, label: string): Promise<void> {
  await page.goto('/settings/custom-fields');
  await page.getByRole('tab', { name: kind, exact: true }).click();
  await page.getByRole('link', { name: label, exact: true }).click();
  await field(page, 'Type its label to delete it').fill(label);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('button', { name: `Restore ${label}`, exact: true })).toBeVisible();
}

async function createContact(page: Page, name: string): Promise<string> {
  await page.goto('/contacts/new');
  await field(page, 'Last name').fill(name);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, name)).toBeVisible();
  return idOf(page);
}

async function createInvoice(page: Page): Promise<string> {
  const payer = unique('Payer');
  await page.goto('/companies/new');
  await field(page, 'Name').fill(payer);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, payer)).toBeVisible();
  await page.goto(`/invoices/new?company=${idOf(page)}`);
  const number = unique('2027/');
  const values = { Number: number, Date: '2027-01-31', 'Total excl. VAT': '100', 'Total incl. VAT': '121' };
  for (const [label, value] of Object.entries(values)) await field(page, label).fill(value);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, number)).toBeVisible();
  return number;
}

/** Whoever stands in the field finds the invoice under his responsibilities; the limited one does not see its customer, nor it. */
async function isUnderHis(page: Page, number: string): Promise<void> {
  await signIn(page, 'lucas@demo.test');
  await page.goto('/');
  await expect(page.getByRole('region', { name: 'Factures', exact: true }).getByRole('link', { name: number, exact: true })).toBeVisible();
}

async function choose(page: Page, picker: string, name: string): Promise<void> {
  const box = page.getByRole('combobox', { name: picker, exact: true });
  await box.click();
  await page.getByRole('option', { name, exact: true }).click();
}

test('a User field is set by keyboard, shows under that colleague’s responsibilities, and opens nothing', async ({ page, another }) => {
  await signIn(page, 'nora@demo.test');
  const label = unique('Account manager');
  await addField(page, 'Contacts', label, 'User');
  const name = unique('Vent');
  const contact = await createContact(page, name);
  await hydrated(page);
  const picker = region(page, 'Responsible').getByRole('combobox', { name: label, exact: true });
  await picker.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.type('Emma');
  await page.keyboard.press('Enter');
  await expect(region(page, 'Responsible').getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  await page.reload();
  await hydrated(page);
  await expect(picker).toHaveValue('Emma Janssens');
  await expect(region(page, 'Activity')).toContainText(`${label}: (empty) → Emma Janssens`);

  // An admin looks at her responsibilities and finds him; she, limited in CRM, finds nothing anywhere.
  const hers = await another();
  await signIn(hers, 'emma@demo.test');
  expect((await hers.request.get(`/contacts/${contact}`)).status()).toBe(404);
  await open(hers, '/contacts?segment=mine');
  await expect(hers.getByRole('status').filter({ hasText: /^0 contacten$/ })).toBeVisible();

  await choose(page, label, 'Lucas Martin');
  await expect(region(page, 'Responsible').getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  const his = await another();
  await signIn(his, 'lucas@demo.test');
  await open(his, '/');
  await expect(his.getByRole('region', { name: 'Contacts', exact: true })).toContainText(name);
  await open(his, '/contacts?segment=mine');
  await expect(his.getByRole('link', { name, exact: true })).toBeVisible();

  // Deleted, it is away; restored, it is back with whom it held.
  await removeField(page, 'Contacts', label);
  await open(page, `/contacts/${contact}`);
  await expect(picker).toHaveCount(0);
  await page.goto('/settings/custom-fields?kind=contact');
  await page.getByRole('button', { name: `Restore ${label}`, exact: true }).click();
  await open(page, `/contacts/${contact}`);
  await expect(picker).toHaveValue('Lucas Martin');
  await removeField(page, 'Contacts', label);
});

test('an invoice gets its account manager by a User field', async ({ page, another }) => {
  await signIn(page, 'nora@demo.test');
  const label = unique('Account manager');
  await addField(page, 'Invoices', label, 'User');
  const number = await createInvoice(page);
  await hydrated(page);
  const invoice = idOf(page);
  await choose(page, label, 'Emma Janssens');
  await expect(region(page, 'Responsible').getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  const hers = await another();
  await signIn(hers, 'emma@demo.test');
  expect((await hers.request.get(`/invoices/${invoice}`)).status()).toBe(404);
  await choose(page, label, 'Lucas Martin');
  await expect(region(page, 'Activity')).toContainText('Emma Janssens → Lucas Martin');
  await isUnderHis(await another(), number);
  await removeField(page, 'Invoices', label);
});

test('fields of a group are filled in where they stand, all types of them', async ({ page }) => {
  await signIn(page, 'nora@demo.test');
  const group = unique('Sales');
  await page.goto('/settings/custom-fields?kind=contact');
  await page.getByLabel('Group name', { exact: true }).last().fill(group);
  await page.getByRole('button', { name: 'Add group', exact: true }).click();
  const text = unique('Line');
  const level = unique('Level');
  const team = unique('Team');
  const since = unique('Since');
  await addField(page, 'Contacts', text, 'Single line', { group, listed: true });
  await addField(page, 'Contacts', level, 'Multi-select', { group, choices: ['Gold', 'Silver'] });
  await addField(page, 'Contacts', team, 'User', { group, several: true });
  await addField(page, 'Contacts', since, 'Date', { group });
  await createContact(page, unique('Brise'));
  await hydrated(page);
  const here = region(page, group);
  await here.getByRole('button', { name: `Edit ${group}`, exact: true }).click();
  await here.getByLabel(text, { exact: true }).fill('From the fair');
  await here.getByRole('group', { name: level, exact: true }).getByRole('checkbox', { name: 'Gold', exact: true }).check();
  for (const name of ['Sofia Rossi', 'Hugo Lambert']) {
    await choose(page, team, name);
    await expect(here.getByRole('button', { name: `Remove ${name}`, exact: true })).toBeVisible();
  }
  await here.getByRole('button', { name: 'Remove Sofia Rossi', exact: true }).click();
  // What is wrong is said beside its field, and the rest stays.
  await here.getByLabel(since, { exact: true }).fill('2027-02-28');
  await here.getByRole('button', { name: 'Save', exact: true }).click();
  const facts = here.locator('dl');
  await expect(facts).toContainText('From the fair');
  await expect(facts).toContainText('Gold');
  await expect(facts).toContainText('Hugo Lambert');
  await expect(facts).not.toContainText('Sofia Rossi');
  await expect(facts).toContainText('28 Feb 2027');
  await expect(region(page, 'Activity')).toContainText(`${text}: (empty) → From the fair`);
  await open(page, '/contacts');
  await expect(page.getByRole('columnheader', { name: text, exact: true })).toBeVisible();
  for (const label of [text, level, team, since]) await removeField(page, 'Contacts', label);
});

test('fields are put in order by their buttons and by dragging', async ({ page }) => {
  await signIn(page, 'nora@demo.test');
  const labels = ['One', 'Two', 'Three'].map((name) => unique(name));
  for (const label of labels) await addField(page, 'Deals', label, 'Number');
  const names = (): Locator => page.getByRole('tabpanel').getByRole('listitem').getByRole('link').filter({ hasText: /One|Two|Three/ });
  const [one, two, three] = labels as [string, string, string];
  await open(page, '/settings/custom-fields?kind=deal');
  const up = page.getByRole('button', { name: `Move ${two} up`, exact: true });
  await up.focus();
  await page.keyboard.press('Enter');
  await expect(names()).toHaveText([two, one, three]);
  await expect(page.getByRole('status').filter({ hasText: `${two} is moved.` })).toBeAttached();
  const row = (label: string): Locator => page.getByRole('listitem').filter({ hasText: label });
  await row(three).dragTo(row(two));
  await expect(names()).toHaveText([three, two, one]);
  await page.reload();
  await expect(names()).toHaveText([three, two, one]);
  for (const label of labels) await removeField(page, 'Deals', label);
});

test('another type is previewed, and refused where a value would be lost', async ({ page }) => {
  await signIn(page, 'nora@demo.test');
  const label = unique('Size');
  await addField(page, 'Contacts', label, 'Single line');
  await createContact(page, unique('Bise'));
  await hydrated(page);
  const contact = page.url();
  const here = region(page, 'Further details');
  const fill = async (text: string): Promise<void> => {
    await here.getByRole('button', { name: 'Edit Further details', exact: true }).click();
    await here.getByLabel(label, { exact: true }).fill(text);
    await here.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(here.locator('dl')).toContainText(text);
  };
  const asNumber = async (): Promise<void> => {
    await page.goto('/settings/custom-fields?kind=contact');
    await page.getByRole('link', { name: label, exact: true }).click();
    await combobox(page, 'Type').selectOption({ label: 'Number' });
    await page.getByRole('button', { name: 'Save field', exact: true }).click();
  };
  await fill('large');
  await asNumber();
  await expect(page.getByText('1 record holds a value that this type cannot keep: nothing was changed')).toBeVisible();
  await open(page, contact);
  await fill('12');
  await asNumber();
  await expect(page.getByText('The value of 1 record becomes “Number”; none is lost. Save again if you mean it.')).toBeVisible();
  await page.getByLabel('Change the type of these values', { exact: true }).check();
  await page.getByRole('button', { name: 'Save field', exact: true }).click();
  await expect(page.getByRole('listitem').filter({ hasText: label })).toContainText('Number');
  await removeField(page, 'Contacts', label);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('an invoice gets its account manager by a plain form', async ({ page, another, watched }) => {
    watched.expectUnusedPreload();
    await signIn(page, 'nora@demo.test');
    const label = unique('Account manager');
    await addField(page, 'Invoices', label, 'User');
    const number = await createInvoice(page);
    const form = page.getByRole('form', { name: label, exact: true });
    await combobox(form, label).selectOption({ label: 'Lucas Martin' });
    await form.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(form.getByRole('status')).toHaveText('Saved');
    await isUnderHis(await another(), number);
    await removeField(page, 'Invoices', label);
  });

  test('a User field and one of several are set by plain forms, and what was typed is kept', async ({ page, watched }) => {
    watched.expectUnusedPreload();
    await signIn(page, 'nora@demo.test');
    const label = unique('Account manager');
    const team = unique('Team');
    const number = unique('Number');
    await addField(page, 'Contacts', label, 'User');
    await addField(page, 'Contacts', team, 'User', { several: true });
    await addField(page, 'Contacts', number, 'Number');
    await createContact(page, unique('Zef'));
    const form = page.getByRole('form', { name: label, exact: true });
    await combobox(form, label).selectOption({ label: 'Lucas Martin' });
    await form.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(form.getByRole('status')).toHaveText('Saved');
    await expect(combobox(form, label).locator('option:checked')).toHaveText('Lucas Martin');

    const here = region(page, 'Further details');
    await here.getByRole('link', { name: 'Edit Further details', exact: true }).click();
    const people = page.getByRole('group', { name: team, exact: true });
    await people.getByRole('checkbox', { name: 'Sofia Rossi', exact: true }).check();
    await field(page, number).fill('a dozen');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByText('Not a number')).toBeVisible();
    await expect(field(page, number)).toHaveValue('a dozen');
    await expect(people.getByRole('checkbox', { name: 'Sofia Rossi', exact: true })).toBeChecked();
    await field(page, number).fill('12.5');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(here.locator('dl')).toContainText('Sofia Rossi');
    await expect(here.locator('dl')).toContainText('12.5');
    for (const one of [label, team, number]) await removeField(page, 'Contacts', one);
  });
});
