-- Companies and deals, and what hangs on them. account_id leads every key.

create table companies (
  account_id uuid not null references accounts (id),
  id uuid not null,
  version bigint not null default 1,
  name text collate "und-x-icu" not null,
  website text, email text, telephone text,
  street text, postal_code text, city text collate "und-x-icu", state text, country text,
  vat_number text, registration_number text, industry text,
  customer_since date,
  language text,
  tags text[],
  notes text,
  sales_contact_id uuid,
  second_sales_contact_id uuid,
  created_at timestamptz not null default now(), created_by uuid not null,
  updated_at timestamptz not null default now(), updated_by uuid not null,
  deleted_at timestamptz, deleted_by uuid,
  primary key (account_id, id),
  foreign key (account_id, sales_contact_id) references users (account_id, id),
  foreign key (account_id, second_sales_contact_id) references users (account_id, id),
  foreign key (account_id, created_by) references users (account_id, id),
  foreign key (account_id, updated_by) references users (account_id, id),
  foreign key (account_id, deleted_by) references users (account_id, id),
  constraint companies_second_contact_differs check (second_sales_contact_id <> sales_contact_id)
);
create index companies_by_name on companies (account_id, name, id) where deleted_at is null;
create index companies_by_contact on companies (account_id, sales_contact_id, name, id) where deleted_at is null;
create index companies_by_second on companies (account_id, second_sales_contact_id, name, id) where deleted_at is null and second_sales_contact_id is not null;
create index companies_by_city on companies (account_id, city, id) where deleted_at is null;
create index companies_by_city_down on companies (account_id, city desc nulls last, id desc) where deleted_at is null;
create index companies_by_since on companies (account_id, customer_since, id) where deleted_at is null;
create index companies_by_since_down on companies (account_id, customer_since desc nulls last, id desc) where deleted_at is null;
create index companies_by_change on companies (account_id, updated_at, id) where deleted_at is null;

-- The pipeline's phases. Won and lost are phases too: the end of every deal.
create table deal_phases (
  account_id uuid not null references accounts (id),
  id uuid not null,
  name text not null,
  position integer not null,
  outcome text not null default 'open' check (outcome in ('open', 'won', 'lost')),
  probability integer not null check (probability between 0 and 100),
  primary key (account_id, id)
);
create index deal_phases_in_order on deal_phases (account_id, position);

create table deals (
  account_id uuid not null references accounts (id),
  id uuid not null,
  version bigint not null default 1,
  title text collate "und-x-icu" not null,
  company_id uuid not null,
  value numeric(15, 2),
  currency text not null,
  phase_id uuid not null,
  probability integer check (probability between 0 and 100),
  expected_close date,
  assigned_to_id uuid not null,
  second_sales_contact_id uuid,
  created_at timestamptz not null default now(), created_by uuid not null,
  updated_at timestamptz not null default now(), updated_by uuid not null,
  deleted_at timestamptz, deleted_by uuid,
  primary key (account_id, id),
  foreign key (account_id, company_id) references companies (account_id, id),
  foreign key (account_id, phase_id) references deal_phases (account_id, id),
  foreign key (account_id, assigned_to_id) references users (account_id, id),
  foreign key (account_id, second_sales_contact_id) references users (account_id, id),
  foreign key (account_id, created_by) references users (account_id, id),
  foreign key (account_id, updated_by) references users (account_id, id),
  foreign key (account_id, deleted_by) references users (account_id, id),
  constraint deals_second_contact_differs check (second_sales_contact_id <> assigned_to_id)
);
create index deals_by_title on deals (account_id, title, id) where deleted_at is null;
create index deals_by_assignee on deals (account_id, assigned_to_id, title, id) where deleted_at is null;
create index deals_by_second on deals (account_id, second_sales_contact_id, title, id) where deleted_at is null and second_sales_contact_id is not null;
create index deals_by_company on deals (account_id, company_id, title, id) where deleted_at is null;
create index deals_by_phase on deals (account_id, phase_id, id) where deleted_at is null;
create index deals_by_value on deals (account_id, value, id) where deleted_at is null;
create index deals_by_value_down on deals (account_id, value desc nulls last, id desc) where deleted_at is null;
create index deals_by_close on deals (account_id, expected_close, id) where deleted_at is null;
create index deals_by_close_down on deals (account_id, expected_close desc nulls last, id desc) where deleted_at is null;
create index deals_by_change on deals (account_id, updated_at, id) where deleted_at is null;

-- Visibility -----------------------------------------------------------------------------------------------------------
-- Viewers get policies for all commands whose check is false: a viewer may lock a row (select … for update needs an update
-- policy), and nothing that he writes is ever accepted.

alter table companies enable row level security;
create policy crm_full on companies for all to steward_crm_full
  using (account_id = current_account() and deleted_at is null) with check (false);
create policy crm_limited on companies for all to steward_crm_limited
  using (account_id = current_account() and deleted_at is null
    and (sales_contact_id = current_user_id() or (second_sales_contact_id = current_user_id() and second_enabled())))
  with check (false);

alter table deal_phases enable row level security;
create policy reader on deal_phases for select to steward_reader using (account_id = current_account());

alter table deals enable row level security;
create policy deals_all on deals for all to steward_deals_all
  using (account_id = current_account() and deleted_at is null) with check (false);
create policy deals_own on deals for all to steward_deals_own
  using (account_id = current_account() and deleted_at is null
    and (assigned_to_id = current_user_id() or (second_sales_contact_id = current_user_id() and second_enabled())))
  with check (false);
-- The companies of which one is sales contact or second, whatever one's right to companies is. By lookup: an array of them
-- would be searched from its start for every deal.
create policy deals_of_my_customers on deals for all to steward_deals_of_my_customers
  using (account_id = current_account() and deleted_at is null and exists (
    select 1 from companies c
    where c.account_id = current_account() and c.id = company_id and c.deleted_at is null
      and (c.sales_contact_id = current_user_id() or (c.second_sales_contact_id = current_user_id() and second_enabled()))))
  with check (false);

grant select, update on companies, deals to steward_reader;
grant select on deal_phases to steward_reader;
grant select, insert, update on companies, deals, deal_phases to steward_writer;
grant delete on deal_phases to steward_writer;
do $$
declare name text;
begin
  foreach name in array array['companies', 'deals', 'deal_phases'] loop
    execute format('create policy writer on %I for all to steward_writer using (account_id = current_account()) with check (account_id = current_account())', name);
  end loop;
end
$$;

-- What hangs on a record: one child table of each sort per kind, visible through its record ------------------------------

-- full_role sees every record of the kind, so what hangs on them needs no second look at the record; narrow_role sees some,
-- and reads through its policies on the record, by one lookup per row.
create procedure create_children(parent text, child text, full_role text, narrow_role text) language plpgsql as $$
declare
  t text;
  through text;
begin
  execute format('create table %I (
    account_id uuid not null,
    record_id uuid not null,
    word text collate "C" not null,
    primary key (account_id, word, record_id),
    foreign key (account_id, record_id) references %I (account_id, id) on delete cascade)', child || '_words', parent);
  -- With the word: a search that has found a record by its rarest word asks here for the others.
  execute format('create index on %I (account_id, record_id, word)', child || '_words');
  -- Which of several typed words is the rarest is guessed from a thousand samples: with a hundred, one that begins 25,000
  -- records passed for one that begins a single one.
  execute format('alter table %I alter column word set statistics 1000', child || '_words');

  execute format('create table %I (
    account_id uuid not null,
    id uuid not null,
    record_id uuid not null,
    at timestamptz not null default now(),
    by_user_id uuid not null,
    what text not null,
    detail jsonb not null default ''{}'',
    primary key (account_id, id),
    foreign key (account_id, record_id) references %I (account_id, id) on delete cascade,
    foreign key (account_id, by_user_id) references users (account_id, id))', child || '_events', parent);
  execute format('create index on %I (account_id, record_id, at, id)', child || '_events');

  -- Append-only: who was responsible in which role, from when, set by whom; a null user is nobody.
  execute format('create table %I (
    account_id uuid not null,
    id uuid not null,
    record_id uuid not null,
    role text not null,
    user_id uuid,
    at timestamptz not null default now(),
    by_user_id uuid not null,
    primary key (account_id, id),
    foreign key (account_id, record_id) references %I (account_id, id) on delete cascade,
    foreign key (account_id, user_id) references users (account_id, id),
    foreign key (account_id, by_user_id) references users (account_id, id))', child || '_responsibilities', parent);
  execute format('create index on %I (account_id, record_id, role, at)', child || '_responsibilities');
  execute format('create index on %I (account_id, user_id, role, record_id)', child || '_responsibilities');

  -- Rows of files that were imported: a hash of the whole row and which repetition of it this was. Not unique: a key would
  -- tell of records that the importing user may not see.
  execute format('create table %I (
    account_id uuid not null,
    row_hash bytea not null,
    repetition integer not null,
    record_id uuid not null,
    primary key (account_id, row_hash, repetition, record_id),
    foreign key (account_id, record_id) references %I (account_id, id) on delete cascade)', child || '_imports', parent);
  execute format('create index on %I (account_id, record_id)', child || '_imports');

  foreach t in array array['_words', '_events', '_responsibilities', '_imports'] loop
    through := format('exists (select 1 from %I p where p.account_id = current_account() and p.id = record_id)', parent);
    t := child || t;
    execute format('alter table %I enable row level security', t);
    execute format('create policy full_right on %I for select to %I using (account_id = current_account())', t, full_role);
    execute format('create policy through_record on %I for select to %I using (account_id = current_account() and %s)', t, narrow_role, through);
    execute format('create policy writer on %I for all to steward_writer using (account_id = current_account()) with check (account_id = current_account())', t);
    execute format('grant select on %I to steward_reader', t);
    execute format('grant select, insert on %I to steward_writer', t);
  end loop;
  execute format('grant delete on %I to steward_writer', child || '_words');
end
$$;

call create_children('companies', 'company', 'steward_crm_full', 'steward_crm_limited');
call create_children('deals', 'deal', 'steward_deals_all', 'steward_deals_own');

-- The name of a deal's customer, where the deal can be seen and the customer cannot: without it the deal could not be
-- understood. Never a link, never anything else.
create function customer_name(company uuid) returns text
language sql stable security definer set search_path = pg_catalog, public as $$
  select name from companies where account_id = current_account() and id = company
$$;
revoke execute on function customer_name(uuid) from public;
grant execute on function customer_name(uuid) to steward_reader;
