-- Tickets: what clients write to a shared mailbox, each with at most one colleague who is responsible for it. Who has the right to
-- the shared mailbox sees all of them. With their messages, the files that came with these, and replies that are not written yet.

create table tickets (
  account_id uuid not null references accounts (id),
  id uuid not null,
  version bigint not null default 1,
  -- Counted per account, by the trigger below.
  number integer not null,
  -- What the client gave it; empty where he gave it nothing.
  subject text collate "und-x-icu" not null,
  -- What it is called wherever a record has a name.
  name text collate "und-x-icu" not null generated always as ('#' || number || coalesce(' ' || nullif(subject, ''), '')) stored,
  status text not null default 'new' check (status in ('new', 'open', 'waiting', 'closed')),
  company_id uuid, contact_id uuid,
  -- Whom replies go to; it shows where the customer does not.
  client_email text, client_name text,
  assigned_to_id uuid,
  mailbox_id uuid,
  -- The address of the mailbox that it came by.
  mailbox text,
  -- In the subject of every reply, beside the number: nobody gets a message into a ticket by guessing its number.
  token text not null default translate(substr(md5(gen_random_uuid()::text), 1, 6), '01', 'xy'),
  tags text[],
  last_message_at timestamptz not null default now(),
  first_reply_at timestamptz,
  closed_at timestamptz,
  created_at timestamptz not null default now(),
  -- Nobody of us has opened it where a mail did.
  created_by uuid,
  updated_at timestamptz not null default now(), updated_by uuid,
  active_at timestamptz not null default now(),
  deleted_at timestamptz, deleted_by uuid,
  primary key (account_id, id),
  foreign key (account_id, company_id) references companies (account_id, id),
  foreign key (account_id, contact_id) references contacts (account_id, id),
  foreign key (account_id, assigned_to_id) references users (account_id, id),
  foreign key (account_id, mailbox_id) references mailboxes (account_id, id),
  foreign key (account_id, created_by) references users (account_id, id),
  foreign key (account_id, updated_by) references users (account_id, id),
  foreign key (account_id, deleted_by) references users (account_id, id),
  constraint tickets_one_customer check (num_nonnulls(company_id, contact_id) <= 1)
);
create unique index tickets_by_number on tickets (account_id, number);
create index tickets_by_number_there on tickets (account_id, number, id) where deleted_at is null;
create index tickets_by_message on tickets (account_id, last_message_at, id) where deleted_at is null;
create index tickets_by_status on tickets (account_id, status, last_message_at, id) where deleted_at is null;
create index tickets_open on tickets (account_id, last_message_at, id) where deleted_at is null and status <> 'closed';
create index tickets_unassigned on tickets (account_id, last_message_at, id)
  where deleted_at is null and status <> 'closed' and assigned_to_id is null;
create index tickets_by_assignee on tickets (account_id, assigned_to_id, last_message_at, id)
  include (status, active_at) where deleted_at is null;
create index tickets_by_change on tickets (account_id, updated_at, id) where deleted_at is null;
create index tickets_by_creation on tickets (account_id, created_at, id) where deleted_at is null;
-- Deleted ones too: a customer who is purged asks whether any is left.
create index tickets_by_company on tickets (account_id, company_id, last_message_at, id) include (deleted_at) where company_id is not null;
create index tickets_by_contact on tickets (account_id, contact_id, last_message_at, id) include (deleted_at) where contact_id is not null;
create index tickets_in_bin on tickets (account_id, deleted_at desc, id desc) include (deleted_by) where deleted_at is not null;
create index tickets_to_purge on tickets (deleted_at) where deleted_at is not null;

-- The last number of each account; nobody reads or writes it but the trigger.
create table ticket_numbers (
  account_id uuid primary key references accounts (id),
  last integer not null
);
alter table ticket_numbers enable row level security;
create policy writer on ticket_numbers for select to steward_writer using (account_id = current_account());
create function ticket_is_numbered() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into ticket_numbers as n (account_id, last) values (new.account_id, 1)
  on conflict (account_id) do update set last = n.last + 1
  returning n.last into new.number;
  return new;
end
$$;
create trigger numbered before insert on tickets for each row when (new.number is null) execute function ticket_is_numbered();

-- Whatever closes a ticket, be it the form, a reply or an act on many: it is written down, or undone.
create function ticket_status_changed() returns trigger language plpgsql as $$
begin
  new.closed_at := case when new.status = 'closed' then now() end;
  return new;
end
$$;
create trigger status_on_insert before insert on tickets
  for each row when (new.status = 'closed' and new.closed_at is null) execute function ticket_status_changed();
create trigger status_on_update before update of status on tickets
  for each row when (old.status <> new.status and (old.status = 'closed' or new.status = 'closed')) execute function ticket_status_changed();
create trigger active_on_change before update on tickets
  for each row when (old.version <> new.version) execute function record_changed();
create trigger customer_is_there_on_insert before insert on tickets
  for each row when (new.deleted_at is null and num_nonnulls(new.company_id, new.contact_id) = 1) execute function customer_is_there();
create trigger customer_is_there_on_update before update of company_id, contact_id, deleted_at on tickets
  for each row when (new.deleted_at is null and num_nonnulls(new.company_id, new.contact_id) = 1
    and (old.company_id is distinct from new.company_id
      or old.contact_id is distinct from new.contact_id or old.deleted_at is not null))
  execute function customer_is_there();

-- Visibility -----------------------------------------------------------------------------------------------------------

-- Yes or no, and so a setting of the transaction and not a role.
create function sees_mailbox() returns boolean language sql stable parallel safe
  return coalesce(current_setting('steward.mailbox', true) = 'on', false);

alter table tickets enable row level security;
create policy reader on tickets for all to steward_reader
  using (account_id = current_account() and deleted_at is null and (select sees_mailbox())) with check (false);

-- Whoever looks into the bin, but for admins, who have a role of their own.
do $$
declare
  crm text; deals text; projects text;
begin
  create role steward_bin_tickets nologin noinherit;
  foreach crm in array array['full', 'limited', 'none'] loop
    foreach deals in array array['full', 'limited', 'none'] loop
      foreach projects in array array['all', 'participation', 'none'] loop
        execute format('grant steward_bin_tickets to %I', format('steward_bin_view_%s_%s_%s', crm, deals, projects));
      end loop;
    end loop;
  end loop;
exception when duplicate_object or unique_violation then null;
end
$$;
create policy bin_all on tickets for all to steward_bin_all
  using (account_id = current_account() and in_bin(deleted_at)) with check (false);
create policy bin_tickets on tickets for all to steward_bin_tickets
  using (account_id = current_account() and in_bin(deleted_at) and deleted_by = current_user_id() and (select sees_mailbox()))
  with check (false);

create policy writer on tickets for all to steward_writer
  using (account_id = current_account()) with check (account_id = current_account());
grant select, update on tickets to steward_reader;
grant select, insert, update on tickets to steward_writer;

call create_children('tickets', 'ticket', 'steward_reader', 'steward_reader');
call create_custom_values('tickets', 'ticket', 'steward_reader', 'steward_reader');
call create_telling('tickets', 'ticket');
-- All or none: what hangs on a ticket needs no look at the ticket itself.
do $$
declare name text;
begin
  for name in
    select c.relname from pg_policy p join pg_class c on c.oid = p.polrelid where p.polname = 'full_right' and c.relname like 'ticket\_%'
  loop
    execute format('alter policy full_right on %I using (account_id = current_account() and (select sees_mailbox())%s)', name,
      case name when 'ticket_user_values' then ' and live' else '' end);
    execute format('drop policy through_record on %I', name);
  end loop;
end
$$;

-- Words of its messages, and its number, stay when those of its fields are written anew.
alter table ticket_words add column kept boolean not null default false;
create function ticket_found_by_number() returns trigger language plpgsql as $$
begin
  insert into ticket_words (account_id, record_id, word, kept) values (new.account_id, new.id, new.number::text, true);
  return null;
end
$$;
create trigger found_by_number after insert on tickets for each row execute function ticket_found_by_number();

-- Messages -------------------------------------------------------------------------------------------------------------

create table ticket_messages (
  account_id uuid not null,
  record_id uuid not null,
  id uuid not null,
  -- 'in': it was written to us; 'out': one of us wrote it.
  way text not null check (way in ('in', 'out')),
  at timestamptz not null default now(),
  -- When its sender says that he sent it.
  sent_at timestamptz,
  by_user_id uuid,
  mailbox_id uuid,
  message_id text not null,
  from_name text, from_email text,
  -- Arrays of {name, email}.
  recipients jsonb not null default '[]', copies jsonb not null default '[]',
  subject text not null,
  body text not null,
  -- As it came: it is sanitised whenever it is shown.
  html text,
  -- Why it was written by a machine.
  automatic text check (automatic in ('reply', 'bounce', 'list')),
  -- What the same message has again however often it is fetched.
  key bytea,
  -- The file with the message as it came or went.
  original uuid,
  -- Of one that goes out.
  state text check (state in ('waiting', 'sent', 'failed')),
  attempts integer not null default 0,
  problem text,
  went_at timestamptz,
  primary key (account_id, record_id, id),
  foreign key (account_id, record_id) references tickets (account_id, id) on delete cascade,
  foreign key (account_id, by_user_id) references users (account_id, id),
  foreign key (account_id, mailbox_id) references mailboxes (account_id, id),
  constraint ticket_messages_out check ((way = 'out') = (by_user_id is not null) and (way = 'out') = (state is not null))
);
create index ticket_messages_in_order on ticket_messages (account_id, record_id, at, id);
create index ticket_messages_by_name on ticket_messages (account_id, message_id);
create index ticket_messages_of_user on ticket_messages (account_id, by_user_id, at) where by_user_id is not null;
-- Each once, whatever dies while it is taken in.
create unique index ticket_messages_once on ticket_messages (account_id, mailbox_id, key) where key is not null;
create index ticket_messages_unsent on ticket_messages (account_id, at) where state in ('waiting', 'failed');

create index ticket_messages_by_file on ticket_messages (account_id, original) where original is not null;

create table ticket_attachments (
  account_id uuid not null,
  record_id uuid not null,
  message_id uuid not null,
  n integer not null,
  -- Made safe: no path, nothing that does not show.
  name text not null,
  media_type text not null,
  size bigint not null,
  content_id text,
  -- Shown within the message, not below it.
  inline boolean not null default false,
  file uuid not null,
  primary key (account_id, record_id, message_id, n),
  foreign key (account_id, record_id, message_id) references ticket_messages (account_id, record_id, id) on delete cascade
);
create index ticket_attachments_by_file on ticket_attachments (account_id, file);

-- What somebody has begun to write and not sent: one reply and one note for each ticket, for nobody's eyes but his.
create table ticket_drafts (
  account_id uuid not null,
  record_id uuid not null,
  user_id uuid not null,
  sort text not null check (sort in ('reply', 'note')),
  body text not null,
  copies text not null default '',
  updated_at timestamptz not null default now(),
  primary key (account_id, record_id, user_id, sort),
  foreign key (account_id, record_id) references tickets (account_id, id) on delete cascade,
  foreign key (account_id, user_id) references users (account_id, id) on delete cascade
);

-- Files that go with a reply once it is sent.
create table ticket_draft_files (
  account_id uuid not null,
  record_id uuid not null,
  user_id uuid not null,
  n integer not null,
  name text not null,
  media_type text not null,
  size bigint not null,
  file uuid not null,
  primary key (account_id, record_id, user_id, n),
  foreign key (account_id, record_id) references tickets (account_id, id) on delete cascade,
  foreign key (account_id, user_id) references users (account_id, id) on delete cascade
);
create index ticket_draft_files_by_file on ticket_draft_files (account_id, file);

do $$
declare name text;
begin
  foreach name in array array['ticket_messages', 'ticket_attachments', 'ticket_drafts', 'ticket_draft_files'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy reader on %I for select to steward_reader using (account_id = current_account() and (select sees_mailbox())%s
      and exists (select 1 from tickets p where p.account_id = current_account() and p.id = record_id))', name,
      case when name like 'ticket\_draft%' then ' and user_id = current_user_id()' else '' end);
    execute format('create policy writer on %I for all to steward_writer using (account_id = current_account()) with check (account_id = current_account())', name);
    execute format('grant select on %I to steward_reader', name);
    execute format('grant select, insert, update on %I to steward_writer', name);
  end loop;
  grant delete on ticket_drafts, ticket_draft_files to steward_writer;
end
$$;
grant update, delete on ticket_words to steward_writer;

-- Whether the viewer still sees the record; run with his rights. As before, and tickets.
create or replace function sees_record(kind text, id uuid) returns boolean language plpgsql stable as $$
begin
  return case kind
    when 'company' then exists (select 1 from companies r where r.account_id = current_account() and r.id = sees_record.id)
    when 'contact' then exists (select 1 from contacts r where r.account_id = current_account() and r.id = sees_record.id)
    when 'deal' then exists (select 1 from deals r where r.account_id = current_account() and r.id = sees_record.id)
    when 'invoice' then exists (select 1 from invoices r where r.account_id = current_account() and r.id = sees_record.id)
    when 'project' then exists (select 1 from projects r where r.account_id = current_account() and r.id = sees_record.id)
    when 'ticket' then exists (select 1 from tickets r where r.account_id = current_account() and r.id = sees_record.id)
    else false
  end;
end
$$;

-- Deleting ---------------------------------------------------------------------------------------------------------------

-- As before, and tickets.
create or replace function api.bin_purge() returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  gone bigint := 0;
  more bigint;
  name text;
begin
  foreach name in array array['tickets', 'projects', 'deals', 'invoices'] loop
    execute format('delete from %I d using (
      select account_id, id from %I where deleted_at is not null and not in_bin(deleted_at) limit 1000 for update skip locked
    ) old where d.account_id = old.account_id and d.id = old.id', name, name);
    get diagnostics more = row_count;
    gone := gone + more;
  end loop;
  -- A contact and a company go after what they are the customer of.
  foreach name in array array['contact', 'company'] loop
    execute format('delete from %1$I c using (
      select account_id, id from %1$I c where deleted_at is not null and not in_bin(deleted_at)
        and not exists (select 1 from deals d where d.account_id = c.account_id and d.%2$I = c.id)
        and not exists (select 1 from invoices i where i.account_id = c.account_id and i.%2$I = c.id)
        and not exists (select 1 from projects p where p.account_id = c.account_id and p.%2$I = c.id)
        and not exists (select 1 from tickets t where t.account_id = c.account_id and t.%2$I = c.id)
      limit 1000 for update skip locked
    ) old where c.account_id = old.account_id and c.id = old.id',
      case name when 'contact' then 'contacts' else 'companies' end, name || '_id');
    get diagnostics more = row_count;
    gone := gone + more;
  end loop;
  return gone;
end
$$;
revoke execute on all functions in schema api from public;

-- Which mailboxes have these addresses, in their order: for a message that is handed in on the command line.
create function api.mailboxes_of(addresses text[]) returns table (account_id uuid, id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  select m.account_id, m.id from unnest(mailboxes_of.addresses) with ordinality a (address, n)
  join mailboxes m on lower(m.address) = lower(a.address) and m.active
  order by a.n, m.account_id, m.id
$$;
create function api.demo_mailbox() returns table (account_id uuid, id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  select m.account_id, m.id from mailboxes m join accounts a on a.id = m.account_id
  where a.demo and m.active order by m.created_at, m.id limit 1
$$;
revoke execute on all functions in schema api from public;
