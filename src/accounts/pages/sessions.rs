//! My sessions: where I am signed in, and ending what is not mine to use any more.
//! Ending the present one signs out.

use leptos::prelude::*;

use super::outcome;
use crate::{
    accounts::{api, me::MySession},
    texts,
    ui::{
        message::{ErrorMessage, Failed},
        page::{PageTitle, page, t},
    },
};

texts! {
    MY_SESSIONS = "My sessions" | "Mes sessions" | "Mijn sessies";
    BROWSER = "Browser" | "Navigateur" | "Browser";
    SINCE = "Signed in" | "Connecté le" | "Aangemeld";
    LAST_SEEN = "Last seen" | "Vu le" | "Laatst gezien";
    ACTION = "Action" | "Action" | "Actie";
    THIS_ONE = "this one" | "celle-ci" | "deze";
    UNKNOWN = "Unknown browser" | "Navigateur inconnu" | "Onbekende browser";
    END = "End" | "Terminer" | "Beëindigen";
    END_SESSION = "End session of {when}" | "Terminer la session du {when}" | "Sessie van {when} beëindigen";
}

const END_SESSION_ACTION: &str = "/api/end_session";

#[component]
pub fn MySessions() -> impl IntoView {
    let sessions = Resource::new(|| (), |()| api::my_sessions());
    let error = Signal::stored(outcome(END_SESSION_ACTION).1);
    view! {
        <PageTitle text=t(MY_SESSIONS) />
        <div class="page-head"><div class="page-title"><h1>{t(MY_SESSIONS)}</h1></div></div>
        <ErrorMessage error />
        <Suspense>
            {move || Suspend::new(async move {
                match sessions.await {
                    Ok(sessions) => view! { <Table sessions /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Table(sessions: Vec<MySession>) -> impl IntoView {
    view! {
        <div class="table-wrap">
            <table class="records" aria-label=t(MY_SESSIONS)>
                <thead>
                    <tr>
                        <th scope="col">{t(BROWSER)}</th>
                        <th scope="col" class="minor">{t(SINCE)}</th>
                        <th scope="col">{t(LAST_SEEN)}</th>
                        <th scope="col" class="row-action">{t(ACTION)}</th>
                    </tr>
                </thead>
                <tbody>{sessions.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(session: MySession) -> impl IntoView {
    let language = page().language;
    let (since, seen) = (
        language.moment(session.since),
        language.moment(session.seen),
    );
    let label = END_SESSION.with(language, &[("when", &since)]);
    let browser = match browser(&session.agent) {
        Some(name) => name,
        None => t(UNKNOWN).to_owned(),
    };
    let this_one = session
        .this_one
        .then(|| view! { " "<span class="tag">{t(THIS_ONE)}</span> });
    view! {
        <tr>
            <td class="title">{browser}{this_one}</td>
            <td class="minor">{since}</td>
            <td>{seen}</td>
            <td class="row-action">
                <form method="post" action=END_SESSION_ACTION>
                    <input type="hidden" name="session" value=session.id.to_string() />
                    <button type="submit" class="button small" aria-label=label>{t(END)}</button>
                </form>
            </td>
        </tr>
    }
}

/// The name of a browser and of its system, out of what it says of itself.
fn browser(agent: &str) -> Option<String> {
    // Most name others too, to be treated like them: the first that fits here is the true one.
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |known: &[(&str, &'static str)]| {
        known
            .iter()
            .find(|(sign, _)| agent.contains(sign))
            .map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser}, {system}")),
        (Some(only), None) | (None, Some(only)) => Some(only.to_owned()),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn a_browser_is_called_by_its_own_name() {
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0";
        assert_eq!(browser(edge).as_deref(), Some("Edge, Windows"));
        assert_eq!(browser("x").as_deref(), None);
    }
}
