// A colleague's whole life in an account: invited, limited after a preview, deactivated, his companies handed over to two
// others. And the limited colleague of the demo, who sees her own and nothing else, wherever she looks.

import type { Page } from '@playwright/test';

import {
  chooseByKeyboard,
  combobox,
  createAccount,
  createCompany,
  expect,
  field,
  fillSignIn,
  hydrated,
  linkIn,
  open,
  options,
  signIn,
  signInByForm,
  test,
  title,
  unique,
} from './support.js';

const PASSWORD = 'a password of his own';

function radio(page: Page, group: string, name: string) {
  return page.getByRole('radiogroup', { name: group, exact: true }).getByRole('radio', { name, exact: true });
}

/** Invites somebody with full rights; answers his address. */
async function invite(admin: Page, name: string): Promise<string> {
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@demo.test`;
  await open(admin, '/settings/users');
  await admin.getByRole('link', { name: 'Invite', exact: true }).click();
  await field(admin, 'Email').fill(email);
  await field(admin, 'Name').fill(name);
  await admin.getByRole('button', { name: 'Send invitation', exact: true }).click();
  await expect(admin.getByRole('status')).toHaveText('The invitation is on its way.');
  await expect(admin.getByRole('table', { name: 'Invitations', exact: true })).toContainText(email);
  return email;
}

/** Follows the link in the mail; he is signed in after that. */
async function accept(page: Page, email: string): Promise<void> {
  await expect.poll(() => linkIn(email, 'invitation')).toBeTruthy();
  await open(page, (await linkIn(email, 'invitation')) ?? '');
  await expect(page.getByText('Nora Peeters invites you to Demo NV.')).toBeVisible();
  await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Repeat new password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(title(page, 'My responsibilities')).toBeVisible();
}

test('a colleague is invited, previewed and limited, and leaves his companies to two others', async ({
  page,
  another,
  watched,
}) => {
  watched.expectStatus(404);
  const robin = await another();
  await signIn(page, 'nora@demo.test');
  const name = unique('Robin New');
  const email = await invite(page, name);
  await accept(robin, email);

  const foreign = unique('Client of Nora');
  const foreignId = await createCompany(page, foreign);
  const own = [unique('Robin One'), unique('Robin Two')];
  const ids: string[] = [];
  for (const company of own) {
    ids.push(await createCompany(robin, company));
    await chooseByKeyboard(robin, combobox(robin, 'Sales contact'), 'robin', `${name} (me)`);
    await expect(robin.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  }
  await open(robin, `/companies/${foreignId}`);
  await expect(title(robin, foreign)).toBeVisible();

  // The preview says what he would lose; nothing is saved by looking.
  await open(page, '/settings/users');
  await page.getByRole('link', { name, exact: true }).click();
  await expect(title(page, name)).toBeVisible();
  await radio(page, 'CRM', 'Limited').check();
  const preview = page.getByRole('region', { name: 'What would change', exact: true });
  await expect(preview).toContainText('Sees 2 companies instead of');
  for (const company of own) await expect(preview).toContainText(company);
  await robin.reload();
  await expect(title(robin, foreign)).toBeVisible();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('row').filter({ hasText: email })).toContainText('CRM limited');

  await robin.reload();
  await expect(title(robin, 'Not found')).toBeVisible();
  await open(robin, '/companies');
  await expect(robin.getByRole('status')).toHaveText('2 companies');

  // He leaves; his companies are shared out between two.
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('button', { name: 'Deactivate', exact: true }).click();
  const held = page.getByRole('group', { name: '2 companies: sales contact', exact: true });
  for (const receiver of ['Lucas Martin', 'Sofia Rossi']) {
    await held.getByRole('checkbox', { name: receiver, exact: true }).check();
  }
  await page.getByRole('button', { name: 'Deactivate', exact: true }).click();
  await expect(page.getByRole('status')).toHaveText('The user is deactivated and signed out everywhere. Handed over: 2.');
  await expect(page.getByRole('row').filter({ hasText: email })).toContainText('Deactivated');
  await robin.reload();
  await expect(robin).toHaveURL(/\/login/);
  await fillSignIn(robin, email, PASSWORD);
  await expect(robin.getByRole('alert')).toHaveText('Email or password is incorrect');

  const now: string[] = [];
  for (const id of ids) {
    await open(page, `/companies/${id}`);
    now.push(await combobox(page, 'Sales contact').inputValue());
  }
  expect(now.sort()).toEqual(['Lucas Martin', 'Sofia Rossi']);
  await open(page, '/settings/orphans');
  await expect(page.getByRole('heading', { name: 'Tom De Smet (deactivated)' })).toBeVisible();
  await expect(page.getByText(name)).toHaveCount(0);
});

test('who is limited in CRM sees exactly her own companies everywhere', async ({ page, another, watched }) => {
  watched.expectStatus(404);
  const emma = await another();
  await signIn(page, 'nora@demo.test');
  await signIn(emma, 'emma@demo.test');
  const foreign = unique('Verborgen klant');
  const id = await createCompany(page, foreign);

  await open(emma, '/companies');
  const all = await emma.getByRole('status').innerText();
  await open(emma, '/companies?segment=mine');
  await expect(emma.getByRole('status')).toHaveText(all);
  await open(emma, `/companies?q=${encodeURIComponent(foreign)}`);
  await expect(emma.getByRole('status')).toHaveText('0 bedrijven');
  await open(emma, `/search?q=${encodeURIComponent(foreign)}`);
  await expect(emma.getByRole('main').getByRole('link', { name: foreign })).toHaveCount(0);
  for (const address of [`/companies/${id}`, `/companies/${id}/edit`]) {
    await emma.goto(address);
    await expect(title(emma, 'Niet gevonden')).toBeVisible();
  }
  await page.getByRole('link', { name: 'New deal', exact: true }).click();
  const deal = unique('Verborgen deal');
  await field(page, 'Title').fill(deal);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, deal)).toBeVisible();
  for (const address of ['/', '/deals/board?show=500', '/deals?sort=-updated_at', `/deals?q=${encodeURIComponent(deal)}`]) {
    await open(emma, address);
    await expect(emma.getByRole('main')).not.toContainText(deal);
    await expect(emma.getByRole('main')).not.toContainText(foreign);
  }
  // The picker of a deal's customer.
  await open(emma, '/deals/new');
  const customer = combobox(emma, 'Klant');
  await customer.click();
  await customer.fill(foreign);
  await expect(options(emma)).toHaveText(['Geen resultaat']);
});

test('who creates a company for a colleague and would not see it is asked first', async ({ page, another, watched }) => {
  watched.expectStatus(422);
  const emma = await another();
  await signIn(page, 'nora@demo.test');
  await signIn(emma, 'emma@demo.test');
  const name = unique('Voor Lucas');
  await open(emma, '/companies/new');
  await field(emma, 'Naam').fill(name);
  await chooseByKeyboard(emma, combobox(emma, 'Accountmanager'), 'lucas', 'Lucas Martin');
  await emma.getByRole('button', { name: 'Aanmaken', exact: true }).click();
  await expect(emma.getByRole('alert')).toHaveText('U zult dit niet meer zien. Wilt u het overdragen?');
  await open(page, `/companies?q=${encodeURIComponent(name)}`);
  await expect(page.getByRole('status')).toHaveText('0 companies');
  await emma.getByRole('button', { name: 'Overdragen', exact: true }).click();
  await expect(title(emma, 'Bedrijven')).toBeVisible();
  await open(page, `/companies?q=${encodeURIComponent(name)}`);
  await expect(page.getByRole('status')).toHaveText('1 company');
});

test('who saves a user over somebody else’s change sees what is saved now, and loses nothing', async ({ page, another }) => {
  // In an account of its own: the demo's colleagues are counted by other tests.
  const admin = await createAccount();
  const other = await another();
  for (const window of [page, other]) {
    await signInByForm(window, admin.email, admin.password);
    await open(window, '/settings/users');
    await window.getByRole('link', { name: admin.fullName, exact: true }).click();
    await expect(title(window, admin.fullName)).toBeVisible();
    await hydrated(window);
  }
  await field(other, 'Function').fill('Buyer');
  await other.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(other.getByRole('status')).toHaveText('Saved');
  await field(page, 'Function').fill('Seller');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText(`${admin.fullName} saved this on`);
  await expect(alert.getByRole('row').filter({ hasText: 'Function' })).toContainText('Buyer');
  await expect(field(page, 'Function')).toHaveValue('Seller');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('status')).toHaveText('Saved');
});

test('who loses the right to invoices sees that beforehand, and then has none', async ({ page, another }) => {
  await signIn(page, 'nora@demo.test');
  await open(page, '/settings/users');
  await page.getByRole('link', { name: 'Sofia Rossi', exact: true }).click();
  const invoices = page.getByRole('checkbox', { name: 'Invoices', exact: true });
  const save = page.getByRole('button', { name: 'Save', exact: true });
  await invoices.uncheck();
  await expect(page.getByRole('region', { name: 'What would change', exact: true })).toContainText('invoices');
  await save.click();
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  try {
    const sofia = await another();
    await signIn(sofia, 'sofia@demo.test');
    await open(sofia, '/');
    const main = sofia.getByRole('navigation', { name: 'Main', exact: true });
    await expect(main.getByRole('link', { name: 'Deals', exact: true })).toBeVisible();
    await expect(main.getByRole('link', { name: 'Invoices', exact: true })).toHaveCount(0);
    const answer = await sofia.request.get('/invoices');
    expect(answer.status()).toBe(404);
  } finally {
    await open(page, '/settings/users');
    await page.getByRole('link', { name: 'Sofia Rossi', exact: true }).click();
    await invoices.check();
    await save.click();
    await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  }
});
