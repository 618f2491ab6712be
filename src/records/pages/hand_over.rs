//! Who gets what somebody was responsible for: per role, one colleague or several, or nobody yet.
//! Checkboxes of a plain form, so that it works without scripts and with a hundred colleagues.

use leptos::prelude::*;

use super::responsible::{away_text, items};
use crate::{
    model::{AppError, hand_over::Held},
    texts,
    ui::{
        choice::CheckField,
        outcome::Outcome,
        page::{page, t},
    },
};

texts! {
    TO = "Hand over to" | "Transmettre à" | "Overdragen aan";
    LATER = "Tick one colleague, or several: they share them evenly. Tick nobody to decide later." | "Cochez un collègue, ou plusieurs : ils se les partagent équitablement. Ne cochez personne pour décider plus tard." | "Vink één collega aan, of meerdere: zij verdelen ze gelijk. Vink niemand aan om later te beslissen.";
    AND_MORE = "and {n} more" | "et {n} de plus" | "en nog {n}";
}

/// The names of some records, and how many there are besides.
pub fn names_of(
    kind_path: &'static str,
    sample: Vec<(crate::model::RecordId, String)>,
    count: i64,
) -> impl IntoView {
    let language = page().language;
    let more = count - i64::try_from(sample.len()).unwrap_or(count);
    let links = sample.into_iter().map(|(id, name)| {
        view! { <li><a href=format!("/{kind_path}/{id}")><bdi>{name}</bdi></a></li> }
    });
    let more = (more > 0).then(|| AND_MORE.with(language, &[("n", &language.integer(more))]));
    view! {
        <ul class="sample">
            {links.collect_view()}
            {more.map(|more| view! { <li class="muted">{more}</li> })}
        </ul>
    }
}

/// One group of checkboxes for each role.
#[component]
pub fn HandOverFields(
    /// Tells the ids of one form from those of another on the same page.
    #[prop(into)]
    id: String,
    held: Vec<Held>,
    outcome: Outcome,
) -> impl IntoView {
    let error = outcome.error();
    let group = move |held: Held| {
        let (key, text) = (held.post.key(), held.text(page().language));
        let name = format!("to[{key}][]");
        let away = away_text(&items(&held.receivers, true));
        let receivers = held.receivers.into_iter().map(|colleague| {
            let value = colleague.id.to_string();
            let checked = outcome.ticked(&name, &value, false);
            view! {
                <CheckField id=format!("{id}-{key}-{value}") name=name.clone() value label=colleague.full_name checked />
            }
        });
        let receivers = receivers.collect_view();
        let problem = move || {
            let text = error
                .get()
                .as_ref()
                .and_then(AppError::problems)?
                .get(&key)?
                .text(page().language);
            Some(view! { <p class="problem">{text}</p> })
        };
        view! {
            <fieldset class="radios hand-over">
                <legend>{text}</legend>
                {names_of(held.post.kind.path(), held.sample, held.count)}
                <p class="hint">{t(TO)}</p>
                <div class="columns">{receivers}</div>
                {away.map(|text| view! { <p class="hint away">{text}</p> })}
                {problem}
            </fieldset>
        }
    };
    view! {
        <p>{t(LATER)}</p>
        {held.into_iter().map(group).collect_view()}
    }
}
