-- A mail that our mail server took may come back from one further on. Then it counts as not sent any more, is sent again after growing
-- pauses, and given up in the end: src/notifications/bounce.rs.

alter table mails
  -- How often it came back.
  add column bounces integer not null default 0,
  -- Not before then, whatever else is sent about its record meanwhile.
  add column retry_at timestamptz;

-- A mail that comes back knows its own id and no account.
create unique index mails_by_id on mails (id);

-- Takes note that a mail came back, in the words of the mail server which sent it back. One that comes back before it is known to be
-- sent came faster than our own writing it down ('early'); one that is planned again already, given up or not to be sent counts no more.
create function api.mail_bounced(id uuid, why text) returns text
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  mail mails;
  again timestamptz;
begin
  select * into mail from mails m where m.id = mail_bounced.id for update;
  if mail.id is null then return 'unknown'; end if;
  if mail.sent_at is null then
    return case when mail.dropped_at is null and mail.failed_at is null and (mail.retry_at is null or mail.retry_at <= now())
      then 'early' else 'counted' end;
  end if;
  if mail.bounces >= 2 then
    update mails m set sent_at = null, bounces = m.bounces + 1, error = why, failed_at = now()
    where m.account_id = mail.account_id and m.id = mail.id;
    return 'given_up';
  end if;
  again := now() + case mail.bounces when 0 then interval '1 hour' else interval '6 hours' end;
  update mails m set sent_at = null, bounces = m.bounces + 1, error = why, retry_at = again
  where m.account_id = mail.account_id and m.id = mail.id;
  -- As src/notifications/send.rs writes it, but for the key: the next mail about the record, which has that one, waits for no bounce.
  perform enqueue(case when mail.digest_on is null then 'mail' else 'digest' end,
    json_strip_nulls(json_build_object('account', mail.account_id, 'user', mail.user_id, 'record', mail.record_id, 'day', mail.digest_on)),
    'again ' || mail.id, again, false, 'mail ' || mail.user_id);
  return 'planned';
end
$$;
revoke execute on all functions in schema api from public;
