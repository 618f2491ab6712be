-- Teams, what an account has bought, who runs the service, and who changed what an account has.

create table teams (
  account_id uuid not null references accounts (id),
  id uuid not null,
  version bigint not null default 1,
  name text collate "und-x-icu" not null,
  updated_at timestamptz not null default now(),
  updated_by uuid,
  primary key (account_id, id),
  foreign key (account_id, updated_by) references users (account_id, id)
);
create index teams_by_name on teams (account_id, name, id);

-- A user is in any number of teams.
create table team_members (
  account_id uuid not null,
  team_id uuid not null,
  user_id uuid not null,
  lead boolean not null default false,
  primary key (account_id, team_id, user_id),
  foreign key (account_id, team_id) references teams (account_id, id) on delete cascade,
  foreign key (account_id, user_id) references users (account_id, id) on delete cascade
);
create index team_members_by_user on team_members (account_id, user_id, team_id);
create unique index team_members_one_lead on team_members (account_id, team_id) where lead;

-- What an account has bought ---------------------------------------------------------------------------------------------

alter table accounts add boosters text[] not null default '{}' check (boosters <@ array['projects', 'mailbox']);

-- What admins ask support for.
create table requests (
  account_id uuid not null references accounts (id),
  id uuid not null,
  feature text not null check (feature in ('second_sales_contact')),
  by_user_id uuid not null,
  at timestamptz not null default now(),
  -- Granted, or without object since.
  closed_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, by_user_id) references users (account_id, id)
);
-- Asking twice is asking once.
create unique index requests_open on requests (account_id, feature) where closed_at is null;

-- Append-only: who changed what the account has, and why. Names are as they were then: operators come and go.
create table audit (
  account_id uuid not null references accounts (id),
  id uuid not null default gen_random_uuid(),
  at timestamptz not null default clock_timestamp(),
  by_name text not null,
  -- Null: support.
  by_user_id uuid,
  what text not null check (what in ('plan', 'boosters', 'second_sales_contact')),
  before text not null,
  after text not null,
  reason text not null,
  primary key (account_id, id),
  foreign key (account_id, by_user_id) references users (account_id, id)
);
create index audit_by_time on audit (account_id, at desc, id);

do $$
declare name text;
begin
  foreach name in array array['teams', 'team_members', 'requests', 'audit'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy reader on %I for select to steward_reader using (account_id = current_account())', name);
    execute format('create policy writer on %I for all to steward_writer using (account_id = current_account()) with check (account_id = current_account())', name);
    execute format('grant select on %I to steward_reader', name);
    execute format('grant select, insert on %I to steward_writer', name);
  end loop;
end
$$;
grant update, delete on teams, team_members to steward_writer;
grant update (closed_at) on requests to steward_writer;

-- What the present account has. Of the table of accounts a transaction reads this one row.
create function my_plan() returns table (name text, plan text, boosters text[], second_enabled boolean)
language sql stable security definer set search_path = pg_catalog, public as $$
  select a.name, a.plan, a.boosters, a.second_enabled from accounts a where a.id = current_account()
$$;

-- Enables or disables the second sales contact for the present account; whether that changed anything.
create function my_second_set(enabled boolean) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update accounts a set second_enabled = enabled where a.id = current_account() and a.second_enabled <> enabled;
  return found;
end
$$;
revoke execute on function my_plan(), my_second_set(boolean) from public;
grant execute on function my_plan() to steward_reader;
grant execute on function my_second_set(boolean) to steward_writer;

-- Who would see how many records fewer without the second sales contact. Not a definer: who calls it reads as himself.
create function second_losses(account uuid) returns table (user_id uuid, full_name text, companies bigint, deals bigint)
language sql stable as $$
  with narrow as (
    select u.id, u.full_name, u.crm, u.deals from users u
    where u.account_id = second_losses.account and u.active and not (u.crm = 'full' and u.deals in ('full', 'none'))
  ), lost_companies as (
    select u.id, count(*) as n from narrow u join companies c
      on c.account_id = second_losses.account and c.second_sales_contact_id = u.id and c.deleted_at is null
    where u.crm = 'limited' group by u.id
  ), by_second as (
    select u.id as user_id, u.crm, d.id, d.assigned_to_id, d.company_id from narrow u join deals d
      on d.account_id = second_losses.account and d.second_sales_contact_id = u.id and d.deleted_at is null
    where u.deals <> 'none'
    union
    select u.id, u.crm, d.id, d.assigned_to_id, d.company_id from narrow u
      join companies c on c.account_id = second_losses.account and c.second_sales_contact_id = u.id and c.deleted_at is null
      join deals d on d.account_id = second_losses.account and d.company_id = c.id and d.deleted_at is null
    where u.deals <> 'none' and u.crm <> 'none'
  ), lost_deals as (
    select b.user_id as id, count(*) as n from by_second b
    where b.assigned_to_id <> b.user_id and not (b.crm <> 'none' and exists (
      select 1 from companies c where c.account_id = second_losses.account and c.id = b.company_id
        and c.deleted_at is null and c.sales_contact_id = b.user_id))
    group by b.user_id
  )
  select u.id, u.full_name, coalesce(c.n, 0), coalesce(d.n, 0)
  from narrow u left join lost_companies c on c.id = u.id left join lost_deals d on d.id = u.id
  where c.n > 0 or d.n > 0 order by u.full_name, u.id
$$;
revoke execute on function second_losses(uuid) from public;
grant execute on function second_losses(uuid) to steward_reader;

-- Operators: staff of the hosted service ---------------------------------------------------------------------------------

create table operators (
  id uuid primary key,
  full_name text not null,
  email text not null,
  password_hash text not null,
  language text not null default 'en' check (language in ('en', 'fr', 'nl')),
  -- Signs in on this machine only, and without a second factor.
  demo boolean not null default false,
  -- What the second factor is computed from. Nobody but the functions below reads it.
  totp_secret bytea,
  -- The last code that was used, as its number: no code counts twice.
  totp_step bigint not null default 0,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  constraint operators_have_a_second_factor check (demo or totp_secret is not null)
);
create unique index operators_email_key on operators (lower(email));
alter table operators enable row level security;

-- The session says which operator is signed in, as it says which user.
alter table sessions add operator_id uuid generated always as ((data ->> 'operator')::uuid) stored references operators (id) on delete cascade;
create index sessions_by_operator on sessions (operator_id) where operator_id is not null;

create function api.operator(id_hash bytea) returns table (id uuid, full_name text, email text, language text, demo boolean)
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update sessions s set seen_at = now()
  where s.id_hash = operator.id_hash and s.operator_id is not null and s.seen_at < now() - interval '1 minute';
  return query
    select o.id, o.full_name, o.email, o.language, o.demo from sessions s join operators o on o.id = s.operator_id
    where s.id_hash = operator.id_hash and s.expires_at > now() and s.user_id is null and o.active;
end
$$;

create function api.operator_credentials(email text)
returns table (id uuid, email text, password_hash text, demo boolean, totp_secret bytea)
language sql stable security definer set search_path = pg_catalog, public as $$
  select o.id, o.email, o.password_hash, o.demo, o.totp_secret from operators o
  where lower(o.email) = lower(operator_credentials.email) and o.active
$$;

-- Uses a code up; false where it, or a later one, was used before.
create function api.operator_totp_use(operator uuid, step bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update operators o set totp_step = step where o.id = operator_totp_use.operator and o.totp_step < operator_totp_use.step;
  return found;
end
$$;

-- Whom a request for support is mailed to where no address is configured.
create function api.operator_addresses() returns table (email text, language text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select o.email, o.language from operators o where o.active order by o.email
$$;

-- Names, plans and counts of accounts; never a record. Each function asks first whether an operator is asking.
create function api.support_accounts(operator uuid, only_account uuid) returns table (
  id uuid, name text, plan text, boosters text[], second_enabled boolean, users bigint, companies bigint, deals bigint,
  requests text[], asked_at timestamptz
) language sql stable security definer set search_path = pg_catalog, public as $$
  select a.id, a.name, a.plan, a.boosters, a.second_enabled,
    (select count(*) from users u where u.account_id = a.id and u.active),
    (select count(*) from companies c where c.account_id = a.id and c.deleted_at is null),
    (select count(*) from deals d where d.account_id = a.id and d.deleted_at is null),
    array(select r.feature from requests r where r.account_id = a.id and r.closed_at is null order by r.at),
    (select min(r.at) from requests r where r.account_id = a.id and r.closed_at is null)
  from accounts a
  where exists (select 1 from operators o where o.id = support_accounts.operator and o.active)
    and (support_accounts.only_account is null or a.id = support_accounts.only_account)
  order by 10 nulls last, a.name, a.id
$$;

-- How many people would lose access to how many records without the second sales contact.
create function api.support_losses(operator uuid, account uuid) returns table (people bigint, records numeric)
language sql stable security definer set search_path = pg_catalog, public as $$
  select count(*), coalesce(sum(l.companies + l.deals), 0) from second_losses(support_losses.account) l
  where exists (select 1 from operators o where o.id = support_losses.operator and o.active)
$$;

create function api.support_audit(operator uuid, account uuid)
returns table (at timestamptz, by_name text, by_support boolean, what text, before text, after text, reason text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select e.at, case when e.by_user_id is null then e.by_name else '' end, e.by_user_id is null, e.what, e.before, e.after, e.reason from audit e
  where e.account_id = support_audit.account
    and exists (select 1 from operators o where o.id = support_audit.operator and o.active)
  order by e.at desc, e.id limit 200
$$;

-- Changes what an account has, and writes each change down. `was` is what the operator saw: 'stale' where it is different by now,
-- 'gone' where there is no such account or operator.
create function api.support_change(
  operator uuid, account uuid, was text, plan text, boosters text[], second_enabled boolean, reason text
) returns text language plpgsql security definer set search_path = pg_catalog, public as $$
declare old accounts; by_name text; wanted text[];
begin
  select o.full_name into by_name from operators o where o.id = support_change.operator and o.active;
  select * into old from accounts a where a.id = support_change.account for update;
  if by_name is null or old.id is null then return 'gone'; end if;
  if was <> format('%s|%s|%s', old.plan, array_to_string(old.boosters, ','), old.second_enabled::text) then return 'stale'; end if;
  wanted := array(select distinct b from unnest(support_change.boosters) b order by b);
  update accounts a set plan = support_change.plan, boosters = wanted, second_enabled = support_change.second_enabled
  where a.id = account;
  insert into audit (account_id, by_name, what, before, after, reason)
  select support_change.account, by_name, v.what, v.before, v.after, support_change.reason from (values
    ('plan', old.plan, support_change.plan),
    ('boosters', array_to_string(old.boosters, ','), array_to_string(wanted, ',')),
    ('second_sales_contact', case when old.second_enabled then 'on' else 'off' end,
      case when support_change.second_enabled then 'on' else 'off' end)
  ) v (what, before, after) where v.before <> v.after;
  if support_change.second_enabled then
    update requests r set closed_at = now()
    where r.account_id = support_change.account and r.feature = 'second_sales_contact' and r.closed_at is null;
  end if;
  return 'done';
end
$$;

revoke execute on all functions in schema api from public;
