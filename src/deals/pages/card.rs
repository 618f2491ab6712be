//! A deal on the board: what it is, and the handle by which it is lifted.
//! Without scripts it is chosen by a radio button, and moved by the form above the board.

use leptos::{
    ev::{DragEvent, KeyboardEvent},
    prelude::*,
};

use super::{
    drag::{Drag, handle},
    standing::DAYS,
};
use crate::{
    model::{
        RecordId, RecordKind,
        pipeline::{Card, Phase},
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

/// Says once how a handle is used; every handle refers to it.
pub const HOW: &str = "how-to-move";

#[component]
pub fn DealCard(drag: Drag, column: usize, card: Card, phase: Phase) -> impl IntoView {
    let (page, id) = (page(), card.id);
    let language = page.language;
    let value = card
        .value
        .as_ref()
        .map(|value| language.money(value.amount, &value.currency));
    let rots = phase.rots_after(card.days);
    let unplanned = phase.is_open() && !card.planned;
    let days = DAYS.of(language, card.days);
    let took = move |event: DragEvent| {
        set_data(&event, id);
        drag.lift(id);
    };
    view! {
        <li class="deal-card" class:lifted=move || drag.is_lifted(id) draggable=move || page.hydrated().then_some("true")
            on:dragstart=took on:dragend=move |_| drag.lifted.set(None)>
            <div class="deal-card-head">
                <a href=RecordKind::Deal.address(id) draggable="false"><bdi>{card.title.clone()}</bdi></a>
                <Grip drag id column title=card.title />
            </div>
            <p class="muted"><bdi>{card.customer}</bdi></p>
            {value.map(|value| view! { <p class="deal-card-value">{value}</p> })}
            <div class="deal-card-foot">
                <Person full_name=card.assigned_to active=card.active />
                {rots.then(|| view! { <span class="tag warning" title=days>{t(ROTTING)}</span> })}
                {unplanned.then(|| view! { <span class="tag">{t(NO_STEP)}</span> })}
            </div>
        </li>
    }
}

/// Lifts a card and drops it again: by click, by tap, by Space.
#[component]
fn Grip(drag: Drag, id: RecordId, column: usize, title: String) -> impl IntoView {
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
                    aria-pressed=move || if lifted() { "true" } else { "false" } data-column=column.to_string()
                    on:click=clicked on:keydown=pressed>
                    <Icon glyph=Glyph::Grip />
                </button>
            }
            .into_any()
        } else {
            view! { <input type="radio" name="id" value=id.to_string() aria-label=choose.clone() /> }.into_any()
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
