// The pictures of the README, from the demo account; no test of anything:
//   STEWARD_SHOTS=$PWD/docs bin/test browser --project=pictures

import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { expect, open, signIn, test } from './support.js';

interface Picture {
  name: string;
  scheme: 'light' | 'dark';
  open: (page: Page) => Promise<void>;
}

const PICTURES: Picture[] = [
  {
    name: 'company',
    scheme: 'light',
    open: async (page) => {
      await open(page, '/companies?segment=mine');
      await page.getByRole('table').getByRole('row').nth(1).getByRole('link').first().click();
      await expect(page.getByRole('region', { name: 'Deals', exact: true }).getByRole('row').nth(1)).toBeVisible();
    },
  },
  { name: 'board', scheme: 'dark', open: (page) => open(page, '/deals/board') },
  { name: 'my-responsibilities', scheme: 'light', open: (page) => open(page, '/') },
  {
    name: 'users',
    scheme: 'dark',
    open: async (page) => {
      await open(page, '/settings/users');
      await page.getByRole('link', { name: 'Sofia Rossi', exact: true }).click();
      const crm = page.getByRole('radiogroup', { name: 'CRM', exact: true });
      await crm.getByRole('radio', { name: 'Limited', exact: true }).check();
      await expect(page.getByRole('region', { name: 'What would change', exact: true })).toBeVisible();
      await crm.evaluate((group) => group.scrollIntoView({ block: 'start' }));
    },
  },
];

// The browser keeps room for a scrollbar that it does not draw.
const GUTTER = 15;
const SIZE = { width: 1200, height: 760 };

test.use({ viewport: { ...SIZE, width: SIZE.width + GUTTER } });

for (const { name, scheme, open } of PICTURES) {
  test(`a picture of ${name}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await signIn(page, 'nora@demo.test');
    await open(page);
    await page.screenshot({ path: join(process.env.STEWARD_SHOTS ?? '', `${name}.png`), clip: { x: 0, y: 0, ...SIZE } });
  });
}
