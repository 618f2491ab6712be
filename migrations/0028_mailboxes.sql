-- Shared mailboxes: what clients write to, how it is fetched and how replies are sent, and how the fetching stands. What every
-- colleague needs is one table; servers, users, sealed passwords and the state are another, which only admins read.

create table mailboxes (
  account_id uuid not null references accounts (id),
  id uuid not null,
  -- Grows with every save: a form that is older is refused, and whoever fetches begins anew with what is there now.
  version bigint not null default 1,
  name text collate "und-x-icu" not null,
  -- What clients write to, and what replies are sent from.
  address text not null,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  updated_by uuid,
  primary key (account_id, id),
  foreign key (account_id, updated_by) references users (account_id, id)
);
-- The one who is told of it sees every mailbox of his account: it tells of nothing that he may not see.
create unique index mailboxes_address_key on mailboxes (account_id, lower(address));
create unique index mailboxes_by_id on mailboxes (id);

create table mailbox_connections (
  account_id uuid not null,
  mailbox_id uuid not null,
  -- All null: nothing is fetched, messages are handed in.
  imap_host text,
  imap_port integer,
  imap_security text check (imap_security in ('tls', 'starttls', 'none')),
  imap_user text,
  -- Sealed by src/server/secrets.rs: opens for this mailbox and this use alone.
  imap_password bytea,
  imap_folder text not null default 'INBOX',
  -- All null: replies go by Steward's own mail server.
  smtp_host text,
  smtp_port integer,
  smtp_security text check (smtp_security in ('tls', 'starttls', 'none')),
  smtp_user text,
  smtp_password bytea,
  -- Up to where the folder is taken in. Another validity means other numbers for the same messages.
  uid_validity bigint,
  last_uid bigint not null default 0,
  -- Which server fetches, and until when nobody else does.
  leased_by uuid,
  leased_until timestamptz,
  checked_at timestamptz,
  failing_since timestamptz,
  -- A code of src/mailbox/problem.rs, and what the server said to it, for admins.
  problem text,
  said text check (length(said) <= 300),
  -- The message that could not be taken in so far, how often, and how many were left out for it or for their size.
  stuck_uid bigint,
  stuck_times integer not null default 0,
  skipped bigint not null default 0,
  skipped_uid bigint,
  skipped_at timestamptz,
  skipped_why text check (skipped_why in ('too_large', 'broken')),
  primary key (account_id, mailbox_id),
  foreign key (account_id, mailbox_id) references mailboxes (account_id, id) on delete cascade,
  constraint mailbox_connections_imap check (
    num_nonnulls(imap_host, imap_port, imap_security, imap_user, imap_password) in (0, 5)),
  constraint mailbox_connections_smtp check (
    num_nonnulls(smtp_host, smtp_port, smtp_security) in (0, 3) and num_nonnulls(smtp_user, smtp_password) in (0, 2)
    and (smtp_host is not null or smtp_user is null))
);
-- Two mailboxes on one folder would each fetch everything.
create unique index mailbox_connections_folder_key on mailbox_connections (account_id, lower(imap_host), imap_user, imap_folder)
  where imap_host is not null;

alter table mailboxes enable row level security;
alter table mailbox_connections enable row level security;
create policy reader on mailboxes for select to steward_reader using (account_id = current_account());
create policy reader on mailbox_connections for select to steward_reader
  using (account_id = current_account() and (select i_am_admin()));
grant select on mailboxes to steward_reader;
-- Not the sealed passwords, which no page needs.
grant select (account_id, mailbox_id, imap_host, imap_port, imap_security, imap_user, imap_folder, smtp_host, smtp_port,
  smtp_security, smtp_user, checked_at, failing_since, problem, said, skipped, skipped_uid, skipped_at, skipped_why)
  on mailbox_connections to steward_reader;
do $$
declare name text;
begin
  foreach name in array array['mailboxes', 'mailbox_connections'] loop
    execute format('create policy writer on %I for all to steward_writer using (account_id = current_account()) with check (account_id = current_account())', name);
    execute format('grant select, insert, update, delete on %I to steward_writer', name);
  end loop;
end
$$;

-- What the servers do among themselves, for all accounts -----------------------------------------------------------------------

-- Leases to this server the mailboxes that are to be fetched and that no other one has: those of accounts that have the module.
create function api.mailboxes_lease(server uuid, seconds integer) returns table (account_id uuid, id uuid, version bigint)
language sql security definer set search_path = pg_catalog, public as $$
  update mailbox_connections c
  set leased_by = mailboxes_lease.server, leased_until = clock_timestamp() + make_interval(secs => mailboxes_lease.seconds)
  from (
    select c.account_id, c.mailbox_id, m.version
    from mailbox_connections c
    join mailboxes m on m.account_id = c.account_id and m.id = c.mailbox_id
    join accounts a on a.id = c.account_id
    where m.active and c.imap_host is not null and (a.plan = 'boost' or 'mailbox' = any (a.boosters))
      and (c.leased_until is null or c.leased_until < clock_timestamp())
    order by c.checked_at nulls first limit 50
    for update of c skip locked
  ) due
  where c.account_id = due.account_id and c.mailbox_id = due.mailbox_id
  returning c.account_id, c.mailbox_id, due.version
$$;

-- Keeps a lease; the version that the mailbox has now, or nothing where the lease is lost or there is nothing to be fetched any more.
create function api.mailbox_renew(server uuid, account uuid, mailbox uuid, seconds integer) returns bigint
language sql security definer set search_path = pg_catalog, public as $$
  update mailbox_connections c set leased_until = clock_timestamp() + make_interval(secs => mailbox_renew.seconds)
  from mailboxes m, accounts a
  where c.account_id = mailbox_renew.account and c.mailbox_id = mailbox_renew.mailbox
    and c.leased_by = mailbox_renew.server and c.leased_until >= clock_timestamp()
    and m.account_id = c.account_id and m.id = c.mailbox_id and m.active and c.imap_host is not null
    and a.id = c.account_id and (a.plan = 'boost' or 'mailbox' = any (a.boosters))
  returning m.version
$$;

-- Gives a lease back, so that another server need not wait for its end.
create function api.mailbox_release(server uuid, account uuid, mailbox uuid) returns void
language sql security definer set search_path = pg_catalog, public as $$
  update mailbox_connections c set leased_by = null, leased_until = null
  where c.account_id = mailbox_release.account and c.mailbox_id = mailbox_release.mailbox and c.leased_by = mailbox_release.server
$$;
revoke execute on all functions in schema api from public;

-- Support is not told of mailboxes either.
alter table audit drop constraint audit_what_check;
alter table audit add constraint audit_what_check check (what in (
  'plan', 'boosters', 'second_sales_contact', 'request', 'status', 'rights', 'second_factor', 'second_factor_required', 'field',
  'mailbox'));
