-- Next steps: dated to-dos on a record, each for a colleague who can open it. They grant nothing: who sees a record sees its
-- steps, and nobody else does. And since when nothing has happened to a record.

-- As create_children: full_role sees every record of the kind, narrow_role some.
create procedure create_next_steps(parent text, child text, full_role text, narrow_role text) language plpgsql as $$
declare
  t text := child || '_next_steps';
begin
  execute format('create table %I (
    account_id uuid not null,
    id uuid not null,
    record_id uuid not null,
    what text not null,
    due date not null,
    assigned_to_id uuid not null,
    created_at timestamptz not null default now(),
    created_by uuid not null,
    done_at timestamptz,
    primary key (account_id, id),
    foreign key (account_id, record_id) references %I (account_id, id) on delete cascade,
    foreign key (account_id, assigned_to_id) references users (account_id, id),
    foreign key (account_id, created_by) references users (account_id, id))', t, parent);
  execute format('create index on %I (account_id, record_id, due, id) where done_at is null', t);
  execute format('create index on %I (account_id, record_id, done_at, id) where done_at is not null', t);
  execute format('create index on %I (account_id, assigned_to_id, due, id) include (record_id) where done_at is null', t);
  execute format('alter table %I enable row level security', t);
  execute format('create policy full_right on %I for select to %I using (account_id = current_account())', t, full_role);
  execute format('create policy through_record on %I for select to %I using (account_id = current_account()
    and exists (select 1 from %I p where p.account_id = current_account() and p.id = record_id))', t, narrow_role, parent);
  execute format('create policy writer on %I for all to steward_writer using (account_id = current_account()) with check (account_id = current_account())', t);
  execute format('grant select on %I to steward_reader', t);
  execute format('grant select, insert, update, delete on %I to steward_writer', t);
end
$$;
call create_next_steps('companies', 'company', 'steward_crm_full', 'steward_crm_limited');
call create_next_steps('deals', 'deal', 'steward_deals_all', 'steward_deals_own');

-- When something last happened to a record: any change of it, and whatever is planned or done about it.
alter table companies add active_at timestamptz not null default now();
alter table deals add active_at timestamptz not null default now();
update companies set active_at = updated_at;
update deals set active_at = updated_at;
create function record_changed() returns trigger language plpgsql as $$
begin
  new.active_at := now();
  return new;
end
$$;
create trigger active_on_change before update on companies
  for each row when (old.version <> new.version) execute function record_changed();
create trigger active_on_change before update on deals
  for each row when (old.version <> new.version) execute function record_changed();

-- What is counted under "My responsibilities" stands in the index by which one's own records are found.
drop index companies_by_contact, companies_by_second, deals_by_assignee, deals_by_second;
create index companies_by_contact on companies (account_id, sales_contact_id, name, id)
  include (second_sales_contact_id, active_at) where deleted_at is null;
create index companies_by_second on companies (account_id, second_sales_contact_id, name, id)
  include (sales_contact_id, active_at) where deleted_at is null and second_sales_contact_id is not null;
create index deals_by_assignee on deals (account_id, assigned_to_id, title, id)
  include (second_sales_contact_id, company_id, closed_at, active_at) where deleted_at is null;
create index deals_by_second on deals (account_id, second_sales_contact_id, title, id)
  include (assigned_to_id, company_id, closed_at, active_at) where deleted_at is null and second_sales_contact_id is not null;
