-- The bin: what was deleted stays for 30 days, out of everybody's sight but for who deleted it and the admins. A transaction
-- that looks into it runs under a role of its own, so that no other has to think of deleted records.

-- A role for looking into the bin is its viewer's role and, besides, one of these fragments. Admins have full rights always.
do $$
declare
  crm text; deals text; projects text; viewer text; name text;
begin
  foreach name in array array[
    'steward_bin_all', 'steward_bin_crm_full', 'steward_bin_crm_limited', 'steward_bin_deals_full', 'steward_bin_deals_own'
  ] loop
    begin
      execute format('create role %I nologin noinherit', name);
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;

  begin
    create role steward_bin_view_admin nologin inherit;
    grant steward_view_full_full_all, steward_bin_all to steward_bin_view_admin;
  exception when duplicate_object or unique_violation then null;
  end;
  foreach crm in array array['full', 'limited', 'none'] loop
    foreach deals in array array['full', 'limited', 'none'] loop
      foreach projects in array array['all', 'participation', 'none'] loop
        viewer := format('%s_%s_%s', crm, deals, projects);
        name := 'steward_bin_view_' || viewer;
        begin
          execute format('create role %I nologin inherit', name);
        exception when duplicate_object or unique_violation then continue;
        end;
        execute format('grant %I to %I', 'steward_view_' || viewer, name);
        if crm <> 'none' then
          execute format('grant %I to %I', 'steward_bin_crm_' || crm, name);
        end if;
        -- With deals limited nobody deletes a deal, and so nobody restores one.
        if deals = 'full' then
          execute format('grant %I to %I', case when crm = 'full' then 'steward_bin_deals_full' else 'steward_bin_deals_own' end, name);
        end if;
      end loop;
    end loop;
  end loop;
end
$$;

-- Whether something that was deleted then is in the bin still.
create function in_bin(deleted_at timestamptz) returns boolean language sql stable parallel safe
  return deleted_at > now() - interval '30 days';

create policy bin_all on companies for all to steward_bin_all
  using (account_id = current_account() and in_bin(deleted_at)) with check (false);
create policy bin_all on deals for all to steward_bin_all
  using (account_id = current_account() and in_bin(deleted_at)) with check (false);

-- What one has deleted oneself, as far as one's rights would show it today.
create policy bin_crm_full on companies for all to steward_bin_crm_full
  using (account_id = current_account() and in_bin(deleted_at) and deleted_by = current_user_id()) with check (false);
create policy bin_crm_limited on companies for all to steward_bin_crm_limited
  using (account_id = current_account() and in_bin(deleted_at) and deleted_by = current_user_id()
    and (sales_contact_id = current_user_id() or (second_sales_contact_id = current_user_id() and second_enabled())))
  with check (false);
create policy bin_deals_full on deals for all to steward_bin_deals_full
  using (account_id = current_account() and in_bin(deleted_at) and deleted_by = current_user_id()) with check (false);
-- Without full CRM: one's own deals, and those of companies that one sees.
create policy bin_deals_own on deals for all to steward_bin_deals_own
  using (account_id = current_account() and in_bin(deleted_at) and deleted_by = current_user_id()
    and (assigned_to_id = current_user_id()
      or (second_sales_contact_id = current_user_id() and second_enabled())
      or exists (select 1 from companies c where c.account_id = current_account() and c.id = company_id)))
  with check (false);

create index companies_in_bin on companies (account_id, deleted_at desc, id desc) include (deleted_by) where deleted_at is not null;
create index deals_in_bin on deals (account_id, deleted_at desc, id desc) include (deleted_by) where deleted_at is not null;
create index companies_to_purge on companies (deleted_at) where deleted_at is not null;
create index deals_to_purge on deals (deleted_at) where deleted_at is not null;
-- Deleted deals too: a company that is purged asks whether any deal is left.
drop index deals_by_company;
create index deals_by_company on deals (account_id, company_id, title, id)
  include (assigned_to_id, second_sales_contact_id, deleted_at);

-- A deal has a customer that is not deleted. Locking it as a foreign key does makes a deal that is created wait for a company
-- that is being deleted, and the other way round; whoever comes second finds what the first has done.
create function customer_is_there() returns trigger language plpgsql as $$
begin
  perform 1 from companies c
    where c.account_id = new.account_id and c.id = new.company_id and c.deleted_at is null for key share;
  if not found then
    raise check_violation using constraint = 'customer_is_there', message = 'the customer is deleted';
  end if;
  return new;
end
$$;
create trigger customer_is_there_on_insert before insert on deals
  for each row when (new.deleted_at is null) execute function customer_is_there();
create trigger customer_is_there_on_update before update of company_id, deleted_at on deals
  for each row when (new.deleted_at is null and (old.company_id <> new.company_id or old.deleted_at is not null))
  execute function customer_is_there();

-- Deletes for good some of what has left the bin, with all that hangs on it; how many. A company goes after its deals.
create function api.bin_purge() returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  gone bigint;
  more bigint;
begin
  delete from deals d using (
    select account_id, id from deals where deleted_at is not null and not in_bin(deleted_at) limit 1000 for update skip locked
  ) old where d.account_id = old.account_id and d.id = old.id;
  get diagnostics gone = row_count;
  delete from companies c using (
    select account_id, id from companies c where deleted_at is not null and not in_bin(deleted_at)
      and not exists (select 1 from deals d where d.account_id = c.account_id and d.company_id = c.id)
    limit 1000 for update skip locked
  ) old where c.account_id = old.account_id and c.id = old.id;
  get diagnostics more = row_count;
  return gone + more;
end
$$;
revoke execute on all functions in schema api from public;
