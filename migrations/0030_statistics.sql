-- Statistics of the shared mailbox: the working hours of an account, and one row for each thing that happens to a ticket. Triggers
-- write these, so that whichever way it happens, nothing is missed; nobody else does.

-- Working hours ----------------------------------------------------------------------------------------------------------------

-- In the account's time zone; an account without a row has those of `hours_of`.
create table working_hours (
  account_id uuid primary key references accounts (id),
  -- Grows with every save: a form that is older is refused.
  version bigint not null default 1,
  -- 1 is Monday, 7 Sunday.
  days integer[] not null check (cardinality(days) between 1 and 7 and days <@ array[1, 2, 3, 4, 5, 6, 7]),
  -- Minutes after midnight; 1440 is the next one.
  begins integer not null check (begins between 0 and 1439),
  ends integer not null check (ends between 1 and 1440),
  updated_at timestamptz not null default now(),
  updated_by uuid,
  foreign key (account_id, updated_by) references users (account_id, id),
  constraint working_hours_end check (begins < ends)
);
alter table working_hours enable row level security;
create policy reader on working_hours for select to steward_reader using (account_id = current_account());
create policy writer on working_hours for all to steward_writer using (account_id = current_account()) with check (account_id = current_account());
grant select on working_hours to steward_reader;
grant select, insert, update on working_hours to steward_writer;

-- How many minutes of working time lie between two moments, in one step for each working day. Where the clocks are not changed from the
-- noon before a day to the noon after it, its hours are an interval; else they may be missing or come twice, and it is gone through
-- minute by minute.
create function working_minutes(account uuid, started timestamptz, ended timestamptz) returns integer
language sql stable set search_path = pg_catalog, public as $$
  with hours as (
    select a.time_zone as zone, coalesce(w.days, array[1, 2, 3, 4, 5]) as days,
      coalesce(w.begins, 540) as begins, coalesce(w.ends, 1050) as ends
    from accounts a left join working_hours w on w.account_id = a.id where a.id = working_minutes.account
  ), local_days as (
    select d as day, (d - interval '12 hours') at time zone h.zone as noon_before, (d + interval '36 hours') at time zone h.zone as noon_after, h.*
    from hours h, generate_series(date_trunc('day', started at time zone h.zone), date_trunc('day', ended at time zone h.zone), interval '1 day') d
    where extract(isodow from d) = any (h.days)
  )
  select coalesce(floor(sum(case
    when l.noon_after - l.noon_before = interval '48 hours' then greatest(0, extract(epoch from
      least(ended, l.noon_before + make_interval(mins => 720 + l.ends)) - greatest(started, l.noon_before + make_interval(mins => 720 + l.begins))))
    else (
      select coalesce(sum(extract(epoch from least(ended, m + interval '1 minute') - greatest(started, m))), 0)
      from generate_series(greatest(date_trunc('minute', started), l.noon_before), least(ended, l.noon_after), interval '1 minute') m
      cross join lateral (select m at time zone l.zone as at) clock
      where m < ended and date_trunc('day', clock.at) = l.day
        and extract(hour from clock.at) * 60 + extract(minute from clock.at) >= l.begins
        and extract(hour from clock.at) * 60 + extract(minute from clock.at) < l.ends
    )
  end) / 60), 0)::integer
  from local_days l
$$;
revoke execute on function working_minutes(uuid, timestamptz, timestamptz) from public;

-- What happened ------------------------------------------------------------------------------------------------------------------

create table ticket_facts (
  account_id uuid not null,
  id uuid not null default gen_random_uuid(),
  record_id uuid not null,
  -- A ticket came; it was closed, opened again; one of us wrote to the client, for the first time.
  what text collate "C" not null check (what in ('received', 'closed', 'reopened', 'replied', 'first_reply')),
  at timestamptz not null,
  -- Who was responsible at that moment; null is nobody.
  user_id uuid,
  -- Working time since the ticket came, of a closing and of a first reply, also where this is one of all replies; by the working
  -- hours of that moment.
  minutes integer,
  -- When the same happened to the ticket the last time before; and the last time before under the same colleague. What has none
  -- within a period is the first in it: so tickets are counted, each once, without looking for doubles among millions.
  before_at timestamptz,
  before_under_at timestamptz,
  -- As the ticket is now: who is responsible, and whether it does not lie in the bin.
  owner_id uuid,
  live boolean not null,
  -- The ticket in front: it is asked for as well.
  primary key (account_id, record_id, what, at, id),
  foreign key (account_id, record_id) references tickets (account_id, id) on delete cascade,
  foreign key (account_id, user_id) references users (account_id, id),
  foreign key (account_id, owner_id) references users (account_id, id)
);
create unique index ticket_facts_once on ticket_facts (account_id, record_id, what) where what in ('received', 'first_reply');
-- All that statistics count they read from these alone.
create index ticket_facts_by_time on ticket_facts (account_id, what, at) include (before_at, record_id) where live;
create index ticket_facts_by_user on ticket_facts (account_id, what, user_id, at) include (before_at, before_under_at, minutes) where live;
create index ticket_facts_by_owner on ticket_facts (account_id, what, owner_id, at) include (before_at, minutes) where live;
-- How long those have been open that are.
create index tickets_open_since on tickets (account_id, created_at) include (assigned_to_id) where deleted_at is null and status <> 'closed';

alter table ticket_facts enable row level security;
create policy reader on ticket_facts for select to steward_reader
  using (account_id = current_account() and live and (select sees_mailbox()));
create policy writer on ticket_facts for select to steward_writer using (account_id = current_account());
grant select on ticket_facts to steward_reader, steward_writer;

-- Writes down what happened to a ticket as it is now.
create function ticket_fact(t tickets, what text, at timestamptz, minutes integer) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into ticket_facts (account_id, record_id, what, at, user_id, minutes, before_at, before_under_at, owner_id, live)
  select t.account_id, t.id, ticket_fact.what, ticket_fact.at, t.assigned_to_id, ticket_fact.minutes,
    max(f.at), max(f.at) filter (where f.user_id is not distinct from t.assigned_to_id), t.assigned_to_id, t.deleted_at is null
  from ticket_facts f
  where f.account_id = t.account_id and f.record_id = t.id and f.what = ticket_fact.what and f.at <= ticket_fact.at
  on conflict do nothing;
  -- Of two transactions the one that began first may be written last.
  update ticket_facts f set
    before_at = greatest(f.before_at, ticket_fact.at),
    before_under_at = case when f.user_id is not distinct from t.assigned_to_id then greatest(f.before_under_at, ticket_fact.at)
      else f.before_under_at end
  where f.account_id = t.account_id and f.record_id = t.id and f.what = ticket_fact.what and f.at > ticket_fact.at;
end
$$;
revoke execute on function ticket_fact(tickets, text, timestamptz, integer) from public;

create function ticket_fact_of_ticket() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if tg_op = 'INSERT' then
    perform ticket_fact(new, 'received', new.created_at, null);
  elsif old.status = 'closed' then
    perform ticket_fact(new, 'reopened', now(), null);
  end if;
  if new.status = 'closed' then
    perform ticket_fact(new, 'closed', new.closed_at, working_minutes(new.account_id, new.created_at, new.closed_at));
  end if;
  return null;
end
$$;
create trigger fact_on_insert after insert on tickets for each row execute function ticket_fact_of_ticket();
create trigger fact_on_status after update of status on tickets
  for each row when (old.status <> new.status and (old.status = 'closed' or new.status = 'closed')) execute function ticket_fact_of_ticket();

create function ticket_fact_of_reply() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  t tickets;
  waited integer;
begin
  select * into t from tickets r where r.account_id = new.account_id and r.id = new.record_id;
  if not exists (
    select 1 from ticket_facts f where f.account_id = t.account_id and f.record_id = t.id and f.what = 'first_reply'
  ) then
    waited := working_minutes(t.account_id, t.created_at, new.at);
    perform ticket_fact(t, 'first_reply', new.at, waited);
  end if;
  perform ticket_fact(t, 'replied', new.at, waited);
  return null;
end
$$;
create trigger fact_on_reply after insert on ticket_messages for each row when (new.way = 'out') execute function ticket_fact_of_reply();

create function ticket_facts_follow() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update ticket_facts f set owner_id = new.assigned_to_id, live = (new.deleted_at is null)
  where f.account_id = new.account_id and f.record_id = new.id;
  return null;
end
$$;
-- By its name it comes before the triggers that write what is new.
create trigger fact_follows after update of assigned_to_id, deleted_at on tickets
  for each row when (old.assigned_to_id is distinct from new.assigned_to_id or old.deleted_at is distinct from new.deleted_at)
  execute function ticket_facts_follow();

alter table audit drop constraint audit_what_check;
alter table audit add constraint audit_what_check check (what in (
  'plan', 'boosters', 'second_sales_contact', 'request', 'status', 'rights', 'second_factor', 'second_factor_required', 'field',
  'mailbox', 'working_hours'));
