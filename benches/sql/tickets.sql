-- What the shared mailbox is measured with: :tickets of them in one account, spread over three years, each with the message that opened
-- it, the replies to it, and what happened to it. As the owner, once; in one select each, since the triggers would take an hour.
-- psql -v account=… -v tickets=500000
\set ON_ERROR_STOP 1
begin;
alter table tickets disable trigger user;
alter table ticket_messages disable trigger user;
create temporary table people as
select id, row_number() over (order by id) - 1 as n, count(*) over () as of from users where account_id = :'account';
-- How each ticket went: nine in ten are answered, most are closed, one in twenty was opened again.
create temporary table went as
select s.n, gen_random_uuid() as id, p.id as user_id, q.id as then_id, s.created_at,
  s.created_at + s.waited as replied_at, (s.waited_minutes * 0.24)::integer as reply_minutes,
  case when s.n % 10 > 0 then 1 + s.n % 3 else 0 end as replies,
  s.created_at + s.waited * 3 as closed_at, (s.waited_minutes * 0.7)::integer as close_minutes,
  s.created_at + s.waited * 3 < now() - interval '1 day' and s.n % 50 > 0 as closed,
  s.n % 20 = 7 and s.created_at + s.waited * 6 < now() - interval '2 days' as again
from (
  select n, waited_minutes, make_interval(mins => waited_minutes) as waited,
    now() - interval '1095 days' * (1 - n / :tickets::float) - interval '5 minutes' as created_at
  from (select n, (5 + 2000 * power(random(), 3))::integer as waited_minutes from generate_series(1, :tickets) n) w
) s
left join people p on p.n = (s.n * 7) % (p.of + 1)
left join people q on q.n = (s.n * 3) % (q.of + 1);
create index on went (n);
analyze went;

insert into tickets (account_id, id, number, subject, status, client_email, assigned_to_id, created_at, updated_at, active_at, last_message_at, closed_at, first_reply_at)
select :'account', w.id, w.n + coalesce((select last from ticket_numbers where account_id = :'account'), 0), 'Question ' || w.n,
  case when w.closed then 'closed' when w.replies = 0 then 'new' when w.n % 2 = 0 then 'waiting' else 'open' end,
  'client' || w.n % 40000 || '@clients.test', w.user_id, w.created_at, w.closed_at, w.closed_at, least(w.closed_at, now()),
  case when w.closed then w.closed_at end, case when w.replies > 0 then w.replied_at end
from went w;
insert into ticket_numbers as n (account_id, last) values (:'account', :tickets)
on conflict (account_id) do update set last = n.last + excluded.last;

insert into ticket_messages (account_id, record_id, id, way, at, by_user_id, message_id, from_email, subject, body, state)
select :'account'::uuid, w.id, gen_random_uuid(), 'in', w.created_at, null::uuid, 'in-' || w.n || '@clients.test', 'client' || w.n % 40000 || '@clients.test',
  'Question ' || w.n, 'Could you tell us when the order arrives? We have not heard of it since last week.', null
from went w
union all
select :'account'::uuid, w.id, gen_random_uuid(), 'out', w.replied_at + (r - 1) * interval '10 minutes', coalesce(w.user_id, (select id from people where n = 0)),
  'out-' || w.n || '-' || r || '@steward.test', null, 'Re: Question ' || w.n, 'It is on its way and arrives tomorrow morning.', 'sent'
from went w cross join generate_series(1, w.replies) r;

create temporary table happened as
select w.id, 'received' as what, w.created_at as at, w.then_id as user_id, null::integer as minutes, w.user_id as owner_id from went w
union all
select w.id, 'first_reply', w.replied_at, w.user_id, w.reply_minutes, w.user_id from went w where w.replies > 0 and w.replied_at < now()
union all
select w.id, 'replied', w.replied_at + (r - 1) * interval '10 minutes', case when r = 3 then w.then_id else w.user_id end, case when r = 1 then w.reply_minutes end, w.user_id
from went w cross join generate_series(1, w.replies) r where w.replied_at < now()
union all
select w.id, 'closed', w.closed_at, w.then_id, w.close_minutes, w.user_id from went w where w.closed
union all
select w.id, 'reopened', w.closed_at + interval '1 hour', w.user_id, null, w.user_id from went w where w.closed and w.again
union all
select w.id, 'closed', w.closed_at + interval '1 day', w.user_id, w.close_minutes + 500, w.user_id from went w where w.closed and w.again;
insert into ticket_facts (account_id, record_id, what, at, user_id, minutes, before_at, before_under_at, owner_id, live)
select :'account', h.id, h.what, h.at, h.user_id, h.minutes, lag(h.at) over (partition by h.id, h.what order by h.at),
  lag(h.at) over (partition by h.id, h.what, h.user_id order by h.at), h.owner_id, true
from happened h;
alter table tickets enable trigger user;
alter table ticket_messages enable trigger user;
commit;
vacuum analyze tickets, ticket_messages, ticket_facts;
