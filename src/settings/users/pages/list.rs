//! The list of users and of those who are invited, with what each may do at a glance.
//! What is ordinary is not said: a row without marks has the rights of most.

use leptos::prelude::*;

use super::{
    DEACTIVATE_USER, EMAIL, INVITE, NAME, REACTIVATE_USER, REQUIRE, RESEND, RESET, REVOKE, ROLE,
    SAVE_USER, second_factor::Requirement,
};
use crate::{
    model::{AppError, InvitationId, hand_over::HandedOver, users::Access},
    settings::{
        USERS,
        users::{Invitation, UserRow, UsersPage, api},
    },
    texts,
    ui::{
        SAVED,
        message::Failed,
        outcome::Outcome,
        page::{PageTitle, page, t},
        person::Avatar,
        toast::Toast,
    },
};

texts! {
    INVITE_USER = "Invite" | "Inviter" | "Uitnodigen";
    STATUS = "Status" | "Statut" | "Status";
    RIGHTS = "Rights" | "Droits" | "Rechten";
    TEAMS = "Teams" | "Équipes" | "Teams";
    ACTIVE = "Active" | "Actif" | "Actief";
    INACTIVE = "Deactivated" | "Désactivé" | "Gedeactiveerd";
    FULL_RIGHTS = "Full" | "Complets" | "Volledig";
    INVITATIONS = "Invitations" | "Invitations" | "Uitnodigingen";
    INVITED_BY = "Invited by" | "Invité par" | "Uitgenodigd door";
    VALID_UNTIL = "Valid until" | "Valable jusqu’au" | "Geldig tot";
    EXPIRED = "Expired" | "Expirée" | "Verlopen";
    ACTIONS = "Actions" | "Actions" | "Acties";
    RESEND_ONE = "Resend" | "Renvoyer" | "Opnieuw versturen";
    REVOKE_ONE = "Revoke" | "Révoquer" | "Intrekken";
    SENT = "The invitation is on its way." | "L’invitation est en route." | "De uitnodiging is onderweg.";
    REVOKED = "The invitation is revoked: its link is worth nothing any more." | "L’invitation est révoquée : son lien ne vaut plus rien." | "De uitnodiging is ingetrokken: de link is niets meer waard.";
    GONE = "The user is deactivated and signed out everywhere." | "L’utilisateur est désactivé et déconnecté partout." | "De gebruiker is gedeactiveerd en overal afgemeld.";
    REQUIREMENT = "Saved: it counts from now on." | "Enregistré : cela vaut dès maintenant." | "Opgeslagen: het geldt vanaf nu.";
    WITHOUT = "The second factor is reset." | "Le second facteur est réinitialisé." | "De tweede factor is gereset.";
    TWO_FACTORS = "2FA" | "2FA" | "2FA";
    BACK = "The user is active again." | "L’utilisateur est à nouveau actif." | "De gebruiker is weer actief.";
}

#[component]
pub fn Users() -> impl IntoView {
    let users = Resource::new(|| (), |()| api::users());
    let shown = |users: Result<UsersPage, AppError>| match users {
        Ok(users) => view! { <List users /> }.into_any(),
        Err(error) => view! { <Failed error /> }.into_any(),
    };
    view! { <Suspense>{move || Suspend::new(async move { shown(users.await) })}</Suspense> }
}

/// What was done on the page before, in words.
fn done() -> Option<String> {
    let outcomes = [
        (SAVE_USER, SAVED),
        (INVITE, SENT),
        (RESEND, SENT),
        (REVOKE, REVOKED),
        (DEACTIVATE_USER, GONE),
        (REACTIVATE_USER, BACK),
        (REQUIRE, REQUIREMENT),
        (RESET, WITHOUT),
    ];
    let mut done = outcomes
        .into_iter()
        .filter(|(action, _)| Outcome::of(action, &[]).saved());
    let (action, text) = done.next()?;
    let handed_over = Outcome::of(action, &[]).answer::<HandedOver>();
    let rest = handed_over.filter(|done| *done != HandedOver::default());
    let rest = rest.map_or_else(String::new, |done| {
        format!(" {}", done.text(page().language))
    });
    Some(format!("{}{rest}", t(text)))
}

/// What went wrong with one of the buttons of this very page.
fn problem() -> Option<String> {
    let outcome = [RESEND, REVOKE, REACTIVATE_USER].map(|action| Outcome::of(action, &[]));
    let refused = outcome.iter().find_map(Outcome::refused)?;
    Some(refused.error.as_ref()?.text(page().language))
}

#[component]
fn List(users: UsersPage) -> impl IntoView {
    let UsersPage {
        users,
        invitations,
        second_factor_required: required,
    } = users;
    let of = users.iter().filter(|user| user.active).count();
    let have = users
        .iter()
        .filter(|user| user.active && user.second_factor)
        .count();
    let invitations = (!invitations.is_empty()).then(|| view! { <Invitations invitations /> });
    let row = |user: UserRow| {
        let status = if user.active { ACTIVE } else { INACTIVE };
        let two_factors = user
            .second_factor
            .then(|| view! { " "<span class="tag">{t(TWO_FACTORS)}</span> });
        let class = if user.active { "" } else { "deactivated" };
        view! {
            <tr class=class>
                <td class="title">
                    <span class="person">
                        <Avatar full_name=user.full_name.clone() class="avatar small" />
                        <a href=format!("/settings/users/{}", user.id)><bdi>{user.full_name}</bdi></a>
                    </span>
                </td>
                <td>{user.email}</td>
                <td>{t(status)}{two_factors}</td>
                <td>{t(user.access.role.label())}</td>
                <td class="wrap"><Marks access=user.access /></td>
                <td>{user.teams.join(", ")}</td>
            </tr>
        }
    };
    let rows = users.into_iter().map(row).collect_view();
    view! {
        <PageTitle text=t(USERS) />
        <div class="page-head">
            <div class="page-title"><h1>{t(USERS)}</h1></div>
            <div class="actions"><a class="button primary" href="/settings/users/new">{t(INVITE_USER)}</a></div>
        </div>
        {done().map(|text| view! { <Toast text /> })}
        {problem().map(|text| view! { <p class="message error" role="alert">{text}</p> })}
        <div class="table-wrap" tabindex="0" role="group" aria-label=t(USERS)>
            <table class="records" aria-label=t(USERS)>
                <thead>
                    <tr>
                        <th scope="col">{t(NAME)}</th>
                        <th scope="col">{t(EMAIL)}</th>
                        <th scope="col">{t(STATUS)}</th>
                        <th scope="col">{t(ROLE)}</th>
                        <th scope="col">{t(RIGHTS)}</th>
                        <th scope="col">{t(TEAMS)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {invitations}
        <Requirement required have of />
    }
}

/// What is out of the ordinary in somebody's rights.
#[component]
fn Marks(access: Access) -> impl IntoView {
    let marks = access.marks();
    if marks.is_empty() {
        return view! { <span class="muted">{t(FULL_RIGHTS)}</span> }.into_any();
    }
    let mark = |mark| view! { <span class="tag">{t(mark)}</span>" " };
    marks.into_iter().map(mark).collect_view().into_any()
}

#[component]
fn Invitations(invitations: Vec<Invitation>) -> impl IntoView {
    let row = |invitation: Invitation| {
        let until = if invitation.expired {
            t(EXPIRED).to_owned()
        } else {
            page().language.moment(invitation.expires)
        };
        view! {
            <tr>
                <td class="title"><bdi>{invitation.full_name.clone()}</bdi></td>
                <td>{invitation.email}</td>
                <td><bdi>{invitation.invited_by}</bdi></td>
                <td>{until}</td>
                <td class="wrap">{t(invitation.access.role.label())}" "<Marks access=invitation.access /></td>
                <td>
                    <div class="row-actions">
                        <InvitationButton action=RESEND id=invitation.id label=t(RESEND_ONE) about=invitation.full_name.clone() />
                        <InvitationButton action=REVOKE id=invitation.id label=t(REVOKE_ONE) about=invitation.full_name />
                    </div>
                </td>
            </tr>
        }
    };
    view! {
        <h2 id="invitations">{t(INVITATIONS)}</h2>
        <div class="table-wrap" tabindex="0" role="group" aria-labelledby="invitations">
            <table class="records" aria-labelledby="invitations">
                <thead>
                    <tr>
                        <th scope="col">{t(NAME)}</th>
                        <th scope="col">{t(EMAIL)}</th>
                        <th scope="col">{t(INVITED_BY)}</th>
                        <th scope="col">{t(VALID_UNTIL)}</th>
                        <th scope="col">{t(RIGHTS)}</th>
                        <th scope="col"><span class="visually-hidden">{t(ACTIONS)}</span></th>
                    </tr>
                </thead>
                <tbody>{invitations.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn InvitationButton(
    action: &'static str,
    id: InvitationId,
    label: &'static str,
    about: String,
) -> impl IntoView {
    view! {
        <form method="post" action=action>
            <input type="hidden" name="invitation" value=id.to_string() />
            <button type="submit" class="button small" aria-label=format!("{label} {about}")>{label}</button>
        </form>
    }
}
