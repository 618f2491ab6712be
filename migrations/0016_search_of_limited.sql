-- Searching deals whose right to them is limited: each of all deals that hold a typed word was looked up with its company. A
-- common word is held by thousands, of which few are his. Who sees what stays what it was.

-- The deals that the policies "deals_own" and "deals_of_my_customers" leave, without policies of their own inside: so Postgres
-- chooses between a look at one deal and the set of all of them, and plans neither twice. Whoever changes those policies
-- changes these views with them: tests::access compares.
create view my_deals with (security_barrier) as
  select d.id from deals d
  where d.account_id = current_account() and d.deleted_at is null
    and (d.assigned_to_id = current_user_id() or (d.second_sales_contact_id = current_user_id() and second_enabled()));
create view deals_of_my_customers with (security_barrier) as
  select d.id from companies c join deals d on d.account_id = current_account() and d.company_id = c.id
  where c.account_id = current_account() and c.deleted_at is null and d.deleted_at is null
    and (c.sales_contact_id = current_user_id() or (c.second_sales_contact_id = current_user_id() and second_enabled()));
grant select on my_deals to steward_deals_own;
grant select on deals_of_my_customers to steward_deals_of_my_customers;

drop policy through_record on deal_words;
create policy through_my_deals on deal_words for select to steward_deals_own
  using (account_id = current_account() and exists (select 1 from my_deals m where m.id = record_id));
create policy through_my_customers on deal_words for select to steward_deals_of_my_customers
  using (account_id = current_account() and exists (select 1 from deals_of_my_customers m where m.id = record_id));
