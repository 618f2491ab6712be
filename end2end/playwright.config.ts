import { defineConfig } from '@playwright/test';

const baseURL = process.env.STEWARD_BASE_URL;
if (!baseURL) throw new Error('STEWARD_BASE_URL must name the server to test; bin/test browser sets it');

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  // A test that passes the second time has found something all the same.
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: {
    baseURL,
    locale: 'en-GB',
    timezoneId: 'Europe/Brussels',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.STEWARD_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    // First and alone: it counts, and gives the pages real data to show.
    { name: 'import', testMatch: 'import.spec.ts' },
    // Alone too: they change what the demo account has, and back.
    { name: 'support', testMatch: ['support.spec.ts', 'users.spec.ts'], dependencies: ['import'] },
    {
      name: 'pages',
      testIgnore: ['import.spec.ts', 'support.spec.ts', 'users.spec.ts', 'screenshots.spec.ts', 'pictures.spec.ts'],
      dependencies: ['import', 'support'],
    },
    // Pictures to look at, not tests: only where a folder for them is named.
    ...(process.env.STEWARD_SHOTS ? ['screenshots', 'pictures'].map((name) => ({ name, testMatch: `${name}.spec.ts` })) : []),
  ],
});
