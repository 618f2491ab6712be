//! The pencil beside a ticket's number: a small dialog in which the ticket is assigned to somebody.
//! It is the browser's own popover, so it opens without scripts too.

use leptos::prelude::*;

use crate::{
    model::{Duty, RecordKind, Role},
    records::pages::{OnPage, ResponsiblePicker},
    texts,
    ui::{
        icon::{Glyph, Icon},
        page::{page, t},
    },
};

texts! {
    EDIT_TICKET = "Edit ticket #{number}" | "Modifier le ticket #{number}" | "Ticket #{number} bewerken";
    CLOSE_DIALOG = "Done" | "Terminé" | "Klaar";
}

const DIALOG: &str = "ticket-dialog";

/// What stands beside the name of a ticket.
pub fn pencil(on: OnPage) -> AnyView {
    let (id, number) = on.now.with_untracked(|page| {
        let number = page.record.value("number").show(self::page().language);
        (page.record.id, number)
    });
    let label = EDIT_TICKET.with(
        page().language,
        &[("number", &number.replace(|c: char| !c.is_ascii_digit(), ""))],
    );
    let key = Role::AssignedTo.key();
    let now = on.now;
    let present = Memo::new(move |_| now.with(|page| page.record.value(key).clone()));
    let field = RecordKind::Ticket.field(key).cloned();
    let picker = field.map(|field| {
        view! {
            <ResponsiblePicker kind=RecordKind::Ticket id field duty=Duty::Role(Role::AssignedTo) present
                colleagues=on.colleagues saved=on.saved place="pencil-" />
        }
    });
    view! {
        <button type="button" class="button quiet pencil" popovertarget=DIALOG aria-haspopup="dialog" aria-label=label.clone()>
            <Icon glyph=Glyph::Pencil />
        </button>
        <div id=DIALOG class="dialog" popover="auto" role="dialog" aria-label=label>
            {picker}
            <div class="form-actions"><button type="button" class="button" popovertarget=DIALOG popovertargetaction="hide">{t(CLOSE_DIALOG)}</button></div>
        </div>
    }
    .into_any()
}
