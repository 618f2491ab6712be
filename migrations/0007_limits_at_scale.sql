-- What limited users wait for in a large account: how many of all deals are theirs. Each deal was asked for the user anew, as
-- text that becomes an id, and the companies of a sales contact were read whole. Who sees what stays what it was.

-- With what the policies ask for, so that counting reads the index alone.
drop index companies_by_contact, companies_by_second, deals_by_company;
create index companies_by_contact on companies (account_id, sales_contact_id, name, id)
  include (second_sales_contact_id) where deleted_at is null;
create index companies_by_second on companies (account_id, second_sales_contact_id, name, id)
  include (sales_contact_id) where deleted_at is null and second_sales_contact_id is not null;
create index deals_by_company on deals (account_id, company_id, title, id)
  include (assigned_to_id, second_sales_contact_id) where deleted_at is null;

-- (select …): once for the query, not for each row.
drop policy deals_own on deals;
create policy deals_own on deals for all to steward_deals_own
  using (account_id = current_account() and deleted_at is null
    and (assigned_to_id = (select current_user_id())
      or (second_sales_contact_id = (select current_user_id()) and (select second_enabled()))))
  with check (false);

-- The companies of which one is sales contact or second, whatever one's right to companies is. Two conditions, each with an
-- index of its own; "exists" lets Postgres choose between a look at one company and the set of all of them.
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
        and c.second_sales_contact_id = current_user_id()))))
  with check (false);
