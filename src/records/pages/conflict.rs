//! What is asked where two have changed the same field: both values side by side, and a choice per field. The choice
//! travels with the form, so it is the same with scripts and without.

use std::{collections::BTreeMap, sync::Arc};

use leptos::prelude::*;

use crate::{
    model::{
        AppError, Language, Value,
        catalogue::{Catalogue, Field},
        conflict::{self, CONTESTED, Contested, Keep, keep_key, keep_name, read_contested},
        forms::Returned,
        users::NOBODY,
    },
    texts,
    ui::{
        focus,
        page::{page, t},
    },
};

texts! {
    CHOOSE = "Choose what to keep" | "Choisissez ce qu’il faut garder" | "Kies wat blijft";
    MINE = "Yours" | "Votre version" | "Uw versie";
    THEIRS = "Saved meanwhile" | "Enregistré entre-temps" | "Intussen opgeslagen";
    EMPTY = "Empty" | "Vide" | "Leeg";
}

const ID: &str = "contested";

/// The question of one form, from the first conflict until it is saved.
#[derive(Clone, Copy)]
pub struct Question {
    contested: Memo<Vec<Contested>>,
    keep: RwSignal<BTreeMap<String, Keep>>,
}

impl Question {
    /// `refused` is the form that came back without scripts; it was asked there what it is asked again.
    pub fn new(error: Signal<Option<AppError>>, refused: Option<&Returned>) -> Self {
        let asked = refused.and_then(|form| form.value(CONTESTED));
        let asked = read_contested(asked.unwrap_or_default());
        let contested = Memo::new(move |before: Option<&Vec<Contested>>| match error.get() {
            Some(AppError::Conflict(conflict)) => conflict.fields,
            // Another mistake was found since: the choices still stand.
            _ => before.unwrap_or(&asked).clone(),
        });
        let keep = RwSignal::new(refused.map(chosen).unwrap_or_default());
        Effect::new(move |before: Option<usize>| {
            let now = contested.with(Vec::len);
            // Not on the page that came with the question, where nothing was focused.
            if before.is_some() && now > 0 {
                focus::on(ID.to_owned());
            }
            now
        });
        Self { contested, keep }
    }

    /// Whether what stands in a field's input is given up for what was saved meanwhile.
    pub fn gives_up(self, key: &str) -> bool {
        let theirs = self.keep.with(|keep| keep.get(key) == Some(&Keep::Theirs));
        theirs
            && self
                .contested
                .with(|all| all.iter().any(|one| one.field == key))
    }
}

/// What was chosen in a form that came back.
fn chosen(form: &Returned) -> BTreeMap<String, Keep> {
    let choice = |(name, value): &(String, String)| {
        Some((keep_key(name)?.to_owned(), Keep::from_code(value)))
    };
    form.typed.iter().filter_map(choice).collect()
}

/// The fields to choose for, inside of the form that is saved.
#[component]
pub fn Contest(catalogue: Arc<Catalogue>, question: Question) -> impl IntoView {
    let rows = move || {
        let contested = question.contested.get();
        if contested.is_empty() {
            return ().into_any();
        }
        let rows = contested
            .iter()
            .filter_map(|one| Some((catalogue.field(&one.field)?, one)))
            .map(|(field, one)| row(field, one, question))
            .collect_view();
        view! {
            <input type="hidden" name=CONTESTED value=conflict::write(&contested) />
            <section id=ID class="contested" aria-labelledby="contested-title" tabindex="-1">
                <h2 id="contested-title">{t(CHOOSE)}</h2>
                {rows}
            </section>
        }
        .into_any()
    };
    view! { <div class="question">{rows}</div> }
}

fn row(field: &Field, contested: &Contested, question: Question) -> impl IntoView + use<> {
    let language = page().language;
    let legend = format!("contested-{}", field.key());
    let labelled_by = legend.clone();
    let side = |keep: Keep, label: &'static str, value: &Value| {
        let (key, keeps) = (field.key().to_owned(), question.keep);
        let checked =
            keeps.with_untracked(|keep| keep.get(&key).copied().unwrap_or_default()) == keep;
        let name = keep_name(&key);
        let choose = move |_| {
            keeps.update(|all| {
                all.insert(key.clone(), keep);
            });
        };
        view! {
            <label class="side">
                <input type="radio" name=name value=keep.code() checked=checked on:change=choose />
                <span class="side-name">{label}</span>
                " "
                <bdi class="side-value" class:absent=value.is_empty()>{as_read(field, value, language)}</bdi>
            </label>
        }
    };
    view! {
        <fieldset class="sides" role="radiogroup" aria-labelledby=labelled_by>
            <legend id=legend>{field.label(language).to_owned()}</legend>
            {side(Keep::Mine, t(MINE), &contested.mine)}
            {side(Keep::Theirs, t(THEIRS), &contested.theirs)}
        </fieldset>
    }
}

/// Never blank: one of the two may be that there is nothing.
fn as_read(field: &Field, value: &Value, language: Language) -> String {
    match (value, field.kind) {
        (Value::Empty, of) if of.is_people() => t(NOBODY).to_owned(),
        (Value::Empty, _) => t(EMPTY).to_owned(),
        _ => value.show(language),
    }
}
