// The second sales contact from the question to the record: an admin asks, the operator enables it with a reason, and the
// limited colleague who becomes second sees the company after one reload. Alone, since it changes the demo account.

import { activity, axe, chooseByKeyboard, combobox, createCompany, expect, field, open, signIn, test, title, unique } from './support.js';
import type { Page } from '@playwright/test';

const SECOND = 'Second sales contact';
const OPERATOR = 'support@demo.test';

/** Sets the feature for the demo account, giving a reason; where people lose access, that is confirmed. */
async function setSecond(operator: Page, enabled: boolean, reason: string): Promise<void> {
  await open(operator, '/support');
  await operator.getByRole('link', { name: 'Demo NV', exact: true }).click();
  await expect(title(operator, 'Demo NV')).toBeVisible();
  await operator.getByRole('checkbox', { name: SECOND, exact: true }).setChecked(enabled);
  const confirm = operator.getByRole('checkbox', { name: /I confirm$/ });
  if (!enabled && (await confirm.count()) > 0) await confirm.check();
  await field(operator, 'Reason').fill(reason);
  await operator.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(operator.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
}

test('an admin asks, the operator enables, and the limited second sees the company after one reload', async ({
  page,
  another,
  watched,
}) => {
  watched.expectStatus(404);
  const [operator, emma] = [await another(), await another()];
  await signIn(page, 'nora@demo.test');
  await signIn(emma, 'emma@demo.test');
  await signIn(operator, OPERATOR);

  const name = unique('Shared client');
  const id = await createCompany(page, name);
  await expect(combobox(page, SECOND)).toHaveCount(0);
  await emma.goto(`/companies/${id}`);
  await expect(title(emma, 'Niet gevonden')).toBeVisible();

  await open(page, '/settings/plan');
  const ask = page.getByRole('button', { name: 'Ask support to enable it', exact: true });
  await ask.click();
  await expect(page.getByRole('status').filter({ hasText: 'Support was asked on' })).toBeVisible();

  // Declined with a reason, which the admin reads; and asked again.
  await open(operator, '/support');
  await operator.getByRole('link', { name: 'Demo NV', exact: true }).click();
  const request = operator.getByRole('form', { name: 'Request', exact: true });
  await expect(request).toContainText('Asks for the second sales contact since');
  await axe(operator);
  const because = unique('Who is it for');
  await field(request, 'Why it is declined').fill(because);
  await request.getByRole('button', { name: 'Decline', exact: true }).click();
  await expect(operator.getByRole('status').filter({ hasText: 'The request is declined.' })).toBeVisible();
  await expect(request).toHaveCount(0);
  await page.reload();
  await expect(page.getByText(because)).toBeVisible();
  await axe(page);
  await ask.click();
  await expect(page.getByRole('status').filter({ hasText: 'Support was asked on' })).toBeVisible();

  await open(operator, '/support');
  await axe(operator);
  const row = operator.getByRole('row').filter({ has: operator.getByRole('link', { name: 'Demo NV', exact: true }) });
  await expect(row).toContainText(SECOND);
  const reason = unique('Asked by Nora');
  await setSecond(operator, true, reason);
  await axe(operator);
  try {
    await open(page, `/companies/${id}`);
    const second = combobox(page, SECOND);
    await chooseByKeyboard(page, second, 'emma', 'Emma Janssens');
    await expect(activity(page)).toContainText('Nora Peeters made Emma Janssens second sales contact');
    await emma.reload();
    await expect(title(emma, name)).toBeVisible();

    await open(page, '/settings/audit');
    const entry = page.getByRole('row').filter({ hasText: reason });
    await expect(entry).toContainText('not enabled → enabled');
    await expect(entry).toContainText('Support (Operator)');
  } finally {
    // As the other tests know the demo account.
    await setSecond(operator, false, 'The test is over');
  }
  await emma.reload();
  await expect(title(emma, 'Niet gevonden')).toBeVisible();
});

test('typing a team’s name into a picker lists its members', async ({ page }) => {
  await signIn(page, 'nora@demo.test');
  await createCompany(page, unique('Client of the North'));
  const contact = combobox(page, 'Sales contact');
  await contact.click();
  await contact.fill('north');
  await expect(page.getByRole('option')).toHaveText(['Emma Janssens', 'Lucas Martin']);
  const north = page.getByRole('listbox', { name: 'Sales contact' }).getByRole('group', { name: 'North', exact: true });
  await expect(north.getByRole('option')).toHaveText(['Emma Janssens', 'Lucas Martin']);
  await axe(page);
  // Whoever is called so comes first, then the teams that are, each under its name.
  await contact.fill('so');
  await expect(page.getByRole('option')).toHaveText(['Sofia Rossi', 'Hugo Lambert', 'Jan Wouters']);
  await expect(page.getByRole('group', { name: 'South', exact: true }).getByRole('option')).toHaveText(['Hugo Lambert', 'Jan Wouters']);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(contact).toHaveValue('Hugo Lambert');
});

test('an operator finds no page of an account', async ({ page, watched }) => {
  watched.expectStatus(404);
  await signIn(page, OPERATOR);
  await page.goto('/companies');
  await expect(title(page, 'Not found')).toBeVisible();
  await page.goto('/');
  await expect(title(page, 'Accounts')).toBeVisible();
});
