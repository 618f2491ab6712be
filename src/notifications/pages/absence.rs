//! One's absence: from when until when, and who is told meanwhile as well. It is over by itself, or ended before.
//! Plain forms; the stand-in is chosen as everywhere.

use leptos::prelude::*;

use crate::{
    model::notifications::{Absence, NotificationSettings},
    records::pages::{Called, PersonField, items, present_item},
    texts,
    ui::{
        SAVED, field::InputField, message::ErrorMessage, outcome::Outcome, page::t, toast::Toast,
    },
};

texts! {
    ABSENCE = "Absence" | "Absence" | "Afwezigheid";
    EXPLAINED = "While you are away, your stand-in is told as well, of what he may open anyway. Colleagues see until when you are away wherever they could choose you. It ends by itself." | "Pendant votre absence, votre remplaçant est informé aussi, de ce qu’il peut ouvrir de toute façon. Vos collègues voient jusqu’à quand vous êtes absent là où ils pourraient vous choisir. Elle se termine d’elle-même." | "Zolang u afwezig bent, krijgt uw vervanger ook bericht, over wat die toch al mag openen. Collega’s zien tot wanneer u afwezig bent waar ze u zouden kunnen kiezen. Ze eindigt vanzelf.";
    FROM = "Away from" | "Absent à partir du" | "Afwezig vanaf";
    UNTIL = "Away until" | "Absent jusqu’au" | "Afwezig tot en met";
    STAND_IN = "Stand-in" | "Remplaçant" | "Vervanger";
    SAVE_IT = "Save absence" | "Enregistrer l’absence" | "Afwezigheid opslaan";
    END_IT = "End absence" | "Terminer l’absence" | "Afwezigheid beëindigen";
    ENDED = "The absence is ended." | "L’absence est terminée." | "De afwezigheid is beëindigd.";
}

const SAVE_ABSENCE: &str = "/api/save-absence";
const END_ABSENCE: &str = "/api/end-absence";

#[component]
pub fn AbsenceForms(mine: NotificationSettings) -> impl IntoView {
    let ended = Outcome::of(END_ABSENCE, &[]);
    let end = mine.absence.is_some().then(|| {
        view! {
            <form method="post" action=END_ABSENCE class="form">
                <div class="form-actions"><button type="submit" class="button">{t(END_IT)}</button></div>
            </form>
        }
    });
    let done = ended.saved().then(|| view! { <Toast text=t(ENDED) /> });
    view! {
        <section class="card absence" aria-labelledby="absence">
            <h2 id="absence">{t(ABSENCE)}</h2>
            <p class="muted">{t(EXPLAINED)}</p>
            <ErrorMessage error=ended.error() />
            {done}
            <SaveForm mine />
            {end}
        </section>
    }
}

#[component]
fn SaveForm(mine: NotificationSettings) -> impl IntoView {
    let outcome = Outcome::of(SAVE_ABSENCE, &[]);
    let error = outcome.error();
    let saved = outcome.saved().then(|| view! { <Toast text=t(SAVED) /> });
    let day = |day: fn(&Absence) -> chrono::NaiveDate| {
        mine.absence
            .as_ref()
            .map(|absence| day(absence).to_string())
            .unwrap_or_default()
    };
    let from = outcome.value("from", &day(|absence| absence.from));
    let until = outcome.value("until", &day(|absence| absence.until));
    let list = items(&mine.colleagues, false);
    let present = present_item(&mine.stand_in);
    let typed = outcome.value("stand_in", &present.value);
    let first = list
        .iter()
        .find(|item| item.value == typed)
        .cloned()
        .unwrap_or(present);
    let called = Called {
        id: "stand-in".into(),
        name: "stand_in".into(),
        key: "stand_in".into(),
        label: t(STAND_IN).to_owned(),
        required: false,
        hint: String::new(),
        error,
    };
    view! {
        <form method="post" action=SAVE_ABSENCE class="form" novalidate>
            <ErrorMessage error />
            {saved}
            <div class="fields">
                <InputField id="away-from" label=t(FROM) name="from" key="from" error value=from kind="date" required=true />
                <InputField id="away-until" label=t(UNTIL) name="until" key="until" error value=until kind="date" required=true />
                <PersonField called list first />
            </div>
            <div class="form-actions"><button type="submit" class="button primary">{t(SAVE_IT)}</button></div>
        </form>
    }
}
