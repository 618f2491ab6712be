//! The input of a field in a form, by the field's type.
//! A person or a record is chosen in a combobox once scripts run; until then in a `<select>`, or typed by name.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    responsible::{and_away, away_hint, items, present_item, select_options},
    several::{ChoicesField, PeopleField},
};
use crate::{
    model::{
        AppError, RecordKind, Value,
        catalogue::{Field, FieldType},
        forms::Returned,
        invoices::{InvoiceStatus, LOCKED},
        records::{FormData, Suggestion},
        values::{NO, YES},
    },
    records::api,
    texts,
    ui::{
        asking::Asking,
        combobox::{Combobox, Item, Items},
        field::{
            FieldFrame, InputField, SelectField, TextField, described_by, is_invalid, options,
        },
        page::{page, t},
    },
};

texts! {
    TAGS_HINT = "Separated by commas" | "Séparés par des virgules" | "Gescheiden door komma’s";
    BOOKED_STAYS = "Stays as it is: the invoice is booked" | "Ne change plus : la facture est comptabilisée" | "Blijft zoals het is: de factuur is geboekt";
    NO_CHOICE = "–" | "–" | "–";
}

/// What one field needs to show itself.
#[derive(Clone)]
pub struct Slot {
    pub field: Arc<Field>,
    pub data: StoredValue<FormData>,
    pub returned: StoredValue<Option<Returned>>,
    pub error: Signal<Option<AppError>>,
}

impl Slot {
    /// The input's name: server functions take all values as one map.
    pub fn name(&self) -> String {
        format!("values[{}]", self.field.key())
    }

    /// The name of the input of one of several that the field can hold.
    pub fn name_of(&self, one: &str) -> String {
        format!("values[{}.{one}]", self.field.key())
    }

    pub fn label(&self) -> String {
        self.field.label(page().language).to_owned()
    }

    /// What admins say that it is for.
    pub fn hint(&self) -> String {
        if self.is_booked() && LOCKED.contains(&self.field.key()) {
            return t(BOOKED_STAYS).to_owned();
        }
        let custom = self.field.custom.as_ref();
        custom.map(|custom| custom.help.clone()).unwrap_or_default()
    }

    /// Whether it is a field of an invoice that is booked.
    fn is_booked(&self) -> bool {
        match self.data.with_value(|data| data.value("status")) {
            Value::Status { status, .. } => status.is_booked(),
            _ => false,
        }
    }

    /// The ids of those of several that are chosen: what came back, else what the record has.
    pub fn chosen(&self) -> Vec<String> {
        let came_back = self.returned.with_value(|returned| {
            let prefix = format!("values[{}.", self.field.key());
            let one = |(name, _): &(String, String)| {
                Some(name.strip_prefix(&prefix)?.strip_suffix(']')?.to_owned())
            };
            let returned = returned.as_ref()?;
            returned.value(&self.name())?;
            Some(returned.typed.iter().filter_map(one).collect())
        });
        let language = page().language;
        let present = || {
            self.value()
                .each()
                .iter()
                .map(|one| one.input(language))
                .collect()
        };
        came_back.unwrap_or_else(present)
    }

    pub fn value(&self) -> Value {
        self.data.with_value(|data| data.value(self.field.key()))
    }

    /// What was typed into it, if the form came back.
    fn typed(&self) -> Option<String> {
        self.returned.with_value(|returned| {
            returned
                .as_ref()?
                .value(&self.name())
                .map(ToOwned::to_owned)
        })
    }

    fn text(&self) -> String {
        self.typed()
            .unwrap_or_else(|| self.value().input(page().language))
    }

    pub fn id(&self) -> String {
        format!("field-{}", self.field.key())
    }
}

pub fn input(slot: Slot) -> AnyView {
    let (field, error) = (slot.field.clone(), slot.error);
    let (id, name, key, label, required) = (
        slot.id(),
        slot.name(),
        field.key().to_owned(),
        field.label(page().language).to_owned(),
        field.required,
    );
    let hint = slot.hint();
    let plain = |kind: &'static str, inputmode: Option<&'static str>, hint: String| {
        let value = slot.text();
        match inputmode {
            Some(inputmode) => {
                view! { <InputField id=id.clone() label=label.clone() name=name.clone() key=key.clone() error value kind required hint inputmode /> }.into_any()
            }
            None => view! { <InputField id=id.clone() label=label.clone() name=name.clone() key=key.clone() error value kind required hint /> }.into_any(),
        }
    };
    match field.kind {
        FieldType::Line { .. } | FieldType::Moment | FieldType::Counter => {
            plain("text", None, hint)
        }
        FieldType::Email => plain("email", None, hint),
        FieldType::Telephone => plain("tel", None, hint),
        FieldType::WebAddress => plain("text", Some("url"), hint),
        FieldType::Date => plain("date", None, hint),
        FieldType::Integer { .. } => plain("text", Some("numeric"), hint),
        FieldType::Money | FieldType::Number => plain("text", Some("decimal"), hint),
        FieldType::Tags | FieldType::Several(_) => plain("text", None, t(TAGS_HINT).to_owned()),
        FieldType::Lines { .. } => {
            view! { <TextField id label name key error value=slot.text() required hint /> }
                .into_any()
        }
        FieldType::Fixed(_)
        | FieldType::Phase
        | FieldType::Status
        | FieldType::YesNo
        | FieldType::Choice { several: false } => {
            let choices = choices(&slot);
            view! { <SelectField id label name key error choices required hint /> }.into_any()
        }
        FieldType::Choice { several: true } => view! { <ChoicesField of=slot /> }.into_any(),
        FieldType::Person { several: true } | FieldType::Shared(_) => {
            view! { <PeopleField of=slot /> }.into_any()
        }
        FieldType::User(_) | FieldType::Person { several: false } => {
            view! { <UserField of=slot /> }.into_any()
        }
        FieldType::Record(_) | FieldType::Linked(_) | FieldType::Customer => {
            view! { <RecordField of=slot /> }.into_any()
        }
    }
}

fn choices(slot: &Slot) -> Vec<(String, String, bool)> {
    let language = page().language;
    let mut known: Vec<(String, String)> = match slot.field.kind {
        FieldType::YesNo => [YES, NO]
            .map(|word| (t(word).to_owned(), t(word).to_owned()))
            .to_vec(),
        FieldType::Choice { .. } => slot
            .field
            .custom
            .iter()
            .flat_map(|custom| &custom.choices)
            .map(|choice| (choice.id.to_string(), choice.label.clone()))
            .collect(),
        FieldType::Status => InvoiceStatus::ALL
            .into_iter()
            // There is no way back to a draft.
            .filter(|status| status.is_booked() || !slot.is_booked())
            .map(|status| {
                let label = status.label().get(language);
                (status.code().to_owned(), label.to_owned())
            })
            .collect(),
        FieldType::Fixed(fixed) => fixed
            .iter()
            .map(|choice| {
                (
                    choice.code.to_owned(),
                    choice.label.get(language).to_owned(),
                )
            })
            .collect(),
        _ => slot.data.with_value(|data| {
            data.phases
                .iter()
                .map(|phase| (phase.id.to_string(), phase.name.clone()))
                .collect()
        }),
    };
    let now = slot.text();
    // A choice that was taken away stays where it is.
    if let present @ Value::Choice { .. } = slot.value() {
        let id = present.input(language);
        if !known.iter().any(|(known, _)| *known == id) {
            known.push((id, present.show(language)));
        }
    }
    // A fixed choice is stored by its code and shown by its label.
    let chosen = |(value, label): &(String, String)| *value == now || *label == now;
    let mut choices: Vec<_> = known
        .iter()
        .map(|pair| (pair.0.clone(), pair.1.clone(), chosen(pair)))
        .collect();
    // Where nothing is chosen yet, nothing is chosen for whoever fills it in.
    if !slot.field.required || (slot.field.custom.is_some() && now.is_empty()) {
        choices.insert(0, (String::new(), t(NO_CHOICE).to_owned(), now.is_empty()));
    }
    choices
}

/// What an input is called, by people and by programs.
#[derive(Clone)]
pub struct Called {
    pub id: String,
    pub name: String,
    /// Under which key an error speaks of it.
    pub key: String,
    pub label: String,
    pub required: bool,
    pub hint: String,
    pub error: Signal<Option<AppError>>,
}

impl Called {
    fn of(slot: &Slot) -> Self {
        Self {
            id: slot.id(),
            name: slot.name(),
            key: slot.field.key().to_owned(),
            label: slot.label(),
            required: slot.field.required,
            hint: slot.hint(),
            error: slot.error,
        }
    }
}

/// A hidden input with what is chosen, since the combobox itself holds a name.
fn combobox(called: &Called, items: Items, chosen: RwSignal<Item>) -> impl IntoView + use<> {
    let Called {
        id,
        name,
        key,
        label,
        required,
        hint,
        error,
    } = called.clone();
    let described = described_by(&id, &key, !hint.is_empty(), error);
    let invalid = is_invalid(&key, error);
    view! {
        <input type="hidden" name=name prop:value=move || chosen.get().value value=chosen.get_untracked().value />
        <Combobox id items chosen choose=|_: Item| () label required
            invalid=Signal::derive(move || invalid().is_some()) described_by=Signal::derive(described) />
    }
}

#[component]
fn UserField(of: Slot) -> impl IntoView {
    let required = of.field.required;
    let list = of.data.with_value(|data| match of.field.kind {
        FieldType::Person { .. } => items(&data.everybody, required),
        _ => items(&data.colleagues, required),
    });
    let present = present_item(&of.value());
    let first = match of.typed() {
        Some(typed) if typed != present.value => list
            .iter()
            .find(|item| item.value == typed)
            .cloned()
            .unwrap_or_default(),
        _ => present,
    };
    view! { <PersonField called=Called::of(&of) list first /> }
}

/// A field with a combobox once scripts run; until then with `plain`, what the browser has for it.
fn chooser(
    called: Called,
    items: Items,
    chosen: RwSignal<Item>,
    plain: impl Fn(Called) -> AnyView + Send + 'static,
) -> impl IntoView {
    let page = page();
    let Called {
        id,
        key,
        label,
        required,
        hint,
        error,
        ..
    } = called.clone();
    let control = move || {
        if page.hydrated() {
            combobox(&called, items, chosen).into_any()
        } else {
            plain(called.clone())
        }
    };
    view! { <FieldFrame id label key error required hint>{control}</FieldFrame> }
}

/// A field in which a person is chosen from a list.
#[component]
pub fn PersonField(called: Called, list: Vec<Item>, first: Item) -> impl IntoView {
    let chosen = RwSignal::new(first);
    let list = StoredValue::new(list);
    let select = move |called: Called| {
        let Called {
            id,
            name,
            key,
            required,
            hint,
            error,
            ..
        } = called;
        let choices =
            list.with_value(|list| select_options(list, &chosen.get_untracked(), required));
        let described = described_by(&id, &key, !hint.is_empty(), error);
        let away = list.with_value(|list| away_hint(&id, list));
        let of = id.clone();
        let described = move || list.with_value(|list| and_away(&of, list, described()));
        view! {
            <select id=id name=name aria-required=required.then_some("true")
                aria-invalid=is_invalid(&key, error) aria-describedby=described>{options(choices)}</select>
            {away}
        }
        .into_any()
    };
    chooser(called, Items::All(list), chosen, select)
}

#[component]
fn RecordField(of: Slot) -> impl IntoView {
    let first = match of.typed() {
        // Without scripts it is typed by name, and the name is sent again.
        Some(name) => Item {
            value: name.clone(),
            label: name.clone(),
            shown: name,
            ..Item::default()
        },
        None => present_item(&of.value()),
    };
    let targets = of.field.kind.targets();
    view! { <RecordPicker called=Called::of(&of) targets first /> }
}

/// A field in which a record of one of these kinds is chosen by the beginnings of its words; without scripts, typed by its
/// name.
#[component]
pub fn RecordPicker(called: Called, targets: &'static [RecordKind], first: Item) -> impl IntoView {
    let chosen = RwSignal::new(first);
    let asked = asked_records(targets);
    let text = move |called: Called| {
        let Called {
            id,
            name,
            key,
            required,
            hint,
            error,
            ..
        } = called;
        let described = described_by(&id, &key, !hint.is_empty(), error);
        view! {
            <input id=id type="text" name=name value=chosen.get_untracked().shown autocomplete="off"
                aria-required=required.then_some("true") aria-invalid=is_invalid(&key, error) aria-describedby=described />
        }
        .into_any()
    };
    chooser(called, asked, chosen, text)
}

/// Records of these kinds, by the beginnings of their words, as they are typed.
pub fn asked_records(targets: &'static [RecordKind]) -> Items {
    let asking = Asking::new(move |typed| api::suggest(targets.to_vec(), typed));
    let found = RwSignal::new(Vec::new());
    Effect::new(move |_| {
        if let Some(Ok(suggestions)) = asking.answer() {
            found.set(suggestions.into_iter().map(item).collect());
        }
    });
    // At once: Enter takes what the list shows, so it must not lag behind what was typed.
    let ask = Callback::new(move |typed: String| asking.at_once(typed));
    Items::Asked { found, ask }
}

fn item(suggestion: Suggestion) -> Item {
    Item {
        value: suggestion.id.to_string(),
        label: suggestion.name.clone(),
        shown: suggestion.name,
        hint: suggestion.hint,
        ..Item::default()
    }
}
