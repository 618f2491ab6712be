//! Handing over what somebody is responsible for: role by role, to one colleague or shared out among several.
//! What nobody takes stays where it is, and is an orphan once its user may not hold it.

use serde::{Deserialize, Serialize};

use super::{Duty, Language, RecordId, RecordKind, Text, UserId, users::Colleague};
use crate::texts;

/// A role on the records of a kind, or a User field of them: what is counted and handed over together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Post {
    pub kind: RecordKind,
    pub duty: Duty,
}

texts! {
    GONE = "Handed over: {n}." | "Transmis : {n}." | "Overgedragen: {n}.";
    STAYED = "Left where they are, because the receiver is their other sales contact already: {n}." | "Laissés tels quels, car le destinataire en est déjà l’autre contact commercial : {n}." | "Gebleven, omdat de ontvanger al de andere accountmanager is: {n}.";
    POST = "{records}: {role}" | "{records} : {role}" | "{records}: {role}";
}

impl Post {
    /// Its name in forms.
    pub fn key(self) -> String {
        format!("{}-{}", self.kind.child(), self.duty.key())
    }

    pub fn from_key(key: &str) -> Option<Self> {
        let (kind, duty) = key.split_once('-')?;
        let kind = RecordKind::from_child(kind)?;
        let duty = Duty::from_key(duty)?;
        let known = match duty {
            Duty::Role(role) => kind.roles().contains(&role) || kind.shared_roles().contains(&role),
            Duty::Field(_) => true,
        };
        known.then_some(Self { kind, duty })
    }
}

/// What somebody is responsible for in one role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    pub post: Post,
    /// What the role or the field is called.
    pub label: String,
    pub count: i64,
    /// The first few by name.
    pub sample: Vec<(RecordId, String)>,
    /// Who may take it.
    pub receivers: Vec<Colleague>,
}

impl Held {
    /// "4 companies: sales contact"
    pub fn text(&self, language: Language) -> String {
        let records = self.post.kind.count(language, self.count);
        POST.with(language, &[("records", &records), ("role", &self.label)])
    }
}

/// Somebody with what he is responsible for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Holder {
    pub user: UserId,
    pub full_name: String,
    pub active: bool,
    pub held: Vec<Held>,
}

/// What became of a hand-over, in records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    pub gone: i64,
    /// Whose receiver has the record's other role already.
    pub stayed: i64,
}

impl HandedOver {
    pub fn text(self, language: Language) -> String {
        let count = |text: Text, n: i64| text.with(language, &[("n", &language.integer(n))]);
        let gone = count(GONE, self.gone);
        if self.stayed == 0 {
            gone
        } else {
            format!("{gone} {}", count(STAYED, self.stayed))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FieldId;
    use uuid::Uuid;

    #[test]
    fn every_post_is_found_by_its_key() {
        for kind in RecordKind::ALL {
            let field = Duty::Field(FieldId(Uuid::from_u128(7)));
            let roles = kind.roles().iter().chain(kind.shared_roles());
            let roles = roles.copied().map(Duty::Role);
            for duty in roles.chain([field]) {
                let post = Post { kind, duty };
                assert_eq!(Post::from_key(&post.key()), Some(post));
            }
        }
        for nonsense in [
            "company-assigned_to",
            "company",
            "x-sales_contact",
            "deal-x",
        ] {
            assert_eq!(Post::from_key(nonsense), None, "{nonsense}");
        }
    }
}
