-- The companies with two words that begin so. Searches are planned for their words, so nothing of them is prepared.
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
\set prepared 1
\endif
select r.name::text as sort_value, r.id, r.version, r.name as name, r.sales_contact_id as sales_contact, j_sales_contact.full_name as sales_contact_name, j_sales_contact.active as sales_contact_active, r.industry as industry, r.city as city, r.country as country, r.customer_since as customer_since, r.updated_at as updated_at from companies r left join users j_sales_contact on j_sales_contact.account_id = r.account_id and j_sales_contact.id = r.sales_contact_id where r.account_id = '{{account}}' and r.id in (select w0.record_id from company_words w0 join company_words w1 on w1.account_id = w0.account_id and w1.record_id = w0.record_id where w0.account_id = '{{account}}' and w0.word >= '{{word0}}' and w0.word < U&'{{word0}}\+10FFFF' and w1.word >= '{{word1}}' and w1.word < U&'{{word1}}\+10FFFF') order by r.name asc, r.id asc limit 51;
select count(*) from companies r where r.account_id = '{{account}}' and r.id in (select w0.record_id from company_words w0 join company_words w1 on w1.account_id = w0.account_id and w1.record_id = w0.record_id where w0.account_id = '{{account}}' and w0.word >= '{{word0}}' and w0.word < U&'{{word0}}\+10FFFF' and w1.word >= '{{word1}}' and w1.word < U&'{{word1}}\+10FFFF');
rollback;
