-- Another sales contact: the record locked and read, the colleague checked, the change, its history, its event.
-- The very statements that the server sends (src/server/actors.rs, session.rs, database/transaction.rs and src/records/store/responsible.rs), as its log
-- shows them: prepared once for each connection, one message each. {{…}} is filled in by benches/measure.
\if :prepared = 0
prepare actor(bytea) as select * from api.actor($1);
\endif
execute actor('\x{{session}}');
begin \; set local steward.account = '{{account}}' \; set local steward."user" = '{{user}}' \; set local steward.second_enabled = 'off' \; set local role steward_view_full_full_participation;
\if :prepared = 0
prepare lock(uuid, uuid) as select id from companies where account_id = $1 and id = $2 for update;
prepare record(uuid, uuid) as select r.id, r.version, r.name as name, r.sales_contact_id as sales_contact, j_sales_contact.full_name as sales_contact_name, j_sales_contact.active as sales_contact_active, r.industry as industry, r.website as website, r.email as email, r.telephone as telephone, r.street as street, r.postal_code as postal_code, r.city as city, r.state as state, r.country as country, r.vat_number as vat_number, r.registration_number as registration_number, r.customer_since as customer_since, r.language as language, r.tags as tags, r.notes as notes, r.created_at as created_at, r.updated_at as updated_at from companies r left join users j_sales_contact on j_sales_contact.account_id = r.account_id and j_sales_contact.id = r.sales_contact_id where r.account_id = $1 and r.id = $2;
prepare colleague(uuid, uuid) as select full_name from users where account_id = $1 and id = $2 and active and crm <> 'none';
prepare choose(uuid, uuid, uuid, uuid) as update companies set version = version + 1, updated_at = now(), updated_by = $1, sales_contact_id = $2, second_sales_contact_id = nullif(second_sales_contact_id, $2) where account_id = $3 and id = $4;
prepare history(uuid, uuid, uuid, text, uuid, uuid) as insert into company_responsibilities (account_id, id, record_id, role, user_id, by_user_id) values ($1, $2, $3, $4, $5, $6);
prepare event(uuid, uuid, uuid, uuid, text, jsonb) as insert into company_events (account_id, id, record_id, by_user_id, what, detail) values ($1, $2, $3, $4, $5, $6);
\set prepared 1
\endif
execute lock('{{account}}', '{{id}}');
execute record('{{account}}', '{{id}}');
execute colleague('{{account}}', '{{to}}');
set local role steward_writer;
execute choose('{{user}}', '{{to}}', '{{account}}', '{{id}}');
execute history('{{account}}', gen_random_uuid(), '{{id}}', 'sales_contact', '{{to}}', '{{user}}');
execute event('{{account}}', gen_random_uuid(), '{{id}}', '{{user}}', 'responsible', '{"role": "sales_contact", "from": "{{from}}", "to": "{{to}}"}');
commit;
