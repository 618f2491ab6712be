// Every page: no violation of accessibility rules in light and dark, and no sideways scrolling on a telephone.

import type { Page } from '@playwright/test';

import { visit, VISITS } from './pages.js';
import { axe, expect, signIn, test } from './support.js';

/** By how much the page is wider than its window. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => (document.scrollingElement?.scrollWidth ?? Infinity) - innerWidth);

for (const one of VISITS) {
  test(`${one.name}: accessible in light and dark, on a desk and on a telephone`, async ({ page, watched }) => {
    if (one.status) watched.expectStatus(one.status);
    await page.setViewportSize({ width: 1280, height: 800 });
    await visit(page, one);
    await axe(page);
    expect(await overflow(page), 'at 1280 pixels').toBeLessThanOrEqual(0);
    // Afresh, since a narrow page may begin in another state.
    await page.setViewportSize({ width: 360, height: 740 });
    await one.open(page);
    await axe(page);
    expect(await overflow(page), 'at 360 pixels').toBeLessThanOrEqual(0);
  });
}

test('the first Tab offers to skip to the content', async ({ page }) => {
  await signIn(page, 'nora@demo.test');
  await page.goto('/companies');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});

for (const address of ['/companies', '/deals/new']) {
  test(`nothing on ${address} moves when scripts take over`, async ({ page }) => {
    await signIn(page, 'nora@demo.test');
    await page.goto(address, { waitUntil: 'commit' });
    const shift = await page.evaluate(
      () =>
        new Promise<number>((done) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
          }).observe({ type: 'layout-shift', buffered: true });
          const look = (): void => {
            // Two frames after it is interactive everything that moves has moved.
            if (document.body?.hasAttribute('data-hydrated')) requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
            else requestAnimationFrame(look);
          };
          look();
        }),
    );
    expect(shift).toBeLessThan(0.01);
  });
}
