// What all tests share: a watched console, signing in, the command line, finding things as ui.md names them.

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { AxeBuilder } from '@axe-core/playwright';
import {
  test as base,
  expect,
  type APIResponse,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
} from '@playwright/test';
import PostalMime, { type Email } from 'postal-mime';

export { expect };

export const DEMO_PASSWORD = 'steward-demo';

/** Everything that browsers of one test say in their consoles. */
class Console {
  /** Each message once, with where it came from first. */
  private readonly heard = new Map<string, string>();
  private readonly expected: RegExp[] = [];

  watch(context: BrowserContext): void {
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        this.hear(`${message.type()}: ${message.text()}`, message.location().url);
      }
    });
    context.on('weberror', (error) => this.hear(`exception: ${error.error().stack ?? error.error().message}`, error.page()?.url()));
    context.on('dialog', (dialog) => {
      this.hear(`dialog: ${dialog.message()}`, dialog.page()?.url());
      void dialog.dismiss();
    });
  }

  /** Chromium itself logs an answer that is an error; the test that asks for one says so. */
  expectStatus(...statuses: number[]): void {
    for (const status of statuses) {
      this.expected.push(new RegExp(`Failed to load resource: the server responded with a status of ${status}\\b`));
    }
  }

  /** Without scripts, what they need is loaded for nothing; Chromium says so where such a page stays open. */
  expectUnusedPreload(): void {
    this.expected.push(/\.wasm was preloaded using link preload but not used/);
  }

  /** Playwright looks into every frame with a script of its own, and Chromium says of a sandboxed one that it may not. */
  expectSandbox(): void {
    this.expected.push(/Blocked script execution in '\S+\/messages\/\S+' because the document's frame is sandboxed/);
  }

  unexpected(): string[] {
    return [...this.heard]
      .filter(([message]) => !this.expected.some((expected) => expected.test(message)))
      .map(([message, where]) => `${message} (${where})`);
  }

  private hear(message: string, where = 'nowhere'): void {
    if (!this.heard.has(message)) this.heard.set(message, where);
  }
}

interface Fixtures {
  watched: Console;
  /** Another browser, with cookies of its own; watched and closed like the first. */
  another: (options?: BrowserContextOptions) => Promise<Page>;
}

export const test = base.extend<Fixtures>({
  watched: [
    async ({}, use) => {
      const watched = new Console();
      await use(watched);
      expect(watched.unexpected(), 'the console stays free of errors and warnings').toEqual([]);
    },
    { auto: true },
  ],
  context: async ({ context, watched }, use) => {
    watched.watch(context);
    await use(context);
  },
  another: async ({ browser, watched }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext(options);
      watched.watch(context);
      contexts.push(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

/** Waits until scripts have taken the page over. */
export async function hydrated(page: Page): Promise<void> {
  await expect(page.locator('body[data-hydrated]')).toBeAttached();
}

export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await hydrated(page);
}

/** The sign-in form, in whatever language the browser has; returns once somebody is signed in. */
export async function signInByForm(page: Page, email: string, password = DEMO_PASSWORD): Promise<void> {
  await page.goto('/login');
  await fillSignIn(page, email, password);
  await expect(page).not.toHaveURL(/\/login/);
}

export async function fillSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel(/^E-?mail$/).fill(email);
  await page.getByLabel(/^(Password|Mot de passe|Wachtwoord)$/).fill(password);
  await page.getByRole('button', { name: /^(Sign in|Se connecter|Aanmelden)$/ }).click();
}

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;
const sessions = new Map<string, Cookies>();

/**
 * Signs a demo user in, by the form the first time and by the same session after that.
 * A test that ends sessions signs in by the form.
 */
export async function signIn(page: Page, email: string): Promise<void> {
  const cookies = sessions.get(email);
  if (cookies) {
    await page.context().addCookies(cookies);
    return;
  }
  await signInByForm(page, email);
  sessions.set(email, await page.context().cookies());
}

const run = promisify(execFile);

/** The command line, beside the running server. Its exit code is part of the answer, not an exception. */
export async function steward(
  args: string[],
  environment: Record<string, string> = {},
): Promise<{ code: number; out: string }> {
  const program = process.env.STEWARD_BIN;
  if (!program || !process.env.STEWARD_DATA) {
    throw new Error('STEWARD_BIN and STEWARD_DATA must name the program and the server’s data; bin/test browser sets them');
  }
  try {
    const { stdout, stderr } = await run(program, args, { env: { ...process.env, ...environment } });
    return { code: 0, out: stdout + stderr };
  } catch (error) {
    const failed = error as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof failed.code !== 'number') throw error;
    return { code: failed.code, out: `${failed.stdout ?? ''}${failed.stderr ?? ''}` };
  }
}

export interface Admin {
  fullName: string;
  email: string;
  password: string;
}

/** An account of its own, for what would disturb others. */
export async function createAccount(name = 'Acme', plan = 'boost'): Promise<Admin> {
  const admin = {
    fullName: 'Ann Admin',
    email: `ann-${randomUUID().slice(0, 8)}@acme.test`,
    password: `first-${randomUUID()}`,
  };
  const { code, out } = await steward(
    ['create-account', '--name', name, '--plan', plan, '--admin', admin.fullName, '--email', admin.email],
    { STEWARD_PASSWORD: admin.password },
  );
  expect(code, out).toBe(0);
  return admin;
}

/** A mail, and its headers as they were sent. */
export type Mail = Email & { header: (name: string) => string | undefined };

/** What lies in the mailbox of an address, the oldest first; where there is no mail server, mails lie as files. */
export async function mailsTo(address: string): Promise<Mail[]> {
  const mailboxes = process.env.STEWARD_MAILS;
  const folder = mailboxes
    ? join(mailboxes, address.toLowerCase(), 'new')
    : join(process.env.STEWARD_DATA ?? '', 'mails');
  // A mailbox is there once something came.
  const names = await readdir(folder).catch(() => []);
  const found: { mail: Mail; at: number }[] = [];
  for (const name of names.filter((file) => mailboxes || file.endsWith('.eml'))) {
    const file = join(folder, name);
    const email = await PostalMime.parse(await readFile(file));
    if (email.to?.some((to) => to.address === address)) {
      const header = (wanted: string) => email.headers.find(({ key }) => key === wanted.toLowerCase())?.value;
      found.push({ mail: { ...email, header }, at: (await stat(file)).mtimeMs });
    }
  }
  return found.sort((one, other) => one.at - other.at).map(({ mail }) => mail);
}

/** The link to a page of this name in a mail to an address. */
export async function linkIn(mailTo: string, page: string): Promise<string | undefined> {
  for (const mail of await mailsTo(mailTo)) {
    const link = new RegExp(`https?://\\S+?(/${page}/\\S+)`).exec(mail.text ?? '')?.[1];
    if (link) return link;
  }
  return undefined;
}

const COLLEAGUES_PASSWORD = 'a password of their own';

export type Another = (options?: BrowserContextOptions) => Promise<Page>;

export interface Colleague {
  page: Page;
  name: string;
  email: string;
  password: string;
}

/** A colleague who was invited and has followed the link in the mail; limited to what is his, if so. */
export async function colleague(admin: Page, another: Another, first: string, limited = false): Promise<Colleague> {
  const name = unique(first);
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@acme.test`;
  await open(admin, '/settings/users/new');
  await field(admin, 'Email').fill(email);
  await field(admin, 'Name').fill(name);
  for (const part of limited ? ['CRM', 'Deals'] : []) {
    const group = admin.getByRole('radiogroup', { name: part, exact: true });
    await group.getByRole('radio', { name: 'Limited', exact: true }).check();
  }
  await admin.getByRole('button', { name: 'Send invitation', exact: true }).click();
  await expect(admin.getByRole('status')).toHaveText('The invitation is on its way.');
  await expect.poll(() => linkIn(email, 'invitation')).toBeTruthy();
  const page = await another();
  await open(page, (await linkIn(email, 'invitation')) ?? '');
  await page.getByLabel('New password', { exact: true }).fill(COLLEAGUES_PASSWORD);
  await page.getByLabel('Repeat new password', { exact: true }).fill(COLLEAGUES_PASSWORD);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(title(page, 'My responsibilities')).toBeVisible();
  await hydrated(page);
  return { page, name, email, password: COLLEAGUES_PASSWORD };
}

export const bell = (page: Page): Locator => page.getByRole('banner').getByRole('button', { name: /^Notifications, \d+ unread$/ });

/** What the bell counts, without reloading. */
export async function unread(page: Page, n: number, timeout = 10_000): Promise<void> {
  await expect(bell(page)).toHaveAccessibleName(`Notifications, ${n} unread`, { timeout });
}

/** A name that no other test, worker or run uses. */
export function unique(name: string): string {
  return `${name} ${randomUUID().slice(0, 8)}`;
}

/** The input of a form; a star behind its label is decoration and no part of its name. */
export function field(within: Page | Locator, label: string): Locator {
  return within.getByRole('textbox', { name: label, exact: true });
}

export function combobox(within: Page | Locator, name: string): Locator {
  return within.getByRole('combobox', { name, exact: true });
}

export function title(page: Page, name: string): Locator {
  return page.getByRole('heading', { level: 1, name, exact: true });
}

export function activity(page: Page): Locator {
  return page.getByRole('region', { name: 'Activity', exact: true });
}

/** The id at the end of a record's address. */
export function idOf(page: Page): string {
  const id = /\/([0-9a-f-]{36})(?:\/edit)?$/.exec(new URL(page.url()).pathname)?.[1];
  if (!id) throw new Error(`${page.url()} is no record's address`);
  return id;
}

/** Creates a company by its form and stays on its page. */
export async function createCompany(page: Page, name: string, fields: Record<string, string> = {}): Promise<string> {
  await open(page, '/companies/new');
  await field(page, 'Name').fill(name);
  for (const [label, value] of Object.entries(fields)) await field(page, label).fill(value);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, name)).toBeVisible();
  return idOf(page);
}

/** What the open combobox offers; none while all are closed. */
export function options(page: Page): Locator {
  return page.getByRole('listbox').getByRole('option');
}

/** The option that Enter would take, as a screen reader is told it. */
export async function activeOption(page: Page, input: Locator): Promise<string | null> {
  const id = await input.getAttribute('aria-activedescendant');
  if (!id) return null;
  const option = page.locator(`[id="${id}"]`);
  return (await option.count()) === 1 ? (await option.innerText()).trim() : null;
}

/** Chooses in a combobox by keys alone; what is typed into the open list replaces what was chosen before. */
export async function chooseByKeyboard(page: Page, input: Locator, typed: string, option: string): Promise<void> {
  await input.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.type(typed);
  await expect.poll(() => activeOption(page, input)).toBe(option);
  await page.keyboard.press('Enter');
  await expect(input).toHaveAttribute('aria-expanded', 'false');
}

/** A form's post as its page would send it, so that only what is forged differs. */
export function post(page: Page, action: string, form: Record<string, string>): Promise<APIResponse> {
  return page.request.post(action, { form, headers: { accept: 'application/json' }, maxRedirects: 0 });
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** No violation of accessibility rules, neither in light nor in dark colours. */
export async function axe(page: Page): Promise<void> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    // Without transitions: a colour on its way from light to dark is neither.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // From its top: wherever else a page stands, the bar above it covers half of something.
    await page.evaluate(() => scrollTo(0, 0));
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    for (const { id, help, nodes } of violations) {
      const where = nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary ?? ''}`);
      found.push(`${id} in ${colorScheme} colours: ${help}\n  ${where.join('\n  ')}`);
    }
  }
  expect(found, `${page.url()} violates no accessibility rule`).toEqual([]);
}
