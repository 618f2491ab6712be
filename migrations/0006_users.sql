-- Settings > Users: who may do what, who is invited, and what is guaranteed whoever writes.

alter table users
  add version bigint not null default 1,
  add updated_at timestamptz not null default now(),
  add updated_by uuid,
  add foreign key (account_id, updated_by) references users (account_id, id);

-- At least one active admin remains, also when two of them step down at the same time: the second waits for the first at the
-- account's row, and then counts what the first has left.
create function keep_an_admin() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform 1 from accounts a where a.id = old.account_id for no key update;
  if not exists (select 1 from users u where u.account_id = old.account_id and u.role = 'admin' and u.active) then
    raise exception using errcode = 'check_violation', constraint = 'users_an_admin_remains',
      message = 'an account needs an active admin';
  end if;
  return null;
end
$$;
create trigger keep_an_admin after update of role, active on users for each row
  when (old.role = 'admin' and old.active and not (new.role = 'admin' and new.active)) execute function keep_an_admin();

-- Who is deactivated is signed out everywhere at once, and no link in an old mail lets him in again.
create function end_all_sessions() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  delete from sessions s where s.user_id = old.id;
  delete from password_resets r where r.user_id = old.id;
  return null;
end
$$;
create trigger end_all_sessions after update of active on users for each row
  when (old.active and not new.active) execute function end_all_sessions();

-- Invitations: what the colleague will be, once he follows the link in his mail ------------------------------------------

create table invitations (
  account_id uuid not null references accounts (id),
  id uuid not null,
  -- SHA-256 of the token in the link.
  token_hash bytea not null,
  email text not null,
  full_name text collate "und-x-icu" not null,
  function text,
  role text not null check (role in ('admin', 'user')),
  crm text not null check (crm in ('full', 'limited', 'none')),
  deals text not null check (deals in ('full', 'limited', 'none')),
  projects text not null check (projects in ('all', 'participation', 'none')),
  invoices boolean not null,
  mailbox boolean not null,
  export boolean not null,
  language text not null check (language in ('en', 'fr', 'nl')),
  time_zone text not null,
  invited_by uuid not null,
  sent_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (account_id, id),
  foreign key (account_id, invited_by) references users (account_id, id),
  constraint invitations_admins_are_not_limited check (
    role <> 'admin' or (crm = 'full' and deals = 'full' and projects = 'all' and invoices and mailbox and export)
  )
);
create unique index invitations_by_token on invitations (token_hash);
alter table invitations enable row level security;
create policy reader on invitations for select to steward_reader using (account_id = current_account());
create policy writer on invitations for all to steward_writer
  using (account_id = current_account()) with check (account_id = current_account());
grant select on invitations to steward_reader;
grant select, insert, update, delete on invitations to steward_writer;

-- Whether somebody signs in with this address, in whatever account, or as an operator: an invitation to it would lead nowhere.
create function email_is_taken(email text) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select exists (select 1 from users u where lower(u.email) = lower(email_is_taken.email))
    or exists (select 1 from operators o where lower(o.email) = lower(email_is_taken.email))
$$;
revoke execute on function email_is_taken(text), keep_an_admin(), end_all_sessions() from public;
grant execute on function email_is_taken(text) to steward_reader;

-- What the page behind the link shows; no row where the link is worth nothing.
create function api.invitation(token_hash bytea)
returns table (account_name text, invited_by text, full_name text, email text, language text, demo boolean)
language sql stable security definer set search_path = pg_catalog, public as $$
  select a.name, u.full_name, i.full_name, i.email, i.language, a.demo
  from invitations i join accounts a on a.id = i.account_id join users u on u.account_id = i.account_id and u.id = i.invited_by
  where i.token_hash = invitation.token_hash and i.expires_at > now() and not email_is_taken(i.email)
$$;

-- Uses the link up and makes the user of it; false where it is worth nothing, or the address signs in elsewhere since.
create function api.invitation_accept(token_hash bytea, user_id uuid, full_name text, password_hash text) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
declare i invitations;
begin
  delete from invitations v where v.token_hash = invitation_accept.token_hash and v.expires_at > now() returning * into i;
  if i.id is null or email_is_taken(i.email) then return false; end if;
  insert into users (account_id, id, full_name, email, function, role, crm, deals, projects, invoices, mailbox, export, language, time_zone)
  values (i.account_id, invitation_accept.user_id, invitation_accept.full_name, i.email, i.function, i.role, i.crm, i.deals, i.projects,
    i.invoices, i.mailbox, i.export, i.language, i.time_zone);
  insert into credentials (account_id, user_id, password_hash)
  values (i.account_id, invitation_accept.user_id, invitation_accept.password_hash);
  insert into audit (account_id, by_name, by_user_id, about, what, before, after, reason)
  values (i.account_id, invitation_accept.full_name, invitation_accept.user_id, invitation_accept.full_name, 'status', 'invited', 'active', '');
  return true;
exception when unique_violation then
  return false;
end
$$;

-- The audit log tells of users too: whom (by the name of then), and what of him. Support reads of plans and features only.
alter table audit add about text not null default '';
alter table audit drop constraint audit_what_check;
alter table audit add constraint audit_what_check check (what in ('plan', 'boosters', 'second_sales_contact', 'status', 'rights'));
create or replace function api.support_audit(operator uuid, account uuid)
returns table (at timestamptz, by_name text, by_support boolean, what text, before text, after text, reason text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select e.at, case when e.by_user_id is null then e.by_name else '' end, e.by_user_id is null, e.what, e.before, e.after, e.reason from audit e
  where e.account_id = support_audit.account and e.what in ('plan', 'boosters', 'second_sales_contact')
    and exists (select 1 from operators o where o.id = support_audit.operator and o.active)
  order by e.at desc, e.id limit 200
$$;

revoke execute on all functions in schema api from public;
