-- Segments: saved filters of one list, private, of a team, or of everyone. What they find is decided by the policies of the
-- records; here is only who sees the segment itself.

create table segments (
  account_id uuid not null references accounts (id),
  id uuid not null,
  kind text not null,
  version bigint not null default 1,
  name text collate "und-x-icu" not null,
  owner_id uuid not null,
  audience text not null check (audience in ('me', 'team', 'everyone')),
  -- None once the team is gone: then its owner sees it alone.
  team_id uuid,
  owner_only boolean not null default true,
  filter jsonb not null,
  columns text[] not null default '{}',
  sort text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(), updated_by uuid not null,
  primary key (account_id, id),
  foreign key (account_id, owner_id) references users (account_id, id),
  foreign key (account_id, updated_by) references users (account_id, id),
  foreign key (account_id, team_id) references teams (account_id, id) on delete set null (team_id)
);
create index segments_of_list on segments (account_id, kind, name, id);

-- Everybody puts his side bar in an order of his own; what has no place in it stands behind, by name.
create table segment_places (
  account_id uuid not null,
  user_id uuid not null,
  segment_id uuid not null,
  position integer not null,
  primary key (account_id, user_id, segment_id),
  foreign key (account_id, user_id) references users (account_id, id),
  foreign key (account_id, segment_id) references segments (account_id, id) on delete cascade
);

alter table segments enable row level security;
-- For all commands, as of records: who sees one may lock it.
create policy reader on segments for all to steward_reader
  using (account_id = current_account() and (
    owner_id = current_user_id()
    or audience = 'everyone'
    or (audience = 'team' and team_id = any (array(
      select m.team_id from team_members m where m.account_id = current_account() and m.user_id = current_user_id())))))
  with check (false);
alter table segment_places enable row level security;
create policy reader on segment_places for select to steward_reader
  using (account_id = current_account() and user_id = current_user_id());
do $$
declare name text;
begin
  foreach name in array array['segments', 'segment_places'] loop
    execute format('create policy writer on %I for all to steward_writer using (account_id = current_account()) with check (account_id = current_account())', name);
    execute format('grant select, insert, update, delete on %I to steward_writer', name);
  end loop;
end
$$;
grant select, update on segments to steward_reader;
grant select on segment_places to steward_reader;

-- Where days begin and end for everybody in the present account.
create function account_time_zone() returns text
language sql stable security definer set search_path = pg_catalog, public as $$
  select a.time_zone from accounts a where a.id = current_account()
$$;
revoke execute on function account_time_zone() from public;
grant execute on function account_time_zone() to steward_reader;
