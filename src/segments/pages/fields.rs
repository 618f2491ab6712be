//! What the builder offers to filter on: the kind's own fields, then those of the records at which they point.
//! The catalogue says all of it; here it only gets its names.

use std::sync::Arc;

use crate::{
    model::{
        Language, RecordKind,
        catalogue::{Catalogue, Field, FieldType},
        segments::{Compares, Path},
    },
    segments::Builder,
};

/// A field that can be filtered on.
#[derive(Clone, Debug)]
pub struct Offer {
    /// A [`Path`] as text.
    pub path: String,
    pub label: String,
    pub field: Arc<Field>,
}

impl Offer {
    pub fn compares(&self) -> Compares {
        Compares::of(self.field.kind)
    }
}

/// Fields under one heading; the kind's own stand under none.
#[derive(Clone, Debug)]
pub struct Offers {
    pub heading: Option<String>,
    pub fields: Vec<Offer>,
}

pub fn offers(builder: &Builder, second_enabled: bool, language: Language) -> Vec<Offers> {
    let catalogue = |kind: RecordKind| {
        let mut known = builder.custom.iter();
        let (_, custom) = known.find(|(of, _)| *of == kind)?;
        Some(Catalogue::new(kind, second_enabled, custom))
    };
    let Some(own) = catalogue(builder.kind) else {
        return Vec::new();
    };
    let offer = |field: &Arc<Field>| Offer {
        path: Path::own(field.key()).text(),
        label: field.label(language).to_owned(),
        field: field.clone(),
    };
    let mut all = vec![Offers {
        heading: None,
        fields: own.fields().iter().map(offer).collect(),
    }];
    for via in own.fields() {
        for kind in via.kind.targets() {
            if let Some(other) = catalogue(*kind) {
                all.push(related(via, &other, language));
            }
        }
    }
    all
}

/// The fields of what a field points at, each behind its name, since a closed list shows one name alone.
fn related(via: &Arc<Field>, other: &Catalogue, language: Language) -> Offers {
    let heading = match via.kind {
        // A customer is a company or a contact: which of the two is meant must be said.
        FieldType::Customer => other.kind.singular().get(language),
        _ => via.label(language),
    };
    let offer = |field: &Arc<Field>| {
        let path = Path {
            via: Some((via.key().to_owned(), other.kind)),
            field: field.key().to_owned(),
        };
        Offer {
            path: path.text(),
            label: format!("{heading} › {}", field.label(language)),
            field: field.clone(),
        }
    };
    Offers {
        heading: Some(heading.to_owned()),
        fields: other.fields().iter().map(offer).collect(),
    }
}
