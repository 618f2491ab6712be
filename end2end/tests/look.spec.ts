// What every page does alike: says what was done, stays until the next one is there, keeps the focus, prints, and tells
// what to do where there is nothing.

import type { Locator, Page, Route } from '@playwright/test';

import { axe, createAccount, createCompany, expect, field, hydrated, open, signIn, signInByForm, test, title, unique } from './support.js';

const toast = (page: Page, text: string | RegExp): Locator => page.locator('.toast').filter({ hasText: text });
const loading = (page: Page): Locator => page.getByRole('progressbar', { name: 'Loading', exact: true });

/** Holds the answers of a server function until they are released. */
async function hold(page: Page, name: string): Promise<() => Promise<void>> {
  const held: Route[] = [];
  let holding = true;
  await page.route(`**/api/${name}`, async (route) => {
    if (holding) held.push(route);
    else await route.continue();
  });
  return async () => {
    holding = false;
    await Promise.all(held.map((route) => route.continue()));
  };
}

async function deleteCompany(page: Page): Promise<string> {
  const name = unique('Gone');
  await createCompany(page, name);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await hydrated(page);
  return name;
}

test.describe('toasts', () => {
  test.beforeEach(async ({ page }) => signIn(page, 'nora@demo.test'));

  test('a saved record says so, takes no focus, and goes by itself unless one points at it', async ({ page }) => {
    await page.clock.install();
    const name = unique('Saved');
    await createCompany(page, name);
    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await field(page, 'City').fill('Gent');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(title(page, name)).toBeVisible();
    const saved = toast(page, 'Saved');
    await expect(saved.getByRole('status')).toHaveText('Saved');
    await expect(saved.locator(':focus')).toHaveCount(0);
    await saved.hover();
    await page.clock.fastForward('01:00');
    await expect(saved).toBeVisible();
    await page.mouse.move(0, 0);
    await page.clock.fastForward('00:07');
    await expect(saved).toBeVisible();
    await page.clock.fastForward('00:02');
    await expect(saved).toHaveCount(0);
  });

  test('one that offers something stays longer, and can be dismissed', async ({ page }) => {
    await page.clock.install();
    const name = await deleteCompany(page);
    const deleted = toast(page, name);
    await page.clock.fastForward('00:10');
    await expect(deleted.getByRole('button', { name: 'Undo', exact: true })).toBeVisible();
    await deleted.getByRole('button', { name: 'Dismiss', exact: true }).click();
    await expect(deleted).toHaveCount(0);
  });

  test('on a telephone it covers no button', async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 640 });
    const name = await deleteCompany(page);
    await expect(toast(page, name)).toBeVisible();
    const place = await toast(page, name).boundingBox();
    const button = await page.getByRole('link', { name: 'New company', exact: true }).first().boundingBox();
    if (!place || !button) throw new Error('both are in sight');
    expect(place.y + place.height).toBeLessThanOrEqual(button.y);
    expect(place.x).toBeGreaterThanOrEqual(0);
    expect(place.x + place.width).toBeLessThanOrEqual(360);
  });
});

test.describe('toasts without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('what was done is said on the page that follows', async ({ page }) => {
    await signInByForm(page, 'nora@demo.test');
    await page.goto('/settings/profile');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Dismiss', exact: true })).toHaveCount(0);
  });
});

test.describe('what is on its way', () => {
  test.beforeEach(async ({ page }) => signIn(page, 'nora@demo.test'));

  test('a list keeps its rows until the new ones are there', async ({ page }) => {
    await open(page, '/companies');
    const first = await page.getByRole('table').getByRole('row').nth(1).innerText();
    await expect(loading(page)).toHaveCount(0);
    const release = await hold(page, 'list');
    await page.getByRole('columnheader', { name: 'Name', exact: true }).getByRole('link').click();
    await expect(loading(page)).toBeVisible();
    await expect(page.getByRole('table').getByRole('row').nth(1)).toHaveText(first.replace(/\s+/g, ' '), { useInnerText: true });
    await release();
    await expect(loading(page)).toHaveCount(0);
    await expect(page.getByRole('columnheader', { name: 'Name', exact: true })).toHaveAttribute('aria-sort', 'descending');
  });

  test('a page stays until the next one is there, which then has the focus', async ({ page }) => {
    await open(page, '/companies');
    const link = page.getByRole('table').getByRole('row').nth(1).getByRole('link').first();
    const name = await link.innerText();
    const release = await hold(page, 'detail');
    await link.focus();
    await page.keyboard.press('Enter');
    await expect(loading(page)).toBeVisible();
    await expect(title(page, 'Companies')).toBeVisible();
    await release();
    await expect(title(page, name)).toBeVisible();
    await expect(loading(page)).toHaveCount(0);
    await expect(page.getByRole('main')).toBeFocused();
    // What is still there keeps it.
    const deals = page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Deals', exact: true });
    await deals.focus();
    await page.keyboard.press('Enter');
    await expect(title(page, 'Deals')).toBeVisible();
    await expect(deals).toBeFocused();
  });
});

test('everything that takes the focus shows it', async ({ page }) => {
  await signIn(page, 'nora@demo.test');
  for (const address of ['/companies', '/companies/new', '/deals/board', '/projects/board', '/settings/users/new']) {
    await open(page, address);
    const seen = new Set<string>();
    for (let n = 0; n < 60; n++) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return null;
        const style = getComputedStyle(element);
        const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
        return { what: element.outerHTML.slice(0, 120), shown };
      });
      if (!focused || seen.has(focused.what)) break;
      seen.add(focused.what);
      expect(focused.shown, `${address}: ${focused.what}`).toBe(true);
    }
    expect(seen.size, address).toBeGreaterThan(5);
  }
});

test('a record and a list print without what is there to be clicked, and nothing is cut off', async ({ page }) => {
  await signIn(page, 'nora@demo.test');
  const name = unique('On paper');
  await createCompany(page, name, { City: 'Gent', Notes: 'A line that is long enough to need a second one. '.repeat(4) });
  const company = `/companies/${/[0-9a-f-]{36}/.exec(page.url())?.[0] ?? ''}`;
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  // The width of a sheet.
  await page.setViewportSize({ width: 720, height: 1000 });
  for (const address of [company, '/companies', '/deals']) {
    await open(page, address);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    for (const hidden of [page.getByRole('navigation'), page.getByRole('button'), page.getByRole('searchbox')]) {
      await expect(hidden).toHaveCount(0);
    }
    const paper = await page.evaluate(() => ({
      wide: (document.scrollingElement?.scrollWidth ?? Infinity) - innerWidth,
      cut: [...document.querySelectorAll('.table-wrap')].filter((wrap) => wrap.scrollWidth > wrap.clientWidth).length,
      background: getComputedStyle(document.body).backgroundColor,
    }));
    expect(paper, address).toEqual({ wide: expect.any(Number), cut: 0, background: 'rgb(255, 255, 255)' });
    expect(paper.wide, address).toBeLessThanOrEqual(0);
  }
});

test('on a telephone the navigation of the settings shows the page that one is on', async ({ page }) => {
  await signIn(page, 'nora@demo.test');
  await page.setViewportSize({ width: 360, height: 640 });
  await open(page, '/settings/audit');
  const current = page.getByRole('navigation', { name: 'Settings', exact: true }).getByRole('link', { name: 'Audit', exact: true });
  await expect(current).toBeInViewport({ ratio: 0.95 });
});

test('where there is nothing, it says what to do next', async ({ page }) => {
  // Many pages, each looked at in light and in dark.
  test.slow();
  const ann = await createAccount();
  await signInByForm(page, ann.email, ann.password);
  const empty = page.locator('.empty');
  const next = (name: string): Locator => empty.getByRole('link', { name, exact: true });
  for (const [address, says, offers] of [
    ['/companies', 'No companies yet.', 'New company'],
    ['/companies?segment=mine', 'You are not the sales contact of any company.', 'See all'],
    ['/companies?segment=unassigned', 'Every company has a sales contact.', 'New company'],
    ['/companies?segment=recent', 'No company was changed in the last 30 days.', 'See all'],
    ['/companies?q=zebra', 'Nothing found.', 'Clear'],
    ['/deals', 'No deals yet.', 'New deal'],
    ['/deals?segment=mine', 'No deal is assigned to you.', 'New deal'],
    ['/deals/board', 'No deals yet.', 'New deal'],
    ['/projects', 'No projects yet.', 'New project'],
    ['/projects?segment=mine', 'You take part in no project.', 'New project'],
    ['/projects/board', 'No projects yet.', 'New project'],
    ['/search?q=zebra', 'Nothing found.', null],
    ['/search', 'Type what you are looking for into the field above.', null],
    ['/settings/bin', 'The bin is empty.', null],
    ['/settings/teams', 'No teams yet.', 'New team'],
    ['/settings/orphans', 'There are none', null],
    ['/settings/audit', 'Nothing was changed yet.', null],
  ] as const) {
    await open(page, address);
    await expect(empty, address).toContainText(says);
    if (offers) await expect(next(offers), address).toBeVisible();
    await axe(page);
  }
});
