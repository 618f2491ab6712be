// Who is responsible knows: the bell counts as it happens, and tells nothing of what one sees no more; a change of many records is
// one notification and one mail in a real mailbox; a mail's link ends its kind of event and no other.
// Each test has an account of its own, so that every number is exact.

import { request, type Locator, type Page } from '@playwright/test';

import {
  axe,
  bell,
  chooseByKeyboard,
  colleague,
  combobox,
  createAccount,
  createCompany,
  expect,
  field,
  idOf,
  mailsTo,
  open,
  signInByForm,
  test,
  title,
  unique,
  unread,
  type Colleague,
  type Mail,
} from './support.js';

async function signInAdmin(page: Page): Promise<void> {
  const ann = await createAccount();
  await signInByForm(page, ann.email, ann.password);
}

const panel = (page: Page): Locator => page.getByRole('dialog', { name: 'Notifications', exact: true });

async function createDeal(page: Page, customer: string, name: string): Promise<string> {
  await open(page, `/deals/new?company=${customer}`);
  await field(page, 'Title').fill(name);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, name)).toBeVisible();
  return idOf(page);
}

/** On the deal's page. */
async function assign(page: Page, to: string): Promise<void> {
  await chooseByKeyboard(page, combobox(page, 'Assigned to'), to, to);
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
}

async function move(page: Page, phase: string): Promise<void> {
  const standing = page.getByRole('region', { name: 'Phase', exact: true });
  await standing.getByRole('button', { name: phase, exact: true }).click();
  await expect(standing.getByRole('button', { name: phase, exact: true })).toHaveAttribute('aria-current', 'step');
}

/** The mails to somebody but for his invitation, once there are so many. */
async function told(email: string, n: number): Promise<Mail[]> {
  const all = async () => (await mailsTo(email)).filter((mail) => mail.header('List-Unsubscribe'));
  await expect.poll(async () => (await all()).map((mail) => mail.subject), { timeout: 20_000 }).toHaveLength(n);
  return all();
}

test('the bell of who is assigned counts at once, and nobody is told of what he sees no more', async ({ page, another }) => {
  await signInAdmin(page);
  const bob = await colleague(page, another, 'Bob', true);
  const customer = await createCompany(page, unique('Customer'));
  const [kept, lost] = [unique('Kept deal'), unique('Lost deal')];

  await createDeal(page, customer, kept);
  await unread(bob.page, 0);
  await assign(page, bob.name);
  await unread(bob.page, 1);
  // Within a second of when the one who did it sees that it is done, and without a reload.
  await move(page, 'Negotiation');
  await unread(bob.page, 2, 1_000);
  await unread(page, 0);

  await createDeal(page, customer, lost);
  await assign(page, bob.name);
  await unread(bob.page, 3);
  await bell(bob.page).click();
  await expect(panel(bob.page)).toContainText(lost);
  await expect(panel(bob.page)).toContainText('Phase: Lead → Negotiation');
  await axe(bob.page);

  // The open panel follows: the name goes together with the right to see it.
  await chooseByKeyboard(page, combobox(page, 'Assigned to'), 'Ann', 'Ann Admin (me)');
  await expect(panel(bob.page)).toContainText('One of your deals now belongs to Ann Admin');
  await expect(panel(bob.page)).not.toContainText(lost);
  await expect(panel(bob.page)).toContainText(kept);
  await unread(bob.page, 3);
  await open(bob.page, '/notifications');
  const main = bob.page.getByRole('main');
  await expect(main).toContainText(kept);
  await expect(main).toContainText('One of your deals now belongs to Ann Admin');
  await expect(main).not.toContainText(lost);
  expect(await bob.page.content(), 'nor is it anywhere in the page').not.toContain(lost);
  await axe(bob.page);

  // Who opens it has read it.
  await main.getByRole('link', { name: kept, exact: true }).click();
  await expect(title(bob.page, kept)).toBeVisible();
  await unread(bob.page, 1);
  await unread(page, 0);
});

test('a change of 50 companies is one notification and one mail for each receiver', async ({ page, another }) => {
  // Two people are invited, and mails wait for others before they go.
  test.slow();
  await signInAdmin(page);
  const [bob, cas] = [await colleague(page, another, 'Bob'), await colleague(page, another, 'Cas')];
  const rows = Array.from({ length: 50 }, (_, n) => `Client ${n + 1},${n < 25 ? bob.email : ''}`);
  await open(page, '/settings/import');
  const file = { name: 'companies.csv', mimeType: 'text/csv', buffer: Buffer.from(['Name,Sales contact', ...rows].join('\n')) };
  await page.getByLabel('File', { exact: true }).setInputFiles(file);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('status')).toHaveText('50 rows: 50 created, 0 known already, 0 bad');
  await unread(bob.page, 1);
  await unread(cas.page, 0);

  const give = async (to: Colleague): Promise<void> => {
    await open(page, '/companies');
    await page.getByRole('link', { name: 'Change all 50', exact: true }).click();
    const form = page.getByRole('form', { name: 'Sales contact', exact: true });
    await combobox(form, 'Sales contact').selectOption({ label: to.name });
    await form.getByRole('button', { name: 'Check: Sales contact', exact: true }).click();
    await page.getByRole('button', { name: 'Change 50 companies', exact: true }).click();
    await expect(page.getByRole('region', { name: 'How it stands', exact: true })).toContainText('50 changed');
  };
  await give(cas);
  await unread(cas.page, 1);
  await unread(bob.page, 2);
  const [mail] = await told(cas.email, 1);
  expect(mail?.subject).toBe('Ann Admin made you responsible for 50 companies');
  expect(mail?.to?.[0]).toMatchObject({ name: cas.name, address: cas.email });
  expect(mail?.header('List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
  expect(mail?.html).toContain('Ann Admin made you responsible for 50 companies');

  // The link leads to a list of just these.
  const link = /https?:\/\/\S+?(\/companies\?segment=mine&action=\S+)/.exec(mail?.text ?? '')?.[1];
  expect(link).toBeTruthy();
  await open(cas.page, link ?? '');
  await expect(cas.page.getByRole('status')).toHaveText('50 companies');
  await open(bob.page, '/notifications');
  await expect(bob.page.getByRole('main')).toContainText('Ann Admin took 25 companies off you');

  await give(bob);
  await unread(bob.page, 3);
  const subjects = (await told(bob.email, 2)).map((one) => one.subject);
  expect(subjects).toEqual([
    'Ann Admin made you responsible for 25 companies',
    'Ann Admin made you responsible for 50 companies',
  ]);
  // Cas is told in the application alone that they are his no more, as he has chosen nothing else.
  await unread(cas.page, 2);
  expect(await told(cas.email, 1)).toHaveLength(1);
  await unread(page, 0);
});

test('the link of a mail ends its kind of event, with one click and by its page, and no other', async ({ page, another }) => {
  await signInAdmin(page);
  const bob = await colleague(page, another, 'Bob');
  const customer = await createCompany(page, unique('Customer'));
  const byMail = (event: string) => bob.page.getByRole('checkbox', { name: `${event}: E-mail at once`, exact: true });
  const [assigned, moved, mention] = [
    byMail('I am now responsible'),
    byMail('A deal or project of mine moves, is won or lost; a ticket is closed or reopened'),
    byMail('Somebody mentions me in a note'),
  ];
  await open(bob.page, '/settings/notifications');
  await expect(assigned).toBeChecked();
  await moved.check();
  await bob.page.getByRole('button', { name: 'Save', exact: true }).first().click();
  await expect(bob.page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();

  await createDeal(page, customer, unique('First deal'));
  await assign(page, bob.name);
  const [first] = await told(bob.email, 1);
  const stop = /^<(.+)>$/.exec(first?.header('List-Unsubscribe') ?? '')?.[1] ?? '';
  expect(stop).toMatch(/\/unsubscribe\/[0-9a-f-]{36}$/);
  // As a mail program does: it knows nothing but the mail.
  const program = await request.newContext();
  const answer = await program.post(stop, { form: { 'List-Unsubscribe': 'One-Click' } });
  expect(answer.status(), await answer.text()).toBe(200);
  await program.dispose();

  // What he is assigned comes by no mail any more; what moves does.
  const deal = unique('Second deal');
  await createDeal(page, customer, deal);
  await assign(page, bob.name);
  await unread(bob.page, 2);
  await move(page, 'Negotiation');
  const mails = await told(bob.email, 2);
  const second = mails[1];
  expect(second?.subject).toBe(`Deal: ${deal}`);
  expect(second?.text).toContain('Phase: Lead → Negotiation');
  expect(second?.text).not.toContain('assigned this to');
  await open(bob.page, '/settings/notifications');
  await expect(assigned).not.toBeChecked();
  await expect(moved).toBeChecked();
  await expect(mention).toBeChecked();

  // By the page, which needs nobody to be signed in, and does nothing by being opened.
  const outside = await another();
  const address = /\/unsubscribe\/\S+/.exec(second?.header('List-Unsubscribe')?.replace('>', '') ?? '')?.[0] ?? '';
  await open(outside, address);
  await axe(outside);
  await bob.page.reload();
  await expect(moved).toBeChecked();
  await outside.getByRole('button', { name: 'Unsubscribe', exact: true }).click();
  await expect(outside.getByRole('status')).toContainText('A deal or project of mine moves, is won or lost; a ticket is closed or reopened');
  await bob.page.reload();
  await expect(moved).not.toBeChecked();
  await expect(mention).toBeChecked();
});

test('a click in the bell leads to the event, and reads it', async ({ page, another }) => {
  await signInAdmin(page);
  const bob = await colleague(page, another, 'Bob');
  const customer = await createCompany(page, unique('Customer'));
  const name = unique('Deal');
  await createDeal(page, customer, name);
  await assign(page, bob.name);
  await unread(bob.page, 1);
  await bell(bob.page).click();
  await panel(bob.page).getByRole('link', { name, exact: true }).click();
  await expect(title(bob.page, name)).toBeVisible();
  await expect(panel(bob.page)).toBeHidden();
  const event = bob.page.locator(new URL(bob.page.url()).hash);
  await expect(event).toContainText(`assigned this to ${bob.name}`);
  await expect(event).toBeInViewport();
  await expect(event).toHaveClass(/told-here/);
  await unread(bob.page, 0);
  await open(bob.page, bob.page.url());
  await expect(event).toBeInViewport();
});

test('the tabs of a browser share one stream, and another takes it over', async ({ page, another }) => {
  await signInAdmin(page);
  const bob = await colleague(page, another, 'Bob');
  const streams: string[] = [];
  bob.page.context().on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname === '/live') streams.push(pathname);
  });
  const tabs = [await bob.page.context().newPage(), await bob.page.context().newPage()];
  for (const tab of tabs) await open(tab, '/');
  const customer = await createCompany(page, unique('Customer'));
  await createDeal(page, customer, unique('Deal'));
  await assign(page, bob.name);
  for (const tab of [bob.page, ...tabs]) await unread(tab, 1);
  // The first tab had its stream before anybody counted.
  expect(streams).toHaveLength(0);
  await bob.page.close();
  await expect.poll(() => streams.length).toBe(1);
  await move(page, 'Negotiation');
  for (const tab of tabs) await unread(tab, 2);
  expect(streams).toHaveLength(1);
});
