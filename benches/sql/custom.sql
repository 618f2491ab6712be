-- What the custom cases are measured with: forty fields on the companies of one account, five of them columns of its list, and as
-- many contacts as it has companies, with a User field that half of them have filled. As the owner, once.
\set ON_ERROR_STOP 1
begin;
delete from custom_fields where account_id = :'account';
insert into custom_fields (account_id, id, kind, label, holds, listed, position, created_by)
select :'account', gen_random_uuid(), 'company', 'Field ' || n,
  (array['line', 'number', 'date', 'yes_no', 'user'])[1 + n % 5], n <= 5, n, :'user'
from generate_series(1, 40) n;

create temporary table measured as select unnest(string_to_array(:'ids', ','))::uuid as id;
-- The five columns on every company, the others on those whose pages are asked for.
create temporary table wanted as
select c.id as record_id, f.id as field_id, f.holds, row_number() over () as n
from custom_fields f join companies c on c.account_id = f.account_id
where f.account_id = :'account' and f.kind = 'company' and (f.listed or c.id in (select id from measured));
insert into company_text_values (account_id, record_id, field_id, value)
  select :'account', record_id, field_id, 'Value ' || n from wanted where holds = 'line';
insert into company_number_values (account_id, record_id, field_id, value)
  select :'account', record_id, field_id, n from wanted where holds = 'number';
insert into company_date_values (account_id, record_id, field_id, value)
  select :'account', record_id, field_id, date '2026-01-01' + (n % 365)::int from wanted where holds = 'date';
insert into company_yes_no_values (account_id, record_id, field_id, value)
  select :'account', record_id, field_id, n % 2 = 0 from wanted where holds = 'yes_no';
insert into company_user_values (account_id, record_id, field_id, value)
  select :'account', record_id, field_id, :'user' from wanted where holds = 'user';
-- They put nothing under anybody's responsibilities: the list stays the one that is measured without them.
update custom_fields set mine = false where account_id = :'account' and kind = 'company';

create temporary table people as
select id, row_number() over (order by id) - 1 as n, count(*) over () as of from users where account_id = :'account' and active;
insert into contacts (account_id, id, first_name, last_name, created_by, updated_by)
select :'account', gen_random_uuid(), 'First ' || n % 1000, 'Last ' || md5(n::text), :'user', :'user'
from generate_series(1, (select count(*) from companies where account_id = :'account')) n
where not exists (select 1 from contacts where account_id = :'account');
insert into custom_fields (account_id, id, kind, label, holds, position, created_by)
values (:'account', gen_random_uuid(), 'contact', 'Account manager', 'user', 1, :'user');
insert into contact_user_values (account_id, record_id, field_id, value)
select c.account_id, c.id, f.id, p.id
from (select *, row_number() over () as n from contacts where account_id = :'account') c
join custom_fields f on f.account_id = c.account_id and f.kind = 'contact'
join people p on p.n = c.n / 2 % p.of
where c.n % 2 = 0;
commit;
analyze;
