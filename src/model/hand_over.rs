//! Handing over what somebody is responsible for: role by role, to one colleague or shared out among several.
//! What nobody takes stays where it is, and is an orphan once its user may not hold it.

use serde::{Deserialize, Serialize};

use super::{Language, RecordId, RecordKind, Role, Text, UserId, users::Colleague};
use crate::texts;

/// A role on the records of a kind: what is counted and handed over together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Post {
    pub kind: RecordKind,
    pub role: Role,
}

texts! {
    GONE = "Handed over: {n}." | "Transmis : {n}." | "Overgedragen: {n}.";
    STAYED = "Left where they are, because the receiver is their other sales contact already: {n}." | "Laissés tels quels, car le destinataire en est déjà l’autre contact commercial : {n}." | "Gebleven, omdat de ontvanger al de andere accountmanager is: {n}.";
    POST = "{records}: {role}" | "{records} : {role}" | "{records}: {role}";
}

impl Post {
    /// Every role of every kind that an account has.
    pub fn all(second_enabled: bool) -> impl Iterator<Item = Self> {
        RecordKind::ALL.into_iter().flat_map(move |kind| {
            let roles = kind.roles().iter().copied();
            let had = roles.filter(move |role| second_enabled || !role.is_second());
            had.map(move |role| Self { kind, role })
        })
    }

    /// Its name in forms.
    pub fn key(self) -> String {
        format!("{}-{}", self.kind.child(), self.role.key())
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::all(true).find(|post| post.key() == key)
    }

    /// "4 companies: sales contact"
    pub fn count(self, language: Language, n: i64) -> String {
        let (records, role) = (
            self.kind.count(language, n),
            self.role.label().get(language).to_lowercase(),
        );
        POST.with(language, &[("records", &records), ("role", &role)])
    }
}

/// What somebody is responsible for in one role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    pub post: Post,
    pub count: i64,
    /// The first few by name.
    pub sample: Vec<(RecordId, String)>,
    /// Who may take it.
    pub receivers: Vec<Colleague>,
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
    use super::Post;

    #[test]
    fn every_post_is_found_by_its_key() {
        for post in Post::all(true) {
            assert_eq!(Post::from_key(&post.key()), Some(post));
        }
        assert_eq!(Post::from_key("company-assigned_to"), None);
        assert!(Post::all(false).all(|post| !post.role.is_second()));
    }
}
