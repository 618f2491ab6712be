// Signing in and out, passwords, sessions.

import type { Page } from '@playwright/test';

import { createAccount, expect, fillSignIn, linkIn, open, signInByForm, test, title, DEMO_PASSWORD } from './support.js';

test('a wrong pair is refused, whether the address is known or not', async ({ page }) => {
  for (const email of ['nobody@demo.test', `nora@demo.test`]) {
    await open(page, '/login');
    await fillSignIn(page, email, 'not-the-password');
    await expect(page.getByRole('alert')).toHaveText('Email or password is incorrect');
    await expect(page.getByLabel('Email', { exact: true })).toHaveValue(email);
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  }
});

test('the right pair leads to my responsibilities, and my own menu out again', async ({ page }) => {
  await open(page, '/login');
  await fillSignIn(page, 'nora@demo.test', DEMO_PASSWORD);
  await expect(title(page, 'My responsibilities')).toBeVisible();
  await page.getByRole('button', { name: 'Nora Peeters', exact: true }).click();
  await expect(page.getByRole('menuitem', { name: 'My profile', exact: true })).toBeVisible();
  await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await page.goto('/');
  await expect(page).toHaveURL(/\/login/);
});

test('a deep link waits for the sign-in', async ({ page }) => {
  await page.goto('/companies?sort=-city');
  await expect(page).toHaveURL(/\/login/);
  await fillSignIn(page, 'nora@demo.test', DEMO_PASSWORD);
  await expect(page).toHaveURL('/companies?sort=-city');
  await expect(title(page, 'Companies')).toBeVisible();
});

test.describe('in a French browser', () => {
  test.use({ locale: 'fr-FR' });

  test('the sign-in speaks French, and the pages after it the language of the user', async ({ page }) => {
    await open(page, '/login');
    await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
    await expect(page.getByLabel('E-mail', { exact: true })).toBeVisible();
    await expect(page.getByLabel('Mot de passe', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Se connecter', exact: true }).click();
    await expect(page.getByRole('alert')).toHaveText('E-mail ou mot de passe incorrect');
    await fillSignIn(page, 'nora@demo.test', DEMO_PASSWORD);
    await expect(title(page, 'My responsibilities')).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  });
});

const SENT = 'If this address is known, a mail with a link is on its way.';

async function askForLink(page: Page, email: string): Promise<string> {
  await open(page, '/forgot-password');
  await page.getByLabel('Email', { exact: true }).fill(email);
  await page.getByRole('button', { name: 'Send link', exact: true }).click();
  await expect(page.getByRole('status')).toHaveText(SENT);
  return page.getByRole('main').innerText();
}

test('a forgotten password is set anew by the link in a mail, once', async ({ page, watched }) => {
  const ann = await createAccount();
  const known = await askForLink(page, ann.email);
  const unknown = await askForLink(page, `un${ann.email}`);
  expect(unknown, 'an unknown address gets the same answer').toBe(known);

  await expect.poll(() => linkIn(ann.email, 'reset-password')).toBeTruthy();
  const link = (await linkIn(ann.email, 'reset-password')) ?? '';
  await open(page, link);
  await page.getByLabel('New password', { exact: true }).fill('a whole new one');
  await page.getByLabel('Repeat new password', { exact: true }).fill('another new one');
  await page.getByRole('button', { name: 'Set password', exact: true }).click();
  await expect(page.getByLabel('Repeat new password', { exact: true })).toHaveAccessibleDescription(
    /The two passwords differ/,
  );
  await page.getByLabel('New password', { exact: true }).fill('a whole new one');
  await page.getByLabel('Repeat new password', { exact: true }).fill('a whole new one');
  await page.getByRole('button', { name: 'Set password', exact: true }).click();
  await expect(page).toHaveURL(/\/login/);

  await fillSignIn(page, ann.email, ann.password);
  await expect(page.getByRole('alert')).toHaveText('Email or password is incorrect');
  await fillSignIn(page, ann.email, 'a whole new one');
  await expect(title(page, 'My responsibilities')).toBeVisible();

  watched.expectStatus(404);
  await page.goto(link);
  await expect(page.getByRole('alert')).toContainText('expired');
});

test('a changed password ends the other sessions and keeps this one', async ({ page, another }) => {
  const ann = await createAccount();
  const elsewhere = await another();
  await signInByForm(elsewhere, ann.email, ann.password);
  await signInByForm(page, ann.email, ann.password);

  await open(page, '/settings/profile');
  const change = async (current: string): Promise<void> => {
    await page.getByLabel('Current password', { exact: true }).fill(current);
    await page.getByLabel('New password', { exact: true }).fill('a whole new one');
    await page.getByLabel('Repeat new password', { exact: true }).fill('a whole new one');
    await page.getByRole('button', { name: 'Change password', exact: true }).click();
  };
  await change('not the current one');
  await expect(page.getByLabel('Current password', { exact: true })).toHaveAccessibleDescription(
    /This is not your current password/,
  );
  await elsewhere.reload();
  await expect(title(elsewhere, 'My responsibilities')).toBeVisible();

  await change(ann.password);
  await expect(page.getByRole('status')).toContainText('Your password is changed');
  await elsewhere.reload();
  await expect(elsewhere).toHaveURL(/\/login/);
  await open(page, '/');
  await expect(title(page, 'My responsibilities')).toBeVisible();
});

test('my sessions are listed, and one that is ended is signed out', async ({ page, another }) => {
  const ann = await createAccount();
  const elsewhere = await another();
  await signInByForm(elsewhere, ann.email, ann.password);
  await signInByForm(page, ann.email, ann.password);

  await open(page, '/settings/sessions');
  const end = page.getByRole('button', { name: /^End session/ });
  await expect(end).toHaveCount(2);
  await page
    .getByRole('row')
    .filter({ hasNotText: 'this one' })
    .getByRole('button', { name: /^End session/ })
    .click();
  await expect(end).toHaveCount(1);
  await elsewhere.reload();
  await expect(elsewhere).toHaveURL(/\/login/);
  await page.reload();
  await expect(title(page, 'My sessions')).toBeVisible();
});
