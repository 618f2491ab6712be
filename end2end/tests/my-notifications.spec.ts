// What one is told and how, an absence with a stand-in, and the link that ends mails. In an account of its own: whoever is away
// shows so in everybody's pickers.

import type { Page } from '@playwright/test';

import {
  activeOption,
  axe,
  combobox,
  createAccount,
  createCompany,
  expect,
  fillSignIn,
  hydrated,
  linkIn,
  open,
  options,
  post,
  signInByForm,
  test,
  title,
  unique,
  type Admin,
} from './support.js';

const PAGE = '/settings/notifications';
const PASSWORD = 'a password of his own';

/** Invites a colleague with full rights, who accepts in a browser of his own and is signed in there; answers his address. */
async function colleague(admin: Page, his: Page, name: string): Promise<string> {
  const email = `${unique('robin').replace(' ', '-')}@acme.test`;
  const sent = await post(admin, '/api/invite_user', {
    email,
    'person[full_name]': name,
    'person[function]': '',
    'person[language]': 'en',
    'person[time_zone]': 'Europe/Brussels',
    'access[role]': 'user',
    'access[crm]': 'full',
    'access[deals]': 'full',
    'access[projects]': 'all',
    'access[invoices]': 'true',
    'access[mailbox]': 'true',
    'access[export]': 'true',
  });
  expect(sent.ok(), await sent.text()).toBe(true);
  await expect.poll(() => linkIn(email, 'invitation')).toBeTruthy();
  const token = ((await linkIn(email, 'invitation')) ?? '').split('/').pop() ?? '';
  const taken = await post(his, '/api/accept_invitation', {
    token,
    full_name: name,
    new_password: PASSWORD,
    repeat_password: PASSWORD,
  });
  expect(taken.ok(), await taken.text()).toBe(true);
  return email;
}

async function signedIn(page: Page): Promise<Admin> {
  const admin = await createAccount();
  await signInByForm(page, admin.email, admin.password);
  return admin;
}

/** A day so many days from today, as a date input has it. */
function day(n: number): string {
  const at = new Date();
  at.setDate(at.getDate() + n);
  return at.toISOString().slice(0, 10);
}

function box(page: Page, name: string) {
  return page.getByRole('checkbox', { name, exact: true });
}

const absence = (page: Page) => page.getByRole('region', { name: 'Absence', exact: true });

test('the grid is changed by keys alone, and is as it was left', async ({ page }) => {
  await signedIn(page);
  await open(page, PAGE);
  await expect(title(page, 'My notifications')).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Settings', exact: true }).getByRole('link', { name: 'My notifications', exact: true })).toHaveAttribute(
    'aria-current',
    'page',
  );
  const mail = box(page, 'I am now responsible: E-mail at once');
  const digest = box(page, 'I am now responsible: Daily digest');
  await expect(mail).toBeChecked();
  await expect(digest).not.toBeChecked();
  await mail.focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await expect(digest).toBeFocused();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  await expect(mail).not.toBeChecked();
  await expect(digest).toBeChecked();
  await expect(box(page, 'Somebody mentions me in a note: E-mail at once')).toBeChecked();
  await axe(page);
});

test('whoever is away shows so in the pickers of others, until he ends it', async ({ page, another }) => {
  const admin = await signedIn(page);
  const name = 'Robin Away';
  const robin = await another();
  await colleague(page, robin, name);

  await open(robin, PAGE);
  await absence(robin).getByLabel(/^Away from/).fill(day(-1));
  await absence(robin).getByLabel(/^Away until/).fill(day(-2));
  await absence(robin).getByRole('button', { name: 'Save absence', exact: true }).click();
  await expect(absence(robin)).toContainText('Before the first day');
  await hydrated(robin);
  await axe(robin);
  await absence(robin).getByLabel(/^Away until/).fill(day(8));
  await combobox(absence(robin), 'Stand-in').click();
  await expect(options(robin)).toHaveText(['Nobody', admin.fullName]);
  await robin.getByRole('option', { name: admin.fullName, exact: true }).click();
  await absence(robin).getByRole('button', { name: 'Save absence', exact: true }).click();
  await expect(robin.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  await hydrated(robin);
  await expect(combobox(absence(robin), 'Stand-in')).toHaveValue(admin.fullName);

  // In the list he is called what he is called; that he is away describes him.
  await createCompany(page, unique('Away'));
  const contact = combobox(page, 'Sales contact');
  await contact.click();
  const option = page.getByRole('option', { name, exact: true });
  await expect(option).toContainText('away until');
  await expect(option).toHaveAccessibleDescription(/^away until \d+ \w+ \d{4}$/);
  await page.keyboard.press('End');
  await expect.poll(() => activeOption(page, contact)).toContain(name);
  await page.keyboard.press('Enter');
  const responsible = page.getByRole('region', { name: 'Responsible', exact: true });
  await expect(responsible).toContainText(new RegExp(`away until \\d+ \\w+ \\d{4}; ${admin.fullName} stands in`));
  await axe(page);

  // A circle is refused, and says which.
  await open(page, PAGE);
  await absence(page).getByLabel(/^Away from/).fill(day(2));
  await absence(page).getByLabel(/^Away until/).fill(day(3));
  await combobox(absence(page), 'Stand-in').click();
  await page.getByRole('option', { name, exact: true }).click();
  await absence(page).getByRole('button', { name: 'Save absence', exact: true }).click();
  await expect(absence(page)).toContainText(
    `That would go round in a circle: ${admin.fullName} → ${name} → ${admin.fullName}`,
  );
  await hydrated(page);
  await expect(combobox(absence(page), 'Stand-in')).toHaveValue(name);

  await absence(robin).getByRole('button', { name: 'End absence', exact: true }).click();
  await expect(robin.getByRole('status').filter({ hasText: 'The absence is ended.' })).toBeVisible();
  await open(page, '/companies/new');
  await combobox(page, 'Sales contact').click();
  await expect(page.getByRole('option', { name, exact: true })).not.toContainText('away until');
});

test('the link of a mail ends mails of its kind, once its button is pressed', async ({ page, another }) => {
  await signedIn(page);
  const email = await colleague(page, await another(), 'Robin Mailed');
  await open(page, '/companies/new');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(unique('Mailed'));
  await combobox(page, 'Sales contact').click();
  await page.getByRole('option', { name: 'Robin Mailed', exact: true }).click();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect.poll(() => linkIn(email, 'unsubscribe'), { timeout: 20_000 }).toBeTruthy();
  const link = ((await linkIn(email, 'unsubscribe')) ?? '').replace(/[>"].*$/, '');

  const outside = await another();
  await open(outside, link);
  await expect(title(outside, 'Unsubscribe')).toBeVisible();
  await expect(outside.getByText('You would get no more e-mails of: I am now responsible.', { exact: true })).toBeVisible();
  await axe(outside);
  await outside.getByRole('button', { name: 'Unsubscribe', exact: true }).click();
  await expect(outside.getByRole('status')).toHaveText('You will get no more e-mails of: I am now responsible.');
  await hydrated(outside);
  await axe(outside);
  await outside.getByRole('link', { name: 'Sign in and choose what you are told', exact: true }).click();
  await fillSignIn(outside, email, PASSWORD);
  await expect(title(outside, 'My notifications')).toBeVisible();
  await expect(box(outside, 'I am now responsible: E-mail at once')).not.toBeChecked();
  await expect(box(outside, 'I am now responsible: In Steward')).toBeChecked();
  await expect(box(outside, 'Somebody mentions me in a note: E-mail at once')).toBeChecked();
  // Inside the frame of who is signed in, it is the same page.
  await open(outside, link);
  await expect(outside.getByRole('button', { name: 'Unsubscribe', exact: true })).toBeVisible();
  await axe(outside);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the grid and the absence are plain forms, and a select says who is away', async ({ page, another }) => {
    const admin = await signedIn(page);
    await colleague(page, await another(), 'Robin Plain');
    await page.goto(PAGE);
    await box(page, 'A note on a record of mine: In Steward').uncheck();
    await box(page, 'A record of mine changes: Daily digest').check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByText('Saved', { exact: true })).toBeVisible();
    await expect(box(page, 'A note on a record of mine: In Steward')).not.toBeChecked();
    await expect(box(page, 'A record of mine changes: Daily digest')).toBeChecked();
    await expect(box(page, 'A record of mine changes: In Steward')).toBeChecked();

    await absence(page).getByLabel(/^Away from/).fill(day(-1));
    await absence(page).getByLabel(/^Away until/).fill(day(1));
    await combobox(absence(page), 'Stand-in').selectOption({ label: 'Robin Plain' });
    await absence(page).getByRole('button', { name: 'Save absence', exact: true }).click();
    await expect(absence(page).getByRole('button', { name: 'End absence', exact: true })).toBeVisible();
    await expect(combobox(absence(page), 'Stand-in').locator('option:checked')).toHaveText('Robin Plain');

    await page.goto('/companies/new');
    const select = combobox(page, 'Sales contact');
    await expect(select.getByRole('option')).toHaveText(['Nobody', `${admin.fullName} (me)`, 'Robin Plain']);
    await expect(select).toHaveAccessibleDescription(new RegExp(`^${admin.fullName}: away until `));
    await page.goto(PAGE);
    await absence(page).getByRole('button', { name: 'End absence', exact: true }).click();
    await expect(page.getByText('The absence is ended.', { exact: true })).toBeVisible();
  });
});
