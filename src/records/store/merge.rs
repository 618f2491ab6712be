//! Saving over what somebody else has saved meanwhile. Fields that one side alone has changed take that change without a
//! word; those that both have changed are asked for, with both values as this viewer may read them.

use std::{collections::BTreeMap, sync::Arc};

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{
    catalogue::catalogue,
    resolve::Resolved,
    write::{Draft, SaveForm, differs, prepare},
};
use crate::{
    model::{
        AppError, Conflict, Language, Value,
        catalogue::{Catalogue, Field, FieldType},
        conflict::{Contested, Keep},
        records::Record,
    },
    server::database::Viewing,
};

/// What is to be written of a form that was opened before the record became what it is now; or the question.
pub(super) async fn merge(
    tx: &mut Viewing,
    form: &SaveForm<'_>,
    now: &Record,
) -> Result<Draft, AppError> {
    let sides = Sides {
        form,
        now,
        language: tx.actor().language,
        catalogue: catalogue(tx, form.kind).await?,
    };
    let draft = prepare(tx, form.kind, &sides.typed(), Some(now)).await?;
    let contested = sides.contested(&draft);
    if contested.iter().any(|one| sides.is_open(one)) {
        Err(conflict(tx, now, contested).await?)
    } else {
        Ok(draft)
    }
}

/// A form, and the record that it is to be saved over.
struct Sides<'a> {
    form: &'a SaveForm<'a>,
    now: &'a Record,
    language: Language,
    catalogue: Arc<Catalogue>,
}

impl Sides<'_> {
    /// What was typed, but for what was left as it was opened and what was given up for the other value.
    fn typed(&self) -> BTreeMap<String, String> {
        let takes_part = |field: &Field| {
            self.either(field, Self::i_changed) && self.settled(field) != Some(Keep::Theirs)
        };
        // A field that is gone is told of.
        let kept = |(key, _): &(&String, &String)| {
            self.catalogue
                .field(key)
                .is_none_or(|field| takes_part(field))
        };
        let typed = self.form.typed.iter().filter(kept);
        typed
            .map(|(key, text)| (key.clone(), text.clone()))
            .collect()
    }

    /// All that there is to choose between, what has been chosen about before included.
    fn contested(&self, draft: &Draft) -> Vec<Contested> {
        let contested = |field: &Arc<Field>| {
            if self.settled(field) == Some(Keep::Theirs) {
                return self.form.base.contested(field.key()).cloned();
            }
            let (value, now) = (draft.get(field.key())?, self.now.value(field.key()));
            let both = differs(value, now) && self.either(field, Self::they_changed);
            both.then(|| Contested {
                field: field.key().to_owned(),
                mine: self.as_read(value, draft),
                theirs: now.clone(),
            })
        };
        let fields = self.catalogue.fields().iter();
        fields.filter_map(contested).collect()
    }

    fn is_open(&self, contested: &Contested) -> bool {
        let field = self.catalogue.field(&contested.field);
        field.is_some_and(|field| self.settled(field).is_none())
    }

    fn i_changed(&self, field: &Field) -> bool {
        match (
            self.form.typed.get(field.key()),
            self.form.base.opened.get(field.key()),
        ) {
            (None, _) => false,
            (Some(typed), Some(opened)) => !field.is_still(typed, opened, self.language),
            // Nobody knows, so it is asked for.
            (Some(_), None) => true,
        }
    }

    fn they_changed(&self, field: &Field) -> bool {
        let opened = self.form.base.opened.get(field.key());
        opened.is_none_or(|opened| !field.same(opened, self.now.value(field.key())))
    }

    /// Whether it is so of a field or of one that it means something together with.
    fn either(&self, field: &Field, is_so: impl Fn(&Self, &Field) -> bool) -> bool {
        is_so(self, field)
            || self
                .beside(field)
                .into_iter()
                .any(|other| is_so(self, other))
    }

    /// An amount means nothing without its currency; and where one side has put somebody first and the other has put him
    /// second, neither choice stands alone.
    fn beside(&self, field: &Field) -> Vec<&Field> {
        // The currency of an amount that admins have added is that of the field.
        let is_amount = |field: &Field| field.kind == FieldType::Money && field.custom.is_none();
        let belongs = |other: &&Field| match field.kind {
            FieldType::Money => is_amount(field) && other.key() == "currency",
            FieldType::Fixed(_) => field.key() == "currency" && is_amount(other),
            FieldType::User(_) => {
                other.role().is_some()
                    && other.key() != field.key()
                    && self.person(other).is_some()
                    && self.person(other) == self.person(field)
            }
            _ => false,
        };
        let fields = self.catalogue.fields().iter().map(AsRef::as_ref);
        fields.filter(belongs).collect()
    }

    /// Who would be in this role if nobody asked.
    fn person(&self, field: &Field) -> Option<Uuid> {
        if self.i_changed(field) {
            return self.form.typed.get(field.key())?.trim().parse().ok();
        }
        self.now.user(field.role()?).map(|user| user.0)
    }

    /// What was chosen for a field, as long as it is chosen between these very values: neither has there been a third,
    /// nor has somebody typed on what he then gave up.
    fn settled(&self, field: &Field) -> Option<Keep> {
        let shown = self.form.base.contested(field.key())?;
        if !field.same(&shown.theirs, self.now.value(field.key())) {
            return None;
        }
        let typed = self.form.typed.get(field.key())?;
        let still = |value: &Value| field.is_still(typed, value, self.language);
        match self.form.base.keep(field.key()) {
            Keep::Theirs if !still(&shown.mine) && !still(&shown.theirs) => None,
            keep => Some(keep),
        }
    }

    /// An amount is read with the currency that it would have.
    fn as_read(&self, value: &Resolved, draft: &Draft) -> Value {
        // That of a field which admins have added has its own.
        let Value::Amount { amount, .. } = value.shown.clone() else {
            return value.shown.clone();
        };
        if value.field.custom.is_some() {
            return value.shown.clone();
        }
        let typed = draft.get("currency").map(|currency| &currency.shown);
        Value::Amount {
            amount,
            currency: typed
                .unwrap_or(self.now.value("currency"))
                .show(self.language),
        }
    }
}

/// Who saved last, and when.
async fn conflict(
    tx: &mut Viewing,
    now: &Record,
    fields: Vec<Contested>,
) -> Result<AppError, AppError> {
    let sql = format!(
        "select u.full_name, r.updated_at from {} r left join users u on u.account_id = r.account_id and u.id = r.updated_by
         where r.account_id = $1 and r.id = $2",
        now.kind.table()
    );
    let account = tx.actor().account.0;
    let (by, at): (Option<String>, chrono::DateTime<chrono::Utc>) =
        sqlx::query_as(AssertSqlSafe(sql))
            .bind(account)
            .bind(now.id.0)
            .fetch_one(tx.connection())
            .await?;
    Ok(AppError::Conflict(Box::new(Conflict {
        version: now.version,
        // What a mail has changed nobody of us has.
        by: by.unwrap_or_else(|| "Steward".to_owned()),
        at: tx.actor().local(at),
        fields,
    })))
}
