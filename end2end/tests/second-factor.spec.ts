// The second factor of a user, from its set-up to the sign-in with a code and with a recovery code; and an account that
// requires it of everybody.

import type { Page } from '@playwright/test';
import { TOTP, URI } from 'otpauth';

import { createAccount, expect, fillSignIn, linkIn, open, signInByForm, test, title, unique } from './support.js';

const PAGE = '/settings/second-factor';

/** Sets one up on the page that is open; the authenticator, which has been given the page's own address. */
async function setUp(page: Page, password: string): Promise<TOTP> {
  await page.getByRole('button', { name: 'Set up', exact: true }).click();
  await expect(page.getByRole('img', { name: 'QR code of the secret', exact: true })).toBeVisible();
  const address = await page.getByRole('link', { name: 'Open in an authenticator on this device' }).getAttribute('href');
  const authenticator = URI.parse(address ?? '');
  if (!(authenticator instanceof TOTP)) throw new Error(`${address} is no TOTP address`);
  await page.getByLabel('Code', { exact: true }).fill(authenticator.generate());
  await page.getByLabel('Current password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Turn on', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Your recovery codes', exact: true })).toBeVisible();
  return authenticator;
}

async function giveCode(page: Page, code: string): Promise<void> {
  await expect(title(page, 'Second factor')).toBeVisible();
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('after the password comes a code, or a recovery code; an admin requires it of everybody', async ({ page, another }) => {
  const admin = await createAccount();
  await signInByForm(page, admin.email, admin.password);
  await open(page, PAGE);
  await expect(page.getByText('It is off.')).toBeVisible();
  const authenticator = await setUp(page, admin.password);
  const codes = await page.getByRole('status').getByRole('listitem').allTextContents();
  expect(codes).toHaveLength(10);

  const telephone = await another();
  await telephone.goto('/login');
  await fillSignIn(telephone, admin.email, admin.password);
  await giveCode(telephone, '000000');
  await expect(telephone.getByText('This code is not right, or was used already')).toBeVisible();
  // The present code was used up by the set-up; the next one is taken half a minute early.
  await giveCode(telephone, authenticator.generate({ timestamp: Date.now() + 30_000 }));
  await expect(title(telephone, 'My responsibilities')).toBeVisible();

  const elsewhere = await another();
  await elsewhere.goto('/login');
  await fillSignIn(elsewhere, admin.email, admin.password);
  await giveCode(elsewhere, codes[0] ?? '');
  await expect(title(elsewhere, 'My responsibilities')).toBeVisible();
  await open(elsewhere, PAGE);
  await expect(elsewhere.getByText('Recovery codes left: 9.')).toBeVisible();

  await open(page, '/settings/users');
  await page.getByRole('button', { name: 'Require it of everybody', exact: true }).click();
  await expect(page.getByRole('status')).toHaveText('Saved: it counts from now on.');
  await expect(page.getByText('Active users who have one: 1 of 1.')).toBeVisible();

  // A colleague who joins is led to its page, whatever he asks for, and to nothing else.
  const name = unique('Bo Later');
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@acme.test`;
  const password = 'a password of his own';
  await open(page, '/settings/users/new');
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill(email);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('button', { name: 'Send invitation', exact: true }).click();
  await expect.poll(() => linkIn(email, 'invitation')).toBeTruthy();
  const bo = await another();
  await open(bo, (await linkIn(email, 'invitation')) ?? '');
  await bo.getByLabel('New password', { exact: true }).fill(password);
  await bo.getByLabel('Repeat new password', { exact: true }).fill(password);
  await bo.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(title(bo, 'Second factor')).toBeVisible();
  await expect(bo.getByText('Your account requires it of everybody.')).toBeVisible();
  await bo.goto('/companies');
  await expect(bo).toHaveURL(/\/login\/set-up$/);
  await setUp(bo, password);
  await open(bo, '/companies');
  await expect(title(bo, 'Companies')).toBeVisible();

  // He loses his telephone: the admin resets it, and he is signed out.
  await open(page, '/settings/users');
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('button', { name: 'Reset second factor', exact: true }).click();
  await expect(page.getByRole('status')).toHaveText('The second factor is reset.');
  await bo.goto('/companies');
  await expect(bo).toHaveURL(/\/login\?next=/);
});
