// Projects: made for a customer, led by managers, done with collaborators. Who takes part is told and sees it, each project says who
// changes it, at least one manager stays whatever is tried, and without the module everything waits.
// Each test has an account of its own, since it invites people and changes plans.

import type { Locator, Page } from '@playwright/test';

import {
  activity,
  axe,
  bell,
  chooseByKeyboard,
  colleague,
  combobox,
  createAccount,
  createCompany,
  expect,
  field,
  fillSignIn,
  idOf,
  open,
  options,
  post,
  signIn,
  signInByForm,
  test,
  title,
  unique,
  unread,
  type Admin,
} from './support.js';

const region = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });
const managers = (page: Page): Locator => region(page, 'Managers');
const collaborators = (page: Page): Locator => region(page, 'Collaborators');
const button = (within: Page | Locator, name: string): Locator => within.getByRole('button', { name, exact: true });
const link = (within: Page | Locator, name: string): Locator => within.getByRole('link', { name, exact: true });
const saved = (within: Locator): Locator => within.getByRole('status').filter({ hasText: 'Saved' });

async function admin(page: Page, account = 'Acme'): Promise<Admin> {
  const ann = await createAccount(account);
  await signInByForm(page, ann.email, ann.password);
  return ann;
}

/** Creates a project by its form and stays on its page. */
async function createProject(page: Page, name: string, about = ''): Promise<string> {
  await open(page, `/projects/new${about}`);
  await field(page, 'Title').fill(name);
  await button(page, 'Create').click();
  await expect(title(page, name)).toBeVisible();
  return idOf(page);
}

async function importCompany(page: Page, name: string): Promise<void> {
  await open(page, '/settings/import');
  const file = { name: 'companies.csv', mimeType: 'text/csv', buffer: Buffer.from(`Name,City\n${name},Gent\n`) };
  await page.getByLabel('File', { exact: true }).setInputFiles(file);
  await button(page, 'Import').click();
  await expect(page.getByRole('status')).toHaveText('1 row: 1 created, 0 known already, 0 bad');
}

/** Adds somebody to a project by keys alone; the next one can be added at once. */
async function add(page: Page, picker: 'Add manager' | 'Add collaborator', name: string, option = name): Promise<void> {
  const input = combobox(page, picker);
  const of = picker === 'Add manager' ? managers(page) : collaborators(page);
  await chooseByKeyboard(page, input, name, option);
  await expect(of.getByRole('listitem').filter({ hasText: name })).toBeVisible();
  await expect(saved(of)).toBeVisible();
  await expect(input).toBeFocused();
  await expect(input).toHaveValue('');
}

/** Who changes the project, by its form. */
async function editedBy(page: Page, who: string): Promise<void> {
  await link(page, 'Edit').click();
  await combobox(page, 'Edited by').selectOption({ label: who });
  await button(page, 'Save').click();
  await expect(page.getByRole('status').filter({ hasText: 'Saved' }).first()).toBeVisible();
}

async function showsNoControls(page: Page): Promise<void> {
  await expect(link(page, 'Edit')).toHaveCount(0);
  await expect(button(page, 'Delete')).toHaveCount(0);
  await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(0);
  await expect(combobox(page, 'Add manager')).toHaveCount(0);
  await expect(combobox(page, 'Add collaborator')).toHaveCount(0);
}

test('an imported company’s project gets its people by keyboard; who takes part is told, opens it, and changes it once he may', async ({
  page,
  another,
  watched,
}) => {
  // Three people are invited by mail.
  test.slow();
  watched.expectStatus(404, 422);
  await admin(page);
  const company = unique('Imported client');
  await importCompany(page, company);
  const [bob, cas, dan] = [await colleague(page, another, 'Bob'), await colleague(page, another, 'Cas'), await colleague(page, another, 'Dan')];

  await open(page, '/companies');
  await link(page, company).click();
  await link(region(page, 'Projects'), 'New project').click();
  await expect(combobox(page, 'Customer')).toHaveValue(company);
  const name = unique('Zephyr');
  await field(page, 'Title').fill(name);
  await button(page, 'Create').click();
  await expect(title(page, name)).toBeVisible();
  const id = idOf(page);
  const address = `/projects/${id}`;
  await expect(managers(page).getByRole('listitem')).toHaveText([/Ann Admin/]);
  await expect(collaborators(page)).toContainText('Nobody yet.');

  await add(page, 'Add manager', bob.name);
  await add(page, 'Add collaborator', cas.name);
  await expect(activity(page)).toContainText(bob.name);
  await axe(page);
  // Who has a role is not offered for it again.
  await combobox(page, 'Add manager').click();
  await expect(options(page)).toHaveText([cas.name, dan.name]);
  await page.keyboard.press('Escape');

  // The collaborator is told, and opens it from there.
  await unread(cas.page, 1);
  await unread(page, 0);
  await bell(cas.page).click();
  await cas.page.getByRole('dialog', { name: 'Notifications', exact: true }).getByRole('link', { name, exact: true }).click();
  await expect(title(cas.page, name)).toBeVisible();
  await showsNoControls(cas.page);
  await axe(cas.page);
  await open(cas.page, `${address}/edit`);
  await expect(cas.page.getByRole('alert')).toBeVisible();
  await expect(button(cas.page, 'Save')).toHaveCount(0);
  const forged = { kind: 'project', id, version: '1', 'values[title]': 'Taken over' };
  expect((await post(cas.page, '/api/save', forged)).status()).toBe(422);

  // Until the project says otherwise.
  await editedBy(page, 'Managers and collaborators');
  await open(cas.page, address);
  await link(cas.page, 'Edit').click();
  await field(cas.page, 'Due date').fill('2031-05-20');
  await button(cas.page, 'Save').click();
  await expect(region(cas.page, 'Details')).toContainText('20 May 2031');
  await unread(page, 1);

  // Who takes no part finds it nowhere.
  const search = `/search?q=${encodeURIComponent(name)}`;
  for (const where of ['/', '/projects', '/projects/board', search, '/notifications']) {
    await open(dan.page, where);
    await expect(dan.page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(link(dan.page, name)).toHaveCount(0);
    expect(await dan.page.content(), where).not.toContain(id);
  }
  await open(dan.page, search);
  await expect(dan.page.getByRole('main')).toContainText('Nothing found.');
  await open(dan.page, '/companies');
  await link(dan.page, company).click();
  await expect(region(dan.page, 'Projects')).toContainText('No projects yet.');
  for (const where of [address, `${address}/edit`]) {
    await dan.page.goto(where);
    await expect(title(dan.page, 'Not found')).toBeVisible();
  }
});

test('the last manager stays: in the browser, without scripts, and for a forged call', async ({ page, another, watched }) => {
  test.slow();
  watched.expectStatus(422);
  watched.expectUnusedPreload();
  const ann = await admin(page);
  const bob = await colleague(page, another, 'Bob');
  const id = await createProject(page, unique('Zephyr'));
  await add(page, 'Add manager', bob.name);

  // One of two goes by key, and the focus stays with the region.
  const remove = button(managers(page), `Remove ${bob.name}`);
  await remove.focus();
  await page.keyboard.press('Enter');
  await expect(managers(page).getByRole('listitem')).toHaveText([/Ann Admin/]);
  await expect(combobox(page, 'Add manager')).toBeFocused();
  await expect(saved(managers(page))).toBeVisible();

  await button(managers(page), 'Remove Ann Admin').click();
  await expect(managers(page).getByRole('alert')).toHaveText('A project needs at least one manager');
  await expect(collaborators(page).getByRole('alert')).toHaveCount(0);
  await expect(managers(page).getByRole('listitem')).toContainText('Ann Admin');
  await axe(page);

  const plain = await another({ javaScriptEnabled: false });
  await plain.goto(`/projects/${id}`);
  await fillSignIn(plain, ann.email, ann.password);
  await expect(plain).toHaveURL(`/projects/${id}`);
  await button(managers(plain), 'Remove Ann Admin').click();
  await expect(plain).toHaveURL(`/projects/${id}`);
  await expect(managers(plain).getByRole('alert')).toHaveText('A project needs at least one manager');
  await expect(collaborators(plain).getByRole('alert')).toHaveCount(0);
  await expect(managers(plain).getByRole('listitem')).toContainText('Ann Admin');

  const forged = await post(page, '/api/change_people', {
    kind: 'project',
    id,
    role: 'manager',
    how: 'remove',
    user: await annsId(plain),
  });
  expect(forged.status()).toBe(422);
  expect(await forged.text()).toContain('managers');
  await page.reload();
  await expect(managers(page).getByRole('listitem')).toHaveText([/Ann Admin/]);
});

/** The id of the only manager, as the form without scripts sends it. */
async function annsId(plain: Page): Promise<string> {
  return (await managers(plain).getByRole('listitem').locator('input[name=user]').getAttribute('value')) ?? '';
}

test('without scripts people come and go by plain forms, and what was chosen stays where it is refused', async ({ page, another, watched }) => {
  test.slow();
  watched.expectUnusedPreload();
  const ann = await admin(page);
  const bob = await colleague(page, another, 'Bob');
  const id = await createProject(page, unique('Zephyr'));
  const plain = await another({ javaScriptEnabled: false });
  await plain.goto(`/projects/${id}`);
  await fillSignIn(plain, ann.email, ann.password);

  const form = (name: string): Locator => plain.getByRole('form', { name, exact: true });
  await combobox(form('Add collaborator'), 'Add collaborator').selectOption({ label: bob.name });
  await button(form('Add collaborator'), 'Add').click();
  await expect(collaborators(plain).getByRole('listitem')).toContainText(bob.name);
  await expect(saved(collaborators(plain))).toBeVisible();
  await expect(saved(managers(plain))).toHaveCount(0);

  // A manager is no collaborator besides.
  await combobox(form('Add collaborator'), 'Add collaborator').selectOption({ label: 'Ann Admin (me)' });
  await button(form('Add collaborator'), 'Add').click();
  await expect(collaborators(plain).getByRole('alert')).toHaveText('Already a manager');
  await expect(managers(plain).getByRole('alert')).toHaveCount(0);
  await expect(combobox(form('Add collaborator'), 'Add collaborator').locator('option:checked')).toHaveText('Ann Admin (me)');

  // A collaborator who becomes manager is moved.
  await combobox(form('Add manager'), 'Add manager').selectOption({ label: bob.name });
  await button(form('Add manager'), 'Add').click();
  await expect(managers(plain).getByRole('listitem')).toHaveText([/Ann Admin/, new RegExp(bob.name)]);
  await expect(collaborators(plain)).toContainText('Nobody yet.');
  await button(managers(plain), `Remove ${bob.name}`).click();
  await expect(managers(plain).getByRole('listitem')).toHaveText([/Ann Admin/]);
  await expect(saved(managers(plain))).toBeVisible();
});

test('a deal becomes a project that its assignee manages, and each sees his role', async ({ page, another }) => {
  test.slow();
  await admin(page);
  const bob = await colleague(page, another, 'Bob');
  const company = unique('Customer');
  await createCompany(page, company);
  const name = unique('Won over');
  await open(page, `/deals/new?company=${idOf(page)}`);
  await field(page, 'Title').fill(name);
  await field(page, 'Value').fill('1,500');
  await chooseByKeyboard(page, combobox(page, 'Assigned to'), bob.name, bob.name);
  await button(page, 'Create').click();
  await expect(title(page, name)).toBeVisible();

  await link(region(page, 'Projects'), 'New project from this deal').click();
  await expect(field(page, 'Title')).toHaveValue(name);
  await expect(combobox(page, 'Customer')).toHaveValue(company);
  await expect(field(page, 'Budget')).toHaveValue('1,500.00');
  await expect(page.getByRole('group', { name: 'Managers', exact: true }).getByRole('listitem')).toContainText(['Ann Admin', bob.name]);
  await button(page, 'Create').click();
  await expect(title(page, name)).toBeVisible();
  await expect(managers(page).getByRole('listitem')).toHaveText([/Ann Admin/, new RegExp(bob.name)]);
  await expect(link(region(page, 'Details'), name)).toBeVisible();

  const helped = unique('Helped');
  await createProject(page, helped);
  await add(page, 'Add collaborator', bob.name);
  await open(bob.page, '/');
  const mine = region(bob.page, 'Projects');
  await expect(link(mine, '2 projects')).toBeVisible();
  await expect(mine.getByRole('listitem').filter({ hasText: name })).toContainText('manager');
  await expect(mine.getByRole('listitem').filter({ hasText: helped })).toContainText('collaborator');
});

test.describe('the board', () => {
  const column = (page: Page, status: string): Locator => region(page, status);
  const card = (within: Locator, name: string): Locator => within.getByRole('listitem').filter({ hasText: name });
  const handle = (page: Page, name: string): Locator => button(page, `Move ${name}`);

  test('a project is moved by key, by mouse and without scripts, and shows who manages it and what is late', async ({ page, another, watched }) => {
    test.slow();
    watched.expectUnusedPreload();
    const ann = await admin(page);
    const name = unique('Zephyr');
    await open(page, '/projects/new');
    await field(page, 'Title').fill(name);
    await field(page, 'Due date').fill('2020-01-31');
    await button(page, 'Create').click();
    await expect(title(page, name)).toBeVisible();
    const address = `/projects/${idOf(page)}`;
    await open(page, '/projects');
    await link(page, 'Board').click();
    await expect(title(page, 'Projects by status')).toBeVisible();
    await expect(link(page, 'List')).toHaveAttribute('href', '/projects');
    const planned = card(column(page, 'Planned'), name);
    await expect(planned).toContainText('Ann Admin');
    await expect(planned).toContainText('Overdue · 31 Jan 2020');
    await axe(page);

    const grip = handle(page, name);
    await grip.focus();
    await page.keyboard.press('Space');
    const said = page.getByRole('status').filter({ hasText: /is lifted|of \d|is in|stays/ });
    await expect(said).toContainText(`“${name}” is lifted, in Planned.`);
    await page.keyboard.press('ArrowRight');
    await expect(said).toHaveText('Running, 2 of 5');
    await page.keyboard.press('Space');
    await expect(card(column(page, 'Running'), name)).toBeVisible();
    await expect(said).toHaveText(`“${name}” is in Running now.`);
    await expect(grip).toBeFocused();

    // The card is there before the server knows it.
    const known = page.waitForResponse(/\/api\/projects_board/);
    await card(column(page, 'Running'), name).dragTo(column(page, 'Done').getByRole('heading'));
    await expect(card(column(page, 'Done'), name)).toBeVisible();
    await expect(column(page, 'Done')).toContainText('last 30 days');
    // What is done is late no more.
    await expect(card(column(page, 'Done'), name)).not.toContainText('Overdue');
    await known;
    await page.reload();
    await expect(card(column(page, 'Done'), name)).toBeVisible();

    const plain = await another({ javaScriptEnabled: false });
    await plain.goto('/projects/board');
    await fillSignIn(plain, ann.email, ann.password);
    await plain.getByRole('radio', { name: `Choose ${name}`, exact: true }).check();
    await combobox(plain, 'Status').selectOption({ label: 'On hold' });
    await button(plain, 'Move the chosen project').click();
    await expect(plain).toHaveURL('/projects/board');
    await expect(card(column(plain, 'On hold'), name)).toBeVisible();

    await open(page, address);
    await expect(activity(page)).toContainText(/Status: Done → On hold.*Status: Running → Done.*Status: Planned → Running/s);
  });

  test('who may not change a project moves it nowhere, and is told so', async ({ page, another, watched }) => {
    test.slow();
    watched.expectStatus(422);
    watched.expectUnusedPreload();
    await admin(page);
    const cas = await colleague(page, another, 'Cas');
    const name = unique('Zephyr');
    await createProject(page, name);
    await add(page, 'Add collaborator', cas.name);
    await open(cas.page, '/projects/board?segment=mine');
    await handle(cas.page, name).click();
    await button(cas.page, 'Move to Done').click();
    await expect(cas.page.getByRole('alert')).toContainText('You can see this, but not change it');
    await expect(card(column(cas.page, 'Planned'), name)).toBeVisible();
    await expect(card(column(cas.page, 'Done'), name)).toHaveCount(0);
    await expect(handle(cas.page, name)).toBeFocused();

    const plain = await another({ javaScriptEnabled: false });
    await plain.goto('/projects/board');
    await fillSignIn(plain, cas.email, cas.password);
    await plain.getByRole('radio', { name: `Choose ${name}`, exact: true }).check();
    await combobox(plain, 'Status').selectOption({ label: 'Cancelled' });
    await button(plain, 'Move the chosen project').click();
    await expect(plain.getByRole('alert')).toContainText('You can see this, but not change it');
    await expect(card(column(plain, 'Planned'), name)).toBeVisible();
    // What was chosen is chosen still.
    await expect(plain.getByRole('radio', { name: `Choose ${name}`, exact: true })).toBeChecked();
    await expect(combobox(plain, 'Status').locator('option:checked')).toHaveText('Cancelled');
  });
});

/** Gives an account what it has bought, as support does. */
async function sell(operator: Page, account: string, plan: string, projects: boolean): Promise<void> {
  await open(operator, '/support');
  await link(operator, account).click();
  await expect(title(operator, account)).toBeVisible();
  await combobox(operator, 'Plan').selectOption({ label: plan });
  await operator.getByRole('checkbox', { name: 'Project management', exact: true }).setChecked(projects);
  await field(operator, 'Reason').fill('As ordered');
  await button(operator, 'Save').click();
  await expect(operator.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
}

test('with plan Go the module is locked and its data kept, and the booster brings it back', async ({ page, another }) => {
  const account = unique('Acme');
  await admin(page, account);
  const name = unique('Zephyr');
  const id = await createProject(page, name);
  const operator = await another();
  await signIn(operator, 'support@demo.test');
  await sell(operator, account, 'Go', false);

  const main = page.getByRole('navigation', { name: 'Main', exact: true });
  await open(page, '/');
  await expect(region(page, 'Projects')).toHaveCount(0);
  await link(main, 'Projects (locked)').click();
  for (const address of ['/projects', '/projects/board', '/projects/new', `/projects/${id}`, `/projects/${id}/edit`]) {
    await open(page, address);
    await expect(title(page, 'Projects')).toBeVisible();
    await expect(page.getByRole('main')).toContainText('Project management');
    await expect(page.getByRole('main')).not.toContainText(name);
  }
  await axe(page);
  await open(page, `/search?q=${encodeURIComponent(name)}`);
  await expect(page.getByRole('main')).toContainText('Nothing found.');
  expect((await post(page, '/api/detail', { kind: 'project', id })).status()).toBe(404);
  expect((await post(page, '/api/move_project', { id, status: 'done' })).status()).toBe(404);

  await sell(operator, account, 'Go', true);
  await open(page, '/');
  await expect(link(main, 'Projects (locked)')).toHaveCount(0);
  await link(main, 'Projects').click();
  await link(page, name).click();
  await expect(title(page, name)).toBeVisible();
  await expect(managers(page).getByRole('listitem')).toHaveText([/Ann Admin/]);
});
