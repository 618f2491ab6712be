// The shared mailbox, with real mail servers: what a client writes becomes a ticket, somebody assigns it, whoever is responsible is
// told of each thing once, and the client gets what was written to him and nothing else.
// Each test has an account and addresses of its own, so that every number is exact.

import { createTransport } from 'nodemailer';
import type { Locator, Page } from '@playwright/test';

import {
  axe,
  chooseByKeyboard,
  colleague,
  combobox,
  createAccount,
  expect,
  field,
  hydrated,
  mailsTo,
  open,
  signIn,
  signInByForm,
  steward,
  test,
  title,
  unique,
  unread,
} from './support.js';

/** Where the mail servers are: `FOLDER:SMTP:SMTPS:IMAP:IMAPS`, as bin/test says. */
const [, smtp, , imap] = (process.env.STEWARD_TEST_IMAP ?? '').split(':');

interface Letter {
  from: string;
  to: string;
  subject: string;
  text: string;
  inReplyTo?: string;
}

/** Sends a mail as a client's mail program does. */
async function write(letter: Letter): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port: Number(smtp), ignoreTLS: true });
  await transport.sendMail({ ...letter, references: letter.inReplyTo });
  transport.close();
}

/** Adds a mailbox that is fetched from the real server. */
async function addMailbox(page: Page, address: string): Promise<void> {
  await open(page, '/settings/mailboxes/new');
  await field(page, 'Name').fill('Acme Help');
  await field(page, 'Address').fill(address);
  await field(page, 'IMAP server').fill('localhost');
  await page.getByLabel('IMAP port', { exact: true }).fill(imap ?? '');
  await page.getByLabel('IMAP security', { exact: true }).selectOption('starttls');
  await field(page, 'IMAP user').fill(address);
  await page.getByLabel('IMAP password', { exact: true }).fill('steward-mail');
  await page.getByRole('button', { name: 'Test connection', exact: true }).click();
  await expect(page.getByText('IMAP works: the folder can be read.')).toBeVisible();
  await page.getByRole('button', { name: 'Save mailbox', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Acme Help', exact: true })).toBeVisible();
}

/** The list, once a ticket is in it. */
async function arrived(page: Page, name: string): Promise<Locator> {
  const link = page.getByRole('table', { name: 'Tickets', exact: true }).getByRole('link', { name, exact: true });
  await expect(async () => {
    await open(page, '/mailbox?segment=open');
    await expect(link).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  return link;
}

/** On a ticket's page, by the pencil beside its number. */
async function assign(page: Page, number: number, to: string): Promise<void> {
  await page.getByRole('button', { name: `Edit ticket #${number}`, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: `Edit ticket #${number}`, exact: true });
  await chooseByKeyboard(page, combobox(dialog, 'Assigned to'), to, to);
  await expect(dialog.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Done', exact: true }).click();
  await expect(dialog).toBeHidden();
}

const reply = (page: Page): Locator => page.getByRole('form', { name: 'Reply', exact: true });

test('a client’s mail becomes a ticket that a colleague answers, and whoever it is assigned to is told of each thing once', async ({
  page,
  another,
}) => {
  test.setTimeout(120_000);
  const ann = await createAccount();
  await signInByForm(page, ann.email, ann.password);
  const bob = await colleague(page, another, 'Bob');
  const help = `${unique('help').replace(' ', '-')}@acme.test`;
  const client = `${unique('carla').replace(' ', '-')}@client.test`;
  await addMailbox(page, help);

  await write({ from: `Carla Client <${client}>`, to: help, subject: 'Broken pump', text: 'It leaks.\n\nCarla' });
  await (await arrived(page, '#1 Broken pump')).click();
  await expect(title(page, '#1 Broken pump')).toBeVisible();
  await hydrated(page);
  await expect(page.getByText('It leaks.')).toBeVisible();

  await unread(bob.page, 0);
  await assign(page, 1, bob.name);
  await unread(bob.page, 1);
  await expect(combobox(page.getByRole('region', { name: 'Responsible', exact: true }), 'Assigned to')).toHaveValue(bob.name);

  // Among colleagues alone.
  const note = page.getByRole('form', { name: 'Add a note', exact: true });
  await field(note, 'Internal note').fill('SECRET: he always forgets to close the valve.');
  await note.getByRole('button', { name: 'Add note', exact: true }).click();
  await expect(page.getByText('SECRET: he always forgets to close the valve.')).toBeVisible();
  await unread(bob.page, 2);

  await write({ from: client, to: help, subject: 'Re: Broken pump', text: 'It leaks more.', inReplyTo: await firstMessage(page) });
  await unread(bob.page, 3, 30_000);
  await page.reload();
  await hydrated(page);
  await expect(page.getByText('It leaks more.')).toBeVisible();

  await field(reply(page), 'Reply to the client').fill('Please close the valve.\n\nAnn');
  await reply(page).getByRole('button', { name: 'Send and close', exact: true }).click();
  await expect(page.getByText('Your reply is on its way.')).toBeVisible();
  await expect(page.getByText('Please close the valve.')).toBeVisible();
  await unread(bob.page, 4);

  await expect.poll(async () => (await mailsTo(client)).length, { timeout: 20_000 }).toBe(1);
  const [mail] = await mailsTo(client);
  expect(mail?.subject).toMatch(/^Re: Broken pump \[#1-[a-z0-9]{6}\]$/);
  expect(mail?.text).toContain('Please close the valve.');
  expect(mail?.from?.address).toBe(help);
  expect(JSON.stringify(mail)).not.toContain('SECRET');
  // Nothing else of what happened tells anybody twice.
  await unread(bob.page, 4);
  await unread(page, 0);

  // The statistics credit whom it was assigned to, and each number leads to its tickets.
  await open(page, '/mailbox/statistics');
  const colleagues = page.getByRole('table', { name: 'By colleague', exact: true });
  const row = colleagues.getByRole('row').filter({ has: page.getByRole('rowheader', { name: new RegExp(bob.name) }) });
  const closed = row.getByRole('cell').nth(1).getByRole('link');
  await expect(closed).toHaveText('1');
  await closed.click();
  await expect(page.getByRole('status').filter({ hasText: '1 ticket' })).toBeVisible();
  await expect(page.getByRole('table', { name: 'Tickets', exact: true }).getByRole('link', { name: '#1 Broken pump', exact: true })).toBeVisible();

  // Whose it is, as a segment.
  await open(page, '/mailbox/segments/new');
  const condition = page.getByRole('group', { name: 'Condition 1', exact: true });
  await combobox(condition, 'Field').selectOption({ label: 'Assigned to' });
  await combobox(condition, 'Operator').selectOption({ label: 'is any of' });
  await chooseByKeyboard(page, combobox(condition, 'Value'), bob.name, bob.name);
  await expect(page.getByRole('status').filter({ hasText: '1 match' })).toBeVisible();
  const name = unique('Of Bob');
  await field(page, 'Segment name').fill(name);
  await page.getByRole('button', { name: 'Save segment', exact: true }).click();
  await expect(title(page, name)).toBeVisible();
  await expect(page.getByRole('table', { name: 'Tickets', exact: true }).getByRole('link', { name: '#1 Broken pump', exact: true })).toBeVisible();
});

/** The Message-ID of the first message of the ticket on the page, out of the message as it came. */
async function firstMessage(page: Page): Promise<string> {
  const address = await page.getByRole('link', { name: 'Original', exact: true }).last().getAttribute('href');
  const original = await page.request.get(address ?? '');
  return /^Message-ID: (<.*>)$/im.exec(await original.text())?.[1] ?? '';
}

test('a ticket that nobody has is taken with one click, closed and opened again', async ({ page }) => {
  const ann = await createAccount();
  await signInByForm(page, ann.email, ann.password);
  await open(page, '/mailbox/new');
  await field(page, 'Subject').fill('By telephone');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(title(page, '#1 By telephone')).toBeVisible();

  await open(page, '/mailbox?segment=unassigned');
  await page.getByRole('button', { name: 'Take it: #1 By telephone', exact: true }).click();
  await expect(page.getByText('Every open ticket is assigned to somebody.')).toBeVisible();
  await open(page, '/mailbox?segment=mine');
  await page.getByRole('link', { name: '#1 By telephone', exact: true }).click();
  const status = page.getByRole('region', { name: 'Status', exact: true });
  await status.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(status.getByText('Closed', { exact: true })).toBeVisible();
  await status.getByRole('button', { name: 'Reopen', exact: true }).click();
  await expect(status.getByText('Open', { exact: true })).toBeVisible();
});

test('what one has begun to write is there again, and a stranger’s page is a frame that does nothing', async ({ page, watched }) => {
  await signIn(page, 'nora@demo.test');
  const subject = unique('Formatted');
  const raw = [
    `From: Carla <${unique('carla').replace(' ', '-')}@client.test>`,
    'To: hello@demo.test',
    `Subject: ${subject}`,
    `Message-ID: <${subject.replace(' ', '-')}@client.test>`,
    'MIME-Version: 1.0',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<h1 style="color: teal">Hello</h1><script>document.title = "taken over"</script><img src="http://127.0.0.1:9/spy.png" alt="a spy">',
    '<blockquote>older words</blockquote>',
    '',
  ].join('\r\n');
  const { writeFile } = await import('node:fs/promises');
  const file = test.info().outputPath('letter.eml');
  await writeFile(file, raw);
  const { code, out } = await steward(['ingest', file]);
  expect(code, out).toBe(0);

  await open(page, `/mailbox?q=${encodeURIComponent(subject)}`);
  await page.getByRole('table', { name: 'Tickets', exact: true }).getByRole('link', { name: new RegExp(subject) }).click();
  await hydrated(page);
  // Before the frame is there: no script gets into it, that of axe neither.
  await axe(page);
  watched.expectSandbox();
  await page.getByText('Show as it was formatted', { exact: true }).click();
  const frame = page.frameLocator('iframe[title="Formatted message"]');
  await expect(frame.getByRole('heading', { name: 'Hello', exact: true })).toBeVisible();
  await expect(frame.locator('script')).toHaveCount(0);
  await expect(frame.locator('img[src^="http"]')).toHaveCount(0);
  await expect(page).not.toHaveTitle(/taken over/);

  const kept = page.waitForResponse((response) => response.url().endsWith('/api/save_ticket_draft') && response.ok());
  await field(reply(page), 'Reply to the client').fill('Half a thou');
  await kept;
  await page.reload();
  await expect(field(reply(page), 'Reply to the client')).toHaveValue('Half a thou');
});

test('without the shared mailbox there is no link, no list and no ticket', async ({ page, watched }) => {
  await signIn(page, 'jan@demo.test');
  await open(page, '/');
  await expect(page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Gedeelde mailbox' })).toHaveCount(0);
  watched.expectStatus(404);
  const answer = await page.goto('/mailbox');
  expect(answer?.status()).toBe(404);
});
