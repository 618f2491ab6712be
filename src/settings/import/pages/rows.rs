//! The rows of a file, each with what became, or would become, of it: all of them, or those of one outcome.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    model::{ImportId, RecordKind, Text, catalogue::Catalogue},
    settings::import::{Fate, Import, Row, Task, api},
    texts,
    ui::page::{page, t},
};

texts! {
    ROWS = "Rows" | "Lignes" | "Rijen";
    ALL = "All" | "Toutes" | "Alle";
    CREATED = "Created" | "Créées" | "Aangemaakt";
    WOULD_BE = "Would be created" | "Seraient créées" | "Zouden aangemaakt worden";
    KNOWN = "Known already" | "Déjà connues" | "Al bekend";
    BAD = "Bad" | "Erronées" | "Fout";
    LINE = "Line" | "Ligne" | "Regel";
    OUTCOME = "Outcome" | "Résultat" | "Uitkomst";
    CREATED_ONE = "created" | "créée" | "aangemaakt";
    WOULD_BE_ONE = "would be created" | "serait créée" | "zou aangemaakt worden";
    KNOWN_ONE = "known already" | "déjà connue" | "al bekend";
    BAD_ONE = "bad" | "erronée" | "fout";
    NONE = "There are none." | "Il n’y en a pas." | "Er zijn er geen.";
    NEXT = "Next" | "Suivant" | "Volgende";
    PAGES = "Pages" | "Pages" | "Pagina’s";
}

fn address(id: ImportId, show: Option<Fate>, after: Option<i64>) -> String {
    let show = show.map(|fate| format!("show={}", fate.key()));
    let after = after.map(|line| format!("after={line}"));
    let query: Vec<String> = [show, after].into_iter().flatten().collect();
    let mut address = api::address(id);
    if !query.is_empty() {
        address.push('?');
        address.push_str(&query.join("&"));
    }
    address
}

#[component]
pub fn Rows(
    import: Import,
    rows: Vec<Row>,
    next: Option<i64>,
    show: Option<Fate>,
    catalogue: Option<Arc<Catalogue>>,
) -> impl IntoView {
    let language = page().language;
    let id = import.id;
    let dry = import.progress.task == Task::Check;
    let count = |fate| match fate {
        None => import.progress.created + import.progress.known + import.progress.bad,
        Some(Fate::Created) => import.progress.created,
        Some(Fate::Known) => import.progress.known,
        Some(Fate::Bad) => import.progress.bad,
    };
    let link = |fate: Option<Fate>| {
        let label: Text = match fate {
            None => ALL,
            Some(Fate::Created) if dry => WOULD_BE,
            Some(Fate::Created) => CREATED,
            Some(Fate::Known) => KNOWN,
            Some(Fate::Bad) => BAD,
        };
        let current = (fate == show).then_some("page");
        let n = language.integer(count(fate));
        view! { <li><a href=address(id, fate, None) aria-current=current>{t(label)}" "<span class="number">{n}</span></a></li> }
    };
    let links = std::iter::once(None)
        .chain(Fate::ALL.map(Some))
        .map(link)
        .collect_view();
    let title = import
        .kind
        .map(RecordKind::typed_title)
        .map(|field| field.label(language));
    let empty = rows.is_empty();
    let rows = rows
        .into_iter()
        .map(|one| row(one, catalogue.as_deref(), dry))
        .collect_view();
    let table = if empty {
        view! { <p class="muted">{t(NONE)}</p> }.into_any()
    } else {
        view! {
            // What scrolls without a link in it wants the focus itself.
            <div class="table-wrap" tabindex="0" role="group" aria-label=t(ROWS)>
                <table class="records" aria-label=t(ROWS)>
                    <thead><tr>
                        <th scope="col" class="number">{t(LINE)}</th><th scope="col">{title}</th><th scope="col">{t(OUTCOME)}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="import-rows" aria-labelledby="rows">
            <h2 id="rows">{t(ROWS)}</h2>
            <nav class="segments" aria-labelledby="rows"><ul>{links}</ul></nav>
            {table}
            {next.map(|line| view! {
                <nav class="pages" aria-label=t(PAGES)><a class="button" rel="next" href=address(id, show, Some(line))>{t(NEXT)}</a></nav>
            })}
        </section>
    }
}

fn row(row: Row, catalogue: Option<&Catalogue>, dry: bool) -> impl IntoView + use<> {
    let language = page().language;
    let (text, class) = match row.fate {
        Fate::Created if dry => (WOULD_BE_ONE, "tag good"),
        Fate::Created => (CREATED_ONE, "tag good"),
        Fate::Known => (KNOWN_ONE, "tag"),
        Fate::Bad => (BAD_ONE, "tag bad"),
    };
    let why = catalogue.map(|catalogue| catalogue.told(&row.problems, language));
    let title = match (catalogue.map(|catalogue| catalogue.kind), row.record) {
        (Some(kind), Some(id)) => {
            view! { <a href=kind.address(id)><bdi>{row.title}</bdi></a> }.into_any()
        }
        _ => view! { <bdi>{row.title}</bdi> }.into_any(),
    };
    view! {
        <tr>
            <td class="number">{language.integer(row.line)}</td>
            <td class="title">{title}</td>
            <td class="wrap"><span class=class>{t(text)}</span>" "{why}</td>
        </tr>
    }
}
