//! A record on the board: what it is, and the handle by which it is lifted.
//! Without scripts it is chosen by a radio button, and moved by the form above the board.

use leptos::{
    ev::{DragEvent, KeyboardEvent},
    prelude::*,
};

use super::{
    super::next_steps::DueDate,
    drag::{Drag, handle},
};
use crate::{
    model::{
        RecordId, Text,
        board::{Card, Column},
        language::Plural,
        next_steps::When,
    },
    texts,
    ui::{
        icon::{Glyph, Icon},
        page::{page, t},
        person::Person,
    },
};

texts! {
    MOVE_ONE = "Move {title}" | "Déplacer {title}" | "{title} verplaatsen";
    CHOOSE_ONE = "Choose {title}" | "Choisir {title}" | "{title} kiezen";
    NO_STEP = "No next step" | "Sans prochaine étape" | "Geen volgende stap";
    ROTTING = "Rotting" | "À relancer" | "Blijft liggen";
}

pub const DAYS: Plural = Plural {
    one: Text::new(
        "{n} day in this phase",
        "{n} jour dans cette phase",
        "{n} dag in deze fase",
    ),
    other: Text::new(
        "{n} days in this phase",
        "{n} jours dans cette phase",
        "{n} dagen in deze fase",
    ),
};

/// Says once how a handle is used; every handle refers to it.
pub const HOW: &str = "how-to-move";

/// So many of its people a card names; how many more there are it says.
const NAMED: usize = 3;

#[component]
pub fn CardOf<'a>(
    drag: Drag,
    /// The number of its column.
    n: usize,
    column: &'a Column,
    card: &'a Card,
    /// Whether it was chosen before, without scripts.
    chosen: bool,
) -> impl IntoView + use<> {
    let (page, id) = (page(), card.id);
    let language = page.language;
    let value = card.value.as_ref().map(|value| {
        view! { <p class="card-value">{language.money(value.amount, &value.currency)}</p> }
    });
    let customer = (!card.customer.is_empty())
        .then(|| view! { <p class="muted"><bdi>{card.customer.clone()}</bdi></p> });
    let rotting = column.rots(card).then(|| {
        view! { <span class="tag warning" title=DAYS.of(language, card.days)>{t(ROTTING)}</span> }
    });
    let when = if column.is_overdue(card) {
        When::Overdue
    } else {
        When::Later
    };
    let due = card
        .due
        .map(|date| view! { <p class="card-due"><DueDate date when /></p> });
    let unplanned = column
        .is_unplanned(card)
        .then(|| view! { <span class="tag">{t(NO_STEP)}</span> });
    let took = move |event: DragEvent| {
        set_data(&event, id);
        drag.lift(id);
    };
    view! {
        <li class="board-card" class:lifted=move || drag.is_lifted(id) draggable=move || page.hydrated().then_some("true")
            on:dragstart=took on:dragend=move |_| drag.lifted.set(None)>
            <div class="card-title">
                <a href=drag.of.kind.address(id) draggable="false"><bdi>{card.title.clone()}</bdi></a>
                <Grip drag id n title=card.title.clone() chosen />
            </div>
            {customer}
            {value}
            {due}
            <div class="card-foot">{people(&card.people)}{rotting}{unplanned}</div>
        </li>
    }
}

/// The first of those who are responsible.
fn people(people: &[(String, bool)]) -> impl IntoView + use<> {
    let more = people.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| view! { <span class="muted">{format!("+{more}")}</span> });
    let named = people.iter().take(NAMED);
    let named =
        named.map(|(name, active)| view! { <Person full_name=name.clone() active=*active /> });
    view! { <div class="card-people">{named.collect_view()}{more}</div> }
}

/// Lifts a card and drops it again: by click, by tap, by Space.
#[component]
fn Grip(drag: Drag, id: RecordId, n: usize, title: String, chosen: bool) -> impl IntoView {
    let page = page();
    let label = MOVE_ONE.with(page.language, &[("title", &title)]);
    let choose = CHOOSE_ONE.with(page.language, &[("title", &title)]);
    let lifted = move || drag.is_lifted(id);
    let clicked = move |_| {
        if lifted() {
            drag.drop_on(drag.over.get_untracked());
        } else {
            drag.lift(id);
        }
    };
    let pressed = move |event: KeyboardEvent| {
        if !lifted() {
            return;
        }
        match event.key().as_str() {
            "ArrowLeft" | "ArrowUp" => drag.step(-1),
            "ArrowRight" | "ArrowDown" => drag.step(1),
            "Escape" => drag.cancel(),
            _ => return,
        }
        event.prevent_default();
    };
    move || {
        if page.hydrated() {
            view! {
                <button type="button" class="grip" id=handle(id) aria-label=label.clone() aria-describedby=HOW
                    aria-pressed=move || if lifted() { "true" } else { "false" } data-column=n.to_string()
                    on:click=clicked on:keydown=pressed>
                    <Icon glyph=Glyph::Grip />
                </button>
            }
            .into_any()
        } else {
            view! { <input type="radio" name="id" value=id.to_string() checked=chosen aria-label=choose.clone() /> }.into_any()
        }
    }
}

/// Some browsers drag nothing that has no data.
fn set_data(event: &DragEvent, id: RecordId) {
    #[cfg(feature = "hydrate")]
    if let Some(data) = event.data_transfer() {
        let _ = data.set_data("text/plain", &id.to_string());
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (event, id);
}
