//! Whom an action concerns: from its events to the people of each record, of its customer, and those whom it names. Who of them
//! is told, and how, is decided above; a job asks, on nobody's behalf.

mod events;
mod facts;
mod people;

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AssertSqlSafe, FromRow, types::Json};
use uuid::Uuid;

pub use facts::facts_of;

use self::{
    events::{concerns_its_people, for_its_people, moved_in_fields},
    people::{Counts, People, people},
};
use super::activity::{Detail, what};
use crate::{
    model::{AppError, RecordId, RecordKind, UserId, notifications::Event},
    server::database::Working,
};

/// What an action means for somebody, of one record.
#[derive(Clone, Debug)]
pub struct Concern {
    pub event: Event,
    /// What happened, in its order.
    pub events: Vec<Uuid>,
    /// Who has the record now, where it was taken from him.
    pub to: Option<UserId>,
    /// Whether he could open the record before by a role that he had, and may be told without its name.
    pub had: bool,
    /// Whether the record lies in the bin now.
    pub deleted: bool,
}

/// What somebody is concerned by, record by record.
pub type Concerns = BTreeMap<(RecordKind, RecordId), Concern>;

/// An action, and whom it concerns.
#[derive(Debug, Default)]
pub struct Action {
    /// Nobody: the calendar.
    pub by: Option<UserId>,
    pub concerns: BTreeMap<UserId, Concerns>,
}

#[derive(FromRow)]
struct Happened {
    kind: String,
    id: Uuid,
    record_id: Uuid,
    by_user_id: Option<Uuid>,
    what: String,
    detail: Json<Detail>,
}

/// Reads what an action was, and whom it concerns; him who did it, too.
pub async fn concerned(tx: &mut Working, action: Uuid) -> Result<Action, AppError> {
    let account = tx.account.0;
    let counts = Counts::read(tx).await?;
    let mut found = Action::default();
    // Of all kinds at once: most actions are about one record of one.
    let of_kind = |kind: RecordKind| {
        let child = kind.child();
        format!(
            "select '{child}' as kind, id, record_id, by_user_id, what, detail, at from {child}_events where account_id = $1 and action_id = $2"
        )
    };
    let sql = format!(
        "{} order by at, id",
        RecordKind::ALL.map(of_kind).join(" union all ")
    );
    let all: Vec<Happened> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(action)
        .fetch_all(tx.connection())
        .await?;
    for kind in RecordKind::ALL {
        let happened: Vec<&Happened> = all.iter().filter(|one| one.kind == kind.child()).collect();
        let Some(first) = happened.first() else {
            continue;
        };
        found.by = found.by.or(first.by_user_id.map(UserId));
        let ids: BTreeSet<Uuid> = happened.iter().map(|one| one.record_id).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let people = people(tx, kind, &ids, &counts).await?;
        let nobody = People::default();
        for one in happened {
            let people = people.get(&one.record_id).unwrap_or(&nobody);
            found.add(kind, one, people, &counts.told);
        }
    }
    Ok(found)
}

impl Action {
    fn add(&mut self, kind: RecordKind, one: &Happened, people: &People, told: &[Uuid]) {
        let Json(detail) = &one.detail;
        let deleted = one.what == what::DELETED;
        let mut add = |user: UserId, event: Event, to: Option<UserId>, had: bool| {
            let record = (kind, RecordId(one.record_id));
            let concerns = self.concerns.entry(user).or_default();
            let concern = concerns.entry(record).or_insert_with(|| Concern {
                event,
                events: Vec::new(),
                to: None,
                had: false,
                deleted: false,
            });
            if event < concern.event {
                concern.event = event;
            }
            concern.to = concern.to.or(to);
            concern.had |= had;
            concern.deleted |= deleted;
            if concern.events.last() != Some(&one.id) {
                concern.events.push(one.id);
            }
        };
        // Whom it names.
        match one.what.as_str() {
            what::RESPONSIBLE => {
                if let Some(to) = detail.to {
                    add(to, Event::Assigned, None, false);
                }
                if let Some(from) = detail.from {
                    add(from, Event::Unassigned, detail.to, true);
                }
            }
            what::NOTED | what::MENTIONED => {
                for user in &detail.mentions {
                    add(*user, Event::Mention, None, false);
                }
            }
            other if other.starts_with("step_") => {
                if let Some(to) = detail.to {
                    add(to, Event::Step, None, false);
                }
            }
            what::CHANGED => {
                for moved in moved_in_fields(kind, detail, told) {
                    let event = if moved.comes {
                        Event::Assigned
                    } else {
                        Event::Unassigned
                    };
                    add(moved.user, event, None, moved.had && !moved.comes);
                }
            }
            _ => {}
        }
        // The people of the record were told of the note when it was written.
        if one.what == what::MENTIONED {
            return;
        }
        let event = for_its_people(kind, one, detail);
        if concerns_its_people(kind, one, detail) {
            for user in &people.by_role {
                add(*user, event, None, deleted);
            }
        }
        let by_field = match one.what.as_str() {
            // Who stands in such a field is who is responsible for it.
            what::CREATED | what::IMPORTED => Event::Assigned,
            _ => event,
        };
        for user in &people.by_field {
            add(*user, by_field, None, false);
        }
        for user in &people.of_customer {
            add(*user, Event::Related, None, false);
        }
    }
}
