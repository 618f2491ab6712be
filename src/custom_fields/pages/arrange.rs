//! The order of fields: each is dragged to its place, or moved there by its buttons, which are forms without scripts.
//! Where it is to stand is said by the field that follows it, so that two admins do not undo one another.

use leptos::{
    ev::{DragEvent, MouseEvent},
    form::ActionForm,
    prelude::*,
};
use uuid::Uuid;

use super::{LISTED, REQUIRED, SEVERAL, list::GroupActions};
use crate::{
    custom_fields::{
        Fields, Group,
        api::{self, PlaceCustomField},
    },
    model::{AppError, FieldId, RecordKind, Text, catalogue::CustomField},
    texts,
    ui::{
        MOVE_DOWN, MOVE_UP, focus,
        icon::{Glyph, Icon},
        message::ErrorMessage,
        outcome::{Outcome, problem},
        page::{page, t},
    },
};

texts! {
    NO_FIELDS = "No fields yet." | "Pas encore de champ." | "Nog geen velden.";
    UNGROUPED = "Without group" | "Sans groupe" | "Zonder groep";
    MOVED = "{name} is moved." | "{name} est déplacé." | "{name} is verplaatst.";
}

const PLACE: &str = "/api/place_custom_field";

/// Where a field is to stand: in which group, before which field; behind all where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spot {
    group: Option<Uuid>,
    before: Option<FieldId>,
}

#[derive(Clone, Copy)]
struct Arranging {
    kind: RecordKind,
    fields: RwSignal<Fields>,
    action: ServerAction<PlaceCustomField>,
    dragged: RwSignal<Option<FieldId>>,
    over: RwSignal<Option<Spot>>,
    /// What was moved last, and by which button.
    moved: RwSignal<Option<(String, String)>>,
    said: RwSignal<String>,
}

impl Arranging {
    fn drop_on(self, spot: Spot) {
        let dragged = self.dragged.get_untracked();
        self.dragged.set(None);
        self.over.set(None);
        // What was moved by a button before is no news any more.
        self.moved.set(None);
        if let Some(field) = dragged.filter(|field| Some(*field) != spot.before) {
            self.action.dispatch(PlaceCustomField {
                kind: self.kind,
                field,
                group: spot.group,
                before: spot.before,
            });
        }
    }
}

#[component]
pub fn Arranged(fields: Fields) -> impl IntoView {
    let kind = fields.kind;
    let action = ServerAction::<PlaceCustomField>::new();
    let of = Arranging {
        kind,
        fields: RwSignal::new(fields),
        action,
        dragged: RwSignal::new(None),
        over: RwSignal::new(None),
        moved: RwSignal::new(None),
        said: RwSignal::new(String::new()),
    };
    let language = page().language;
    let again = Action::new(move |(): &()| async move {
        if let Ok(fields) = api::custom_fields(kind).await {
            of.fields.set(fields);
            if let Some((button, name)) = of.moved.get_untracked() {
                of.said.set(MOVED.with(language, &[("name", &name)]));
                focus::on(button);
            }
        }
    });
    Effect::new(move |_| {
        match action.value().get() {
            Some(Ok(())) => drop(again.dispatch(())),
            // It stays where it is; what is wrong is said above.
            Some(Err(_)) => of.moved.set(None),
            None => {}
        }
    });
    let before = Outcome::of(PLACE, &[]).problem();
    let error: Signal<Option<AppError>> = problem(action, before);
    let groups = move || {
        let fields = of.fields.get();
        let count = fields.groups.len();
        let spots: Vec<(Option<Uuid>, Vec<FieldId>)> = fields
            .groups
            .iter()
            .map(|group| {
                (
                    group.id,
                    group.fields.iter().map(|field| field.id).collect(),
                )
            })
            .collect();
        let one = |(n, group): (usize, Group)| {
            // The one without a name matters where there is no other, or something in it.
            let shown = group.id.is_some() || count == 1 || !group.fields.is_empty();
            shown.then(|| view! { <GroupOf of n group spots=spots.clone() /> })
        };
        fields
            .groups
            .into_iter()
            .enumerate()
            .map(one)
            .collect_view()
    };
    view! {
        <ErrorMessage error />
        <p class="visually-hidden" role="status">{move || of.said.get()}</p>
        {groups}
    }
}

#[component]
fn GroupOf(
    of: Arranging,
    n: usize,
    group: Group,
    spots: Vec<(Option<Uuid>, Vec<FieldId>)>,
) -> impl IntoView {
    let heading = format!("fields-{n}");
    let title = if group.id.is_some() {
        group.name.clone()
    } else {
        t(UNGROUPED).to_owned()
    };
    let count = spots.len();
    let actions = group.id.map(|id| {
        let name = group.name.clone();
        view! { <GroupActions kind=of.kind group=id name first=n == 1 last=n + 1 == count /> }
    });
    let end = Spot {
        group: group.id,
        before: None,
    };
    let empty = group.fields.is_empty();
    let row = |(at, field): (usize, CustomField)| {
        let spots = spots.clone();
        view! { <Row of field at=(n, at) spots /> }
    };
    let rows = group.fields.into_iter().enumerate().map(row).collect_view();
    let labelled_by = heading.clone();
    view! {
        <section class="card" aria-labelledby=labelled_by
            on:dragover=move |event: DragEvent| if of.dragged.get_untracked().is_some() { event.prevent_default(); of.over.set(Some(end)); }
            on:drop=move |event: DragEvent| { event.prevent_default(); of.drop_on(end); }>
            <div class="card-head"><h2 id=heading><bdi>{title}</bdi></h2>{actions}</div>
            {empty.then(|| view! { <p class="muted">{t(NO_FIELDS)}</p> })}
            <ul class="field-list" class:over=move || of.over.get() == Some(end)>{rows}</ul>
        </section>
    }
}

/// Where a field comes to stand when it goes one place up or down: at the ends of its group it goes into the next one.
fn beside(
    spots: &[(Option<Uuid>, Vec<FieldId>)],
    (group, at): (usize, usize),
    later: bool,
) -> Option<Spot> {
    let (id, fields) = spots.get(group)?;
    if !later {
        return match at.checked_sub(1) {
            Some(above) => Some(Spot {
                group: *id,
                before: fields.get(above).copied(),
            }),
            None => spots.get(group.checked_sub(1)?).map(|(group, _)| Spot {
                group: *group,
                before: None,
            }),
        };
    }
    if at + 1 < fields.len() {
        return Some(Spot {
            group: *id,
            before: fields.get(at + 2).copied(),
        });
    }
    spots.get(group + 1).map(|(group, fields)| Spot {
        group: *group,
        before: fields.first().copied(),
    })
}

#[component]
fn Row(
    of: Arranging,
    field: CustomField,
    /// Which group, and which place in it.
    at: (usize, usize),
    spots: Vec<(Option<Uuid>, Vec<FieldId>)>,
) -> impl IntoView {
    let page = page();
    let id = field.id;
    let here = Spot {
        group: spots.get(at.0).and_then(|(group, _)| *group),
        before: Some(id),
    };
    let took = move |_| of.dragged.set(Some(id));
    let over = move |event: DragEvent| {
        if of.dragged.get_untracked().is_some() {
            event.prevent_default();
            event.stop_propagation();
            of.over.set(Some(here));
        }
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        event.stop_propagation();
        of.drop_on(here);
    };
    let flags = [
        (field.required, REQUIRED),
        // A multi-select says so already.
        (field.several && !field.holds.has_choices(), SEVERAL),
        (field.listed, LISTED),
    ];
    let flags = flags.into_iter().filter(|(is, _)| *is);
    let flags = flags
        .map(|(_, label)| view! { " "<span class="tag">{t(label)}</span> })
        .collect_view();
    let up = beside(&spots, at, false);
    let down = beside(&spots, at, true);
    let name = field.label.clone();
    view! {
        <li draggable=move || page.hydrated().then_some("true") class:over=move || of.over.get() == Some(here)
            class:lifted=move || of.dragged.get() == Some(id)
            on:dragstart=took on:dragend=move |_| { of.dragged.set(None); of.over.set(None); } on:dragover=over on:drop=dropped>
            <span class="grip-mark" aria-hidden="true"><Icon glyph=Glyph::Grip /></span>
            <span class="what">
                <a href=format!("/settings/custom-fields/{id}") draggable="false"><bdi>{name.clone()}</bdi></a>
                " "<span class="tag">{t(field.holds.label())}</span>{flags}
            </span>
            <span class="row-actions">
                <Shift of id name=name.clone() label=MOVE_UP spot=up later=false />
                <Shift of id name label=MOVE_DOWN spot=down later=true />
            </span>
        </li>
    }
}

#[component]
fn Shift(
    of: Arranging,
    id: FieldId,
    name: String,
    label: Text,
    spot: Option<Spot>,
    later: bool,
) -> impl IntoView {
    let label = label.with(page().language, &[("name", &name)]);
    let glyph = if later { Glyph::Down } else { Glyph::Up };
    let button = format!("{}-{id}", if later { "down" } else { "up" });
    let button_id = button.clone();
    // It keeps the focus where there is no further to go, and does nothing there.
    let end = spot.is_none();
    let clicked = move |event: MouseEvent| {
        if end {
            event.prevent_default();
        } else {
            of.moved.set(Some((button.clone(), name.clone())));
        }
    };
    let before = spot.and_then(|spot| spot.before);
    let group = spot.and_then(|spot| spot.group);
    view! {
        <ActionForm action=of.action>
            <input type="hidden" name="kind" value=of.kind.child() />
            <input type="hidden" name="field" value=id.to_string() />
            {group.map(|group| view! { <input type="hidden" name="group" value=group.to_string() /> })}
            {before.map(|before| view! { <input type="hidden" name="before" value=before.to_string() /> })}
            <button type="submit" id=button_id class="button small quiet" aria-label=label aria-disabled=end.then_some("true") on:click=clicked><Icon glyph /></button>
        </ActionForm>
    }
}
