//! The custom fields of accounts, as far as this server has read them. Kept by the version that the database gives them, which
//! every request brings along: what another server has changed is read anew.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::model::{AccountId, Actor, RecordKind, catalogue::Catalogue};

/// More accounts than this are not remembered at once.
const MOST: usize = 2_000;

type Known = HashMap<(AccountId, RecordKind, bool), (i64, Arc<Catalogue>)>;

#[derive(Clone, Debug, Default)]
pub struct Catalogues(Arc<Mutex<Known>>);

impl Catalogues {
    pub fn get(&self, actor: &Actor, kind: RecordKind) -> Option<Arc<Catalogue>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (version, catalogue) = known.get(&key(actor, kind))?;
        (*version == actor.fields_version).then(|| catalogue.clone())
    }

    pub fn put(&self, actor: &Actor, catalogue: Arc<Catalogue>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(
            key(actor, catalogue.kind),
            (actor.fields_version, catalogue),
        );
    }
}

fn key(actor: &Actor, kind: RecordKind) -> (AccountId, RecordKind, bool) {
    (actor.account, kind, actor.second_enabled)
}
