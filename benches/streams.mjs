// Measures what is told: how long from a change to the browsers of both responsible users, what an open stream costs in memory, and
// how much longer a change takes because it tells. Run beside a database of its own:
//   steward with-database -- node benches/streams.mjs STEWARD OUT
// One line of numbers per case goes to OUT, as those of benches/measure do.

import { appendFileSync, readFileSync } from 'node:fs';
import http from 'node:http';

import { people, percentile, serve, sql } from './server.mjs';

const [steward, out] = process.argv.slice(2);
const STREAMS = 1000;
const PER_SECOND = 100;
const SECONDS = Number(process.env.STEWARD_BENCH_SECONDS ?? 10);
const COMPANIES = 200;
const BEAT = 25;

/** An account with so many users, all with full rights, and companies with two of them each. */
function seed() {
  const { account, users, cookie } = people('Streams', STREAMS + 1);
  sql(`with u as (select id, row_number() over (order by length(full_name), full_name) - 1 as n from users where account_id = '${account}')
    insert into companies (account_id, id, name, sales_contact_id, second_sales_contact_id, created_by, updated_by)
    select '${account}', gen_random_uuid(), 'Company ' || c, a.id, b.id, a.id, a.id from generate_series(1, ${COMPANIES}) c
    join u a on a.n = c * 2 join u b on b.n = c * 2 + 1`);
  const companies = sql(`select id || ' ' || sales_contact_id || ' ' || second_sales_contact_id from companies where account_id = '${account}'`)
    .split('\n')
    .map((line) => line.split(' '))
    .map(([id, ...receivers]) => ({ id, receivers, version: 1 }));
  return { users, companies, cookie };
}

const memory = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

/** Opens a stream; `heard` is called with every number but the first. Resolves with the first. */
function listen(port, cookie, heard) {
  return new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port, path: '/live', headers: { cookie }, agent: false }, (answer) => {
        if (answer.statusCode !== 200) return reject(new Error(`a stream answered ${answer.statusCode}`));
        let first = true;
        answer.setEncoding('utf8').on('data', (text) => {
          for (const line of text.split('\n')) {
            if (!line.startsWith('data: ')) continue;
            if (first) {
              first = false;
              resolve(answer);
            } else heard();
          }
        });
      })
      .on('error', reject);
  });
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
function change(port, cookie, company, n) {
  const body = new URLSearchParams({ kind: 'company', id: company.id, version: String(company.version), 'values[city]': `City ${n}` }).toString();
  const headers = { cookie, accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length, 'sec-fetch-site': 'same-origin' };
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path: '/api/save', method: 'POST', headers, agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (more) => (text += more));
      answer.on('end', () => {
        if (answer.statusCode !== 200) return reject(new Error(`a change answered ${answer.statusCode}: ${text}`));
        company.version += 1;
        resolve();
      });
    });
    request.on('error', reject).end(body);
  });
}

/** One change every few hundredths of a second, whoever is told of the one before told by then: how long each takes. */
async function alone(port, cookie, companies, count) {
  const took = [];
  for (let n = 0; n < count; n += 1) {
    const company = companies[n % companies.length];
    await new Promise((resolve) => setTimeout(resolve, BEAT));
    const began = performance.now();
    await change(port, cookie, company, `alone ${n} ${began}`);
    took.push(performance.now() - began);
  }
  return percentile(took, 50);
}

const { users, companies, cookie } = seed();
const admin = cookie(users[0]);
const { port, server } = await serve(steward);
try {
  await alone(port, admin, companies, 100);
  sql('alter table company_events disable trigger tells');
  const silent = await alone(port, admin, companies, 400);
  sql('alter table company_events enable trigger tells');
  const telling = await alone(port, admin, companies, 400);

  // What the first streams leave behind, such as connections to the database, is there however many follow.
  const warm = await Promise.all(users.slice(1, 51).map((user) => listen(port, cookie(user), () => {})));
  for (const stream of warm) stream.destroy();
  const before = memory(server.pid);
  const waiting = new Map();
  const late = [];
  const heard = (user) => () => {
    const began = waiting.get(user);
    if (began === undefined) return;
    waiting.delete(user);
    late.push(performance.now() - began);
  };
  const streams = [];
  for (let n = 1; n <= STREAMS; n += 50) {
    const some = users.slice(n, n + 50).map((user) => listen(port, cookie(user), heard(user)));
    streams.push(...(await Promise.all(some)));
  }
  const perStream = (memory(server.pid) - before) / STREAMS;

  // A beat every hundredth of a second, whether the change before is done or not.
  const changes = [];
  const began = performance.now();
  for (let n = 0; n < PER_SECOND * SECONDS; n += 1) {
    const due = began + (n * 1000) / PER_SECOND;
    const pause = due - performance.now();
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    const company = companies[n % companies.length];
    for (const user of company.receivers) waiting.set(user, performance.now());
    changes.push(change(port, admin, company, n));
  }
  await Promise.all(changes);
  const deadline = performance.now() + 5000;
  while (waiting.size > 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const stream of streams) stream.destroy();

  const line = {
    streams: STREAMS,
    changes: PER_SECOND * SECONDS,
    heard: late.length,
    unheard: waiting.size,
    p50: percentile(late, 50).toFixed(0),
    p99: percentile(late, 99).toFixed(0),
    kB_per_stream: (perStream / 1000).toFixed(1),
    change_silent_ms: silent.toFixed(2),
    change_telling_ms: telling.toFixed(2),
  };
  console.error(line);
  appendFileSync(out, `told\t${Object.values(line).join('\t')}\n`);
} finally {
  server.kill('SIGTERM');
  agent.destroy();
}
