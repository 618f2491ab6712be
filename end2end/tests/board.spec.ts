// The board of deals: dragged with the mouse, moved with the keyboard, tapped; won, lost and reopened on the deal's page.

import type { Locator, Page } from '@playwright/test';

import { activity, createCompany, expect, idOf, open, signIn, test, title, unique } from './support.js';

test.beforeEach(({ page }) => signIn(page, 'nora@demo.test'));

const column = (page: Page, phase: string): Locator => page.getByRole('region', { name: phase, exact: true });
const card = (within: Page | Locator, name: string): Locator => within.getByRole('listitem').filter({ hasText: name });
const handle = (page: Page, name: string): Locator => page.getByRole('button', { name: `Move ${name}`, exact: true });
const standing = (page: Page): Locator => page.getByRole('region', { name: 'Phase', exact: true });

/** Creates a deal worth 1,000 euro in the first phase. */
async function createDeal(page: Page): Promise<string> {
  const name = unique('Deal');
  await createCompany(page, unique('Customer'));
  await open(page, `/deals/new?company=${idOf(page)}`);
  await page.getByRole('textbox', { name: 'Title', exact: true }).fill(name);
  await page.getByRole('textbox', { name: 'Value', exact: true }).fill('1000');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, name)).toBeVisible();
  return name;
}

/** What a column's deals are worth in euro. */
async function worth(page: Page, phase: string): Promise<number> {
  const sums = await column(page, phase).locator('.sums').innerText();
  const euro = /(?:€|EUR)\s*([\d,.]+)|([\d,.]+)\s*(?:€|EUR)/.exec(sums);
  return Number((euro?.[1] ?? euro?.[2] ?? '0').replaceAll(',', ''));
}

async function count(page: Page, phase: string): Promise<number> {
  return Number.parseInt(await column(page, phase).getByRole('paragraph').first().innerText(), 10);
}

// They count the deals of a phase: one after the other.
test.describe.configure({ mode: 'default' });

test('a deal is dragged to another phase, with its count and its value', async ({ page }) => {
  const name = await createDeal(page);
  await open(page, '/deals/board');
  const before = { from: await count(page, 'Lead'), to: await count(page, 'Contacted'), worth: await worth(page, 'Contacted') };
  // Onto its head, which is in sight: the page would scroll to the middle of a long column, and another card be dragged.
  await card(column(page, 'Lead'), name).dragTo(column(page, 'Contacted').getByRole('heading'));
  await expect(card(column(page, 'Contacted'), name)).toBeVisible();
  await expect(card(column(page, 'Lead'), name)).toHaveCount(0);
  await expect.poll(() => count(page, 'Contacted')).toBe(before.to + 1);
  expect(await count(page, 'Lead')).toBe(before.from - 1);
  expect(await worth(page, 'Contacted')).toBe(before.worth + 1000);
  // The database knows it, too.
  await page.reload();
  await expect(card(column(page, 'Contacted'), name)).toBeVisible();
});

test('the keyboard lifts a deal, carries it across the board and drops it', async ({ page }) => {
  const name = await createDeal(page);
  await open(page, '/deals/board');
  const grip = handle(page, name);
  await grip.focus();
  await page.keyboard.press('Space');
  await expect(grip).toHaveAttribute('aria-pressed', 'true');
  const said = page.getByRole('status').filter({ hasText: /is lifted|of \d|is in|stays/ });
  await expect(said).toContainText(`“${name}” is lifted, in Lead.`);
  await page.keyboard.press('ArrowRight');
  await expect(said).toHaveText('Contacted, 2 of 6');
  await page.keyboard.press('Escape');
  await expect(said).toHaveText(`“${name}” stays in Lead.`);
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await expect(card(column(page, 'Offer made'), name)).toBeVisible();
  await expect(said).toHaveText(`“${name}” is in Offer made now.`);
  // Where one was, one is still.
  await expect(grip).toBeFocused();
});

test('a deal that is dropped on the lost phase asks why', async ({ page }) => {
  const name = await createDeal(page);
  await open(page, '/deals/board');
  await handle(page, name).click();
  await page.getByRole('button', { name: 'Move to Lost', exact: true }).click();
  const why = page.getByRole('textbox', { name: `Why was “${name}” lost?`, exact: true });
  await expect(why).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(card(column(page, 'Lead'), name)).toBeVisible();
  await handle(page, name).click();
  await page.getByRole('button', { name: 'Move to Lost', exact: true }).click();
  await why.fill('No budget');
  await page.getByRole('button', { name: 'Mark as lost', exact: true }).click();
  await expect(card(column(page, 'Lost'), name)).toBeVisible();
  await card(column(page, 'Lost'), name).getByRole('link').click();
  await expect(title(page, name)).toBeVisible();
  await expect(activity(page).getByRole('listitem').first()).toContainText('marked this as lost: No budget');
});

test('on its page a deal is moved, won, reopened, and lost with a reason', async ({ page, watched }) => {
  await createDeal(page);
  await standing(page).getByRole('button', { name: 'Negotiation', exact: true }).click();
  await expect(standing(page).getByRole('button', { name: 'Negotiation', exact: true })).toHaveAttribute('aria-current', 'step');
  await standing(page).getByRole('button', { name: 'Won', exact: true }).click();
  await expect(standing(page)).toContainText(/Won on \d+ \w+ \d{4}/);
  await standing(page).getByRole('button', { name: 'Reopen', exact: true }).click();
  await expect(standing(page).getByRole('button', { name: 'Negotiation', exact: true })).toHaveAttribute('aria-current', 'step');
  await standing(page).getByText('Lost', { exact: true }).click();
  watched.expectStatus(422);
  await standing(page).getByRole('button', { name: 'Mark as lost', exact: true }).click();
  await expect(standing(page).getByText('This field is required')).toBeVisible();
  await standing(page).getByRole('textbox', { name: 'Why was it lost?' }).fill('Too expensive');
  await standing(page).getByRole('button', { name: 'Mark as lost', exact: true }).click();
  await expect(standing(page)).toContainText('Too expensive');
  await expect(activity(page).getByRole('listitem').first()).toContainText('marked this as lost: Too expensive');
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a deal is chosen on the board and moved by the form above it', async ({ page }) => {
    await page.goto('/deals/board');
    const first = column(page, 'Lead').getByRole('listitem').filter({ has: page.getByRole('radio') }).first();
    const name = (await first.getByRole('link').innerText()).trim();
    await first.getByRole('radio').check();
    await page.getByRole('combobox', { name: 'Phase', exact: true }).selectOption('Negotiation');
    await page.getByRole('button', { name: 'Move the chosen deal', exact: true }).click();
    await expect(page).toHaveURL('/deals/board');
    await expect(card(column(page, 'Negotiation'), name)).not.toHaveCount(0);
  });
});

test('an admin changes the pipeline', async ({ page }) => {
  const name = unique('Trial');
  await open(page, '/settings/phases');
  await page.getByRole('link', { name: 'New phase', exact: true }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('textbox', { name: 'Probability (%)', exact: true }).fill('60');
  await page.getByRole('textbox', { name: 'Rotting after (days)', exact: true }).fill('10');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const rows = page.getByRole('table', { name: 'Phases', exact: true }).getByRole('row');
  const place = async (): Promise<number> => (await rows.allInnerTexts()).findIndex((text) => text.includes(name));
  await expect(rows.filter({ hasText: name })).toContainText('10 days');
  const before = await place();
  await page.getByRole('button', { name: `Move ${name} up`, exact: true }).click();
  await expect.poll(place).toBe(before - 1);
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('combobox', { name: 'Its deals go to', exact: true }).selectOption('Lead');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'The phase is deleted.' })).toBeVisible();
  await expect(rows.filter({ hasText: name })).toHaveCount(0);
});
