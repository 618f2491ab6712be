-- Accounts, their users, and how those sign in.

create table accounts (
  id uuid primary key,
  name text not null,
  plan text not null check (plan in ('go', 'move', 'boost')),
  time_zone text not null,
  second_enabled boolean not null default false,
  -- A demo account's users may sign in on this machine only.
  demo boolean not null default false,
  created_at timestamptz not null default now()
);

create table users (
  account_id uuid not null references accounts (id),
  id uuid not null,
  full_name text collate "und-x-icu" not null,
  email text not null,
  function text,
  role text not null default 'user' check (role in ('admin', 'user')),
  crm text not null default 'full' check (crm in ('full', 'limited', 'none')),
  deals text not null default 'full' check (deals in ('full', 'limited', 'none')),
  projects text not null default 'participation' check (projects in ('all', 'participation', 'none')),
  invoices boolean not null default true,
  mailbox boolean not null default true,
  export boolean not null default true,
  language text not null default 'en' check (language in ('en', 'fr', 'nl')),
  time_zone text not null,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  primary key (account_id, id),
  constraint users_id_key unique (id),
  -- An admin always has full rights: the roles of the database are chosen by these columns alone.
  constraint users_admins_are_not_limited check (
    role <> 'admin' or (crm = 'full' and deals = 'full' and projects = 'all' and invoices and mailbox and export)
  )
);
-- The one thing that people type and that is unique across the service.
create unique index users_email_key on users (lower(email));
create index users_by_name on users (account_id, full_name, id);

alter table users enable row level security;
create policy reader on users for select to steward_reader using (account_id = current_account());
create policy writer on users for all to steward_writer using (account_id = current_account()) with check (account_id = current_account());
grant select on users to steward_reader;
grant select, insert, update on users to steward_writer;

create table credentials (
  account_id uuid not null,
  user_id uuid not null,
  -- A PHC string of argon2id.
  password_hash text not null,
  changed_at timestamptz not null default now(),
  primary key (account_id, user_id),
  foreign key (account_id, user_id) references users (account_id, id) on delete cascade
);
alter table credentials enable row level security;

-- Tables without an account: see src/server/tables_without_account.txt for the reasons.

create table sessions (
  -- SHA-256 of the id in the cookie: who reads the database cannot sign in with it.
  id_hash bytea primary key,
  -- What the owner of the session sees and ends it by.
  public_id uuid not null unique default gen_random_uuid(),
  user_id uuid references users (id) on delete cascade,
  data jsonb not null,
  agent text,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sessions_by_user on sessions (user_id);
create index sessions_by_expiry on sessions (expires_at);
alter table sessions enable row level security;

create table password_resets (
  token_hash bytea primary key,
  user_id uuid not null references users (id) on delete cascade,
  expires_at timestamptz not null
);
create index password_resets_by_user on password_resets (user_id);
alter table password_resets enable row level security;

-- Attempts that count against a limit: by hash of an e-mail address or of a network address.
create table attempts (
  key_hash bytea not null,
  at timestamptz not null default now()
);
create index attempts_by_key on attempts (key_hash, at);
alter table attempts enable row level security;

-- ---------------------------------------------------------------------------------------------------------------------

create function api.session_save(id_hash bytea, data jsonb, user_id uuid, agent text, expires_at timestamptz, only_new boolean)
returns boolean language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if only_new then
    insert into sessions (id_hash, data, user_id, agent, expires_at)
    values (session_save.id_hash, session_save.data, session_save.user_id, session_save.agent, session_save.expires_at)
    on conflict do nothing;
  else
    -- Not an upsert: a session that was ended must not come back because a request was under way.
    update sessions s set data = session_save.data, user_id = session_save.user_id, expires_at = session_save.expires_at,
      agent = coalesce(s.agent, session_save.agent)
    where s.id_hash = session_save.id_hash;
  end if;
  return found;
end
$$;

-- Who is signed in with this session: its data, and the user with all that decides what he may do.
create function api.session_load(id_hash bytea) returns table (data jsonb, expires_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
  select s.data, s.expires_at from sessions s where s.id_hash = session_load.id_hash and s.expires_at > now()
$$;

create function api.session_delete(id_hash bytea) returns void
language sql security definer set search_path = pg_catalog, public as $$
  delete from sessions s where s.id_hash = session_delete.id_hash
$$;

create function api.sessions_delete_expired() returns void
language sql security definer set search_path = pg_catalog, public as $$
  delete from sessions where expires_at <= now();
  delete from password_resets where expires_at <= now();
  delete from attempts where at < now() - interval '1 day';
$$;

create function api.sessions_of(user_id uuid)
returns table (public_id uuid, agent text, created_at timestamptz, seen_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
  select s.public_id, s.agent, s.created_at, s.seen_at from sessions s
  where s.user_id = sessions_of.user_id and s.expires_at > now() order by s.seen_at desc
$$;

-- Ends one session of a user.
create function api.session_end(user_id uuid, public_id uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  delete from sessions s where s.user_id = session_end.user_id and s.public_id = session_end.public_id;
  return found;
end
$$;

create function api.sessions_end_others(user_id uuid, keep uuid) returns void
language sql security definer set search_path = pg_catalog, public as $$
  delete from sessions s where s.user_id = sessions_end_others.user_id and s.public_id is distinct from keep
$$;

create function api.actor(id_hash bytea) returns table (
  account_id uuid, user_id uuid, session_id uuid, full_name text, email text, role text, crm text, deals text, projects text,
  invoices boolean, mailbox boolean, export boolean, language text, time_zone text, second_enabled boolean, demo boolean
) language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  -- Written at most once a minute: reading a page is not a write.
  update sessions s set seen_at = now() where s.id_hash = actor.id_hash and s.seen_at < now() - interval '1 minute';
  return query
    select u.account_id, u.id, s.public_id, u.full_name, u.email, u.role, u.crm, u.deals, u.projects, u.invoices, u.mailbox, u.export,
      u.language, u.time_zone, a.second_enabled, a.demo
    from sessions s join users u on u.id = s.user_id join accounts a on a.id = u.account_id
    where s.id_hash = actor.id_hash and s.expires_at > now() and u.active;
end
$$;

-- The same for the command line, which acts as a user without a session.
create function api.actor_by_email(email text) returns table (
  account_id uuid, user_id uuid, session_id uuid, full_name text, email text, role text, crm text, deals text, projects text,
  invoices boolean, mailbox boolean, export boolean, language text, time_zone text, second_enabled boolean, demo boolean
) language sql stable security definer set search_path = pg_catalog, public as $$
  select u.account_id, u.id, null::uuid, u.full_name, u.email, u.role, u.crm, u.deals, u.projects, u.invoices, u.mailbox, u.export,
    u.language, u.time_zone, a.second_enabled, a.demo
  from users u join accounts a on a.id = u.account_id
  where lower(u.email) = lower(actor_by_email.email) and u.active
$$;

create function api.credentials(email text) returns table (user_id uuid, password_hash text, demo boolean, language text, full_name text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select u.id, c.password_hash, a.demo, u.language, u.full_name
  from users u join credentials c on c.account_id = u.account_id and c.user_id = u.id join accounts a on a.id = u.account_id
  where lower(u.email) = lower(credentials.email) and u.active
$$;

create function api.password_set(user_id uuid, password_hash text) returns void
language sql security definer set search_path = pg_catalog, public as $$
  insert into credentials (account_id, user_id, password_hash)
  select u.account_id, u.id, password_set.password_hash from users u where u.id = password_set.user_id
  on conflict (account_id, user_id) do update set password_hash = excluded.password_hash, changed_at = now()
$$;

create function api.password_reset_ask(user_id uuid, token_hash bytea) returns void
language sql security definer set search_path = pg_catalog, public as $$
  delete from password_resets r where r.user_id = password_reset_ask.user_id;
  insert into password_resets (token_hash, user_id, expires_at)
  values (password_reset_ask.token_hash, password_reset_ask.user_id, now() + interval '1 hour');
$$;

create function api.password_reset_valid(token_hash bytea) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select exists (
    select 1 from password_resets r join users u on u.id = r.user_id
    where r.token_hash = password_reset_valid.token_hash and r.expires_at > now() and u.active
  )
$$;

-- Uses the token up, sets the password and ends every session of the user; false where the token is worth nothing.
create function api.password_reset_use(token_hash bytea, password_hash text) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
declare who uuid;
begin
  delete from password_resets r using users u
  where r.token_hash = password_reset_use.token_hash and r.expires_at > now() and u.id = r.user_id and u.active
  returning r.user_id into who;
  if who is null then return false; end if;
  perform api.password_set(who, password_hash);
  delete from sessions s where s.user_id = who;
  return true;
end
$$;

-- How many attempts a key has had in the last minutes; this one is counted from now on.
create function api.attempt(key_hash bytea, minutes integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare n bigint;
begin
  select count(*) into n from attempts a
  where a.key_hash = attempt.key_hash and a.at > now() - make_interval(mins => minutes);
  insert into attempts (key_hash) values (attempt.key_hash);
  return n;
end
$$;

-- Forgives all attempts of a key, or the latest one.
create function api.attempts_forgive(key_hash bytea, every boolean) returns void
language sql security definer set search_path = pg_catalog, public as $$
  delete from attempts a where a.ctid = any (array(
    select b.ctid from attempts b where b.key_hash = attempts_forgive.key_hash
    order by b.at desc limit case when every then null else 1 end
  ))
$$;

-- The latest migration that has run: a server is ready once it is the latest that it knows.
create function api.schema_version() returns bigint
language plpgsql stable security definer set search_path = pg_catalog, public as $$
begin
  return (select max(m.version) from _sqlx_migrations m where m.success);
end
$$;

-- Functions are executable by everybody until told otherwise; the login gets its grants in src/server/database/logins.rs.
revoke execute on all functions in schema api from public;
