//! A field's value as it is read: names as people, records and addresses as links, amounts as money.
//! What people typed is text and nothing else.

use leptos::prelude::*;

use crate::{
    model::{
        Value,
        catalogue::{Each, Field, FieldType},
        invoices::InvoiceStatus,
        users::NOBODY,
    },
    ui::{
        page::{page, t},
        person::Person,
    },
};

/// The value of a field; of an empty one nothing, but for a responsible user, who is "Nobody".
pub fn shown(field: &Field, value: &Value) -> AnyView {
    let language = page().language;
    let text = value.show(language);
    match (value, field.kind) {
        (Value::Empty, of) if of.is_people() => view! { <span class="nobody">{t(NOBODY)}</span> }.into_any(),
        (Value::Empty, _) => ().into_any(),
        (Value::User { name, active, .. }, _) => view! { <Person full_name=name.clone() active=*active /> }.into_any(),
        (Value::Record { kind, id: Some(id), .. }, _) => {
            view! { <a href=kind.address(*id)><bdi>{text}</bdi></a> }.into_any()
        }
        (Value::Records { kind, records }, _) => records
            .iter()
            .enumerate()
            .map(|(n, (id, name))| {
                view! { {(n > 0).then_some(", ")}<a href=kind.address(*id)><bdi>{name.clone()}</bdi></a> }
            })
            .collect_view()
            .into_any(),
        (Value::Tags(all), FieldType::Several(each)) => all
            .iter()
            .enumerate()
            .map(|(n, one)| view! { {(n > 0).then_some(", ")}{reach(each, one)} })
            .collect_view()
            .into_any(),
        (Value::Several(values), _) => values
            .iter()
            .map(|one| view! { <span class="one">{shown(field, one)}</span>" " })
            .collect_view()
            .into_any(),
        (Value::Status { status, overdue }, _) => {
            let class = match status {
                _ if *overdue => "tag bad",
                InvoiceStatus::Paid => "tag good",
                _ => "tag",
            };
            view! { <span class=class>{text}</span> }.into_any()
        }
        (Value::Choice { .. }, _) => view! { <span class="tag">{text}</span> }.into_any(),
        (Value::Tags(tags), _) => tags.iter().map(|tag| view! { <span class="tag">{tag.clone()}</span> " " }).collect_view().into_any(),
        // The catalogue lets no address but http and https in.
        (_, FieldType::WebAddress) => {
            view! { <a href=text.clone() rel="external noopener nofollow" target="_blank">{text.clone()}</a> }.into_any()
        }
        (_, FieldType::Email) => reach(Each::Email, &text),
        (_, FieldType::Telephone) => reach(Each::Telephone, &text),
        (_, FieldType::Lines { .. }) => view! { <span class="lines" dir="auto">{text}</span> }.into_any(),
        (_, FieldType::Integer { .. }) if field.key() == "probability" => format!("{text}\u{a0}%").into_any(),
        _ => view! { <bdi>{text}</bdi> }.into_any(),
    }
}

/// An address or a number, as a link that reaches whoever has it.
fn reach(each: Each, text: &str) -> AnyView {
    let address = match each {
        Each::Email => format!("mailto:{text}"),
        Each::Telephone => format!("tel:{}", dialled(text)),
    };
    view! { <a href=address rel="external">{text.to_owned()}</a> }.into_any()
}

/// A telephone number without what people put between its digits.
fn dialled(number: &str) -> String {
    number
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect()
}
