-- Acts on many records at once: what is to be done, to which records, how far it is, and what became of each. Seen by who does
-- it and by the account's admins; the records are kept for a week, the act itself stays: it is the one event of them all.

create table bulk_acts (
  account_id uuid not null references accounts (id),
  id uuid not null,
  by_user_id uuid not null,
  at timestamptz not null default now(),
  kind text not null,
  act jsonb not null,
  -- The list that the records come from, as an address says it; empty where they were ticked one by one.
  list text not null default '',
  asked integer not null,
  -- How many would change, or would not and why, when it was prepared; and how many its author would not see afterwards.
  expected jsonb not null,
  loses_sight integer not null default 0,
  task text not null default 'apply' check (task in ('apply', 'undo')),
  state text not null default 'prepared' check (state in ('prepared', 'running', 'stopped', 'done')),
  -- How far the task is, counted and by the last record that it has come to; records are taken in the order of their ids.
  done integer not null default 0,
  last_record_id uuid,
  counts jsonb not null default '{}',
  undone jsonb not null default '{}',
  error jsonb,
  -- Who runs it, with which rights, shows that he is alive; whoever takes over has another run, and the one before writes nothing
  -- any more.
  run uuid,
  runner_id uuid,
  access jsonb,
  beat_at timestamptz,
  -- Since when it has been changing records, and when it did so last.
  began_at timestamptz,
  wrote_at timestamptz,
  -- Since when its records are gone.
  purged_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, by_user_id) references users (account_id, id),
  foreign key (account_id, runner_id) references users (account_id, id)
);
create index bulk_acts_by_time on bulk_acts (account_id, began_at desc, id desc) where began_at is not null;
create index bulk_acts_by_user on bulk_acts (account_id, by_user_id, at desc);
create index bulk_acts_to_purge on bulk_acts (at) where purged_at is null;
create index bulk_acts_under_way on bulk_acts (beat_at) where state = 'running';
create unique index bulk_acts_one_at_a_time on bulk_acts (account_id, runner_id) where state = 'running';

create table bulk_items (
  account_id uuid not null,
  act_id uuid not null,
  record_id uuid not null,
  -- What became of it; null as long as nothing did.
  fate text,
  -- Who was responsible before, or stood in the User field; and the hidden second who gave way.
  before uuid[],
  second uuid,
  wrote_at timestamptz,
  -- What became of it when the act was undone.
  undone text,
  primary key (account_id, act_id, record_id),
  foreign key (account_id, act_id) references bulk_acts (account_id, id) on delete cascade
)
-- Each is written once more when its fate is known: beside itself, so that no index changes.
with (fillfactor = 45);

alter table bulk_acts enable row level security;
-- For all commands, as of records: who sees one may lock it.
create policy reader on bulk_acts for all to steward_reader
  using (account_id = current_account() and (by_user_id = current_user_id() or (select i_am_admin()))) with check (false);
grant select, update on bulk_acts to steward_reader;
alter table bulk_items enable row level security;
create policy reader on bulk_items for select to steward_reader
  using (account_id = current_account() and act_id in (select a.id from bulk_acts a where a.account_id = current_account()));
grant select on bulk_items to steward_reader;
do $$
declare name text;
begin
  foreach name in array array['bulk_acts', 'bulk_items'] loop
    execute format('create policy writer on %I for all to steward_writer using (account_id = current_account()) with check (account_id = current_account())', name);
    execute format('grant select, insert, update on %I to steward_writer', name);
  end loop;
end
$$;

-- An act whose server is no more, and whom it acts for: any server goes on with it, as that person.
create function api.bulk_abandoned() returns table (act_id uuid, email text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select a.id, u.email from bulk_acts a join users u on u.account_id = a.account_id and u.id = a.runner_id
  where a.state = 'running' and a.beat_at < now() - interval '30 seconds' and u.active
  order by a.beat_at limit 1
$$;

-- Deletes the records of one act that is older than a week, or an act that was only prepared and is older than a day; how many
-- there were.
create function api.bulk_purge() returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare old bulk_acts;
begin
  select * into old from bulk_acts a
  where a.purged_at is null and a.at < now() - interval '1 day' and (a.began_at is null or a.at < now() - interval '7 days')
    and not (a.state = 'running' and a.beat_at > now() - interval '1 hour')
  limit 1 for update skip locked;
  if old.id is null then return 0; end if;
  if old.began_at is null then
    delete from bulk_acts a where a.account_id = old.account_id and a.id = old.id;
    return 1;
  end if;
  delete from bulk_items i where i.account_id = old.account_id and i.act_id = old.id;
  update bulk_acts a set purged_at = now() where a.account_id = old.account_id and a.id = old.id;
  return 1;
end
$$;
revoke execute on all functions in schema api from public;
