//! The first page: a file is chosen and sent, to be checked or imported at once; below it what was imported lately.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{CHECK, DO_IMPORT, IMPORT, KIND, UPLOAD, kind_choices, kinds, standing};
use crate::{
    model::{AppError, Problem, RecordKind, users::UserRole},
    settings::import::{Import, MEGABYTES, api},
    texts,
    ui::{
        field::{Choice, FieldFrame, SelectField},
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        page::{PageTitle, page, t},
    },
};

texts! {
    EXPLAINED = "A CSV file, as spreadsheets save it. Check says for every row what would become of it; the same file twice creates nothing twice." | "Un fichier CSV, tel que l’enregistrent les tableurs. Vérifier dit ce que deviendrait chaque ligne ; le même fichier deux fois ne crée rien deux fois." | "Een CSV-bestand, zoals spreadsheets het bewaren. Controleren zegt wat er van elke rij zou worden; hetzelfde bestand twee keer maakt niets twee keer aan.";
    FILE = "File" | "Fichier" | "Bestand";
    AT_MOST = "At most {n} MB, with headings in the first row." | "Au plus {n} Mo, avec des en-têtes dans la première ligne." | "Hoogstens {n} MB, met koppen in de eerste rij.";
    BY_HEADINGS = "By the headings" | "Selon les en-têtes" | "Volgens de koppen";
    NO_RIGHT = "You have no right to anything that could be imported." | "Vous n’avez droit à rien qui puisse être importé." | "U hebt geen recht op iets dat geïmporteerd kan worden.";
    LATEST = "Latest imports" | "Dernières importations" | "Laatste imports";
    NONE_YET = "Nothing was imported yet." | "Rien n’a encore été importé." | "Er werd nog niets geïmporteerd.";
    BY = "By" | "Par" | "Door";
    WHEN = "When" | "Quand" | "Wanneer";
    RESULT = "Result" | "Résultat" | "Resultaat";
}

#[component]
pub fn Imports() -> impl IntoView {
    let loaded = Resource::new(|| (), |()| api::imports());
    let shown = |loaded: Result<Vec<Import>, AppError>| match loaded {
        Ok(imports) => view! { <Latest imports /> }.into_any(),
        Err(error) => view! { <Failed error /> }.into_any(),
    };
    let form = if kinds().next().is_some() {
        view! { <Send /> }.into_any()
    } else {
        view! { <p class="muted">{t(NO_RIGHT)}</p> }.into_any()
    };
    view! {
        <PageTitle text=t(IMPORT) />
        <div class="page-head"><div class="page-title"><h1>{t(IMPORT)}</h1></div></div>
        {form}
        <Transition>{move || Suspend::new(async move { shown(loaded.await) })}</Transition>
    }
}

#[component]
fn Send() -> impl IntoView {
    let asked = use_query_map().with_untracked(|query| query.get("kind"));
    let outcome = Outcome::of(UPLOAD, &[]);
    let kind = outcome.value("kind", &asked.unwrap_or_default());
    let kind = RecordKind::from_child(&kind);
    let by_headings: Choice = (String::new(), t(BY_HEADINGS).to_owned(), kind.is_none());
    let choices: Vec<Choice> = std::iter::once(by_headings)
        .chain(kind_choices(kind))
        .collect();
    let error = RwSignal::new(outcome.error().get_untracked());
    let too_large = RwSignal::new(false);
    let chosen = move |event| {
        too_large.set(is_too_large(&event));
        let max = MEGABYTES;
        error.set(
            too_large
                .get_untracked()
                .then(|| AppError::form(Problem::FileTooLarge { max })),
        );
    };
    // Sending it would only take long to say the same.
    let submit = move |event: leptos::ev::SubmitEvent| {
        if too_large.get_untracked() {
            event.prevent_default();
        }
    };
    let language = page().language;
    let hint = AT_MOST.with(language, &[("n", &language.integer(MEGABYTES as i64))]);
    view! {
        <form method="post" action=UPLOAD enctype="multipart/form-data" class="form card" novalidate on:submit=submit>
            <p class="muted">{t(EXPLAINED)}</p>
            <ErrorMessage error />
            <div class="fields">
                <FieldFrame id="file" label=t(FILE) key="file" error hint=hint>
                    <input type="file" id="file" name="file" accept=".csv,.tsv,.txt,text/csv,text/plain"
                        aria-describedby="file-hint" on:change=chosen />
                </FieldFrame>
                <SelectField id="kind" label=t(KIND) name="kind" key="kind" error choices />
            </div>
            <div class="form-actions">
                <button type="submit" class="button primary" name="then" value="check">{t(CHECK)}</button>
                <button type="submit" class="button" name="then" value="import">{t(DO_IMPORT)}</button>
            </div>
        </form>
    }
}

/// Whether the file that was just chosen is larger than may be sent.
fn is_too_large(event: &leptos::ev::Event) -> bool {
    #[cfg(feature = "hydrate")]
    {
        let input = event_target::<web_sys::HtmlInputElement>(event);
        let file = input.files().and_then(|files| files.get(0));
        file.is_some_and(|file| file.size() > (MEGABYTES * 1024 * 1024) as f64)
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        false
    }
}

#[component]
fn Latest(imports: Vec<Import>) -> impl IntoView {
    let admin = page().me().is_some_and(|me| me.role == UserRole::Admin);
    let empty = imports.is_empty();
    let rows = imports
        .into_iter()
        .map(|one| row(one, admin))
        .collect_view();
    let table = if empty {
        view! { <p class="muted">{t(NONE_YET)}</p> }.into_any()
    } else {
        view! {
            <div class="table-wrap">
                <table class="records" aria-labelledby="latest">
                    <thead><tr>
                        <th scope="col">{t(FILE)}</th>
                        <th scope="col">{t(RESULT)}</th>
                        {admin.then(|| view! { <th scope="col">{t(BY)}</th> })}
                        <th scope="col">{t(WHEN)}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="imports" aria-labelledby="latest">
            <h2 id="latest">{t(LATEST)}</h2>
            {table}
        </section>
    }
}

fn row(one: Import, admin: bool) -> impl IntoView {
    let page = page();
    let result = standing(page, &one.progress);
    let kind = one
        .kind
        .map(|kind| view! { <span class="tag">{t(kind.plural())}</span>" " });
    view! {
        <tr>
            <td class="title"><a href=api::address(one.id)><bdi>{one.file_name}</bdi></a></td>
            <td class="wrap">{kind}{result}</td>
            {admin.then(|| view! { <td><bdi>{one.by}</bdi></td> })}
            <td>{page.language.moment(one.at)}</td>
        </tr>
    }
}
