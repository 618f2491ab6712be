// Choosing who is responsible: the main job, by keyboard, and what the server refuses whatever a browser sends.

import { randomUUID } from 'node:crypto';

import type { Locator, Page } from '@playwright/test';

import {
  activeOption,
  activity,
  chooseByKeyboard,
  combobox,
  createCompany,
  expect,
  field,
  hydrated,
  idOf,
  open,
  options,
  post,
  signIn,
  test,
  title,
  unique,
} from './support.js';

test.beforeEach(({ page }) => signIn(page, 'nora@demo.test'));

const COLLEAGUES = ['Emma Janssens', 'Hugo Lambert', 'Jan Wouters', 'Lucas Martin', 'Sofia Rossi'];

const responsible = (page: Page): Locator => page.getByRole('region', { name: 'Responsible', exact: true });
const salesContact = (page: Page): Locator => combobox(responsible(page), 'Sales contact');
const saved = (page: Page): Locator => responsible(page).getByRole('status').filter({ hasText: 'Saved' });

test('a sales contact is chosen by keyboard alone and shows in Activity', async ({ page }) => {
  const id = await createCompany(page, unique('Kept by keyboard'));
  const input = salesContact(page);
  await expect(input).toHaveValue('');

  await input.focus();
  await expect(options(page)).toHaveCount(0);
  await page.keyboard.press('ArrowDown');
  await expect(input).toHaveAttribute('aria-expanded', 'true');
  await expect(options(page)).toHaveText(['Nobody', 'Nora Peeters (me)', ...COLLEAGUES]);
  await page.keyboard.type('luc');
  await expect(options(page)).toHaveText(['Lucas Martin']);
  await page.keyboard.press('Enter');
  await expect(input).toHaveAttribute('aria-expanded', 'false');
  await expect(saved(page)).toBeVisible();
  await expect(input).toHaveValue('Lucas Martin');
  await expect(activity(page)).toContainText('Nora Peeters made Lucas Martin sales contact');

  await chooseByKeyboard(page, input, 'jans', 'Emma Janssens');
  await expect(activity(page)).toContainText(
    'Nora Peeters made Emma Janssens sales contact, instead of Lucas Martin',
  );
  await expect(saved(page)).toBeVisible();
  await open(page, `/companies/${id}`);
  await expect(input).toHaveValue('Emma Janssens');

  await chooseByKeyboard(page, input, 'nob', 'Nobody');
  await expect(activity(page)).toContainText('Nora Peeters removed Emma Janssens as sales contact');
  await expect(input).toHaveValue('');
  await chooseByKeyboard(page, input, 'me', 'Nora Peeters (me)');
  await expect(activity(page)).toContainText(/Nora Peeters made Nora Peeters sales contact/);
  await page.reload();
  await hydrated(page);
  await expect(input).toHaveValue('Nora Peeters');
});

test('arrows, Home and End move, Escape leaves everything as it was', async ({ page }) => {
  await createCompany(page, unique('Left alone'));
  const input = salesContact(page);
  await chooseByKeyboard(page, input, 'sofia', 'Sofia Rossi');
  await expect(saved(page)).toBeVisible();

  const active = (): ReturnType<typeof expect.poll> => expect.poll(() => activeOption(page, input));
  await input.focus();
  await page.keyboard.press('ArrowDown');
  await active().toBe('Sofia Rossi');
  await expect(page.getByRole('option', { selected: true })).toHaveText('Sofia Rossi');
  await page.keyboard.press('Home');
  await active().toBe('Nobody');
  await page.keyboard.press('ArrowDown');
  await active().toBe('Nora Peeters (me)');
  await page.keyboard.press('End');
  await active().toBe(COLLEAGUES.at(-1));
  await page.keyboard.press('ArrowUp');
  await active().toBe(COLLEAGUES.at(-2));
  await page.keyboard.press('Escape');
  await expect(input).toHaveAttribute('aria-expanded', 'false');
  await expect(input).toBeFocused();
  await expect(input).toHaveValue('Sofia Rossi');

  await page.keyboard.type('zzz');
  await expect(page.getByRole('option', { disabled: false })).toHaveCount(0);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(input).toHaveValue('Sofia Rossi');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Home');
  await page.keyboard.press('Tab');
  await expect(input).toHaveAttribute('aria-expanded', 'false');
  await expect(input).toHaveValue('Sofia Rossi');
  await page.reload();
  await hydrated(page);
  await expect(input).toHaveValue('Sofia Rossi');
});

test('a mouse chooses too', async ({ page }) => {
  await createCompany(page, unique('Clicked'));
  await salesContact(page).click();
  await page.getByRole('option', { name: 'Hugo Lambert', exact: true }).click();
  await expect(saved(page)).toBeVisible();
  await expect(activity(page)).toContainText('Nora Peeters made Hugo Lambert sales contact');
});

/** Opens a company whose sales contact is deactivated. */
async function openTomsCompany(page: Page): Promise<void> {
  await open(page, '/companies');
  const row = page.getByRole('row').filter({ hasText: 'Tom De Smet (deactivated)' });
  const next = page.getByRole('link', { name: 'Next', exact: true });
  while ((await row.count()) === 0) {
    await expect(next, 'the demo has companies whose sales contact is Tom De Smet').toBeVisible();
    await open(page, (await next.getAttribute('href')) ?? '');
  }
  await row.first().getByRole('link').first().click();
  await expect(salesContact(page)).toHaveValue('Tom De Smet (deactivated)');
}

test('a deactivated sales contact is shown as such, kept, and never offered', async ({ page }) => {
  await openTomsCompany(page);
  const id = idOf(page);
  await salesContact(page).click();
  await expect(page.getByRole('option', { name: 'Nobody', exact: true })).toBeVisible();
  await expect(page.getByRole('option', { name: /Tom De Smet/ })).toHaveCount(0);
  await page.keyboard.type('tom');
  await expect(page.getByRole('option', { disabled: false })).toHaveCount(0);
  await page.keyboard.press('Escape');

  await open(page, `/companies/${id}/edit`);
  await expect(combobox(page, 'Sales contact')).toHaveValue('Tom De Smet (deactivated)');
  const street = unique('Rue');
  await field(page, 'Street').fill(street);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(activity(page)).toContainText(street);
  await expect(salesContact(page)).toHaveValue('Tom De Smet (deactivated)');
});

/** The id of whoever is a company's sales contact, as its own page sends it. */
function presentId(page: Page): Promise<string> {
  return responsible(page).locator('input[type=hidden][name=was]').inputValue();
}

test('the server refuses whom the picker would not offer', async ({ page, another }) => {
  await openTomsCompany(page);
  const tom = await presentId(page);
  const olga = await another();
  await signIn(olga, 'olga@other.test');
  const theirs = await createCompany(olga, unique('Theirs'));
  await chooseByKeyboard(olga, salesContact(olga), 'olga', 'Olga Maes (me)');
  await expect(saved(olga)).toBeVisible();
  await expect.poll(() => presentId(olga)).toMatch(/^[0-9a-f-]{36}$/);
  const foreigner = await presentId(olga);

  const id = await createCompany(page, unique('Not to be taken'));
  const choose = (form: Record<string, string>): ReturnType<typeof post> =>
    post(page, '/api/choose_responsible', { kind: 'company', id, role: 'sales_contact', was: '', ...form });
  for (const user of ['00000000-0000-0000-0000-000000000000', randomUUID(), tom, foreigner, 'nora', '1']) {
    const answer = await choose({ user });
    expect(answer.status(), `user ${user}`).toBeGreaterThanOrEqual(400);
    expect(answer.status(), `user ${user}`).toBeLessThan(500);
  }
  const nora = await (async () => {
    await chooseByKeyboard(page, salesContact(page), 'me', 'Nora Peeters (me)');
    await expect(saved(page)).toBeVisible();
    return presentId(page);
  })();
  for (const record of [randomUUID(), theirs]) {
    expect((await choose({ id: record, user: nora })).status(), `company ${record}`).toBe(404);
  }
  for (const role of ['assigned_to', 'second_sales_contact', 'chief']) {
    const answer = await choose({ role, user: nora, was: '' });
    expect(answer.status(), `role ${role}`).toBeGreaterThanOrEqual(400);
    expect(answer.status(), `role ${role}`).toBeLessThan(500);
  }
  const elsewhere = await page.request.post('/api/choose_responsible', {
    form: { kind: 'company', id, role: 'sales_contact', user: '', was: nora },
    headers: { accept: 'application/json', origin: 'https://evil.test' },
    maxRedirects: 0,
  });
  expect(elsewhere.status(), 'from another origin').toBe(403);

  await page.reload();
  await hydrated(page);
  await expect(salesContact(page)).toHaveValue('Nora Peeters');
  await olga.reload();
  await hydrated(olga);
  await expect(salesContact(olga)).toHaveValue('Olga Maes');
  // The very same post with what a picker does offer: so it was the choice that was refused.
  expect((await choose({ user: '', was: nora })).ok()).toBe(true);
  await page.reload();
  await hydrated(page);
  await expect(salesContact(page)).toHaveValue('');
});

/** Fills the form of a new deal but for who is assigned, where the creator is proposed. */
async function fillDeal(page: Page, name: string, customer: string): Promise<void> {
  await open(page, '/deals/new');
  await field(page, 'Title').fill(name);
  await combobox(page, 'Customer').fill(customer);
  await page.getByRole('option', { name: customer }).click();
  await field(page, 'Value').fill('12,500.50');
}

test('a deal is assigned to somebody always, first to its creator', async ({ page }) => {
  const customer = unique('Customer');
  await createCompany(page, customer);
  const name = unique('Deal');
  await fillDeal(page, name, customer);
  const assigned = combobox(page, 'Assigned to');
  await expect(assigned).toHaveValue('Nora Peeters');
  await assigned.click();
  await expect(options(page)).toHaveText(['Nora Peeters (me)', ...COLLEAGUES]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, name)).toBeVisible();
  await expect(page.getByRole('main')).toContainText('€12,500.50');

  const picker = combobox(responsible(page), 'Assigned to');
  await expect(picker).toHaveValue('Nora Peeters');
  await picker.click();
  await expect(options(page)).toHaveText(['Nora Peeters (me)', ...COLLEAGUES]);
  await page.keyboard.press('Escape');
  await chooseByKeyboard(page, picker, 'hugo', 'Hugo Lambert');
  await expect(saved(page)).toBeVisible();
  await expect(activity(page)).toContainText('Hugo Lambert');
  await expect(activity(page)).toContainText('instead of Nora Peeters');
  const id = idOf(page);
  const nobody = await post(page, '/api/choose_responsible', {
    kind: 'deal',
    id,
    role: 'assigned_to',
    user: '',
    was: await presentId(page),
  });
  expect(nobody.status()).toBe(422);
  await page.reload();
  await hydrated(page);
  await expect(picker).toHaveValue('Hugo Lambert');
});

test('a deal that nobody is assigned to is refused beside the field', async ({ page, watched }) => {
  watched.expectStatus(422);
  const customer = unique('Customer');
  await createCompany(page, customer);
  const name = unique('Nobody’s deal');
  await fillDeal(page, name, customer);
  // The combobox cannot be emptied by hand; what it sends can.
  await page.locator('input[type=hidden][name*=assigned_to]').evaluate((input: HTMLInputElement) => {
    input.value = '';
  });
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(combobox(page, 'Assigned to')).toHaveAccessibleDescription('A deal needs someone assigned to it');
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(field(page, 'Title')).toHaveValue(name);
  await expect(combobox(page, 'Customer')).toHaveValue(customer);

  await chooseByKeyboard(page, combobox(page, 'Assigned to'), 'sofia', 'Sofia Rossi');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, name)).toBeVisible();
  await expect(combobox(responsible(page), 'Assigned to')).toHaveValue('Sofia Rossi');
});
