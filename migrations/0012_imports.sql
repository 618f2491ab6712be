-- Imports in the browser: the file, which column is which field, how far it is, and what became of every row. Seen by who
-- imports and by the account's admins; the file and its rows are kept for a week.

create table imports (
  account_id uuid not null references accounts (id),
  id uuid not null,
  by_user_id uuid not null,
  at timestamptz not null default now(),
  file_name text not null,
  -- What the rows are; null as long as neither the headings nor anybody have said it.
  kind text,
  -- Of each column its heading, some of its cells, and the key of the field that it fills.
  columns jsonb not null,
  rows integer not null,
  -- What was done last, or is being done, and how far it is.
  task text not null default 'check' check (task in ('check', 'import', 'undo')),
  state text not null default 'new' check (state in ('new', 'running', 'stopped', 'done')),
  done integer not null default 0,
  created integer not null default 0,
  known integer not null default 0,
  bad integer not null default 0,
  -- Of what it has created: put into the bin again, or left, and why.
  undone integer not null default 0,
  changed integer not null default 0,
  needed integer not null default 0,
  out_of_reach integer not null default 0,
  error jsonb,
  -- Who runs it shows that he is alive; whoever takes over has another run, and the one before writes nothing any more.
  run uuid,
  beat_at timestamptz,
  -- Since when it has been writing records, and when it did so last.
  began_at timestamptz,
  wrote_at timestamptz,
  -- Since when its file and rows are gone.
  purged_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, by_user_id) references users (account_id, id)
);
create index imports_by_time on imports (account_id, at desc, id desc);
create index imports_by_user on imports (account_id, by_user_id, at desc, id desc);
create index imports_to_purge on imports (at) where purged_at is null;

create table import_files (
  account_id uuid not null,
  import_id uuid not null,
  bytes bytea not null,
  primary key (account_id, import_id),
  foreign key (account_id, import_id) references imports (account_id, id) on delete cascade
);

create table import_rows (
  account_id uuid not null,
  import_id uuid not null,
  -- Of the file, counted from 1.
  line bigint not null,
  title text not null,
  -- In a check, what would become of it.
  fate text not null check (fate in ('created', 'known', 'bad')),
  problems jsonb,
  -- What it became.
  record_id uuid,
  -- What became of that record when the import was undone: put into the bin, or left, and why.
  undone text check (undone in ('undone', 'changed', 'needed', 'out_of_reach')),
  primary key (account_id, import_id, line),
  foreign key (account_id, import_id) references imports (account_id, id) on delete cascade
);
create index import_rows_by_fate on import_rows (account_id, import_id, fate, line);
create index import_rows_to_undo on import_rows (account_id, import_id, line) where record_id is not null and undone is null;

create function i_am_admin() returns boolean language sql stable
  return exists (
    select 1 from users u where u.account_id = current_account() and u.id = current_user_id() and u.role = 'admin' and u.active);
revoke execute on function i_am_admin() from public;
grant execute on function i_am_admin() to steward_reader;

alter table imports enable row level security;
-- For all commands, as of records: who sees one may lock it.
create policy reader on imports for all to steward_reader
  using (account_id = current_account() and (by_user_id = current_user_id() or (select i_am_admin()))) with check (false);
grant select, update on imports to steward_reader;
do $$
declare name text;
begin
  foreach name in array array['import_files', 'import_rows'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy reader on %I for select to steward_reader
      using (account_id = current_account() and import_id in (select i.id from imports i where i.account_id = current_account()))', name);
    execute format('grant select on %I to steward_reader', name);
  end loop;
  foreach name in array array['imports', 'import_files', 'import_rows'] loop
    execute format('create policy writer on %I for all to steward_writer using (account_id = current_account()) with check (account_id = current_account())', name);
    execute format('grant select, insert, update on %I to steward_writer', name);
  end loop;
end
$$;
grant delete on import_rows to steward_writer;

-- Deletes the file and the rows of one import that is older than a week; how many there were. What it has created stays.
create function api.import_purge() returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare old imports;
begin
  select * into old from imports i
  where i.purged_at is null and i.at < now() - interval '7 days'
    and not (i.state = 'running' and i.beat_at > now() - interval '1 hour')
  limit 1 for update skip locked;
  if old.id is null then return 0; end if;
  delete from import_files f where f.account_id = old.account_id and f.import_id = old.id;
  delete from import_rows r where r.account_id = old.account_id and r.import_id = old.id;
  update imports i set columns = '[]', purged_at = now() where i.account_id = old.account_id and i.id = old.id;
  return 1;
end
$$;
revoke execute on all functions in schema api from public;
