//! Checkboxes and groups of radio buttons, each tied to its label and its explanation.
//! They work as they are in a plain form; a change is reported for pages that react to it.

use leptos::prelude::*;

/// A checkbox with its label behind it.
#[component]
pub fn CheckField(
    #[prop(into)] id: String,
    #[prop(into)] name: String,
    #[prop(into)] value: String,
    #[prop(into)] label: String,
    checked: bool,
    /// Told whenever it is ticked or unticked.
    #[prop(optional)]
    change: Option<Callback<bool>>,
) -> impl IntoView {
    let changed = move |event| {
        if let Some(change) = change {
            change.run(event_target_checked(&event));
        }
    };
    view! {
        <div class="check">
            <input type="checkbox" id=id.clone() name=name value=value checked=checked on:change=changed />
            <label for=id><bdi>{label}</bdi></label>
        </div>
    }
}

/// One of a group of radio buttons: its value, its label, what it means.
#[derive(Clone, Copy, Debug)]
pub struct Radio {
    pub value: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
}

/// Radio buttons under a heading, by which the group is called.
#[component]
pub fn RadioGroup(
    #[prop(into)] id: String,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    radios: Vec<Radio>,
    #[prop(into)] chosen: String,
    /// Told the value that was chosen.
    #[prop(optional)]
    change: Option<Callback<String>>,
) -> impl IntoView {
    let legend = format!("{id}-legend");
    let labelled_by = legend.clone();
    let radio = |radio: Radio| {
        let radio_id = format!("{id}-{}", radio.value);
        let hint_id = format!("{radio_id}-hint");
        let described = (!radio.hint.is_empty()).then(|| hint_id.clone());
        let checked = radio.value == chosen;
        let changed = move |_| {
            if let Some(change) = change {
                change.run(radio.value.to_owned());
            }
        };
        view! {
            <div class="check">
                <input type="radio" id=radio_id.clone() name=name.clone() value=radio.value checked=checked
                    aria-describedby=described on:change=changed />
                <label for=radio_id>{radio.label}</label>
                {(!radio.hint.is_empty()).then(|| view! { <span class="hint" id=hint_id>{radio.hint}</span> })}
            </div>
        }
    };
    view! {
        <fieldset class="radios" role="radiogroup" aria-labelledby=labelled_by>
            <legend id=legend>{label}</legend>
            {radios.into_iter().map(radio).collect_view()}
        </fieldset>
    }
}
