// What the benches in JavaScript share: the database as its owner, people who are signed in, a server on a port of its own.

import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import net from 'node:net';

export const sql = (text, variables = []) =>
  execFileSync('psql', ['-XqAt', '-v', 'ON_ERROR_STOP=1', ...variables.flatMap((one) => ['-v', one]), process.env.STEWARD_OWNER_URL], {
    input: text,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  }).trim();

export const percentile = (numbers, p) => [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor((numbers.length * p) / 100))];

/** An account of so many users, all with full rights and signed in. */
export function people(name, count) {
  const account = randomUUID();
  sql(`insert into accounts (id, name, plan, time_zone, second_enabled) values ('${account}', '${name}', 'boost', 'Europe/Brussels', true)`);
  sql(`insert into users (account_id, id, full_name, email, time_zone)
    select '${account}', gen_random_uuid(), 'User ' || n, 'user' || n || '-${account}@bench.test', 'Europe/Brussels' from generate_series(0, ${count - 1}) n`);
  const users = sql(`select id from users where account_id = '${account}' order by length(full_name), full_name`).split('\n');
  const cookies = new Map(users.map((user) => [user, randomBytes(16)]));
  const rows = [...cookies].map(([user, id]) => `('\\x${createHash('sha256').update(id).digest('hex')}', '${user}', '{"user": "${user}"}', now() + interval '1 day')`);
  sql(`insert into sessions (id_hash, user_id, data, expires_at) values ${rows.join(',')}`);
  return { account, users, cookie: (user) => `steward=${cookies.get(user).toString('base64url')}` };
}

const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** A server that answers, on a port of its own. */
export async function serve(steward) {
  const port = await freePort();
  const server = spawn(steward, ['serve'], {
    env: { ...process.env, STEWARD_BIND: `127.0.0.1:${port}`, STEWARD_BASE_URL: `http://127.0.0.1:${port}`, STEWARD_LOG: 'error', STEWARD_METRICS_BIND: '' },
    stdio: 'inherit',
  });
  const deadline = Date.now() + 60_000;
  for (;;) {
    const is = await fetch(`http://127.0.0.1:${port}/readyz`).then((answer) => answer.ok, () => false);
    if (is) return { port, server };
    if (Date.now() > deadline) {
      server.kill('SIGTERM');
      throw new Error('the server was not ready within a minute');
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
