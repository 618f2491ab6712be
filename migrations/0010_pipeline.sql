-- The pipeline: how long a deal may stay in a phase, since when it is there, when and how it ended, and from where.

alter table deal_phases add rotting_days integer check (rotting_days between 1 and 999);
-- One end of each sort; a pipeline has as many open phases as one likes.
create unique index deal_phases_one_end on deal_phases (account_id, outcome) where outcome <> 'open';

alter table deals
  add phase_since timestamptz not null default now(),
  add closed_at timestamptz,
  add closed_from_id uuid,
  add lost_reason text,
  add foreign key (account_id, closed_from_id) references deal_phases (account_id, id);
update deals d set phase_since = d.updated_at, closed_at = case when p.outcome <> 'open' then d.updated_at end
  from deal_phases p where p.account_id = d.account_id and p.id = d.phase_id;

drop index deals_by_phase;
create index deals_by_phase on deals (account_id, phase_id, phase_since desc, id desc)
  include (currency, value, assigned_to_id, second_sales_contact_id, company_id) where deleted_at is null;
-- Foreign keys look for them when a phase is deleted, in the bin too.
create index deals_of_phase on deals (account_id, phase_id) where deleted_at is not null;
create index deals_closed_from on deals (account_id, closed_from_id) where closed_from_id is not null;

-- Whatever moves a deal, be it the board, the form or an import: its clock starts anew, and an end is written down or undone.
create function deal_phase_changed() returns trigger language plpgsql as $$
declare
  outcome text;
  before text;
begin
  select p.outcome into outcome from deal_phases p where p.account_id = new.account_id and p.id = new.phase_id;
  if tg_op = 'UPDATE' then
    select p.outcome into before from deal_phases p where p.account_id = old.account_id and p.id = old.phase_id;
    new.phase_since := now();
  end if;
  if outcome is distinct from 'lost' then
    new.lost_reason := null;
  end if;
  if outcome = 'open' then
    new.closed_at := null;
    new.closed_from_id := null;
  else
    new.closed_at := now();
    if before = 'open' then
      new.closed_from_id := old.phase_id;
    end if;
  end if;
  return new;
end
$$;
create trigger deal_phase_on_insert before insert on deals for each row execute function deal_phase_changed();
create trigger deal_phase_on_update before update of phase_id on deals
  for each row when (old.phase_id <> new.phase_id) execute function deal_phase_changed();
