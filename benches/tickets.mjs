// Measures the shared mailbox: how fast messages are taken in, beside the parser alone, and how long the pages of many tickets take.
// Run beside a database of its own:
//   steward with-database -- node benches/tickets.mjs STEWARD OUT
// One line of numbers goes to OUT.

import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { people, percentile, serve, sql } from './server.mjs';

const [steward, out] = process.argv.slice(2);
const MESSAGES = Number(process.env.STEWARD_BENCH_MESSAGES ?? 10_000);
const TICKETS = Number(process.env.STEWARD_BENCH_TICKETS ?? 500_000);
const ROUNDS = 30;

/** Messages as mail programs write them: most with HTML beside the text, one in three an answer to an earlier one. */
function write(folder, to) {
  const text = 'We have not heard of our order since last week. Could you tell us when it arrives?\r\n'.repeat(12);
  for (let n = 0; n < MESSAGES; n += 1) {
    const head = [
      `From: Client ${n % 4000} <client${n % 4000}@clients.test>`,
      `To: <${to}>`,
      `Subject: ${n % 3 === 2 ? 'Re: ' : ''}Order ${n}`,
      `Message-ID: <${n}@clients.test>`,
      ...(n % 3 === 2 ? [`References: <${n - 1}@clients.test>`] : []),
      'Date: Fri, 27 Nov 2026 10:00:00 +0100',
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary="between"',
    ];
    const html = `<html><body><p>${text.replaceAll('\r\n', '<br>')}</p></body></html>`;
    const part = (type, body) => `--between\r\nContent-Type: ${type}; charset=utf-8\r\n\r\n${body}\r\n`;
    const raw = `${head.join('\r\n')}\r\n\r\n${part('text/plain', text)}${part('text/html', html)}--between--\r\n`;
    writeFileSync(join(folder, `${String(n).padStart(6, '0')}.eml`), raw);
  }
}

/** How many messages a second; starting the program is not what is measured, and takes a part of a second. */
function ingest(folder, ...options) {
  const began = performance.now();
  execFileSync(steward, ['ingest', ...options, folder], { env: { ...process.env, STEWARD_LOG: 'error' }, stdio: 'inherit' });
  return MESSAGES / ((performance.now() - began) / 1000);
}

const { account, users, cookie } = people('Mailbox', 40);
const address = `bench-${randomUUID()}@bench.test`;
sql(`with made as (insert into mailboxes (account_id, id, name, address) values ('${account}', gen_random_uuid(), 'Bench', '${address}') returning account_id, id)
  insert into mailbox_connections (account_id, mailbox_id) select account_id, id from made`);
const folder = mkdtempSync(join(tmpdir(), 'steward-bench-'));
let parsed;
let taken;
try {
  write(folder, address);
  parsed = ingest(folder, '--dry-run');
  taken = ingest(folder);
} finally {
  rmSync(folder, { recursive: true });
}

sql(readFileSync(new URL('sql/tickets.sql', import.meta.url), 'utf8'), [`account=${account}`, `tickets=${TICKETS}`]);
// As autovacuum would have done by then.
sql('vacuum analyze');
const { port, server } = await serve(steward);
try {
  const page = async (path) => {
    const took = [];
    for (let n = 0; n < ROUNDS; n += 1) {
      const began = performance.now();
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { cookie: cookie(users[n % users.length]) } });
      await answer.text();
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
      took.push(performance.now() - began);
    }
    return percentile(took, 50).toFixed(0);
  };
  await page('/mailbox?segment=open');
  const line = {
    messages: MESSAGES,
    parsed: parsed.toFixed(0),
    taken: taken.toFixed(0),
    tickets: TICKETS,
    open: await page('/mailbox?segment=open'),
    mine: await page('/mailbox?segment=mine'),
    all: await page('/mailbox'),
    search: await page('/mailbox?q=order+client12'),
    year: await page('/mailbox/statistics?period=year'),
  };
  console.error(line);
  appendFileSync(out, `tickets\t${Object.values(line).join('\t')}\n`);
} finally {
  server.kill('SIGTERM');
}
