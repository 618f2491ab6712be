-- Whoever is responsible is told. Every event knows the action (one transaction, or one act on many records) that it belongs to;
-- the action puts one job into the queue, in its own transaction; the job writes one notification for each person concerned.

-- The login of the server may step into this role and into no other that reaches the queue: src/server/jobs.
do $$
begin
  create role steward_jobs nologin noinherit;
exception when duplicate_object or unique_violation then null;
end
$$;

-- What a transaction was opened for, as `steward.account` says the account. Nothing where it tells nobody.
create function current_action() returns uuid language sql stable parallel safe
  return nullif(current_setting('steward.action', true), '')::uuid;
grant execute on function current_action() to public;

-- The one way into the queue, whose tables are closed to everybody else. A key replaces a job that has not begun;
-- `keep_run_at` leaves it the time for which it was planned first. Jobs of one queue are done one after the other.
create function enqueue(task text, payload json, key text, run_at timestamptz default now(), keep_run_at boolean default false,
  queue text default null) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform graphile_worker.add_job(identifier => task, payload => payload, job_key => key, run_at => enqueue.run_at,
    queue_name => queue, job_key_mode => case when keep_run_at then 'preserve_run_at' else 'replace' end);
end
$$;
revoke execute on function enqueue(text, json, text, timestamptz, boolean, text) from public;
grant execute on function enqueue(text, json, text, timestamptz, boolean, text) to steward_writer;

-- Once per action, whatever the number of its events. A batch of a task is told later, and every further batch puts that off: the
-- task tells when it is over, and this is for one that dies before.
create function tell_of_events() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  action text := current_setting('steward.action', true);
  tell text := current_setting('steward.tell', true);
begin
  if coalesce(action, '') = '' or tell = 'never' or current_setting('steward.told', true) = action
    or not exists (select 1 from written) then
    return null;
  end if;
  perform set_config('steward.told', action, true);
  perform enqueue('tell', json_build_object('account', current_setting('steward.account'), 'action', action), 'tell ' || action,
    now() + case tell when 'later' then interval '1 minute' else interval '0' end);
  return null;
end
$$;

-- Makes the events of a kind tell, and gives its records notes. For every kind, once its children are there.
create procedure create_telling(parent text, child text) language plpgsql as $$
declare
  events text := child || '_events';
  notes text := child || '_notes';
begin
  -- Nobody did what the calendar did.
  execute format('alter table %I alter column by_user_id drop not null', events);
  execute format('alter table %I add column action_id uuid default current_action()', events);
  execute format('update %I set action_id = (detail ->> ''act'')::uuid where detail ? ''act''', events);
  execute format('create index on %I (account_id, action_id) where action_id is not null', events);
  execute format('create trigger tells after insert on %I referencing new table as written for each statement execute function tell_of_events()', events);

  execute format('create table %I (
    account_id uuid not null,
    id uuid not null,
    record_id uuid not null,
    by_user_id uuid not null,
    at timestamptz not null default now(),
    -- Markdown, as it was typed.
    body text not null,
    edited_at timestamptz,
    deleted_at timestamptz,
    primary key (account_id, id),
    foreign key (account_id, record_id) references %I (account_id, id) on delete cascade,
    foreign key (account_id, by_user_id) references users (account_id, id))', notes, parent);
  execute format('create index on %I (account_id, record_id)', notes);
  execute format('alter table %I enable row level security', notes);
  -- For all commands, as of records: who sees a note may lock it.
  execute format('create policy reader on %I for all to steward_reader using (account_id = current_account()
    and exists (select 1 from %I p where p.account_id = current_account() and p.id = record_id)) with check (false)', notes, parent);
  execute format('create policy writer on %I for all to steward_writer using (account_id = current_account()) with check (account_id = current_account())', notes);
  execute format('grant select, update on %I to steward_reader', notes);
  execute format('grant select, insert, update on %I to steward_writer', notes);
end
$$;
call create_telling('companies', 'company');
call create_telling('contacts', 'contact');
call create_telling('deals', 'deal');
call create_telling('invoices', 'invoice');

-- What somebody is told -----------------------------------------------------------------------------------------------------

-- A mail on its way: what is in it is written down before it is sent, so that sending it again sends the same.
create table mails (
  account_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  at timestamptz not null default now(),
  -- The day of a digest; null for a mail at once.
  digest_on date,
  record_kind text,
  record_id uuid,
  -- What its link for unsubscribing ends: one of model::notifications::Event, or several that came in one mail.
  events text[] not null default '{}',
  -- Whoever has the link may use it, and do nothing else with it: so it is kept as it is.
  secret uuid not null default gen_random_uuid(),
  attempts integer not null default 0,
  -- What the mail server said last.
  error text,
  sent_at timestamptz,
  -- Nothing of it could be told any more.
  dropped_at timestamptz,
  failed_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, user_id) references users (account_id, id)
);
create unique index mails_by_secret on mails (secret);
create index mails_failed on mails (account_id, failed_at desc) where failed_at is not null;
create index mails_open on mails (account_id, at) where sent_at is null and dropped_at is null;
create unique index mails_one_digest_a_day on mails (account_id, user_id, digest_on) where digest_on is not null;

create table notifications (
  account_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  at timestamptz not null default now(),
  action_id uuid not null,
  -- One of model::notifications::Event.
  event text not null,
  -- The record; of several records there are only numbers, by kind.
  record_kind text,
  record_id uuid,
  counts jsonb,
  event_ids uuid[] not null default '{}',
  by_user_id uuid,
  -- Who has the record now, where it was taken from this user.
  to_user_id uuid,
  -- Whom he stands in for.
  for_user_id uuid,
  -- Told without name and link once he can open the record no more.
  nameless boolean not null default false,
  in_app boolean not null,
  by_mail boolean not null,
  in_digest boolean not null,
  read_at timestamptz,
  mail_id uuid,
  digest_id uuid,
  primary key (account_id, id),
  -- Once per action, whatever runs twice.
  unique (account_id, user_id, action_id),
  foreign key (account_id, user_id) references users (account_id, id),
  foreign key (account_id, by_user_id) references users (account_id, id),
  foreign key (account_id, to_user_id) references users (account_id, id),
  foreign key (account_id, for_user_id) references users (account_id, id),
  foreign key (account_id, mail_id) references mails (account_id, id),
  foreign key (account_id, digest_id) references mails (account_id, id)
);
create index notifications_by_time on notifications (account_id, user_id, at desc, id desc) where in_app;
create index notifications_unread on notifications (account_id, user_id, at desc, id desc) where in_app and read_at is null;
create index notifications_of_record on notifications (account_id, user_id, record_id) where in_app and read_at is null;
create index notifications_to_mail on notifications (account_id, user_id, record_id) where by_mail and mail_id is null;
create index notifications_to_digest on notifications (account_id, user_id) where in_digest and digest_id is null;
create index notifications_of_mail on notifications (account_id, mail_id) where mail_id is not null;
create index notifications_of_digest on notifications (account_id, digest_id) where digest_id is not null;

-- Whether the viewer still sees the record; run with his rights.
create function sees_record(kind text, id uuid) returns boolean language plpgsql stable as $$
begin
  return case kind
    when 'company' then exists (select 1 from companies r where r.account_id = current_account() and r.id = sees_record.id)
    when 'contact' then exists (select 1 from contacts r where r.account_id = current_account() and r.id = sees_record.id)
    when 'deal' then exists (select 1 from deals r where r.account_id = current_account() and r.id = sees_record.id)
    when 'invoice' then exists (select 1 from invoices r where r.account_id = current_account() and r.id = sees_record.id)
    else false
  end;
end
$$;
revoke execute on function sees_record(text, uuid) from public;
grant execute on function sees_record(text, uuid) to steward_reader;

-- One's own, and of those only what one may still be told.
alter table notifications enable row level security;
create policy reader on notifications for all to steward_reader
  using (account_id = current_account() and user_id = current_user_id()
    and (record_id is null or nameless or sees_record(record_kind, record_id)))
  with check (false);
grant select, update on notifications to steward_reader;

-- Every server hears of whom there is news, and tells his browsers.
create function wake_of_notifications() returns trigger
language plpgsql as $$
begin
  perform pg_notify('steward_told', user_id::text) from (select distinct user_id from written) w;
  return null;
end
$$;
create trigger wakes_inserted after insert on notifications referencing new table as written for each statement execute function wake_of_notifications();
create trigger wakes_updated after update on notifications referencing new table as written for each statement execute function wake_of_notifications();

-- What one wants to be told, and how, where it is not what everybody gets.
create table notification_choices (
  account_id uuid not null,
  user_id uuid not null,
  event text not null,
  in_app boolean not null,
  by_mail boolean not null,
  in_digest boolean not null,
  primary key (account_id, user_id, event),
  foreign key (account_id, user_id) references users (account_id, id) on delete cascade
);
alter table notification_choices enable row level security;
create policy reader on notification_choices for select to steward_reader
  using (account_id = current_account() and user_id = current_user_id());
grant select on notification_choices to steward_reader;

-- Who is away, from the beginning of the first day to the end of the last, where he is; and who is told meanwhile as well. It is
-- over by itself. The whole account sees it: whoever is away is shown so where he may be chosen.
create table absences (
  account_id uuid not null,
  user_id uuid not null,
  from_on date not null,
  until_on date not null,
  stand_in_id uuid,
  primary key (account_id, user_id),
  foreign key (account_id, user_id) references users (account_id, id) on delete cascade,
  foreign key (account_id, stand_in_id) references users (account_id, id),
  constraint absences_end check (until_on >= from_on),
  constraint absences_not_oneself check (stand_in_id <> user_id)
);
alter table absences enable row level security;
create policy reader on absences for select to steward_reader using (account_id = current_account());
grant select on absences to steward_reader;

-- An account's admins see what could not be sent, and to whom.
alter table mails enable row level security;
create policy reader on mails for all to steward_reader
  using (account_id = current_account() and (select i_am_admin())) with check (false);
grant select, update on mails to steward_reader;

do $$
declare name text;
begin
  foreach name in array array['mails', 'notifications', 'notification_choices', 'absences'] loop
    execute format('create policy writer on %I for all to steward_writer using (account_id = current_account()) with check (account_id = current_account())', name);
    execute format('grant select, insert, update, delete on %I to steward_writer', name);
  end loop;
end
$$;

-- Those of these users of the account who are active, as the server acts for them.
create function actors(ids uuid[]) returns table (
  account_id uuid, user_id uuid, session_id uuid, full_name text, email text, role text, crm text, deals text, projects text,
  invoices boolean, mailbox boolean, export boolean, language text, time_zone text, second_enabled boolean, demo boolean,
  fields_version bigint
) language sql stable security definer set search_path = pg_catalog, public as $$
  select u.account_id, u.id, null::uuid, u.full_name, u.email, u.role, u.crm, u.deals, u.projects, u.invoices, u.mailbox, u.export,
    u.language, u.time_zone, a.second_enabled, a.demo, a.fields_version
  from users u join accounts a on a.id = u.account_id
  where u.account_id = current_account() and u.id = any (actors.ids) and u.active
  order by u.id
$$;
revoke execute on function actors(uuid[]) from public;
grant execute on function actors(uuid[]) to steward_writer;

-- What the whole service does by the clock ------------------------------------------------------------------------------------

-- Plans the digests that are due: once a day, when it is 8 o'clock or later where the user is and something waits for him.
create function api.digests_plan(at timestamptz) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  one record;
  planned bigint := 0;
begin
  for one in
    select u.account_id, u.id, (digests_plan.at at time zone u.time_zone)::date as day
    from users u
    where u.active and (digests_plan.at at time zone u.time_zone)::time >= '08:00'
      and exists (select 1 from notifications n where n.account_id = u.account_id and n.user_id = u.id and n.in_digest and n.digest_id is null)
      and not exists (select 1 from mails m where m.account_id = u.account_id and m.user_id = u.id
        and m.digest_on = (digests_plan.at at time zone u.time_zone)::date)
  loop
    perform enqueue('digest', json_build_object('account', one.account_id, 'user', one.id, 'day', one.day),
      format('digest %s %s', one.id, one.day), now(), true, 'mail ' || one.id);
    planned := planned + 1;
  end loop;
  return planned;
end
$$;

-- Writes down of every invoice that has become overdue that it has, and tells: one action for each. By nobody.
create function api.overdue_write() returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  one record;
  written bigint := 0;
begin
  -- Several servers look at the clock.
  if not pg_try_advisory_xact_lock(24) then return 0; end if;
  for one in
    select i.account_id, i.id from accounts a join invoices i on i.account_id = a.id
    where i.status = 'booked' and i.deleted_at is null and i.due_date < (now() at time zone a.time_zone)::date
      -- Those of long ago were overdue before anybody could be told.
      and i.due_date >= (now() at time zone a.time_zone)::date - 7
      and not exists (select 1 from invoice_events e where e.account_id = i.account_id and e.record_id = i.id
        and e.what = 'overdue' and e.detail ->> 'due' = i.due_date::text)
    order by i.account_id, i.id limit 500
  loop
    perform set_config('steward.account', one.account_id::text, true), set_config('steward.action', gen_random_uuid()::text, true);
    insert into invoice_events (account_id, id, record_id, what, detail)
    select one.account_id, gen_random_uuid(), i.id, 'overdue', jsonb_build_object('due', i.due_date)
    from invoices i where i.account_id = one.account_id and i.id = one.id and i.status = 'booked';
    written := written + 1;
  end loop;
  perform set_config('steward.account', '', true), set_config('steward.action', '', true);
  return written;
end
$$;

-- What the link of a mail ends, and in which language its receiver reads.
create function api.unsubscribe_events(secret uuid) returns table (events text[], digest boolean, language text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select m.events, m.digest_on is not null, u.language from mails m
  join users u on u.account_id = m.account_id and u.id = m.user_id
  where m.secret = unsubscribe_events.secret
$$;

-- Ends the mails, or the digests, of these kinds of event, and of no other; `defaults` are the channels of who has chosen nothing,
-- in the order of the events.
create function api.unsubscribe(secret uuid, in_app boolean[], by_mail boolean[], in_digest boolean[]) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  mail mails;
begin
  select * into mail from mails m where m.secret = unsubscribe.secret;
  if mail.id is null then return false; end if;
  insert into notification_choices as c (account_id, user_id, event, in_app, by_mail, in_digest)
  select mail.account_id, mail.user_id, e.event, e.app,
    e.mail and mail.digest_on is not null, e.digest and mail.digest_on is null
  from unnest(mail.events, unsubscribe.in_app, unsubscribe.by_mail, unsubscribe.in_digest) e (event, app, mail, digest)
  on conflict (account_id, user_id, event) do update
    set by_mail = c.by_mail and mail.digest_on is not null, in_digest = c.in_digest and mail.digest_on is null;
  -- What waits already comes no more either.
  update notifications n
  set by_mail = n.by_mail and (mail.digest_on is not null or n.mail_id is not null),
    in_digest = n.in_digest and (mail.digest_on is null or n.digest_id is not null)
  where n.account_id = mail.account_id and n.user_id = mail.user_id and n.event = any (mail.events)
    and (mail.digest_on is null and n.by_mail and n.mail_id is null or mail.digest_on is not null and n.in_digest and n.digest_id is null);
  return true;
end
$$;

-- How many jobs of an account wait, and since when; and how many of all accounts, since they share the queue.
create function api.jobs_waiting(account uuid) returns table (own bigint, oldest timestamptz, whole bigint)
language plpgsql stable security definer set search_path = pg_catalog, public as $$
begin
  return query
    select count(*) filter (where j.payload ->> 'account' = jobs_waiting.account::text),
      min(j.run_at) filter (where j.payload ->> 'account' = jobs_waiting.account::text and j.run_at <= now()),
      count(*)
    from graphile_worker._private_jobs j where j.attempts < j.max_attempts;
end
$$;

-- The account's jobs that have been given up.
create function api.jobs_failed(account uuid) returns table (id bigint, task text, at timestamptz, attempts integer)
language plpgsql stable security definer set search_path = pg_catalog, public as $$
begin
  return query
    select j.id, t.identifier, j.updated_at, j.attempts::integer
    from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
    where j.attempts >= j.max_attempts and j.locked_at is null and j.payload ->> 'account' = jobs_failed.account::text
    order by j.updated_at desc limit 100;
end
$$;

-- Tries one of them again.
create function api.job_retry(account uuid, job bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update graphile_worker._private_jobs j set attempts = 0, run_at = now(), last_error = null
  where j.id = job_retry.job and j.attempts >= j.max_attempts and j.locked_at is null and j.payload ->> 'account' = job_retry.account::text;
  if not found then return false; end if;
  notify "jobs:insert";
  return true;
end
$$;

-- Deletes notifications of more than half a year ago, and mails that are as old.
create function api.notifications_purge() returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare gone bigint;
begin
  delete from notifications n using (
    select account_id, id from notifications where at < now() - interval '180 days' limit 1000 for update skip locked
  ) old where n.account_id = old.account_id and n.id = old.id;
  get diagnostics gone = row_count;
  if gone > 0 then return gone; end if;
  delete from mails m using (
    select account_id, id from mails where at < now() - interval '181 days' limit 1000 for update skip locked
  ) old where m.account_id = old.account_id and m.id = old.id
    and not exists (select 1 from notifications n where n.account_id = m.account_id and (n.mail_id = m.id or n.digest_id = m.id));
  get diagnostics gone = row_count;
  return gone;
end
$$;
create index notifications_to_purge on notifications (at);
create index mails_to_purge on mails (at);
revoke execute on all functions in schema api from public;

-- Whether the account has the second sales contact, for what is nobody's in particular.
create function account_has_second() returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select a.second_enabled from accounts a where a.id = current_account()
$$;
revoke execute on function account_has_second() from public;
grant execute on function account_has_second() to steward_writer;
