-- What becomes of a request is written down like what becomes of a plan: who asked, and that support declined, with the reason.

alter table audit drop constraint audit_what_check;
alter table audit add constraint audit_what_check
  check (what in ('plan', 'boosters', 'second_sales_contact', 'request', 'status', 'rights', 'second_factor', 'second_factor_required'));

create or replace function api.support_audit(operator uuid, account uuid)
returns table (at timestamptz, by_name text, by_support boolean, what text, before text, after text, reason text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select e.at, case when e.by_user_id is null then e.by_name else '' end, e.by_user_id is null, e.what, e.before, e.after, e.reason from audit e
  where e.account_id = support_audit.account and e.what in ('plan', 'boosters', 'second_sales_contact', 'request')
    and exists (select 1 from operators o where o.id = support_audit.operator and o.active)
  order by e.at desc, e.id limit 200
$$;

-- Closes what an account asks for without giving it; false where it asks for nothing, or no operator is asking.
create function api.support_decline(operator uuid, account uuid, reason text) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
declare by_name text;
begin
  select o.full_name into by_name from operators o where o.id = support_decline.operator and o.active;
  if by_name is null then return false; end if;
  update requests r set closed_at = now() where r.account_id = support_decline.account and r.closed_at is null;
  if not found then return false; end if;
  insert into audit (account_id, by_name, what, before, after, reason)
  values (support_decline.account, by_name, 'request', 'asked', 'declined', support_decline.reason);
  return true;
end
$$;

revoke execute on all functions in schema api from public;
