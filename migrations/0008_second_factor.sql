-- The second factor of users: a secret that their authenticator shares, recovery codes, and accounts that require it of everybody.

alter table accounts add second_factor_required boolean not null default false;

-- A row: this user has a second factor.
create table user_second_factors (
  account_id uuid not null,
  user_id uuid not null,
  since timestamptz not null default now(),
  -- What the codes are computed from. Nobody but the functions of the schema api reads it, nor what follows.
  secret bytea not null,
  -- The last code that was used, as its number: no code counts twice.
  step bigint not null,
  -- SHA-256 of what is left of the recovery codes.
  recovery_codes bytea[] not null,
  primary key (account_id, user_id),
  foreign key (account_id, user_id) references users (account_id, id) on delete cascade
);
create unique index user_second_factors_by_user on user_second_factors (user_id);
alter table user_second_factors enable row level security;
create policy reader on user_second_factors for select to steward_reader using (account_id = current_account());
create policy writer on user_second_factors for all to steward_writer
  using (account_id = current_account()) with check (account_id = current_account());
-- Who has one, since when: that much an account's admins may know, and that it is gone they may decide.
grant select (account_id, user_id, since) on user_second_factors to steward_reader, steward_writer;
grant delete on user_second_factors to steward_writer;

-- Whose second factor somebody else takes away is signed out everywhere: where his session is, his authenticator may be too.
create function end_sessions_without_second_factor() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if old.user_id is distinct from current_user_id() then
    delete from sessions s where s.user_id = old.user_id;
  end if;
  return null;
end
$$;
create trigger end_sessions_without_second_factor after delete on user_second_factors for each row
  execute function end_sessions_without_second_factor();

-- Whether the present account requires it, and whether that changed anything.
create function my_second_factor_required() returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select a.second_factor_required from accounts a where a.id = current_account()
$$;
create function my_second_factor_require(required boolean) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update accounts a set second_factor_required = required where a.id = current_account() and a.second_factor_required <> required;
  return found;
end
$$;
revoke execute on function end_sessions_without_second_factor(), my_second_factor_required(), my_second_factor_require(boolean) from public;
grant execute on function my_second_factor_required() to steward_reader;
grant execute on function my_second_factor_require(boolean) to steward_writer;

-- Signing in --------------------------------------------------------------------------------------------------------------

drop function api.credentials(text);
create function api.credentials(email text)
returns table (user_id uuid, email text, password_hash text, demo boolean, language text, full_name text, secret bytea)
language sql stable security definer set search_path = pg_catalog, public as $$
  select u.id, u.email, c.password_hash, a.demo, u.language, u.full_name, f.secret
  from users u join credentials c on c.account_id = u.account_id and c.user_id = u.id join accounts a on a.id = u.account_id
    left join user_second_factors f on f.account_id = u.account_id and f.user_id = u.id
  where lower(u.email) = lower(credentials.email) and u.active
$$;

-- Uses a code up; false where it, or a later one, was used before.
create function api.second_factor_use(user_id uuid, step bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update user_second_factors f set step = second_factor_use.step
  where f.user_id = second_factor_use.user_id and f.step < second_factor_use.step;
  return found;
end
$$;

-- Uses a recovery code up; false where there is no such code (any more).
create function api.recovery_code_use(user_id uuid, code_hash bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update user_second_factors f set recovery_codes = array_remove(f.recovery_codes, recovery_code_use.code_hash)
  where f.user_id = recovery_code_use.user_id and recovery_code_use.code_hash = any (f.recovery_codes);
  return found;
end
$$;

-- Whoever owes the second factor that his account requires reaches nothing but the page that sets it up.
drop function api.actor(bytea);
create function api.actor(id_hash bytea) returns table (
  account_id uuid, user_id uuid, session_id uuid, full_name text, email text, role text, crm text, deals text, projects text,
  invoices boolean, mailbox boolean, export boolean, language text, time_zone text, second_enabled boolean, demo boolean,
  owes_second_factor boolean
) language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  -- Written at most once a minute: reading a page is not a write.
  update sessions s set seen_at = now() where s.id_hash = actor.id_hash and s.seen_at < now() - interval '1 minute';
  return query
    select u.account_id, u.id, s.public_id, u.full_name, u.email, u.role, u.crm, u.deals, u.projects, u.invoices, u.mailbox, u.export,
      u.language, u.time_zone, a.second_enabled, a.demo,
      a.second_factor_required and not exists (select 1 from user_second_factors f where f.account_id = u.account_id and f.user_id = u.id)
    from sessions s join users u on u.id = s.user_id join accounts a on a.id = u.account_id
    where s.id_hash = actor.id_hash and s.expires_at > now() and u.active;
end
$$;

-- One's own ---------------------------------------------------------------------------------------------------------------

create function api.second_factor(user_id uuid) returns table (required boolean, since timestamptz, recovery_codes integer)
language sql stable security definer set search_path = pg_catalog, public as $$
  select a.second_factor_required, f.since, coalesce(cardinality(f.recovery_codes), 0)
  from users u join accounts a on a.id = u.account_id
    left join user_second_factors f on f.account_id = u.account_id and f.user_id = u.id
  where u.id = second_factor.user_id
$$;

-- Turns it on, and ends the sessions that began without it; false where it was on already.
create function api.second_factor_set(user_id uuid, secret bytea, step bigint, code_hashes bytea[], keep_session uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into user_second_factors (account_id, user_id, secret, step, recovery_codes)
  select u.account_id, u.id, second_factor_set.secret, second_factor_set.step, second_factor_set.code_hashes
  from users u where u.id = second_factor_set.user_id and u.active
  on conflict do nothing;
  if not found then return false; end if;
  perform api.sessions_end_others(second_factor_set.user_id, second_factor_set.keep_session);
  return true;
end
$$;

-- Replaces all recovery codes; false where there is no second factor that they would recover.
create function api.recovery_codes_set(user_id uuid, code_hashes bytea[]) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update user_second_factors f set recovery_codes = recovery_codes_set.code_hashes where f.user_id = recovery_codes_set.user_id;
  return found;
end
$$;

alter table audit drop constraint audit_what_check;
alter table audit add constraint audit_what_check
  check (what in ('plan', 'boosters', 'second_sales_contact', 'status', 'rights', 'second_factor', 'second_factor_required'));

revoke execute on all functions in schema api from public;
