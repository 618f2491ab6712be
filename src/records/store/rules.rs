//! The rules that look at several values of a record at once. The database has them too, where it must not be otherwise.
//! All that is wrong is said together, each beside its field.

use super::{
    resolve::Resolved,
    write::{Draft, differs},
};
use crate::model::{
    Actor, AppError, Problem, Problems, RecordKind, Role, UserId, Value,
    catalogue::Input,
    invoices::{InvoiceStatus, LOCKED},
    records::Record,
    responsibility::first_role,
    users::Reach,
};

/// The rules that look at several values at once; then the draft, or all that is wrong with it. What is
/// in the draft has been resolved as the viewer.
pub fn complete(
    actor: &Actor,
    mut draft: Draft,
    mut problems: Problems,
    before: Option<&Record>,
) -> Result<Draft, AppError> {
    if before.is_none() {
        own_where_limited(&mut draft, actor);
    }
    one_shared_role(&mut draft, before, &mut problems);
    second_differs(&draft, before, &mut problems);
    match draft.kind() {
        RecordKind::Invoice => invoice(&draft, before, &mut problems),
        RecordKind::Project => starts_before_it_ends(&draft, before, &mut problems),
        _ => {}
    }
    if problems.is_empty() {
        Ok(draft)
    } else {
        Err(AppError::Invalid(problems))
    }
}

/// Who is limited in CRM and creates a company becomes its sales contact: else he would not see it.
fn own_where_limited(draft: &mut Draft, actor: &Actor) {
    if draft.kind() != RecordKind::Company || actor.rights.crm != Reach::Limited {
        return;
    }
    let Some(role) = first_role(draft.kind()) else {
        return;
    };
    let chosen = draft
        .get(role.key())
        .is_some_and(|value| value.input != Input::Empty);
    if let Some(field) = draft.kind().field(role.key()).filter(|_| !chosen) {
        draft.values.retain(|value| value.field.key() != role.key());
        draft.values.push(Resolved {
            field: field.clone(),
            input: Input::Id(actor.user.0),
            shown: actor.value(),
        });
    }
}

/// Nobody is in two of the roles that several share: who comes into the first leaves the other, and who has the first does not come
/// into the other.
fn one_shared_role(draft: &mut Draft, before: Option<&Record>, problems: &mut Problems) {
    let &[first, other] = draft.kind().shared_roles() else {
        return;
    };
    let was = |role: Role| before.map_or(&Value::Empty, |record| record.value(role.key()));
    let after = |role: Role| draft.after(before, role.key()).unwrap_or(&Value::Empty);
    let holds = |value: &Value, user| value.users().any(|one| one == user);
    let is_first = |user| holds(after(first), user);
    let both: Vec<UserId> = after(other)
        .users()
        .filter(|user| is_first(*user))
        .collect();
    if both.is_empty() {
        return;
    }
    let comes = |user: &UserId| holds(was(first), *user) && !holds(was(other), *user);
    if both.iter().any(comes) {
        let key = other.key().to_owned();
        problems.entry(key).or_insert(Problem::AlreadyManager);
        return;
    }
    let mut stay = after(other).each().to_vec();
    stay.retain(|one| !one.user().is_some_and(|user| both.contains(&user)));
    let Some(field) = draft.kind().field(other.key()) else {
        return;
    };
    draft
        .values
        .retain(|value| value.field.key() != other.key());
    draft.values.push(Resolved::people(field.clone(), stay));
}

/// A project is not due before it starts.
fn starts_before_it_ends(draft: &Draft, before: Option<&Record>, problems: &mut Problems) {
    let value = |key: &str| draft.after(before, key);
    if let (Some(Value::Date(start)), Some(Value::Date(due))) = (value("start"), value("due_date"))
        && due < start
    {
        let key = "due_date".to_owned();
        problems.entry(key).or_insert(Problem::DueBeforeStart);
    }
}

fn second_differs(draft: &Draft, before: Option<&Record>, problems: &mut Problems) {
    let user = |key: &str| match draft.get(key).map(|value| &value.input) {
        Some(Input::Id(id)) => Some(*id),
        Some(_) => None,
        None => match before.map(|record| record.value(key)) {
            Some(Value::User { id, .. }) => Some(id.0),
            _ => None,
        },
    };
    let Some(first) = first_role(draft.kind()) else {
        return;
    };
    for role in draft.kind().roles().iter().filter(|role| role.is_second()) {
        if user(role.key()).is_some() && user(role.key()) == user(first.key()) {
            problems
                .entry(role.key().to_owned())
                .or_insert(Problem::AlreadyFirst(first));
        }
    }
}

/// What of an invoice must fit together, and what stays once it is booked.
fn invoice(draft: &Draft, before: Option<&Record>, problems: &mut Problems) {
    let value = |key: &str| draft.after(before, key);
    let mut wrong = |key: &str, problem| {
        problems.entry(key.to_owned()).or_insert(problem);
    };
    if let (Some(Value::Date(date)), Some(Value::Date(due))) = (value("date"), value("due_date"))
        && due < date
    {
        wrong("due_date", Problem::DueBeforeDate);
    }
    if let (Some(Value::Amount { amount: excl, .. }), Some(Value::Amount { amount: incl, .. })) =
        (value("total_excl"), value("total_incl"))
    {
        // Of a credit note both are negative.
        let less = if excl.is_sign_negative() && !excl.is_zero() {
            incl > excl
        } else {
            incl < excl
        };
        if less {
            wrong("total_incl", Problem::LessWithTax);
        }
    }
    let Some(before) = before.filter(|record| record.is_booked()) else {
        return;
    };
    for value in &draft.values {
        let key = value.field.key();
        if LOCKED.contains(&key) && differs(value, before.value(key)) {
            wrong(key, Problem::BookedStays);
        }
        if let Value::Status {
            status: InvoiceStatus::Draft,
            ..
        } = value.shown
        {
            wrong(key, Problem::BookedForGood);
        }
    }
}
