// Pictures of every page to look at, into the folder that STEWARD_SHOTS names; no test of anything:
//   STEWARD_SHOTS=/tmp/shots bin/test browser --project=screenshots

import { join } from 'node:path';

import { visit, VISITS } from './pages.js';
import { test } from './support.js';

for (const one of VISITS) {
  test(`pictures of ${one.name}`, async ({ page, watched }) => {
    if (one.status) watched.expectStatus(one.status);
    for (const width of [360, 768, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await visit(page, one);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.screenshot({
          path: join(process.env.STEWARD_SHOTS ?? '', `${one.name}-${width}-${colorScheme}.png`),
          fullPage: true,
        });
      }
    }
  });
}
