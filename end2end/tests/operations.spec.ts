// What an operator of one's own server relies on: words where the configuration is wrong, and a stop that finishes
// what is under way.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { activity, createCompany, expect, open, signIn, signInByForm, steward, test, title, unique } from './support.js';

test('a configuration that cannot work is answered with what to set', async () => {
  const wrong: [Record<string, string>, string][] = [
    [{ STEWARD_BIND: 'nonsense' }, 'STEWARD_BIND must be an address and a port'],
    [{ STEWARD_BASE_URL: 'steward.example.com' }, 'STEWARD_BASE_URL must begin with http:// or https://'],
    [{ STEWARD_OWNER_URL: 'postgres://x/y' }, 'STEWARD_OWNER_URL is set but DATABASE_URL is not'],
    [{ DATABASE_URL: 'nonsense' }, 'DATABASE_URL is not a Postgres address'],
    [{ STEWARD_TRUST_PROXY: 'perhaps' }, 'STEWARD_TRUST_PROXY must be true or false'],
    [{ STEWARD_METRICS_BIND: '9464' }, 'STEWARD_METRICS_BIND must be an address and a port'],
  ];
  for (const [environment, words] of wrong) {
    const { code, out } = await steward(['serve'], environment);
    expect(code, out).toBe(1);
    expect(out).toContain(words);
  }
});

test('the help of every command says what it does', async () => {
  const { code, out } = await steward(['--help']);
  expect(code, out).toBe(0);
  for (const word of ['serve', 'migrate', 'demo', 'import', 'seed', 'create-account', 'backup', 'restore', 'DATABASE_URL', 'STEWARD_BIND']) {
    expect(out).toContain(word);
  }
});

test('told to stop, a server finishes the request that is under way and takes no other', async () => {
  const data = dataFolder();
  const port = await freePort();
  const { server, exited } = serve(data, port);
  try {
    await expect.poll(() => ready(port), { timeout: 60_000 }).toBe(true);
    const { socket, answer } = await halfOfARequest(port);
    server.kill('SIGTERM');
    await expect.poll(() => refused(port)).toBe(true);
    socket.write('&password=wrong');
    // Refused like any wrong pair, by a server that had been told to stop.
    expect(await answer).toMatch(/^HTTP\/1\.1 422 /);
    expect(await exited).toEqual([0, null]);
  } finally {
    await stopped(server, exited);
    rmSync(data, { recursive: true, force: true });
  }
});

test('whoever connects while the program is restarted waits instead of being refused', async () => {
  test.setTimeout(120_000);
  const data = dataFolder();
  const opened = createServer().listen(0, '127.0.0.1');
  await once(opened, 'listening');
  const address = opened.address();
  if (address === null || typeof address === 'string') throw new Error('a port was asked for');
  const { fd } = (opened as unknown as { _handle: { fd: number } })._handle;
  // In systemd's place: keeps the socket, and starts the program once more when it is told to.
  const script = `for n in 1 2; do
    sh -c 'echo "pid $$"; LISTEN_PID=$$ LISTEN_FDS=1 exec "$STEWARD_BIN" serve' </dev/null; echo "exit $?"; read -r go
  done`;
  const keeper = spawn('sh', ['-c', script], {
    // An address that nobody could listen on: it is not looked at.
    env: { ...process.env, STEWARD_DATA: data, STEWARD_BIND: '192.0.2.1:1', STEWARD_BASE_URL: `http://127.0.0.1:${address.port}` },
    stdio: ['pipe', 'pipe', 'ignore', fd],
  });
  const exited = once(keeper, 'exit');
  opened.close();
  let said = '';
  keeper.stdout?.on('data', (data: Buffer) => (said += String(data)));
  const stop = (): boolean => process.kill(Number([...said.matchAll(/pid (\d+)/g)].at(-1)?.[1]), 'SIGTERM');
  try {
    await expect.poll(() => ready(address.port), { timeout: 60_000 }).toBe(true);
    stop();
    await expect.poll(() => said, { timeout: 60_000 }).toMatch(/exit 0\n$/);
    const between = fetch(`http://127.0.0.1:${address.port}/readyz`);
    keeper.stdin?.write('go\n');
    expect(await (await between).text()).toBe('ready');
    stop();
    await expect.poll(() => said, { timeout: 60_000 }).toMatch(/exit 0\n[^]*\nexit 0\n$/);
  } finally {
    keeper.stdin?.end();
    await stopped(keeper, exited);
    rmSync(data, { recursive: true, force: true });
  }
});

test('metrics are read on their own address, once there is one', async ({ request }) => {
  const data = dataFolder();
  const [port, metrics] = [await freePort(), await freePort()];
  const { server, exited } = serve(data, port, { STEWARD_METRICS_BIND: `127.0.0.1:${metrics}` });
  try {
    await expect.poll(() => ready(port), { timeout: 60_000 }).toBe(true);
    await request.get(`http://127.0.0.1:${port}/login`);
    const answer = await request.get(`http://127.0.0.1:${metrics}/metrics`);
    expect(answer.headers()['content-type']).toContain('text/plain');
    const text = await answer.text();
    expect(text).toContain('steward_http_requests_total{route="/login",method="GET",status="2xx"} 1');
    expect(text).toContain('steward_database_up 1');
    expect(text).toMatch(/^process_resident_memory_bytes \d{7,}/m);
    const open = await request.get(`http://127.0.0.1:${port}/metrics`, { maxRedirects: 0 });
    expect(open.status()).toBe(303);
    server.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(await refused(metrics)).toBe(true);
  } finally {
    await stopped(server, exited);
    rmSync(data, { recursive: true, force: true });
  }
});

test('a backup of a running server is restored into an empty one, where people sign in and see what they saw', async ({
  page,
  another,
  watched,
}) => {
  test.setTimeout(180_000);
  watched.expectStatus(404);
  await signIn(page, 'nora@demo.test');
  const name = unique('Backed up');
  const theirs = await createCompany(page, name, { City: 'Gent', Notes: 'With “quotes”\nand lines' });

  const folder = dataFolder();
  const dump = join(folder, 'steward.dump');
  const data = join(folder, 'restored');
  const made = await steward(['backup', dump]);
  expect(made.code, made.out).toBe(0);
  expect(statSync(dump).mode & 0o777, 'nobody else reads it').toBe(0o600);
  const again = await steward(['backup', dump]);
  expect(again.code, again.out).toBe(1);
  expect(again.out).toContain('exists already');
  // What happens after it is not in it.
  const later = await createCompany(page, unique('After the backup'));

  const port = await freePort();
  const visitors: Page[] = [];
  let running: { server: ChildProcess; exited: Promise<unknown[]> } | undefined;
  try {
    const empty = { STEWARD_DATA: data };
    writeFileSync(join(folder, 'broken.dump'), 'no dump at all');
    const broken = await steward(['restore', join(folder, 'broken.dump')], empty);
    expect(broken.code, broken.out).toBe(1);
    expect(broken.out).toContain('nothing was restored');
    const restored = await steward(['restore', dump], empty);
    expect(restored.code, restored.out).toBe(0);
    const twice = await steward(['restore', dump], empty);
    expect(twice.code, twice.out).toBe(1);
    expect(twice.out).toContain('There are accounts in this database already');

    running = serve(data, port);
    await expect.poll(() => ready(port), { timeout: 60_000 }).toBe(true);
    const baseURL = `http://127.0.0.1:${port}`;
    const nora = await another({ baseURL });
    visitors.push(nora);
    await signInByForm(nora, 'nora@demo.test');
    await open(nora, `/companies/${theirs}`);
    await expect(title(nora, name)).toBeVisible();
    await expect(nora.getByRole('main')).toContainText('With “quotes”');
    await expect(activity(nora)).toContainText('Nora Peeters created this');
    expect((await nora.goto(`/companies/${later}`))?.status()).toBe(404);
    // It goes on: history, search and numbers are written as before.
    await createCompany(nora, unique('In the restored one'));

    // Rights are the database's, and came with it.
    const emma = await another({ baseURL });
    visitors.push(emma);
    await signInByForm(emma, 'emma@demo.test');
    expect((await emma.goto(`/companies/${theirs}`))?.status()).toBe(404);
    const ownList = async (there: Page): Promise<string> => {
      await open(there, '/companies');
      return there.getByRole('table').innerText();
    };
    const before = await another();
    await signInByForm(before, 'emma@demo.test');
    expect(await ownList(emma)).toBe(await ownList(before));
  } finally {
    // Before their server: each has a stream open, and would tell of its end.
    for (const visitor of visitors) await visitor.close();
    if (running) await stopped(running.server, running.exited);
    rmSync(folder, { recursive: true, force: true });
  }
});

test('an owner who is no superuser restores it too', async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page, 'nora@demo.test');
  const name = unique('Backed up');
  await createCompany(page, name);
  const folder = dataFolder();
  const dump = join(folder, 'steward.dump');
  try {
    expect((await steward(['backup', dump])).code).toBe(0);
    const script = `
      set -eu
      psql -qd "$STEWARD_OWNER_URL" -c "create role plain_owner login createrole" -c "create role plain_server login noinherit" \
        -c "create database plain owner plain_owner"
      as() { printf 'postgres:///plain?host=%s&user=%s' "$FOLDER/postgres" "$1"; }
      export DATABASE_URL=$(as plain_server) STEWARD_OWNER_URL=$(as plain_owner)
      "$STEWARD_BIN" restore "$FOLDER/steward.dump"
      psql -Atd "$STEWARD_OWNER_URL" -c "select usesuper from pg_user where usename = current_user" -c "select name from companies where name = '${name}'"`;
    const done = await steward(['with-database', '--', 'sh', '-c', script], { STEWARD_DATA: folder, FOLDER: folder });
    expect(done.code, done.out).toBe(0);
    expect(done.out).toContain(`f\n${name}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A folder of its own. Postgres does not run as root; the user that it then becomes goes through this folder. */
function dataFolder(): string {
  const data = mkdtempSync(join(tmpdir(), 'steward-ops.'));
  chmodSync(data, 0o755);
  return data;
}

function serve(data: string, port: number, environment: Record<string, string> = {}): { server: ChildProcess; exited: Promise<unknown[]> } {
  const server = spawn(process.env.STEWARD_BIN ?? 'steward', ['serve'], {
    env: { ...process.env, STEWARD_DATA: data, STEWARD_BIND: `127.0.0.1:${port}`, STEWARD_BASE_URL: '', ...environment },
    stdio: 'ignore',
  });
  return { server, exited: once(server, 'exit') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port was asked for');
  server.close();
  return address.port;
}

async function ready(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    (answer) => answer.ok,
    () => false,
  );
}

async function refused(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return false;
  } catch {
    return true;
  } finally {
    socket.destroy();
  }
}

/** A sign-in whose body has not come yet; the server has read the rest, since it asks for more. */
async function halfOfARequest(port: number): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const body = 'email=nora%40demo.test&password=wrong';
  socket.write(
    `POST /api/sign_in HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: application/json\r\nSec-Fetch-Site: same-origin\r\n` +
      `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
  );
  const [asked] = (await once(socket, 'data')) as [Buffer];
  expect(String(asked)).toMatch(/^HTTP\/1\.1 100 /);
  socket.write(body.slice(0, body.indexOf('&')));
  const answer = once(socket, 'data').then(([data]) => String(data));
  return { socket, answer };
}

async function stopped(server: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    server.kill('SIGKILL');
    await exited;
  }
}
