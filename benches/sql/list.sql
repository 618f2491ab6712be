-- The companies of one sales contact and how many they are.
-- The very statements that the server sends (src/server/actors.rs, session.rs, database/transaction.rs and src/records/store/list.rs), as its log
-- shows them: prepared once for each connection, one message each. {{…}} is filled in by benches/measure.
\if :prepared = 0
prepare actor(bytea) as select * from api.actor($1);
prepare session_load(bytea) as select data, expires_at from api.session_load($1);
\endif
execute actor('\x{{session}}');
execute session_load('\x{{session}}');
begin \; set local steward.account = '{{account}}' \; set local steward."user" = '{{user}}' \; set local steward.second_enabled = 'off' \; set local role steward_view_full_full_participation;
\if :prepared = 0
prepare list(uuid, uuid) as select r.name::text as sort_value, r.id, r.version, r.name as name, r.sales_contact_id as sales_contact, j_sales_contact.full_name as sales_contact_name, j_sales_contact.active as sales_contact_active, r.industry as industry, r.city as city, r.country as country, r.customer_since as customer_since, r.updated_at as updated_at from companies r left join users j_sales_contact on j_sales_contact.account_id = r.account_id and j_sales_contact.id = r.sales_contact_id where r.account_id = $1 and (r.sales_contact_id = $2) order by r.name asc, r.id asc limit 51;
prepare count(uuid, uuid) as select count(*) from companies r where r.account_id = $1 and (r.sales_contact_id = $2);
\set prepared 1
\endif
execute list('{{account}}', '{{user}}');
execute count('{{account}}', '{{user}}');
rollback;
