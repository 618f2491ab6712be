// Every page that there is, for what must be true of all of them.

import type { Page } from '@playwright/test';

import {
  combobox,
  createAccount,
  createCompany,
  expect,
  field,
  hydrated,
  idOf,
  open,
  post,
  signIn,
  signInByForm,
  title,
  unique,
} from './support.js';

export interface Visit {
  name: string;
  /** Nobody is signed in. */
  outside?: true;
  status?: number;
  open: (page: Page) => Promise<void>;
}

const at = (address: string) => (page: Page) => open(page, address);

/** The first record of a list; what follows its address is added. */
const first =
  (list: string, then = '') =>
  async (page: Page): Promise<void> => {
    await open(page, list);
    const address = await page.getByRole('table').getByRole('row').nth(1).getByRole('link').first().getAttribute('href');
    await open(page, `${address}${then}`);
  };

async function sendFile(page: Page, button: string, content: string): Promise<void> {
  await open(page, '/settings/import');
  const file = { name: 'a file of mine.csv', mimeType: 'text/csv', buffer: Buffer.from(content) };
  await page.getByLabel('File', { exact: true }).setInputFiles(file);
  await page.getByRole('button', { name: button, exact: true }).click();
  await hydrated(page);
}

const FIELDS: [label: string, holds: string, more: Record<string, string>][] = [
  ['Account manager, looked at', 'user', { 'form[mine]': 'true', 'form[help]': 'Who knows this person best' }],
  ['Level, looked at', 'multi_select', { 'form[more]': 'Gold\nSilver\nA choice of which the label is rather long' }],
  ['Team, looked at', 'user', { 'form[several]': 'true' }],
  ['Worth, looked at', 'money', { 'form[help]': 'Per year, without tax' }],
  ['Since, looked at', 'date', {}],
  ['What for, looked at', 'lines', {}],
];

/** A contact of an account that has a group of fields. */
async function contactWithFields(page: Page): Promise<string> {
  // Another worker may be making the same ones: whoever comes second is refused, since names are taken once.
  await post(page, '/api/save_field_group', { kind: 'contact', name: 'Looked at' });
  await page.goto('/settings/custom-fields/new?kind=contact');
  const group = await page.getByRole('option', { name: 'Looked at', exact: true }).getAttribute('value');
  for (const [label, holds, more] of FIELDS) {
    await post(page, '/api/save_custom_field', { kind: 'contact', 'form[label]': label, 'form[holds]': holds, 'form[group]': group ?? '', ...more });
  }
  await open(page, '/contacts/new');
  await field(page, 'Last name').fill(unique('Vent'));
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Responsible', exact: true })).toBeVisible();
  return idOf(page);
}

export const VISITS: Visit[] = [
  { name: 'sign-in', outside: true, open: at('/login') },
  { name: 'forgot-password', outside: true, open: at('/forgot-password') },
  { name: 'expired-link', outside: true, status: 404, open: at('/reset-password/no-such-token') },
  { name: 'my-responsibilities', open: at('/') },
  { name: 'companies', open: at('/companies') },
  { name: 'companies-unassigned', open: at('/companies?segment=unassigned&sort=-city') },
  { name: 'companies-nothing-found', open: at('/companies?q=zzzzzzzzzz') },
  { name: 'company', open: first('/companies') },
  {
    name: 'company-picker-open',
    open: async (page) => {
      await first('/companies')(page);
      await combobox(page, 'Sales contact').click();
      await expect(page.getByRole('option', { name: 'Nobody', exact: true })).toBeVisible();
    },
  },
  { name: 'notifications', open: at('/notifications') },
  { name: 'notifications-filtered', open: at('/notifications?event=mention&kind=deal&unread=1') },
  {
    name: 'bell-open',
    open: async (page) => {
      await open(page, '/');
      await page.getByRole('button', { name: /^Notifications, / }).click();
      await expect(page.getByRole('dialog', { name: 'Notifications', exact: true })).toBeVisible();
    },
  },
  { name: 'company-new', open: at('/companies/new') },
  {
    name: 'company-mistaken',
    status: 422,
    open: async (page) => {
      await open(page, '/companies/new');
      await page.getByRole('button', { name: 'Create', exact: true }).click();
      await expect(page.getByRole('alert')).toBeVisible();
    },
  },
  { name: 'company-edit', open: first('/companies', '/edit') },
  {
    name: 'companies-some-selected',
    open: async (page) => {
      await open(page, '/companies');
      for (const n of [1, 2, 3]) await page.getByRole('table').getByRole('row').nth(n).getByRole('checkbox').check();
      await expect(page.getByText('3 selected', { exact: true })).toBeVisible();
    },
  },
  { name: 'segment-new', open: at('/companies/segments/new') },
  {
    name: 'segment-builder',
    open: at(`/deals/segments/new?filter=${encodeURIComponent(JSON.stringify({
      match: 'all',
      of: [
        { field: 'customer.company.sales_contact', op: 'any_of', values: ['me', 'my-team'] },
        { match: 'none', of: [{ field: 'value', op: 'between', values: ['10', '20'] }, { field: 'expected_close', op: 'last_days', values: ['14'] }] },
        { field: 'phase', op: 'any_of' },
      ],
    }))}`),
  },
  { name: 'segments', open: at('/companies/segments') },
  { name: 'companies-as-of', open: at('/companies?segment=mine&asof=2026-01-31') },
  { name: 'companies-broken', open: at(`/companies?filter=${encodeURIComponent('{"match":"all","of":[{"field":"gone","op":"empty"}]}')}`) },
  { name: 'bulk', open: at('/companies/bulk?all=true') },
  { name: 'bulk-nothing-selected', status: 422, open: at('/companies/bulk') },
  {
    name: 'bulk-checked',
    open: async (page) => {
      await open(page, '/companies/bulk?all=true&q=an');
      const form = page.getByRole('form', { name: 'Sales contact', exact: true });
      await form.getByRole('combobox').selectOption({ label: 'Emma Janssens' });
      await form.getByRole('button', { name: 'Check: Sales contact', exact: true }).click();
      await expect(page.getByText('Nothing is changed yet.', { exact: true })).toBeVisible();
    },
  },
  {
    name: 'bulk-done',
    open: async (page) => {
      const name = unique('Acted').replace(' ', '');
      await createCompany(page, name);
      await open(page, `/companies/bulk?all=true&q=${name}`);
      await page.getByRole('button', { name: 'Check: Delete', exact: true }).click();
      await page.getByRole('button', { name: 'Delete 1 company', exact: true }).click();
      await expect(page.getByText('1 is in the bin, 0 out of reach', { exact: true })).toBeVisible();
      await page.getByText('Undo this change', { exact: true }).click();
    },
  },
  { name: 'contacts-bulk', open: at('/contacts/bulk?all=true') },
  { name: 'jobs', open: at('/settings/jobs') },
  { name: 'mailbox', open: at('/mailbox?segment=open') },
  { name: 'mailbox-unassigned', open: at('/mailbox?segment=unassigned') },
  { name: 'ticket', open: first('/mailbox?segment=closed') },
  { name: 'ticket-unanswered', open: first('/mailbox?segment=unassigned') },
  {
    name: 'ticket-pencil-open',
    open: async (page) => {
      await first('/mailbox?segment=open')(page);
      await page.getByRole('button', { name: /^Edit ticket #\d+$/ }).click();
      await expect(page.getByRole('dialog', { name: /^Edit ticket #\d+$/ })).toBeVisible();
    },
  },
  {
    name: 'ticket-mistaken',
    status: 422,
    open: async (page) => {
      await first('/mailbox?segment=open')(page);
      const form = page.getByRole('form', { name: 'Reply', exact: true });
      await form.getByRole('textbox', { name: 'Cc', exact: true }).fill('nobody at all');
      await form.getByRole('button', { name: 'Send', exact: true }).click();
      await expect(form.getByText('Not an e-mail address')).toBeVisible();
    },
  },
  { name: 'mailboxes', open: at('/settings/mailboxes') },
  { name: 'mailbox-new', open: at('/settings/mailboxes/new') },
  {
    name: 'mailbox-edit',
    open: async (page) => {
      await open(page, '/settings/mailboxes');
      await page.getByRole('main').getByRole('link', { name: 'Demo NV', exact: true }).click();
      await hydrated(page);
      await expect(page.getByRole('textbox', { name: 'Address', exact: true })).toBeVisible();
    },
  },
  { name: 'statistics', open: at('/mailbox/statistics?period=year') },
  { name: 'working-hours', open: at('/settings/working-hours') },
  { name: 'ticket-new', open: at('/mailbox/new') },
  { name: 'ticket-edit', open: first('/mailbox?segment=open', '/edit') },
  { name: 'contacts', open: at('/contacts') },
  { name: 'contact', open: first('/contacts') },
  { name: 'contact-new', open: at('/contacts/new') },
  { name: 'contact-edit', open: first('/contacts', '/edit') },
  {
    name: 'contact-with-custom-fields',
    open: async (page) => {
      await open(page, `/contacts/${await contactWithFields(page)}`);
      const region = page.getByRole('region', { name: 'Looked at', exact: true });
      await region.getByRole('button', { name: 'Edit Looked at', exact: true }).click();
      await expect(region.getByRole('button', { name: 'Save', exact: true })).toBeVisible();
    },
  },
  {
    name: 'contact-edit-with-custom-fields',
    open: async (page) => open(page, `/contacts/${await contactWithFields(page)}/edit`),
  },
  {
    name: 'custom-fields',
    open: async (page) => {
      await contactWithFields(page);
      await open(page, '/settings/custom-fields?kind=contact');
    },
  },
  { name: 'custom-fields-none', open: at('/settings/custom-fields?kind=company') },
  { name: 'custom-field-new', open: at('/settings/custom-fields/new?kind=contact') },
  {
    name: 'custom-field',
    open: async (page) => {
      await contactWithFields(page);
      await open(page, '/settings/custom-fields?kind=contact');
      await page.getByRole('link', { name: 'Level, looked at', exact: true }).click();
      await hydrated(page);
    },
  },
  {
    name: 'company-contested',
    status: 409,
    open: async (page) => {
      const long = (who: string): string => `${who}\n\n${'Asks for an offer every spring, decides in the autumn. '.repeat(8)}`;
      const id = await createCompany(page, unique('Contested'), { City: 'Gent', Website: 'https://example.com/', Notes: long('As it was') });
      await open(page, `/companies/${id}/edit`);
      const saved = await post(page, '/api/save', {
        kind: 'company',
        id,
        version: '1',
        'values[city]': 'Leuven',
        'values[website]': `https://example.com/${'a-long-way-'.repeat(12)}`,
        'values[notes]': long('Meanwhile'),
      });
      expect(saved.ok()).toBe(true);
      await field(page, 'City').fill('Namur');
      await field(page, 'Website').fill('');
      await field(page, 'Notes').fill(long('Mine'));
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('radiogroup', { name: 'City', exact: true }).getByRole('radio', { name: /^Saved meanwhile/ }).check();
    },
  },
  { name: 'deals', open: at('/deals') },
  { name: 'deal', open: first('/deals') },
  { name: 'board', open: at('/deals/board') },
  {
    name: 'board-lifted',
    open: async (page) => {
      await open(page, '/deals/board');
      const grip = page.getByRole('button', { name: /^Move / }).first();
      await grip.click();
      await expect(page.getByRole('button', { name: 'Move to Won', exact: true })).toBeVisible();
    },
  },
  { name: 'deal-new', open: at('/deals/new') },
  { name: 'deal-edit', open: first('/deals', '/edit') },
  { name: 'projects', open: at('/projects') },
  { name: 'project', open: first('/projects') },
  {
    name: 'project-last-manager',
    status: 422,
    open: async (page) => {
      await open(page, '/projects/new');
      const name = unique('Project');
      await field(page, 'Title').fill(name);
      await page.getByRole('button', { name: 'Create', exact: true }).click();
      await expect(title(page, name)).toBeVisible();
      await page.getByRole('button', { name: 'Remove Nora Peeters', exact: true }).click();
      await expect(page.getByRole('alert')).toBeVisible();
    },
  },
  { name: 'projects-board', open: at('/projects/board') },
  { name: 'project-new', open: at('/projects/new') },
  { name: 'project-edit', open: first('/projects', '/edit') },
  {
    name: 'projects-locked',
    outside: true,
    open: async (page) => {
      await page.context().clearCookies();
      const { email, password } = await createAccount('Acme', 'go');
      await signInByForm(page, email, password);
      await open(page, '/projects');
    },
  },
  { name: 'invoices', open: at('/invoices') },
  { name: 'invoice', open: first('/invoices') },
  { name: 'invoice-new', open: at('/invoices/new') },
  { name: 'invoice-edit', open: first('/invoices', '/edit') },
  { name: 'search', open: at('/search?q=a') },
  { name: 'profile', open: at('/settings/profile') },
  { name: 'my-notifications', open: at('/settings/notifications') },
  {
    name: 'absence-mistaken',
    open: async (page) => {
      await open(page, '/settings/notifications');
      await page.getByRole('button', { name: 'Save absence', exact: true }).click();
      await expect(page.getByRole('alert')).toBeVisible();
    },
  },
  { name: 'unknown-unsubscribe', outside: true, status: 404, open: at('/unsubscribe/00000000-0000-0000-0000-000000000000') },
  { name: 'sessions', open: at('/settings/sessions') },
  { name: 'second-factor', open: at('/settings/second-factor') },
  {
    name: 'second-factor-set-up',
    open: async (page) => {
      await open(page, '/settings/second-factor');
      await page.getByRole('button', { name: 'Set up', exact: true }).or(page.getByRole('button', { name: 'Turn on', exact: true })).click();
      await expect(page.getByRole('img', { name: 'QR code of the secret', exact: true })).toBeVisible();
    },
  },
  { name: 'expired-invitation', outside: true, status: 404, open: at('/invitation/no-such-token') },
  { name: 'users', open: at('/settings/users') },
  {
    name: 'user-previewed',
    open: async (page) => {
      await page.goto('/settings/users');
      await page.getByRole('link', { name: 'Sofia Rossi', exact: true }).click();
      await hydrated(page);
      const crm = page.getByRole('radiogroup', { name: 'CRM', exact: true });
      await crm.getByRole('radio', { name: 'Limited', exact: true }).check();
      await expect(page.getByRole('region', { name: 'What would change', exact: true })).toBeVisible();
    },
  },
  { name: 'import', open: at('/settings/import') },
  {
    name: 'import-refused',
    open: async (page) => {
      await open(page, '/settings/import');
      await page.getByRole('button', { name: 'Check', exact: true }).click();
      await expect(page.getByRole('alert')).toBeVisible();
    },
  },
  {
    name: 'import-checked',
    open: async (page) => {
      await sendFile(page, 'Check', 'Name,Colour,Customer since\nOne,red,2024-01-31\n,blue,\nThree,green,31/02/2020\n');
      await expect(page.getByRole('status')).toHaveText('3 rows: 1 would be created, 0 known already, 2 bad');
    },
  },
  {
    name: 'import-of-what',
    open: async (page) => {
      await sendFile(page, 'Import', 'Colour;Weight\nred;1\n');
      await expect(page.getByRole('alert')).toContainText('The headings do not say');
    },
  },
  {
    name: 'import-done',
    open: async (page) => {
      const name = unique('Imported');
      await sendFile(page, 'Import', `Name,City\n${name},Gent\n,Lille\n`);
      await expect(page.getByRole('status')).toHaveText('2 rows: 1 created, 0 known already, 1 bad');
      await page.getByText('Undo this import', { exact: true }).click();
      await page.getByText('Columns', { exact: true }).click();
      await expect(page.getByRole('table', { name: 'Columns', exact: true })).toBeVisible();
    },
  },
  { name: 'bin', open: at('/settings/bin') },
  {
    name: 'bin-with-a-company',
    open: async (page) => {
      const name = unique('Gone');
      await createCompany(page, name);
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      await open(page, '/settings/bin');
      await expect(page.getByRole('button', { name: `Restore ${name}`, exact: true })).toBeVisible();
    },
  },
  {
    name: 'companies-one-deleted',
    open: async (page) => {
      await createCompany(page, unique('Gone'));
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeVisible();
    },
  },
  { name: 'user-new', open: at('/settings/users/new') },
  { name: 'user-deactivate', open: first('/settings/users', '/deactivate') },
  { name: 'phases', open: at('/settings/phases') },
  { name: 'phase', open: first('/settings/phases') },
  { name: 'phase-new', open: at('/settings/phases/new') },
  { name: 'orphans', open: at('/settings/orphans') },
  { name: 'teams', open: at('/settings/teams') },
  { name: 'team', open: first('/settings/teams') },
  { name: 'team-new', open: at('/settings/teams/new') },
  { name: 'plan', open: at('/settings/plan') },
  { name: 'audit', open: at('/settings/audit') },
  {
    name: 'my-menu',
    open: async (page) => {
      await open(page, '/');
      await page.getByRole('button', { name: 'Nora Peeters', exact: true }).click();
      await expect(page.getByRole('menuitem', { name: 'Sign out', exact: true })).toBeVisible();
    },
  },
  { name: 'not-found', status: 404, open: at('/companies/00000000-0000-0000-0000-000000000000') },
];

export async function visit(page: Page, one: Visit): Promise<void> {
  if (!one.outside) await signIn(page, 'nora@demo.test');
  await one.open(page);
  await hydrated(page);
}
