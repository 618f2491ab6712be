//! What an event means for whom: for those whom it names, for the people of its record, for those who came into a field or left it.
//! Nothing is asked of the database here.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::Happened;
use crate::{
    model::{
        RecordKind, UserId, Value, activity::Change, catalogue::CLOSED_TICKET, notifications::Event,
    },
    records::store::activity::{Detail, what},
};

/// What an event is for those responsible for the record.
pub(super) fn for_its_people(kind: RecordKind, one: &Happened, detail: &Detail) -> Event {
    match one.what.as_str() {
        // Who shares a role from the beginning is named by no event of his own.
        what::CREATED | what::IMPORTED if !kind.shared_roles().is_empty() => Event::Assigned,
        what::CREATED | what::IMPORTED => Event::Changed,
        what::DELETED => Event::Deleted,
        what::WON | what::LOST | what::REOPENED => Event::Moved,
        what::CHANGED if detail.changes.iter().any(|change| moves(kind, change)) => Event::Moved,
        what::RECEIVED => Event::Reply,
        what::LINKED | what::UNLINKED => Event::Linked,
        what::NOTED => Event::Note,
        other if other.starts_with("step_") => Event::Step,
        _ => Event::Changed,
    }
}

/// What is told as a move: a deal comes into another phase, a project into another state, a ticket is closed or opened again.
fn moves(kind: RecordKind, change: &Change) -> bool {
    match (kind, change.field.as_str()) {
        (RecordKind::Deal, "phase") | (RecordKind::Project, "status") => true,
        (RecordKind::Ticket, "status") => is_closed(&change.old) != is_closed(&change.new),
        _ => false,
    }
}

/// Whether a status of a ticket, as an event keeps it, is its last.
fn is_closed(status: &Value) -> bool {
    let field = RecordKind::Ticket.field("status");
    let Value::Text(said) = status else {
        return false;
    };
    let choice = field.and_then(|field| field.fixed(said));
    choice.is_some_and(|choice| choice.code == CLOSED_TICKET)
}

/// Those who share a project are many: of its changes they are told of its state and of when it is due. Whoever a ticket is assigned
/// to is told of what the client does, of notes, and of its end; not of what else is done to it.
pub(super) fn concerns_its_people(kind: RecordKind, one: &Happened, detail: &Detail) -> bool {
    let changed = |matters: &dyn Fn(&Change) -> bool| {
        one.what != what::CHANGED || detail.changes.iter().any(matters)
    };
    match kind {
        RecordKind::Project => changed(&|change| moves(kind, change) || change.field == "due_date"),
        RecordKind::Ticket => one.what != what::REPLIED && changed(&|change| moves(kind, change)),
        _ => true,
    }
}

/// Who came into a field of people, or left it.
pub(super) struct Moved {
    pub user: UserId,
    pub comes: bool,
    /// Whether standing there let him open the record.
    pub had: bool,
}

/// Who came into a shared role or into a User field whose people are told, and who left it. Who changed from one shared role to the
/// other came.
pub(super) fn moved_in_fields(kind: RecordKind, detail: &Detail, told: &[Uuid]) -> Vec<Moved> {
    let people = |value: &Value| -> BTreeSet<UserId> { value.users().collect() };
    let mut moved: Vec<Moved> = Vec::new();
    for change in &detail.changes {
        let mut roles = kind.shared_roles().iter();
        let had = roles.any(|role| role.key() == change.field);
        if !had && !change.custom().is_some_and(|field| told.contains(&field.0)) {
            continue;
        }
        let (before, after) = (people(&change.old), people(&change.new));
        let went = |user: &UserId| Moved {
            user: *user,
            comes: false,
            had,
        };
        moved.extend(before.difference(&after).map(went));
        let came = |user: &UserId| Moved {
            user: *user,
            comes: true,
            had,
        };
        moved.extend(after.difference(&before).map(came));
    }
    let came: Vec<UserId> = moved
        .iter()
        .filter(|one| one.comes && one.had)
        .map(|one| one.user)
        .collect();
    moved.retain(|one| one.comes || !one.had || !came.contains(&one.user));
    moved
}
