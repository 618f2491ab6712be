-- What the segment cases are measured with: five User fields on the companies of one account, two values for each company, and
-- some of its people deactivated. As the owner, once.
\set ON_ERROR_STOP 1
begin;
delete from custom_fields where account_id = :'account' and kind = 'company';
insert into custom_fields (account_id, id, kind, label, holds, position, mine, created_by)
select :'account', gen_random_uuid(), 'company', 'Manager ' || n, 'user', n, false, :'user' from generate_series(1, 5) n;
create temporary table people as
select id, row_number() over (order by id) - 1 as n, count(*) over () as of from users where account_id = :'account' and active;
create temporary table fields as
select id, row_number() over (order by position) - 1 as n from custom_fields where account_id = :'account' and kind = 'company';
insert into company_user_values (account_id, record_id, field_id, value)
select :'account', c.id, f.id, p.id
from (select id, row_number() over (order by id) as n from companies where account_id = :'account') c
cross join (values (0), (1)) two (n)
join fields f on f.n = (c.n + two.n * 2) % 5
join people p on p.n = (c.n * 7 + two.n * 3) % p.of;
update users set active = false where account_id = :'account' and id in (
  select id from people where n % 10 = 3) and role <> 'admin' and id <> :'user';
-- A team of the one who measures, for "in my team".
insert into teams (account_id, id, name) select :'account', gen_random_uuid(), 'Measured'
where not exists (select 1 from teams where account_id = :'account' and name = 'Measured');
insert into team_members (account_id, team_id, user_id)
select :'account', t.id, p.id from teams t, people p where t.account_id = :'account' and t.name = 'Measured' and (p.n % 4 = 0 or p.id = :'user')
on conflict do nothing;
commit;
vacuum analyze company_user_values, users, team_members;
