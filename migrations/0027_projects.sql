-- Projects: done for a customer, by people. Any number of managers and collaborators, at least one manager; nobody is both. Who is
-- one of them sees the project, and who may change it each project says itself.

create table projects (
  account_id uuid not null references accounts (id),
  id uuid not null,
  version bigint not null default 1,
  title text collate "und-x-icu" not null,
  company_id uuid, contact_id uuid,
  -- The deal that it came from.
  deal_id uuid,
  status text not null default 'planned' check (status in ('planned', 'running', 'on_hold', 'done', 'cancelled')),
  starts_on date,
  due_date date,
  budget numeric(15, 2),
  currency text not null default 'EUR',
  description text,
  -- Who changes it, besides the admins: its managers; they and its collaborators; everyone who sees it.
  editing text not null default 'managers' check (editing in ('managers', 'people', 'everyone')),
  -- When it was done or cancelled; of those the board shows the last ones.
  closed_at timestamptz,
  created_at timestamptz not null default now(), created_by uuid not null,
  updated_at timestamptz not null default now(), updated_by uuid not null,
  active_at timestamptz not null default now(),
  deleted_at timestamptz, deleted_by uuid,
  primary key (account_id, id),
  foreign key (account_id, company_id) references companies (account_id, id),
  foreign key (account_id, contact_id) references contacts (account_id, id),
  foreign key (account_id, deal_id) references deals (account_id, id) on delete set null (deal_id),
  foreign key (account_id, created_by) references users (account_id, id),
  foreign key (account_id, updated_by) references users (account_id, id),
  foreign key (account_id, deleted_by) references users (account_id, id),
  constraint projects_one_customer check (num_nonnulls(company_id, contact_id) <= 1),
  constraint projects_due_after_start check (due_date >= starts_on)
);
create index projects_by_title on projects (account_id, title, id) where deleted_at is null;
create index projects_by_status on projects (account_id, status, due_date, id) where deleted_at is null;
create index projects_by_end on projects (account_id, status, closed_at, id) where deleted_at is null and closed_at is not null;
create index projects_by_start on projects (account_id, starts_on, id) where deleted_at is null;
create index projects_by_start_down on projects (account_id, starts_on desc nulls last, id desc) where deleted_at is null;
create index projects_by_due on projects (account_id, due_date, id) where deleted_at is null;
create index projects_by_due_down on projects (account_id, due_date desc nulls last, id desc) where deleted_at is null;
create index projects_by_budget on projects (account_id, budget, id) where deleted_at is null;
create index projects_by_budget_down on projects (account_id, budget desc nulls last, id desc) where deleted_at is null;
create index projects_by_change on projects (account_id, updated_at, id) where deleted_at is null;
-- Deleted ones too: a customer who is purged asks whether any is left.
create index projects_by_company on projects (account_id, company_id, title, id) include (deleted_at) where company_id is not null;
create index projects_by_contact on projects (account_id, contact_id, title, id) include (deleted_at) where contact_id is not null;
create index projects_by_deal on projects (account_id, deal_id, title, id) include (deleted_at) where deal_id is not null;
create index projects_in_bin on projects (account_id, deleted_at desc, id desc) include (deleted_by) where deleted_at is not null;
create index projects_to_purge on projects (deleted_at) where deleted_at is not null;

-- Whatever ends a project, be it the board, the form, an import or an act on many: it is written down, or undone.
create function project_status_changed() returns trigger language plpgsql as $$
begin
  new.closed_at := case when new.status in ('done', 'cancelled') then now() end;
  return new;
end
$$;
create trigger project_status_on_insert before insert on projects for each row execute function project_status_changed();
create trigger project_status_on_update before update of status on projects
  for each row when (old.status <> new.status) execute function project_status_changed();
create trigger active_on_change before update on projects
  for each row when (old.version <> new.version) execute function record_changed();
create trigger customer_is_there_on_insert before insert on projects
  for each row when (new.deleted_at is null and num_nonnulls(new.company_id, new.contact_id) = 1) execute function customer_is_there();
create trigger customer_is_there_on_update before update of company_id, contact_id, deleted_at on projects
  for each row when (new.deleted_at is null and num_nonnulls(new.company_id, new.contact_id) = 1
    and (old.company_id is distinct from new.company_id
      or old.contact_id is distinct from new.contact_id or old.deleted_at is not null))
  execute function customer_is_there();

call create_children('projects', 'project', 'steward_projects_all', 'steward_projects_participation');
call create_custom_values('projects', 'project', 'steward_projects_all', 'steward_projects_participation');
call create_next_steps('projects', 'project', 'steward_projects_all', 'steward_projects_participation');
call create_telling('projects', 'project');

-- Its people ---------------------------------------------------------------------------------------------------------------
-- They stand where whoever stands in a User field of several does, under two fields that every account has:
-- model::responsibility has the same ids.

create function managers() returns uuid language sql immutable parallel safe
  return '5e7a0000-0000-4000-8000-000000000001'::uuid;
create function collaborators() returns uuid language sql immutable parallel safe
  return '5e7a0000-0000-4000-8000-000000000002'::uuid;

-- Those of which the viewer is a manager or a collaborator. It looks past the policies, since these ask it.
create function my_projects() returns setof uuid
language sql stable security definer rows 100 set search_path = pg_catalog, public as $$
  select v.record_id from project_user_values v
  where v.account_id = current_account() and v.value = current_user_id() and v.live and v.field_id in (managers(), collaborators())
$$;
-- The same, whether they lie in the bin or not.
create function i_take_part(project uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select exists (select 1 from project_user_values v
    where v.account_id = current_account() and v.record_id = project and v.value = current_user_id()
      and v.field_id in (managers(), collaborators()))
$$;
-- Whether the viewer, who sees it, may change a project.
create function i_may_edit(project uuid, editing text) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select editing = 'everyone' or exists (select 1 from project_user_values v
    where v.account_id = current_account() and v.record_id = project and v.value = current_user_id()
      and (v.field_id = managers() or v.field_id = collaborators() and editing = 'people'))
$$;
revoke execute on function my_projects(), i_take_part(uuid), i_may_edit(uuid, text) from public;

-- Visibility -----------------------------------------------------------------------------------------------------------

alter table projects enable row level security;
-- Seeing one and changing it are two things: a row is locked for a change only where both policies show it.
create policy projects_all on projects for select to steward_projects_all
  using (account_id = current_account() and deleted_at is null);
create policy edits_all on projects for update to steward_projects_all
  using (account_id = current_account() and deleted_at is null and ((select i_am_admin()) or i_may_edit(id, editing))) with check (false);
create policy projects_participation on projects for select to steward_projects_participation
  using (account_id = current_account() and deleted_at is null and id = any (array(select my_projects())));
create policy edits_participation on projects for update to steward_projects_participation
  using (account_id = current_account() and deleted_at is null and id = any (array(select my_projects())) and i_may_edit(id, editing))
  with check (false);

do $$
declare
  crm text; deals text; projects text; viewer text;
begin
  foreach projects in array array['all', 'participation'] loop
    begin
      execute format('create role %I nologin noinherit', 'steward_bin_projects_' || projects);
      foreach crm in array array['full', 'limited', 'none'] loop
        foreach deals in array array['full', 'limited', 'none'] loop
          viewer := format('steward_bin_view_%s_%s_%s', crm, deals, projects);
          execute format('grant %I to %I', 'steward_bin_projects_' || projects, viewer);
        end loop;
      end loop;
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;
end
$$;
create policy bin_all on projects for all to steward_bin_all
  using (account_id = current_account() and in_bin(deleted_at)) with check (false);
create policy bin_projects_all on projects for all to steward_bin_projects_all
  using (account_id = current_account() and in_bin(deleted_at) and deleted_by = current_user_id()) with check (false);
create policy bin_projects_participation on projects for all to steward_bin_projects_participation
  using (account_id = current_account() and in_bin(deleted_at) and deleted_by = current_user_id() and i_take_part(id)) with check (false);

create policy writer on projects for all to steward_writer
  using (account_id = current_account()) with check (account_id = current_account());
grant select, update on projects to steward_reader;
grant select, insert, update on projects to steward_writer;
grant execute on function my_projects(), i_take_part(uuid), i_may_edit(uuid, text) to steward_reader;

-- The two fields that every account has are none of those that admins have added.
alter table project_user_values
  drop constraint project_user_values_account_id_field_id_fkey,
  add column added_field_id uuid generated always as (case when field_id in
    ('5e7a0000-0000-4000-8000-000000000001', '5e7a0000-0000-4000-8000-000000000002') then null else field_id end) stored,
  add foreign key (account_id, added_field_id) references custom_fields (account_id, id) on delete cascade;
create index on project_user_values (account_id, added_field_id) where added_field_id is not null;
create unique index project_people on project_user_values (account_id, record_id, value)
  where field_id in ('5e7a0000-0000-4000-8000-000000000001', '5e7a0000-0000-4000-8000-000000000002');

-- At least one manager, whoever writes and however many at once: two who remove the last two wait for one another here, and the
-- second finds what the first has done.
create function project_needs_a_manager() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  account uuid;
  project uuid;
begin
  if tg_table_name = 'projects' then
    account := new.account_id; project := new.id;
  else
    account := old.account_id; project := old.record_id;
  end if;
  perform 1 from projects p where p.account_id = account and p.id = project for no key update;
  -- Purged, with its people.
  if not found then return null; end if;
  if not exists (select 1 from project_user_values v
    where v.account_id = account and v.record_id = project and v.field_id = managers()) then
    raise check_violation using constraint = 'projects_need_a_manager', message = 'a project needs at least one manager';
  end if;
  return null;
end
$$;
create constraint trigger needs_a_manager after insert on projects deferrable initially deferred
  for each row execute function project_needs_a_manager();
create constraint trigger needs_a_manager_still after delete or update on project_user_values deferrable initially deferred
  for each row when (old.field_id = '5e7a0000-0000-4000-8000-000000000001') execute function project_needs_a_manager();

-- Whether the viewer still sees the record; run with his rights. As before, and projects.
create or replace function sees_record(kind text, id uuid) returns boolean language plpgsql stable as $$
begin
  return case kind
    when 'company' then exists (select 1 from companies r where r.account_id = current_account() and r.id = sees_record.id)
    when 'contact' then exists (select 1 from contacts r where r.account_id = current_account() and r.id = sees_record.id)
    when 'deal' then exists (select 1 from deals r where r.account_id = current_account() and r.id = sees_record.id)
    when 'invoice' then exists (select 1 from invoices r where r.account_id = current_account() and r.id = sees_record.id)
    when 'project' then exists (select 1 from projects r where r.account_id = current_account() and r.id = sees_record.id)
    else false
  end;
end
$$;

-- Deleting ---------------------------------------------------------------------------------------------------------------

-- As before, and projects.
create or replace function api.bin_purge() returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  gone bigint := 0;
  more bigint;
  name text;
begin
  foreach name in array array['projects', 'deals', 'invoices'] loop
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
      limit 1000 for update skip locked
    ) old where c.account_id = old.account_id and c.id = old.id',
      case name when 'contact' then 'contacts' else 'companies' end, name || '_id');
    get diagnostics more = row_count;
    gone := gone + more;
  end loop;
  return gone;
end
$$;

-- Plans ------------------------------------------------------------------------------------------------------------------
-- Who acts, as before, and what his account has bought: without a module nobody has a right to it.

drop function api.actor(bytea);
create function api.actor(id_hash bytea) returns table (
  account_id uuid, user_id uuid, session_id uuid, full_name text, email text, role text, crm text, deals text, projects text,
  invoices boolean, mailbox boolean, export boolean, language text, time_zone text, second_enabled boolean, demo boolean,
  fields_version bigint, plan text, boosters text[], owes_second_factor boolean
) language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  -- Written at most once a minute: reading a page is not a write.
  update sessions s set seen_at = now() where s.id_hash = actor.id_hash and s.seen_at < now() - interval '1 minute';
  return query
    select u.account_id, u.id, s.public_id, u.full_name, u.email, u.role, u.crm, u.deals, u.projects, u.invoices, u.mailbox, u.export,
      u.language, u.time_zone, a.second_enabled, a.demo, a.fields_version, a.plan, a.boosters,
      a.second_factor_required and not exists (select 1 from user_second_factors f where f.account_id = u.account_id and f.user_id = u.id)
    from sessions s join users u on u.id = s.user_id join accounts a on a.id = u.account_id
    where s.id_hash = actor.id_hash and s.expires_at > now() and u.active;
end
$$;
drop function api.actor_by_email(text);
create function api.actor_by_email(email text) returns table (
  account_id uuid, user_id uuid, session_id uuid, full_name text, email text, role text, crm text, deals text, projects text,
  invoices boolean, mailbox boolean, export boolean, language text, time_zone text, second_enabled boolean, demo boolean,
  fields_version bigint, plan text, boosters text[]
) language sql stable security definer set search_path = pg_catalog, public as $$
  select u.account_id, u.id, null::uuid, u.full_name, u.email, u.role, u.crm, u.deals, u.projects, u.invoices, u.mailbox, u.export,
    u.language, u.time_zone, a.second_enabled, a.demo, a.fields_version, a.plan, a.boosters
  from users u join accounts a on a.id = u.account_id
  where lower(u.email) = lower(actor_by_email.email) and u.active
$$;
drop function actors(uuid[]);
create function actors(ids uuid[]) returns table (
  account_id uuid, user_id uuid, session_id uuid, full_name text, email text, role text, crm text, deals text, projects text,
  invoices boolean, mailbox boolean, export boolean, language text, time_zone text, second_enabled boolean, demo boolean,
  fields_version bigint, plan text, boosters text[]
) language sql stable security definer set search_path = pg_catalog, public as $$
  select u.account_id, u.id, null::uuid, u.full_name, u.email, u.role, u.crm, u.deals, u.projects, u.invoices, u.mailbox, u.export,
    u.language, u.time_zone, a.second_enabled, a.demo, a.fields_version, a.plan, a.boosters
  from users u join accounts a on a.id = u.account_id
  where u.account_id = current_account() and u.id = any (actors.ids) and u.active
  order by u.id
$$;
revoke execute on function actors(uuid[]) from public;
grant execute on function actors(uuid[]) to steward_writer;
revoke execute on all functions in schema api from public;
