-- A change waits for what it puts into the queue. A job that is told at once is the only one of its action, so it replaces none, and
-- the queue need not look for another: one row is written, and no lock is waited for.

create or replace function tell_of_events() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  action text := current_setting('steward.action', true);
  tell text := current_setting('steward.tell', true);
  job json;
begin
  if coalesce(action, '') = '' or tell = 'never' or current_setting('steward.told', true) = action
    or not exists (select 1 from written) then
    return null;
  end if;
  perform set_config('steward.told', action, true);
  job := json_build_object('account', current_setting('steward.account'), 'action', action);
  if tell = 'later' then
    perform enqueue('tell', job, 'tell ' || action, now() + interval '1 minute');
  else
    perform graphile_worker.add_job(identifier => 'tell', payload => job, job_key => 'tell ' || action, job_key_mode => 'unsafe_dedupe');
  end if;
  return null;
end
$$;
