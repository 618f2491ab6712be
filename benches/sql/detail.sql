-- One company: its fields, who may be chosen, what happened, its deals.
-- The very statements that the server sends (src/server/actors.rs, session.rs, database/transaction.rs and src/records/store/{read,people,activity,list}.rs), as its log
-- shows them: prepared once for each connection, one message each. {{…}} is filled in by benches/measure.
\if :prepared = 0
prepare actor(bytea) as select * from api.actor($1);
prepare session_load(bytea) as select data, expires_at from api.session_load($1);
\endif
execute actor('\x{{session}}');
execute session_load('\x{{session}}');
begin \; set local steward.account = '{{account}}' \; set local steward."user" = '{{user}}' \; set local steward.second_enabled = 'off' \; set local role steward_view_full_full_participation;
\if :prepared = 0
prepare record(uuid, uuid) as select r.id, r.version, r.name as name, r.sales_contact_id as sales_contact, j_sales_contact.full_name as sales_contact_name, j_sales_contact.active as sales_contact_active, r.industry as industry, r.website as website, r.email as email, r.telephone as telephone, r.street as street, r.postal_code as postal_code, r.city as city, r.state as state, r.country as country, r.vat_number as vat_number, r.registration_number as registration_number, r.customer_since as customer_since, r.language as language, r.tags as tags, r.notes as notes, r.created_at as created_at, r.updated_at as updated_at from companies r left join users j_sales_contact on j_sales_contact.account_id = r.account_id and j_sales_contact.id = r.sales_contact_id where r.account_id = $1 and r.id = $2;
prepare colleagues(uuid, uuid) as select id, full_name from users where account_id = $1 and active and crm <> 'none' order by id <> $2, full_name, id;
prepare activity(uuid, uuid, bigint) as select e.id, e.at, e.what, e.detail, u.full_name as by_name, f.full_name as from_name, t.full_name as to_name from company_events e join users u on u.account_id = e.account_id and u.id = e.by_user_id left join users f on f.account_id = e.account_id and f.id = (e.detail ->> 'from')::uuid left join users t on t.account_id = e.account_id and t.id = (e.detail ->> 'to')::uuid where e.account_id = $1 and e.record_id = $2 order by e.at desc, e.id desc limit $3;
prepare related(uuid, uuid) as select r.id, r.version, r.title as title, r.company_id as customer, j_customer.id is not null as customer_reachable, coalesce(j_customer.name, customer_name(r.company_id)) as customer_name, r.assigned_to_id as assigned_to, j_assigned_to.full_name as assigned_to_name, j_assigned_to.active as assigned_to_active, r.value as value, r.currency as value_currency, r.phase_id as phase, j_phase.name as phase_name, r.expected_close as expected_close, r.updated_at as updated_at from deals r left join companies j_customer on j_customer.account_id = r.account_id and j_customer.id = r.company_id left join users j_assigned_to on j_assigned_to.account_id = r.account_id and j_assigned_to.id = r.assigned_to_id left join deal_phases j_phase on j_phase.account_id = r.account_id and j_phase.id = r.phase_id where r.account_id = $1 and r.company_id = $2 order by r.title, r.id limit 20;
prepare related_count(uuid, uuid) as select count(*) from deals r where r.account_id = $1 and r.company_id = $2;
\set prepared 1
\endif
execute record('{{account}}', '{{id}}');
execute colleagues('{{account}}', '{{user}}');
execute activity('{{account}}', '{{id}}', 100);
rollback;
begin \; set local steward.account = '{{account}}' \; set local steward."user" = '{{user}}' \; set local steward.second_enabled = 'off' \; set local role steward_view_full_full_participation;
execute related('{{account}}', '{{id}}');
execute related_count('{{account}}', '{{id}}');
rollback;
