-- Contacts: people, each linked to any number of companies, or to none. Nobody is responsible for a contact but through a
-- company of his, or as the one who wrote down somebody who belongs to no company.

create table contacts (
  account_id uuid not null references accounts (id),
  id uuid not null,
  version bigint not null default 1,
  first_name text collate "und-x-icu",
  last_name text collate "und-x-icu" not null,
  name text collate "und-x-icu" not null generated always as (coalesce(first_name || ' ', '') || last_name) stored,
  function text,
  emails text[], telephones text[],
  language text,
  street text, postal_code text, city text collate "und-x-icu", state text, country text,
  tags text[],
  notes text,
  -- How many companies he is linked to, whoever sees them: kept by a trigger, read by the policies.
  links integer not null default 0,
  created_at timestamptz not null default now(), created_by uuid not null,
  updated_at timestamptz not null default now(), updated_by uuid not null,
  active_at timestamptz not null default now(),
  deleted_at timestamptz, deleted_by uuid,
  primary key (account_id, id),
  foreign key (account_id, created_by) references users (account_id, id),
  foreign key (account_id, updated_by) references users (account_id, id),
  foreign key (account_id, deleted_by) references users (account_id, id)
);
create index contacts_by_name on contacts (account_id, name, id) where deleted_at is null;
create index contacts_by_last_name on contacts (account_id, last_name, id) where deleted_at is null;
create index contacts_by_change on contacts (account_id, updated_at, id) where deleted_at is null;
create index contacts_by_creator on contacts (account_id, created_by, name, id) where deleted_at is null and links = 0;
create index contacts_in_bin on contacts (account_id, deleted_at desc, id desc) include (deleted_by) where deleted_at is not null;
create index contacts_to_purge on contacts (deleted_at) where deleted_at is not null;

create trigger active_on_change before update on contacts
  for each row when (old.version <> new.version) execute function record_changed();

create table company_contacts (
  account_id uuid not null,
  company_id uuid not null,
  contact_id uuid not null,
  position text,
  decision_maker boolean not null default false,
  primary key (account_id, company_id, contact_id),
  foreign key (account_id, company_id) references companies (account_id, id) on delete cascade,
  foreign key (account_id, contact_id) references contacts (account_id, id) on delete cascade
);
create index company_contacts_of_contact on company_contacts (account_id, contact_id, company_id);

create function contact_linked() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    update contacts set links = links + 1 where account_id = new.account_id and id = new.contact_id;
  else
    update contacts set links = links - 1 where account_id = old.account_id and id = old.contact_id;
  end if;
  return null;
end
$$;
create trigger contact_linked after insert or delete on company_contacts for each row execute function contact_linked();

-- Visibility: a link through its company, a limited user's contact through a link that he sees. No policy of a company or of
-- a link asks for a contact, so there is no circle.
alter table company_contacts enable row level security;
create policy crm_full on company_contacts for select to steward_crm_full using (account_id = current_account());
create policy crm_limited on company_contacts for select to steward_crm_limited
  using (account_id = current_account()
    and exists (select 1 from companies c where c.account_id = current_account() and c.id = company_id));

alter table contacts enable row level security;
create policy crm_full on contacts for all to steward_crm_full
  using (account_id = current_account() and deleted_at is null) with check (false);
create policy crm_limited on contacts for all to steward_crm_limited
  using (account_id = current_account() and deleted_at is null and (
    (links = 0 and created_by = (select current_user_id()))
    or exists (select 1 from company_contacts l where l.account_id = current_account() and l.contact_id = contacts.id)))
  with check (false);

create policy bin_all on contacts for all to steward_bin_all
  using (account_id = current_account() and in_bin(deleted_at)) with check (false);
create policy bin_crm_full on contacts for all to steward_bin_crm_full
  using (account_id = current_account() and in_bin(deleted_at) and deleted_by = current_user_id()) with check (false);
create policy bin_crm_limited on contacts for all to steward_bin_crm_limited
  using (account_id = current_account() and in_bin(deleted_at) and deleted_by = current_user_id() and (
    (links = 0 and created_by = current_user_id())
    or exists (select 1 from company_contacts l where l.account_id = current_account() and l.contact_id = contacts.id)))
  with check (false);

grant select, update on contacts to steward_reader;
grant select on company_contacts to steward_reader;
grant select, insert, update on contacts to steward_writer;
grant select, insert, update, delete on company_contacts to steward_writer;
create policy writer on contacts for all to steward_writer
  using (account_id = current_account()) with check (account_id = current_account());
create policy writer on company_contacts for all to steward_writer
  using (account_id = current_account()) with check (account_id = current_account());

call create_children('contacts', 'contact', 'steward_crm_full', 'steward_crm_limited');

-- As before, and contacts.
create or replace function api.bin_purge() returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  gone bigint;
  more bigint;
begin
  delete from deals d using (
    select account_id, id from deals where deleted_at is not null and not in_bin(deleted_at) limit 1000 for update skip locked
  ) old where d.account_id = old.account_id and d.id = old.id;
  get diagnostics gone = row_count;
  delete from contacts c using (
    select account_id, id from contacts where deleted_at is not null and not in_bin(deleted_at) limit 1000 for update skip locked
  ) old where c.account_id = old.account_id and c.id = old.id;
  get diagnostics more = row_count;
  gone := gone + more;
  delete from companies c using (
    select account_id, id from companies c where deleted_at is not null and not in_bin(deleted_at)
      and not exists (select 1 from deals d where d.account_id = c.account_id and d.company_id = c.id)
    limit 1000 for update skip locked
  ) old where c.account_id = old.account_id and c.id = old.id;
  get diagnostics more = row_count;
  return gone + more;
end
$$;
