-- The roles under which a transaction reads and writes. They belong to the whole cluster, so several databases share
-- them and two migrations may race for them: what exists already is left as it is.
--
-- A viewer's role is one per combination of the rights that narrow rows (CRM x deals x projects). It owns no policy itself:
-- it inherits fragment roles, and the policies of a record kind are written for the fragments.

do $$
declare
  crm text; deals text; projects text; viewer text;
  name text;
begin
  foreach name in array array[
    'steward_reader', 'steward_writer',
    'steward_crm_full', 'steward_crm_limited',
    'steward_deals_own', 'steward_deals_of_my_customers', 'steward_deals_all',
    'steward_projects_participation', 'steward_projects_all'
  ] loop
    begin
      execute format('create role %I nologin noinherit', name);
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;

  foreach crm in array array['full', 'limited', 'none'] loop
    foreach deals in array array['full', 'limited', 'none'] loop
      foreach projects in array array['all', 'participation', 'none'] loop
        viewer := format('steward_view_%s_%s_%s', crm, deals, projects);
        begin
          execute format('create role %I nologin inherit', viewer);
        exception when duplicate_object or unique_violation then continue;
        end;
        execute format('grant steward_reader to %I', viewer);
        if crm <> 'none' then
          execute format('grant %I to %I', 'steward_crm_' || crm, viewer);
        end if;
        if deals = 'full' and crm = 'full' then
          execute format('grant steward_deals_all to %I', viewer);
        elsif deals <> 'none' then
          execute format('grant steward_deals_own to %I', viewer);
          if crm <> 'none' then
            execute format('grant steward_deals_of_my_customers to %I', viewer);
          end if;
        end if;
        if projects <> 'none' then
          execute format('grant %I to %I', 'steward_projects_' || projects, viewer);
        end if;
      end loop;
    end loop;
  end loop;
end
$$;

-- What a transaction was opened for. Settings that were once set are '' afterwards, never null: hence nullif.
create function current_account() returns uuid language sql stable parallel safe
  return nullif(current_setting('steward.account', true), '')::uuid;
create function current_user_id() returns uuid language sql stable parallel safe
  return nullif(current_setting('steward.user', true), '')::uuid;
-- Whether the account has the second sales contact: while it has not, a second is without effect.
create function second_enabled() returns boolean language sql stable parallel safe
  return coalesce(current_setting('steward.second_enabled', true) = 'on', false);

-- Everything that must look past the borders between accounts (signing in, sessions) lives in this schema, as functions
-- that run with the owner's rights; the server's login may call them and nothing else outside of a transaction's role.
create schema api;
revoke all on schema public from public;
grant usage on schema public to steward_reader, steward_writer;
