// What an operator of one's own server relies on: words where the configuration is wrong, and a stop that finishes
// what is under way.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, steward, test } from './support.js';

test('a configuration that cannot work is answered with what to set', async () => {
  const wrong: [Record<string, string>, string][] = [
    [{ STEWARD_BIND: 'nonsense' }, 'STEWARD_BIND must be an address and a port'],
    [{ STEWARD_BASE_URL: 'steward.example.com' }, 'STEWARD_BASE_URL must begin with http:// or https://'],
    [{ STEWARD_OWNER_URL: 'postgres://x/y' }, 'STEWARD_OWNER_URL is set but DATABASE_URL is not'],
    [{ DATABASE_URL: 'nonsense' }, 'DATABASE_URL is not a Postgres address'],
    [{ STEWARD_TRUST_PROXY: 'perhaps' }, 'STEWARD_TRUST_PROXY must be true or false'],
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
  for (const word of ['serve', 'migrate', 'demo', 'import', 'seed', 'create-account', 'DATABASE_URL', 'STEWARD_BIND']) {
    expect(out).toContain(word);
  }
});

test('told to stop, a server finishes the request that is under way and takes no other', async () => {
  const data = mkdtempSync(join(tmpdir(), 'steward-stop.'));
  // Postgres does not run as root; the user that it then becomes goes through this folder.
  chmodSync(data, 0o755);
  const port = await freePort();
  const server = spawn(process.env.STEWARD_BIN ?? 'steward', ['serve'], {
    env: { ...process.env, STEWARD_DATA: data, STEWARD_BIND: `127.0.0.1:${port}`, STEWARD_BASE_URL: '' },
    stdio: 'ignore',
  });
  const exited = once(server, 'exit');
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
