-- A deal's customer is a company or a contact. What follows from it: who sees the deal, what is kept from being deleted, and
-- who would lose what without the second sales contact.

alter table deals
  alter company_id drop not null,
  add contact_id uuid,
  add foreign key (account_id, contact_id) references contacts (account_id, id),
  add constraint deals_one_customer check (num_nonnulls(company_id, contact_id) = 1);
-- Deleted deals too: a contact that is purged asks whether any deal is left.
create index deals_by_contact on deals (account_id, contact_id, title, id)
  include (assigned_to_id, second_sales_contact_id, deleted_at) where contact_id is not null;

-- What the policies ask for stands in the indexes by which deals are counted.
drop index deals_by_phase, deals_by_assignee, deals_by_second, contacts_by_creator;
create index deals_by_phase on deals (account_id, phase_id, phase_since desc, id desc)
  include (currency, value, assigned_to_id, second_sales_contact_id, company_id, contact_id) where deleted_at is null;
create index deals_by_assignee on deals (account_id, assigned_to_id, title, id)
  include (second_sales_contact_id, company_id, contact_id, closed_at, active_at) where deleted_at is null;
create index deals_by_second on deals (account_id, second_sales_contact_id, title, id)
  include (assigned_to_id, company_id, contact_id, closed_at, active_at) where deleted_at is null and second_sales_contact_id is not null;
create index contacts_by_creator on contacts (account_id, created_by, name, id) include (links) where deleted_at is null;

-- Who may use deals in a limited way and sees every contact also sees the deals of those whom he wrote down.
do $$
begin
  create role steward_deals_of_my_contacts nologin noinherit;
  grant steward_deals_of_my_contacts
    to steward_view_full_limited_all, steward_view_full_limited_participation, steward_view_full_limited_none;
exception when duplicate_object or unique_violation then null;
end
$$;

-- Visibility -----------------------------------------------------------------------------------------------------------
-- Views without policies of their own inside, as in 0016: no circle, and nothing is planned twice.

-- The companies of which a user is sales contact or second: each by its index, which an "or" would not read.
create view my_companies with (security_barrier) as
  select c.id from companies c
  where c.account_id = current_account() and c.deleted_at is null and c.sales_contact_id = current_user_id()
  union all
  select c.id from companies c
  where c.account_id = current_account() and c.deleted_at is null and c.second_sales_contact_id = current_user_id() and second_enabled();
-- The contacts whom a user limited in CRM sees: of the companies of which he is sales contact or second, and those of no
-- company whom he wrote down. The policy on contacts says the same; tests::access compares.
create view my_contacts with (security_barrier) as
  select l.contact_id as id from my_companies c join company_contacts l on l.account_id = current_account() and l.company_id = c.id
  union all
  select k.id from contacts k
  where k.account_id = current_account() and k.deleted_at is null and k.links = 0 and k.created_by = current_user_id();
create view contacts_written_by_me with (security_barrier) as
  select k.id from contacts k
  where k.account_id = current_account() and k.deleted_at is null and k.created_by = current_user_id();
grant select on my_contacts to steward_deals_of_my_customers;
grant select on contacts_written_by_me to steward_deals_of_my_contacts;

drop policy deals_of_my_customers on deals;
create policy deals_of_my_customers on deals for all to steward_deals_of_my_customers
  using (account_id = current_account() and deleted_at is null and (
    exists (
      select 1 from companies c
      where c.account_id = current_account() and c.id = company_id and c.deleted_at is null
        and c.sales_contact_id = current_user_id())
    or ((select second_enabled()) and exists (
      select 1 from companies c
      where c.account_id = current_account() and c.id = company_id and c.deleted_at is null
        and c.second_sales_contact_id = current_user_id()))
    or (contact_id is not null and exists (select 1 from my_contacts m where m.id = contact_id))))
  with check (false);
create policy deals_of_my_contacts on deals for all to steward_deals_of_my_contacts
  using (account_id = current_account() and deleted_at is null
    and contact_id is not null and exists (select 1 from contacts_written_by_me m where m.id = contact_id))
  with check (false);

create or replace view deals_of_my_customers with (security_barrier) as
  select d.id from my_companies c join deals d on d.account_id = current_account() and d.company_id = c.id
  where d.deleted_at is null
  union all
  select d.id from my_contacts m join deals d on d.account_id = current_account() and d.contact_id = m.id
  where d.deleted_at is null;
create view deals_of_my_contacts with (security_barrier) as
  select d.id from contacts_written_by_me m join deals d on d.account_id = current_account() and d.contact_id = m.id
  where d.deleted_at is null;
grant select on deals_of_my_contacts to steward_deals_of_my_contacts;
create policy through_my_contacts on deal_words for select to steward_deals_of_my_contacts
  using (account_id = current_account() and exists (select 1 from deals_of_my_contacts m where m.id = record_id));

-- Without full CRM: one's own deals, and those of customers that one sees.
drop policy bin_deals_own on deals;
create policy bin_deals_own on deals for all to steward_bin_deals_own
  using (account_id = current_account() and in_bin(deleted_at) and deleted_by = current_user_id()
    and (assigned_to_id = current_user_id()
      or (second_sales_contact_id = current_user_id() and second_enabled())
      or exists (select 1 from companies c where c.account_id = current_account() and c.id = company_id)
      or exists (select 1 from contacts k where k.account_id = current_account() and k.id = contact_id)))
  with check (false);

-- The name of a record's customer, where the record can be seen and the customer cannot.
drop function customer_name(uuid);
create function customer_name(company uuid, contact uuid) returns text
language sql stable security definer set search_path = pg_catalog, public as $$
  select name from companies where account_id = current_account() and id = company
  union all
  select name from contacts where account_id = current_account() and id = contact
$$;
revoke execute on function customer_name(uuid, uuid) from public;
grant execute on function customer_name(uuid, uuid) to steward_reader;

-- Deleting ---------------------------------------------------------------------------------------------------------------

-- For every table with a customer: of whichever kind, it is not deleted.
create or replace function customer_is_there() returns trigger language plpgsql as $$
begin
  if new.contact_id is not null then
    perform 1 from contacts k
      where k.account_id = new.account_id and k.id = new.contact_id and k.deleted_at is null for key share;
  else
    perform 1 from companies c
      where c.account_id = new.account_id and c.id = new.company_id and c.deleted_at is null for key share;
  end if;
  if not found then
    raise check_violation using constraint = 'customer_is_there', message = 'the customer is deleted';
  end if;
  return new;
end
$$;
drop trigger customer_is_there_on_update on deals;
create trigger customer_is_there_on_update before update of company_id, contact_id, deleted_at on deals
  for each row when (new.deleted_at is null and (old.company_id is distinct from new.company_id
    or old.contact_id is distinct from new.contact_id or old.deleted_at is not null))
  execute function customer_is_there();

-- A company and a contact go after what they are the customer of.
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
    select account_id, id from contacts c where deleted_at is not null and not in_bin(deleted_at)
      and not exists (select 1 from deals d where d.account_id = c.account_id and d.contact_id = c.id)
    limit 1000 for update skip locked
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

-- Who would see how many records fewer without the second sales contact: contacts too, and the deals of contacts.
drop function second_losses(uuid);
create function second_losses(account uuid)
returns table (user_id uuid, full_name text, companies bigint, contacts bigint, deals bigint)
language sql stable as $$
  with narrow as (
    select u.id, u.full_name, u.crm, u.deals from users u
    where u.account_id = account and u.active and not (u.crm = 'full' and u.deals in ('full', 'none'))
  ), second_of as (
    select u.id as user_id, u.crm, u.deals, c.id as company_id from narrow u join companies c
      on c.account_id = account and c.second_sales_contact_id = u.id and c.deleted_at is null
    where u.crm <> 'none'
  ), contacts_of as (
    -- Not those who belong to a company of which he is the first as well.
    select distinct s.user_id, s.crm, s.deals, k.id as contact_id from second_of s
      join company_contacts l on l.account_id = account and l.company_id = s.company_id
      join contacts k on k.account_id = account and k.id = l.contact_id and k.deleted_at is null
    where not exists (
      select 1 from company_contacts o join companies c on c.account_id = o.account_id and c.id = o.company_id
      where o.account_id = account and o.contact_id = k.id
        and c.deleted_at is null and c.sales_contact_id = s.user_id)
  ), lost_companies as (
    select s.user_id as id, count(*) as n from second_of s where s.crm = 'limited' group by s.user_id
  ), lost_contacts as (
    select s.user_id as id, count(*) as n from contacts_of s where s.crm = 'limited' group by s.user_id
  ), by_second as (
    select u.id as user_id, u.crm, d.id, d.assigned_to_id, d.company_id, d.contact_id from narrow u join deals d
      on d.account_id = account and d.second_sales_contact_id = u.id and d.deleted_at is null
    where u.deals <> 'none'
    union
    select s.user_id, s.crm, d.id, d.assigned_to_id, d.company_id, d.contact_id from second_of s
      join deals d on d.account_id = account and d.company_id = s.company_id and d.deleted_at is null
    where s.deals <> 'none'
    union
    select s.user_id, s.crm, d.id, d.assigned_to_id, d.company_id, d.contact_id from contacts_of s
      join deals d on d.account_id = account and d.contact_id = s.contact_id and d.deleted_at is null
    where s.deals <> 'none'
  ), lost_deals as (
    select b.user_id as id, count(*) as n from by_second b
    where b.assigned_to_id <> b.user_id and not (b.crm <> 'none' and (
      exists (
        select 1 from companies c where c.account_id = account and c.id = b.company_id
          and c.deleted_at is null and c.sales_contact_id = b.user_id)
      or exists (
        select 1 from company_contacts l join companies c on c.account_id = l.account_id and c.id = l.company_id
        where l.account_id = account and l.contact_id = b.contact_id
          and c.deleted_at is null and c.sales_contact_id = b.user_id)
      or exists (
        select 1 from contacts k where k.account_id = account and k.id = b.contact_id
          and k.created_by = b.user_id and (b.crm = 'full' or k.links = 0))))
    group by b.user_id
  )
  select u.id, u.full_name, coalesce(c.n, 0), coalesce(k.n, 0), coalesce(d.n, 0)
  from narrow u left join lost_companies c on c.id = u.id left join lost_contacts k on k.id = u.id left join lost_deals d on d.id = u.id
  where c.n > 0 or k.n > 0 or d.n > 0 order by u.full_name, u.id
$$;
revoke execute on function second_losses(uuid) from public;
grant execute on function second_losses(uuid) to steward_reader;

create or replace function api.support_losses(operator uuid, account uuid) returns table (people bigint, records numeric)
language sql stable security definer set search_path = pg_catalog, public as $$
  select count(*), coalesce(sum(l.companies + l.contacts + l.deals), 0) from second_losses(support_losses.account) l
  where exists (select 1 from operators o where o.id = support_losses.operator and o.active)
$$;

revoke execute on all functions in schema api from public;
