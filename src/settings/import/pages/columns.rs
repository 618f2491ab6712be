//! Which column is which field: a choice for each, with some of its cells; and, once records were written, what it was.

use std::sync::Arc;

use leptos::prelude::*;

use super::{CHECK, DO_IMPORT, KIND, RUN, kind_choices};
use crate::{
    model::{
        AppError,
        catalogue::{Catalogue, Field},
    },
    settings::import::{Column, Import, State, Task},
    texts,
    ui::{
        field::{Choice, FieldFrame, SelectField, described_by, is_invalid, options},
        message::ErrorMessage,
        outcome::Outcome,
        page::{page, t},
    },
};

texts! {
    COLUMNS = "Columns" | "Colonnes" | "Kolommen";
    EXPLAINED = "Which field each column of the file fills. Check again after a change." | "Le champ que remplit chaque colonne du fichier. Vérifiez à nouveau après un changement." | "Welk veld elke kolom van het bestand vult. Controleer opnieuw na een wijziging.";
    IGNORED = "Ignored" | "Ignorée" | "Genegeerd";
    CHOOSE = "Choose" | "Choisissez" | "Kies";
    COLUMN = "Column" | "Colonne" | "Kolom";
    FIELD = "Field" | "Champ" | "Veld";
    EXAMPLES = "Examples" | "Exemples" | "Voorbeelden";
}

#[component]
pub fn Columns(
    import: Import,
    columns: Vec<Column>,
    catalogue: Option<Arc<Catalogue>>,
) -> impl IntoView {
    let id = import.id.to_string();
    let outcome = Outcome::of(RUN, &[("import", &id)]);
    let wrong = outcome.error().get_untracked();
    // What is above already is not said twice.
    let error: Signal<Option<AppError>> = Signal::stored(wrong.clone());
    let beside: Signal<Option<AppError>> = Signal::stored(wrong.or(import.progress.error));
    let kind = import.kind;
    let mut kinds: Vec<Choice> = kind_choices(kind).collect();
    if kind.is_none() {
        kinds.insert(0, (String::new(), t(CHOOSE).to_owned(), true));
    }
    let choices = catalogue.map(|catalogue| {
        let one = |(n, column)| view! { <ColumnField catalogue=catalogue.clone() n column error=beside /> };
        let all = columns.into_iter().enumerate().map(one).collect_view();
        view! { <div class="fields">{all}</div> }
    });
    let checked = import.progress.task == Task::Check && import.progress.state == State::Done;
    // What comes next is the more prominent of the two.
    let class = |next| if next { "button primary" } else { "button" };
    view! {
        <form method="post" action=RUN class="form card" aria-labelledby="columns" novalidate>
            <h2 id="columns">{t(COLUMNS)}</h2>
            <p class="muted">{t(EXPLAINED)}</p>
            <ErrorMessage error />
            <input type="hidden" name="import" value=id />
            <div class="fields"><SelectField id="kind" label=t(KIND) name="kind" key="kind" error=beside choices=kinds /></div>
            {choices}
            <div class="form-actions">
                <button type="submit" class=class(!checked) name="then" value="check">{t(CHECK)}</button>
                <button type="submit" class=class(checked) name="then" value="import">{t(DO_IMPORT)}</button>
            </div>
        </form>
    }
}

#[component]
fn ColumnField(
    catalogue: Arc<Catalogue>,
    n: usize,
    column: Column,
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let key = format!("column-{n}");
    let hint = column.samples.join(" · ");
    let chosen = column.field.unwrap_or_default();
    let none: Choice = (String::new(), t(IGNORED).to_owned(), chosen.is_empty());
    let language = page().language;
    let field = |field: &Arc<Field>| {
        let label = field.label(language).to_owned();
        (field.key().to_owned(), label, field.key() == chosen)
    };
    let choices: Vec<Choice> = std::iter::once(none)
        .chain(catalogue.editable().map(field))
        .collect();
    let described = described_by(&key, &key, !hint.is_empty(), error);
    let invalid = is_invalid(&key, error);
    view! {
        <FieldFrame id=key.clone() label=column.heading key=key.clone() error hint=hint>
            <select id=key name=format!("fields[{n}]") aria-invalid=invalid aria-describedby=described>{options(choices)}</select>
        </FieldFrame>
    }
}

/// As it was when records were written.
#[component]
pub fn Fixed(columns: Vec<Column>, catalogue: Option<Arc<Catalogue>>) -> impl IntoView {
    let language = page().language;
    let label = |key: &str| {
        let field = catalogue
            .as_ref()
            .and_then(|catalogue| catalogue.field(key));
        field.map(|field| field.label(language).to_owned())
    };
    let row = |column: Column| {
        let field = column.field.as_deref().and_then(label);
        let class = field.is_none().then_some("muted");
        view! {
            <tr>
                <td class="title"><bdi>{column.heading}</bdi></td>
                <td class=class>{field.unwrap_or_else(|| t(IGNORED).to_owned())}</td>
                <td class="wrap muted"><bdi>{column.samples.join(" · ")}</bdi></td>
            </tr>
        }
    };
    let rows = columns.into_iter().map(row).collect_view();
    view! {
        <details class="columns-used">
            <summary class="button">{t(COLUMNS)}</summary>
            // What scrolls without a link in it wants the focus itself.
            <div class="table-wrap" tabindex="0" role="group" aria-label=t(COLUMNS)>
                <table class="records" aria-label=t(COLUMNS)>
                    <thead><tr>
                        <th scope="col">{t(COLUMN)}</th><th scope="col">{t(FIELD)}</th><th scope="col">{t(EXAMPLES)}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}
