-- Invoices: of a company or of a contact. Nobody is responsible for an invoice himself; who has the right to invoices sees
-- those of the customers whom he sees. What is booked stays: its number, customer, date and amounts, and the invoice itself.

create table invoices (
  account_id uuid not null references accounts (id),
  id uuid not null,
  version bigint not null default 1,
  number text collate "und-x-icu" not null,
  company_id uuid, contact_id uuid,
  date date not null,
  due_date date,
  total_excl numeric(15, 2) not null,
  total_incl numeric(15, 2) not null,
  currency text not null,
  status text not null default 'draft' check (status in ('draft', 'booked', 'paid', 'credited')),
  link text,
  created_at timestamptz not null default now(), created_by uuid not null,
  updated_at timestamptz not null default now(), updated_by uuid not null,
  active_at timestamptz not null default now(),
  deleted_at timestamptz, deleted_by uuid,
  primary key (account_id, id),
  foreign key (account_id, company_id) references companies (account_id, id),
  foreign key (account_id, contact_id) references contacts (account_id, id),
  foreign key (account_id, created_by) references users (account_id, id),
  foreign key (account_id, updated_by) references users (account_id, id),
  foreign key (account_id, deleted_by) references users (account_id, id),
  constraint invoices_one_customer check (num_nonnulls(company_id, contact_id) = 1),
  constraint invoices_due_after_date check (due_date >= date),
  -- Of a credit note both totals are negative.
  constraint invoices_total_with_tax check (
    case when total_excl >= 0 then total_incl >= total_excl else total_incl <= total_excl end),
  constraint invoices_booked_stays check (status = 'draft' or deleted_at is null)
);
create index invoices_by_number on invoices (account_id, number, id) where deleted_at is null;
create index invoices_by_date on invoices (account_id, date, id) where deleted_at is null;
create index invoices_by_due on invoices (account_id, due_date, id) where deleted_at is null;
create index invoices_by_due_down on invoices (account_id, due_date desc nulls last, id desc) where deleted_at is null;
create index invoices_by_total on invoices (account_id, total_incl, id) where deleted_at is null;
create index invoices_by_change on invoices (account_id, updated_at, id) where deleted_at is null;
-- Deleted ones too: a customer who is purged asks whether any is left.
create index invoices_by_company on invoices (account_id, company_id, number, id) include (deleted_at) where company_id is not null;
create index invoices_by_contact on invoices (account_id, contact_id, number, id) include (deleted_at) where contact_id is not null;
create index invoices_in_bin on invoices (account_id, deleted_at desc, id desc) include (deleted_by) where deleted_at is not null;
create index invoices_to_purge on invoices (deleted_at) where deleted_at is not null;

create trigger active_on_change before update on invoices
  for each row when (old.version <> new.version) execute function record_changed();
create trigger customer_is_there_on_insert before insert on invoices
  for each row when (new.deleted_at is null) execute function customer_is_there();
create trigger customer_is_there_on_update before update of company_id, contact_id, deleted_at on invoices
  for each row when (new.deleted_at is null and (old.company_id is distinct from new.company_id
    or old.contact_id is distinct from new.contact_id or old.deleted_at is not null))
  execute function customer_is_there();

-- Whoever writes: the form, an import, or somebody at the database. Each refusal is named after the field that it is about.
create function booked_invoice_stays() returns trigger language plpgsql as $$
declare what text;
begin
  if tg_op = 'DELETE' then
    raise check_violation using constraint = 'invoices_booked_stays', message = 'a booked invoice is never deleted';
  end if;
  what := case
    when new.status = 'draft' then 'status'
    when new.number <> old.number then 'number'
    when new.company_id is distinct from old.company_id or new.contact_id is distinct from old.contact_id then 'customer'
    when new.date <> old.date then 'date'
    when new.total_excl <> old.total_excl then 'total_excl'
    when new.total_incl <> old.total_incl then 'total_incl'
    when new.currency <> old.currency then 'currency'
  end;
  if what is not null then
    raise check_violation using constraint = 'invoices_booked_' || what, message = 'a booked invoice keeps its ' || what;
  end if;
  return new;
end
$$;
create trigger booked_stays before update or delete on invoices
  for each row when (old.status <> 'draft') execute function booked_invoice_stays();

-- An invoice is overdue from the midnight after its due date, where the account is.
create function account_today() returns date
language sql stable security definer set search_path = pg_catalog, public as $$
  select (now() at time zone a.time_zone)::date from accounts a where a.id = current_account()
$$;
revoke execute on function account_today() from public;
grant execute on function account_today() to steward_reader;

-- Visibility -----------------------------------------------------------------------------------------------------------

-- Yes or no, and so a setting of the transaction and not a role.
create function sees_invoices() returns boolean language sql stable parallel safe
  return coalesce(current_setting('steward.invoices', true) = 'on', false);

grant select on my_contacts to steward_crm_limited;
create view invoices_of_my_customers with (security_barrier) as
  select i.id from my_companies c join invoices i on i.account_id = current_account() and i.company_id = c.id
  where i.deleted_at is null
  union all
  select i.id from my_contacts m join invoices i on i.account_id = current_account() and i.contact_id = m.id
  where i.deleted_at is null;
grant select on invoices_of_my_customers to steward_crm_limited;

alter table invoices enable row level security;
create policy crm_full on invoices for all to steward_crm_full
  using (account_id = current_account() and deleted_at is null and (select sees_invoices())) with check (false);
-- As deals_of_my_customers on deals.
create policy crm_limited on invoices for all to steward_crm_limited
  using (account_id = current_account() and deleted_at is null and (select sees_invoices()) and (
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

create policy bin_all on invoices for all to steward_bin_all
  using (account_id = current_account() and in_bin(deleted_at)) with check (false);
create policy bin_crm_full on invoices for all to steward_bin_crm_full
  using (account_id = current_account() and in_bin(deleted_at) and deleted_by = current_user_id() and (select sees_invoices()))
  with check (false);
create policy bin_crm_limited on invoices for all to steward_bin_crm_limited
  using (account_id = current_account() and in_bin(deleted_at) and deleted_by = current_user_id() and (select sees_invoices()) and (
    exists (select 1 from companies c where c.account_id = current_account() and c.id = company_id)
    or exists (select 1 from contacts k where k.account_id = current_account() and k.id = contact_id)))
  with check (false);

create policy writer on invoices for all to steward_writer
  using (account_id = current_account()) with check (account_id = current_account());
grant select, update on invoices to steward_reader;
grant select, insert, update on invoices to steward_writer;

call create_children('invoices', 'invoice', 'steward_crm_full', 'steward_crm_limited');
call create_custom_values('invoices', 'invoice', 'steward_crm_full', 'steward_crm_limited');
-- Who sees every company does not see what hangs on invoices without the right to these.
do $$
declare name text;
begin
  for name in
    select c.relname from pg_policy p join pg_class c on c.oid = p.polrelid where p.polname = 'full_right' and c.relname like 'invoice\_%'
  loop
    execute format('alter policy full_right on %I using (account_id = current_account() and (select sees_invoices())%s)', name,
      case name when 'invoice_user_values' then ' and live' else '' end);
  end loop;
end
$$;
drop policy through_record on invoice_words;
create policy through_my_customers on invoice_words for select to steward_crm_limited
  using (account_id = current_account() and (select sees_invoices())
    and exists (select 1 from invoices_of_my_customers m where m.id = record_id));

-- Deleting, and what is lost ---------------------------------------------------------------------------------------------

-- As before, and invoices: drafts alone, since no other comes into the bin.
create or replace function api.bin_purge() returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  gone bigint := 0;
  more bigint;
  name text;
begin
  foreach name in array array['deals', 'invoices'] loop
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
      limit 1000 for update skip locked
    ) old where c.account_id = old.account_id and c.id = old.id',
      case name when 'contact' then 'contacts' else 'companies' end, name || '_id');
    get diagnostics more = row_count;
    gone := gone + more;
  end loop;
  return gone;
end
$$;

-- As before, and invoices.
alter function second_losses(uuid) rename to second_losses_but_invoices;
create function second_losses(account uuid)
returns table (user_id uuid, full_name text, companies bigint, contacts bigint, deals bigint, invoices bigint)
language sql stable as $$
  with narrow as (
    select u.id, u.full_name from users u
    where u.account_id = account and u.active and u.crm = 'limited' and u.invoices
  ), second_of as (
    select u.id as user_id, c.id as company_id from narrow u join companies c
      on c.account_id = account and c.second_sales_contact_id = u.id and c.deleted_at is null
  ), by_second as (
    select s.user_id, i.id, i.contact_id from second_of s
      join invoices i on i.account_id = account and i.company_id = s.company_id and i.deleted_at is null
    union
    select s.user_id, i.id, i.contact_id from second_of s
      join company_contacts l on l.account_id = account and l.company_id = s.company_id
      join invoices i on i.account_id = account and i.contact_id = l.contact_id and i.deleted_at is null
  ), lost as (
    -- Not those of contacts who belong to a company of which he is the first as well.
    select b.user_id, count(*) as n from by_second b
    where not exists (
      select 1 from company_contacts l join companies c on c.account_id = l.account_id and c.id = l.company_id
      where l.account_id = account and l.contact_id = b.contact_id
        and c.deleted_at is null and c.sales_contact_id = b.user_id)
    group by b.user_id
  )
  -- Whoever loses an invoice loses its customer, and so is among the others.
  select o.user_id, o.full_name, o.companies, o.contacts, o.deals, coalesce(l.n, 0)
  from second_losses_but_invoices(account) o left join lost l on l.user_id = o.user_id
  order by o.full_name, o.user_id
$$;
revoke execute on function second_losses(uuid) from public;
grant execute on function second_losses(uuid) to steward_reader;

create or replace function api.support_losses(operator uuid, account uuid) returns table (people bigint, records numeric)
language sql stable security definer set search_path = pg_catalog, public as $$
  select count(*), coalesce(sum(l.companies + l.contacts + l.deals + l.invoices), 0) from second_losses(support_losses.account) l
  where exists (select 1 from operators o where o.id = support_losses.operator and o.active)
$$;

revoke execute on all functions in schema api from public;
