//! Settings > My notifications: a grid of kinds of event and channels, and one's absence.
//! Plain forms both: a box that is not ticked is not sent, so each row says that it was there.

use leptos::prelude::*;

use super::absence::AbsenceForms;
use crate::{
    model::{
        AppError,
        notifications::{Channel, Channels, Event, NotificationSettings},
    },
    notifications::{MY_NOTIFICATIONS, api},
    texts,
    ui::{
        SAVE, SAVED,
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        page::{PageTitle, page, t},
        toast::Toast,
    },
};

texts! {
    WHAT_AND_HOW = "What you are told, and how" | "Ce qui vous est signalé, et comment" | "Wat u gemeld krijgt, en hoe";
    EVENT = "Kind of event" | "Type d’événement" | "Soort gebeurtenis";
    CELL = "{event}: {channel}" | "{event} : {channel}" | "{event}: {channel}";
    WHERE_TO = "Mails go to {email}. The digest comes at 8 o’clock where you are ({zone}), on days on which there is something to tell." | "Les e-mails vont à {email}. Le résumé arrive à 8 heures là où vous êtes ({zone}), les jours où il y a quelque chose à signaler." | "E-mails gaan naar {email}. Het overzicht komt om 8 uur waar u bent ({zone}), op dagen waarop er iets te melden valt.";
    CHANGE_ZONE = "Change the time zone in my profile" | "Changer le fuseau horaire dans mon profil" | "De tijdzone in mijn profiel wijzigen";
}

const SAVE_CHOICES: &str = "/api/save-notification-choices";

#[component]
pub fn MyNotificationsPage() -> impl IntoView {
    let mine = Resource::new(|| (), |()| api::my_notifications());
    let shown = |mine: Result<NotificationSettings, AppError>| match mine {
        Ok(mine) => view! {
            <Grid mine=mine.clone() />
            <AbsenceForms mine />
        }
        .into_any(),
        Err(error) => view! { <Failed error /> }.into_any(),
    };
    view! {
        <PageTitle text=t(MY_NOTIFICATIONS) />
        <div class="page-head"><div class="page-title"><h1>{t(MY_NOTIFICATIONS)}</h1></div></div>
        <Suspense>{move || Suspend::new(async move { shown(mine.await) })}</Suspense>
    }
}

#[component]
fn Grid(mine: NotificationSettings) -> impl IntoView {
    let language = page().language;
    let outcome = Outcome::of(SAVE_CHOICES, &[]);
    let saved = outcome.saved().then(|| view! { <Toast text=t(SAVED) /> });
    let zone = mine.time_zone.replace('_', " ");
    let where_to = WHERE_TO.with(language, &[("email", &mine.email), ("zone", &zone)]);
    let heads = Channel::ALL.map(|channel| view! { <th scope="col">{t(channel.label())}</th> });
    let rows = mine
        .choices
        .into_iter()
        .map(|(event, channels)| row(event, channels, &outcome));
    view! {
        <form method="post" action=SAVE_CHOICES class="form card" novalidate aria-labelledby="what-and-how">
            <h2 id="what-and-how">{t(WHAT_AND_HOW)}</h2>
            <ErrorMessage error=outcome.error() />
            {saved}
            <table class="choices" aria-labelledby="what-and-how">
                <thead><tr><th scope="col">{t(EVENT)}</th>{heads.into_iter().collect_view()}</tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            <p class="hint">{where_to}" "<a href="/settings/profile">{t(CHANGE_ZONE)}</a></p>
            <div class="form-actions"><button type="submit" class="button primary">{t(SAVE)}</button></div>
        </form>
    }
}

fn row(event: Event, channels: Channels, outcome: &Outcome) -> impl IntoView + use<> {
    let language = page().language;
    let label = event.label().get(language);
    let cells = Channel::ALL.map(|channel| {
        let value = event.cell(channel);
        let checked = outcome.ticked("ticked[]", &value, channels.has(channel));
        let names = [("event", label), ("channel", channel.label().get(language))];
        let name = CELL.with(language, &names);
        view! { <td><input type="checkbox" name="ticked[]" value=value checked=checked aria-label=name /></td> }
    });
    view! {
        <tr>
            <th scope="row">{label}<input type="hidden" name="events[]" value=event.code() /></th>
            {cells.into_iter().collect_view()}
        </tr>
    }
}
