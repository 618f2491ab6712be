-- Fields that an account's admins add, and their values: one table of values per kind and sort of value, so that each is typed,
-- indexed and, where it names somebody or something, a real foreign key. A User field grants nothing: no policy reads a value.

create table custom_field_groups (
  account_id uuid not null references accounts (id),
  id uuid not null,
  kind text not null,
  name text not null,
  position integer not null,
  primary key (account_id, id)
);

create table custom_fields (
  account_id uuid not null references accounts (id),
  id uuid not null,
  kind text not null,
  -- Grows with every change of its form: a form that is older is refused.
  version integer not null default 1,
  label text not null,
  holds text not null,
  required boolean not null default false,
  several boolean not null default false,
  listed boolean not null default false,
  told boolean not null default false,
  mine boolean not null default true,
  help text not null default '',
  default_value text not null default '',
  currency text not null default 'EUR',
  group_id uuid,
  position integer not null,
  -- Of an automatic number: the one that the next record gets.
  next_number bigint not null default 1,
  created_at timestamptz not null default now(), created_by uuid not null,
  deleted_at timestamptz, deleted_by uuid,
  primary key (account_id, id),
  foreign key (account_id, group_id) references custom_field_groups (account_id, id),
  foreign key (account_id, created_by) references users (account_id, id),
  foreign key (account_id, deleted_by) references users (account_id, id)
);
create index custom_fields_in_order on custom_fields (account_id, kind, position);
create index custom_fields_to_purge on custom_fields (deleted_at) where deleted_at is not null;

-- A choice that is taken away keeps its values, as somebody deactivated does: they show it, and nobody can choose it any more.
create table custom_field_choices (
  account_id uuid not null,
  id uuid not null,
  field_id uuid not null,
  label text not null,
  position integer not null,
  gone boolean not null default false,
  primary key (account_id, id),
  foreign key (account_id, field_id) references custom_fields (account_id, id) on delete cascade
);
create index on custom_field_choices (account_id, field_id, position);

-- Grows with every change of an account's fields: a server that has read them once knows whether they are still the same.
alter table accounts add fields_version bigint not null default 1;
create function fields_changed() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update accounts set fields_version = fields_version + 1 where id = coalesce(new.account_id, old.account_id);
  return null;
end
$$;
create trigger fields_changed after insert or delete on custom_fields for each row execute function fields_changed();
-- Not for the next number, which changes with every record.
create trigger fields_changed_since after update on custom_fields for each row
  when ((old.label, old.holds, old.required, old.several, old.listed, old.told, old.mine, old.help, old.default_value, old.currency,
         old.group_id, old.position, old.deleted_at)
    is distinct from (new.label, new.holds, new.required, new.several, new.listed, new.told, new.mine, new.help, new.default_value,
         new.currency, new.group_id, new.position, new.deleted_at))
  execute function fields_changed();
create trigger fields_changed after insert or update or delete on custom_field_choices for each row execute function fields_changed();
create trigger fields_changed after update on custom_field_groups for each row execute function fields_changed();

do $$
declare name text;
begin
  foreach name in array array['custom_field_groups', 'custom_fields', 'custom_field_choices'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy reader on %I for select to steward_reader using (account_id = current_account())', name);
    execute format('create policy writer on %I for all to steward_writer using (account_id = current_account()) with check (account_id = current_account())', name);
    execute format('grant select on %I to steward_reader', name);
    execute format('grant select, insert, update, delete on %I to steward_writer', name);
  end loop;
end
$$;

-- Values ------------------------------------------------------------------------------------------------------------------

create function values_live() returns trigger language plpgsql as $$
begin
  execute format('update %I set live = $1 where account_id = $2 and record_id = $3', tg_argv[0])
    using new.deleted_at is null, new.account_id, new.id;
  return null;
end
$$;

-- As create_children: full_role sees every record of the kind, narrow_role some. n tells the several values of one field apart.
create procedure create_custom_values(parent text, child text, full_role text, narrow_role text) language plpgsql as $$
declare
  sort text;
  t text;
begin
  foreach sort in array array['text', 'number', 'date', 'yes_no', 'choice', 'user', 'record'] loop
    t := child || '_' || sort || '_values';
    execute format('create table %I (
      account_id uuid not null,
      record_id uuid not null,
      field_id uuid not null,
      n integer not null default 0,
      %s,
      primary key (account_id, record_id, field_id, n),
      foreign key (account_id, record_id) references %I (account_id, id) on delete cascade,
      foreign key (account_id, field_id) references custom_fields (account_id, id) on delete cascade)',
      t,
      case sort
        -- An index cannot hold twenty thousand characters: it has the beginning.
        when 'text' then 'value text not null, beginning text collate "C" not null generated always as (left(value, 200)) stored'
        when 'number' then 'value numeric not null'
        when 'date' then 'value date not null'
        when 'yes_no' then 'value boolean not null'
        when 'choice' then 'value uuid not null, foreign key (account_id, value) references custom_field_choices (account_id, id) on delete cascade'
        -- Whether its record is in no bin: so whose how many records are is counted here alone.
        when 'user' then 'value uuid not null, live boolean not null default true,
          foreign key (account_id, value) references users (account_id, id)'
        else 'company_id uuid, contact_id uuid, check (num_nonnulls(company_id, contact_id) = 1),
          foreign key (account_id, company_id) references companies (account_id, id) on delete cascade,
          foreign key (account_id, contact_id) references contacts (account_id, id) on delete cascade'
      end,
      parent);
    if sort = 'record' then
      execute format('create index on %I (account_id, company_id, field_id, record_id) where company_id is not null', t);
      execute format('create index on %I (account_id, contact_id, field_id, record_id) where contact_id is not null', t);
      execute format('create index on %I (account_id, field_id, record_id)', t);
    else
      execute format('create index on %I (account_id, field_id, %s, record_id)', t, case sort when 'text' then 'beginning' else 'value' end);
    end if;
    if sort in ('choice', 'user') then
      execute format('create index on %I (account_id, value, field_id, record_id)%s', t, case sort when 'user' then ' where live' else '' end);
    end if;
    execute format('alter table %I enable row level security', t);
    execute format('create policy full_right on %I for select to %I using (account_id = current_account()%s)', t, full_role,
      case sort when 'user' then ' and live' else '' end);
    execute format('create policy through_record on %I for select to %I using (account_id = current_account()
      and exists (select 1 from %I p where p.account_id = current_account() and p.id = record_id))', t, narrow_role, parent);
    execute format('create policy writer on %I for all to steward_writer using (account_id = current_account()) with check (account_id = current_account())', t);
    execute format('grant select on %I to steward_reader', t);
    execute format('grant select, insert, update, delete on %I to steward_writer', t);
  end loop;
  execute format('create trigger values_live after update of deleted_at on %I for each row
    when (old.deleted_at is distinct from new.deleted_at) execute function values_live(%L)', parent, child || '_user_values');
  -- Whoever was taken out of a User field of several: who is in it is who was put into it last and not taken out since.
  execute format('alter table %I add taken_out boolean not null default false', child || '_responsibilities');
end
$$;
call create_custom_values('companies', 'company', 'steward_crm_full', 'steward_crm_limited');
call create_custom_values('contacts', 'contact', 'steward_crm_full', 'steward_crm_limited');
call create_custom_values('deals', 'deal', 'steward_deals_all', 'steward_deals_own');

-- Who acts: as before, and which of its fields' versions the account has --------------------------------------------------

drop function api.actor(bytea);
create function api.actor(id_hash bytea) returns table (
  account_id uuid, user_id uuid, session_id uuid, full_name text, email text, role text, crm text, deals text, projects text,
  invoices boolean, mailbox boolean, export boolean, language text, time_zone text, second_enabled boolean, demo boolean,
  fields_version bigint, owes_second_factor boolean
) language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  -- Written at most once a minute: reading a page is not a write.
  update sessions s set seen_at = now() where s.id_hash = actor.id_hash and s.seen_at < now() - interval '1 minute';
  return query
    select u.account_id, u.id, s.public_id, u.full_name, u.email, u.role, u.crm, u.deals, u.projects, u.invoices, u.mailbox, u.export,
      u.language, u.time_zone, a.second_enabled, a.demo, a.fields_version,
      a.second_factor_required and not exists (select 1 from user_second_factors f where f.account_id = u.account_id and f.user_id = u.id)
    from sessions s join users u on u.id = s.user_id join accounts a on a.id = u.account_id
    where s.id_hash = actor.id_hash and s.expires_at > now() and u.active;
end
$$;
drop function api.actor_by_email(text);
create function api.actor_by_email(email text) returns table (
  account_id uuid, user_id uuid, session_id uuid, full_name text, email text, role text, crm text, deals text, projects text,
  invoices boolean, mailbox boolean, export boolean, language text, time_zone text, second_enabled boolean, demo boolean,
  fields_version bigint
) language sql stable security definer set search_path = pg_catalog, public as $$
  select u.account_id, u.id, null::uuid, u.full_name, u.email, u.role, u.crm, u.deals, u.projects, u.invoices, u.mailbox, u.export,
    u.language, u.time_zone, a.second_enabled, a.demo, a.fields_version
  from users u join accounts a on a.id = u.account_id
  where lower(u.email) = lower(actor_by_email.email) and u.active
$$;

-- Fields that were deleted stay as long as what lies in the bin does; with them go their values.
create function api.fields_purge() returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  gone bigint;
begin
  delete from custom_fields f using (
    select account_id, id from custom_fields where deleted_at is not null and not in_bin(deleted_at) limit 10 for update skip locked
  ) old where f.account_id = old.account_id and f.id = old.id;
  get diagnostics gone = row_count;
  return gone;
end
$$;
revoke execute on all functions in schema api from public;

-- Support is not told of fields: what an account calls them is its own.
alter table audit drop constraint audit_what_check;
alter table audit add constraint audit_what_check check (what in (
  'plan', 'boosters', 'second_sales_contact', 'request', 'status', 'rights', 'second_factor', 'second_factor_required', 'field'));
