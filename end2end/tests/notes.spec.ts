// Notes: written with a mention by the keyboard, edited in their place, deleted; by plain forms where there are no scripts.

import type { Locator, Page } from '@playwright/test';

import { activeOption, activity, axe, createCompany, expect, hydrated, options, signIn, test, unique } from './support.js';

const note = (page: Page): Locator => activity(page).getByRole('form', { name: 'Add a note', exact: true }).getByLabel('Note');
const add = (page: Page): Locator => page.getByRole('button', { name: 'Add note', exact: true });
const status = (page: Page, text: string): Locator => page.getByRole('status').filter({ hasText: text });

test('a note mentions a colleague by the keyboard alone, and is edited and deleted in its place', async ({ page }) => {
  await signIn(page, 'nora@demo.test');
  await createCompany(page, unique('Noted'));
  await expect(page.getByRole('textbox', { name: 'Note', exact: true })).toHaveCount(1);
  await note(page).focus();
  await page.keyboard.type('Hello @so');
  await expect(note(page)).toHaveRole('combobox');
  await expect(note(page)).toHaveAttribute('aria-expanded', 'true');
  await expect.poll(() => activeOption(page, note(page))).toBe('Sofia Rossi');
  await expect(page.getByRole('listbox', { name: 'Colleagues', exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(options(page)).toHaveCount(0);
  await expect(note(page)).toHaveRole('textbox');
  await page.keyboard.type('f');
  await expect.poll(() => activeOption(page, note(page))).toBe('Sofia Rossi');
  await page.keyboard.press('Enter');
  await expect(note(page)).toHaveValue('Hello @Sofia Rossi ');
  await expect(options(page)).toHaveCount(0);
  await page.keyboard.type('**now**');
  await page.keyboard.press('Enter');
  await page.keyboard.type('and here');
  await add(page).click();
  await expect(status(page, 'Saved')).toBeVisible();
  await expect(note(page)).toHaveValue('');
  const entry = activity(page).getByRole('listitem').filter({ hasText: 'Nora Peeters wrote a note' });
  await expect(entry.locator('.mention')).toHaveText('@Sofia Rossi');
  await expect(entry.locator('strong')).toHaveText('now');

  await entry.getByRole('button', { name: 'Edit', exact: true }).click();
  const text = entry.getByRole('textbox', { name: 'Note', exact: true });
  await expect(text).toBeFocused();
  await expect(text).toHaveValue('Hello @Sofia Rossi **now**\nand here');
  await entry.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(entry.getByRole('button', { name: 'Edit', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await text.fill('- one\n- two');
  await axe(page);
  await entry.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(entry.getByRole('listitem')).toHaveText(['one', 'two']);
  await expect(entry).toContainText('edited');
  await expect(text).toHaveCount(0);
  await expect(entry.getByRole('button', { name: 'Edit', exact: true })).toBeFocused();
  // The database knows it, too.
  await page.reload();
  await hydrated(page);
  await expect(entry.getByRole('listitem')).toHaveText(['one', 'two']);
  await axe(page);

  await entry.getByRole('button', { name: 'Delete note', exact: true }).click();
  await expect(status(page, 'The note is deleted.')).toBeVisible();
  await expect(entry).toContainText('This note was deleted.');
  await expect(entry.getByRole('button')).toHaveCount(0);
  await expect(entry.getByText('This note was deleted.')).toBeFocused();
});

test('who cannot open the record comes last, and whoever mentions him hears that he is not told', async ({ page, another }) => {
  await signIn(page, 'nora@demo.test');
  await createCompany(page, unique('Noted'));
  await note(page).focus();
  await page.keyboard.type('@');
  const offered = page.getByRole('listbox', { name: 'Colleagues', exact: true }).getByRole('option');
  await expect(offered.last()).toHaveAccessibleName('Emma Janssens');
  await expect(offered.last()).toHaveAccessibleDescription('cannot open this');
  await expect(offered.first()).toHaveAccessibleDescription('');
  // Nobody mentions himself, and nobody who has left is offered.
  await expect(offered.filter({ hasText: /Nora Peeters|Tom De Smet/ })).toHaveCount(0);
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => note(page).getAttribute('aria-activedescendant')).toBe(await offered.last().getAttribute('id'));
  await page.keyboard.press('Tab');
  await expect(note(page)).toHaveValue('@Emma Janssens ');
  await page.keyboard.type('and @Sofia Rossi');
  await page.keyboard.press('Escape');
  await add(page).click();
  await expect(status(page, 'Saved. Emma Janssens cannot open this and is not told.')).toBeVisible();

  const hers = await another();
  await signIn(hers, 'sofia@demo.test');
  await hers.goto(page.url());
  await expect(activity(hers)).toContainText('Nora Peeters wrote a note');
  await expect(activity(hers).getByRole('button', { name: 'Edit', exact: true })).toHaveCount(0);
  await expect(activity(hers).getByRole('button', { name: 'Delete note', exact: true })).toHaveCount(0);
});

test('what is no note stays in the form with its message', async ({ page, watched }) => {
  watched.expectStatus(422);
  await signIn(page, 'nora@demo.test');
  await createCompany(page, unique('Noted'));
  await add(page).click();
  await expect(note(page)).toHaveAccessibleDescription(/This field is required/);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a note is written, edited and deleted by plain forms', async ({ page, watched }) => {
    watched.expectUnusedPreload();
    await signIn(page, 'nora@demo.test');
    await page.goto('/companies/new');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(unique('Noted'));
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await add(page).click();
    await expect(note(page)).toHaveAccessibleDescription(/This field is required/);
    await note(page).fill('For @Emma Janssens </textarea>');
    await add(page).click();
    await expect(status(page, 'Saved. Emma Janssens cannot open this and is not told.')).toBeVisible();
    const entry = activity(page).getByRole('listitem').filter({ hasText: 'Nora Peeters wrote a note' });
    await expect(entry.locator('.note-body')).toHaveText('For @Emma Janssens </textarea>');
    await entry.getByText('Edit', { exact: true }).click();
    const text = entry.getByRole('textbox', { name: 'Note', exact: true });
    await expect(text).toHaveValue('For @Emma Janssens </textarea>');
    await text.fill(' ');
    await entry.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(text).toHaveAccessibleDescription(/This field is required/);
    await text.fill('For **everybody**');
    await entry.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(entry.locator('strong')).toHaveText('everybody');
    await expect(entry).toContainText('edited');
    await entry.getByRole('button', { name: 'Delete note', exact: true }).click();
    await expect(status(page, 'The note is deleted.')).toBeVisible();
    await expect(entry).toContainText('This note was deleted.');
  });
});
