//! The document and every page's address, in one place; and the frame around the pages of the signed-in.
//! A new record kind is four lines among the routes.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    components::{ParentRoute, Redirect, Route, Router, Routes},
    hooks::use_location,
    path,
};

use crate::{
    accounts::pages::{
        AcceptInvitation, ForgotPassword, MyProfile, MySessions, ResetPassword, SignIn,
    },
    accounts::second_factor::{MySecondFactor, OwedSecondFactor, SignInCode},
    companies::{Companies, Company, EditCompany, NewCompany},
    contacts::{Contact, Contacts, EditContact, NewContact},
    custom_fields::{CustomFields, EditField, NewField},
    deals::{Deal, Deals, DealsBoard, EditDeal, NewDeal},
    invoices::{EditInvoice, Invoice, Invoices, NewInvoice},
    mailbox::{EditMailbox, EditTicket, MailboxSettings, NewMailbox, NewTicket, Ticket, Tickets},
    model::{Me, Operator, RecordKind, forms::PageContext},
    notifications::pages::{Bell, MyNotificationsPage, NotificationsPage, Queue, UnsubscribePage},
    projects::{EditProject, NewProject, Project, Projects, ProjectsBoard},
    records::pages::{BinPage, BulkActPage, BulkPage, Jobs, Mine, Search, SearchBox},
    segments::{EditSegment, NewSegment, SegmentsPage},
    settings::{
        MY_PROFILE, MY_SESSIONS, SETTINGS, SettingsFrame,
        import::{ImportPage, Imports},
        orphans::Orphans,
        phases::{EditPhase, NewPhase, Phases},
        plan::{Audit, DisableSecond, MyPlan},
        teams::{EditTeam, NewTeam, Teams},
        users::{DeactivateUser, EditUser, InviteUser, Users},
        working_hours::WorkingHoursPage,
    },
    statistics::Statistics,
    support::{Support, SupportAccount},
    texts,
    ui::{
        current, focus,
        icon::{Glyph, Icon},
        menu::Menu,
        message::NotFound,
        page::{Page, page, t},
        person::Avatar,
        progress::{Progress, ProgressLine},
        toast::{ToastRegion, Toasts},
    },
};

texts! {
    SKIP = "Skip to content" | "Aller au contenu" | "Naar de inhoud";
    MAIN = "Main" | "Principale" | "Hoofdmenu";
    LOCKED = "{module} (locked)" | "{module} (verrouillé)" | "{module} (vergrendeld)";
    ACCOUNTS = "Accounts" | "Comptes" | "Accounts";
    SIGN_OUT = "Sign out" | "Se déconnecter" | "Afmelden";
}

/// What the server knows of the page; the browser gets it with the page.
pub(crate) fn first_context() -> PageContext {
    #[cfg(feature = "ssr")]
    {
        crate::server::context::request()
            .map(|request| request.page_context())
            .unwrap_or_default()
    }
    #[cfg(not(feature = "ssr"))]
    {
        PageContext::default()
    }
}

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let page = Page::provide(SharedValue::new(first_context).into_inner());
    let progress = Progress::provide();
    Toasts::provide();
    view! {
        <Router set_is_routing=progress.page>
            {page.forget_returned_elsewhere()}
            {focus::follow(progress.page.into())}
            {current::keep_in_sight(progress.page.into())}
            <ProgressLine />
            <a class="skip" href="#main" rel="external">{t(SKIP)}</a>
            {match (page.me(), page.operator()) {
                (Some(me), _) => view! { <Frame me /> }.into_any(),
                (None, Some(operator)) => view! { <OperatorFrame operator /> }.into_any(),
                (None, None) => view! { <Addresses /> }.into_any(),
            }}
        </Router>
    }
}

/// What surrounds every page of a signed-in person.
#[component]
fn Frame(me: Me) -> impl IntoView {
    view! {
        <div class="shell">
            <header class="topbar">
                <a class="brand" href="/"><Icon glyph=Glyph::Mark /><span>"Steward"</span></a>
                <SearchBox />
                <Bell />
                <UserMenu full_name=me.full_name.clone() />
            </header>
            <MainNavigation me />
            <main id="main" tabindex="-1"><ToastRegion /><Addresses /></main>
        </div>
    }
}

/// What surrounds an operator's pages, and all the pages that there are for him.
#[component]
fn OperatorFrame(operator: Operator) -> impl IntoView {
    view! {
        <div class="shell operator">
            <header class="topbar">
                <a class="brand" href="/support"><Icon glyph=Glyph::Mark /><span>"Steward"</span></a>
                <span class="operator-name"><bdi>{operator.full_name}</bdi></span>
                <form method="post" action="/api/sign_out"><button type="submit" class="button">{t(SIGN_OUT)}</button></form>
            </header>
            <nav class="mainnav" aria-label=t(MAIN)><ul><li><a href="/support">{t(ACCOUNTS)}</a></li></ul></nav>
            <main id="main" tabindex="-1">
                <ToastRegion />
                <Routes fallback=|| view! { <NotFound /> }>
                    <Route path=path!("/support") view=Support />
                    <Route path=path!("/support/:id") view=SupportAccount />
                </Routes>
            </main>
        </div>
    }
}

#[component]
fn UserMenu(full_name: String) -> impl IntoView {
    view! {
        <div class="user-menu">
            <button type="button" class="user-button" popovertarget="user-menu">
                <Avatar full_name=full_name.clone() />
                <span class="user-name">{full_name.clone()}</span>
            </button>
            <Menu id="user-menu" label=full_name>
                <a role="menuitem" href="/settings/profile">{t(MY_PROFILE)}</a>
                <a role="menuitem" href="/settings/sessions">{t(MY_SESSIONS)}</a>
                <form method="post" action="/api/sign_out" role="none">
                    <button type="submit" role="menuitem">{t(SIGN_OUT)}</button>
                </form>
            </Menu>
        </div>
    }
}

/// A module without a right to it is not there; one that the plan lacks is, with a lock.
#[component]
fn MainNavigation(me: Me) -> impl IntoView {
    let location = use_location();
    let glyph = |kind| match kind {
        RecordKind::Company => Glyph::Companies,
        RecordKind::Contact => Glyph::Contacts,
        RecordKind::Deal => Glyph::Deals,
        RecordKind::Invoice => Glyph::Invoices,
        RecordKind::Project => Glyph::Projects,
        RecordKind::Ticket => Glyph::Mailbox,
    };
    let locked = me.locked;
    let language = page().language;
    let link = move |(address, label, glyph): (String, String, Glyph)| {
        let inside = address.clone();
        let first = address
            .split(['/', '?'])
            .nth(1)
            .unwrap_or_default()
            .to_owned();
        let current = move || {
            location
                .pathname
                .with(|path| path.split('/').nth(1) == Some(first.as_str()))
                .then_some("page")
        };
        view! { <li><a href=inside aria-current=current><Icon glyph /><span>{label}</span></a></li> }
    };
    let kinds = RecordKind::ALL
        .into_iter()
        .filter(|kind| me.rights.may_use(*kind) || locked.has(kind.module()));
    let links = kinds.map(|kind| {
        let (address, name) = match kind {
            // What there is to do, and not all that ever came.
            RecordKind::Ticket => ("/mailbox?segment=open".to_owned(), t(kind.module().label())),
            _ => (format!("/{}", kind.path()), t(kind.plural())),
        };
        if locked.has(kind.module()) {
            let label = LOCKED.with(language, &[("module", name)]);
            (address, label, Glyph::Lock)
        } else {
            (address, name.to_owned(), glyph(kind))
        }
    });
    let settings = t(SETTINGS).to_owned();
    let links = links.chain([("/settings/profile".to_owned(), settings, Glyph::Settings)]);
    view! { <nav class="mainnav" aria-label=t(MAIN)><ul>{links.map(link).collect_view()}</ul></nav> }
}

/// Every page's address.
#[component]
fn Addresses() -> impl IntoView {
    view! {
        <Routes fallback=|| view! { <NotFound /> }>
            <Route path=path!("/login") view=SignIn />
            <Route path=path!("/login/code") view=SignInCode />
            <Route path=path!("/login/set-up") view=OwedSecondFactor />
            <Route path=path!("/forgot-password") view=ForgotPassword />
            <Route path=path!("/reset-password/:token") view=ResetPassword />
            <Route path=path!("/invitation/:token") view=AcceptInvitation />
            <Route path=path!("/unsubscribe/:token") view=UnsubscribePage />
            <Route path=path!("/") view=Mine />
            <Route path=path!("/search") view=Search />
            <Route path=path!("/notifications") view=NotificationsPage />
            // Before the records' own: an id is any word to the router.
            <Route path=path!("/:kind/segments") view=SegmentsPage />
            <Route path=path!("/:kind/segments/new") view=NewSegment />
            <Route path=path!("/:kind/segments/:id") view=EditSegment />
            <Route path=path!("/companies") view=Companies />
            <Route path=path!("/companies/new") view=NewCompany />
            <Route path=path!("/companies/bulk") view=BulkPage />
            <Route path=path!("/companies/bulk/:act") view=BulkActPage />
            <Route path=path!("/companies/:id") view=Company />
            <Route path=path!("/companies/:id/edit") view=EditCompany />
            <Route path=path!("/contacts") view=Contacts />
            <Route path=path!("/contacts/new") view=NewContact />
            <Route path=path!("/contacts/bulk") view=BulkPage />
            <Route path=path!("/contacts/bulk/:act") view=BulkActPage />
            <Route path=path!("/contacts/:id") view=Contact />
            <Route path=path!("/contacts/:id/edit") view=EditContact />
            <Route path=path!("/deals") view=Deals />
            <Route path=path!("/deals/board") view=DealsBoard />
            <Route path=path!("/deals/new") view=NewDeal />
            <Route path=path!("/deals/bulk") view=BulkPage />
            <Route path=path!("/deals/bulk/:act") view=BulkActPage />
            <Route path=path!("/deals/:id") view=Deal />
            <Route path=path!("/deals/:id/edit") view=EditDeal />
            <Route path=path!("/projects") view=Projects />
            <Route path=path!("/projects/board") view=ProjectsBoard />
            <Route path=path!("/projects/new") view=NewProject />
            <Route path=path!("/projects/bulk") view=BulkPage />
            <Route path=path!("/projects/bulk/:act") view=BulkActPage />
            <Route path=path!("/projects/:id") view=Project />
            <Route path=path!("/projects/:id/edit") view=EditProject />
            <Route path=path!("/invoices") view=Invoices />
            <Route path=path!("/invoices/new") view=NewInvoice />
            <Route path=path!("/invoices/bulk") view=BulkPage />
            <Route path=path!("/invoices/bulk/:act") view=BulkActPage />
            <Route path=path!("/invoices/:id") view=Invoice />
            <Route path=path!("/invoices/:id/edit") view=EditInvoice />
            <Route path=path!("/mailbox") view=Tickets />
            <Route path=path!("/mailbox/new") view=NewTicket />
            <Route path=path!("/mailbox/bulk") view=BulkPage />
            <Route path=path!("/mailbox/bulk/:act") view=BulkActPage />
            <Route path=path!("/mailbox/statistics") view=Statistics />
            <Route path=path!("/mailbox/:id") view=Ticket />
            <Route path=path!("/mailbox/:id/edit") view=EditTicket />
            <ParentRoute path=path!("/settings") view=SettingsFrame>
                <Route path=path!("") view=|| view! { <Redirect path="/settings/profile" /> } />
                <Route path=path!("/profile") view=MyProfile />
                <Route path=path!("/sessions") view=MySessions />
                <Route path=path!("/notifications") view=MyNotificationsPage />
                <Route path=path!("/second-factor") view=MySecondFactor />
                <Route path=path!("/bin") view=BinPage />
                <Route path=path!("/import") view=Imports />
                <Route path=path!("/import/:id") view=ImportPage />
                <Route path=path!("/plan") view=MyPlan />
                <Route path=path!("/plan/disable") view=DisableSecond />
                <Route path=path!("/audit") view=Audit />
                <Route path=path!("/users") view=Users />
                <Route path=path!("/users/new") view=InviteUser />
                <Route path=path!("/users/:id") view=EditUser />
                <Route path=path!("/users/:id/deactivate") view=DeactivateUser />
                <Route path=path!("/orphans") view=Orphans />
                <Route path=path!("/jobs") view=|| view! { <Jobs /><Queue /> } />
                <Route path=path!("/phases") view=Phases />
                <Route path=path!("/phases/new") view=NewPhase />
                <Route path=path!("/phases/:id") view=EditPhase />
                <Route path=path!("/custom-fields") view=CustomFields />
                <Route path=path!("/custom-fields/new") view=NewField />
                <Route path=path!("/custom-fields/:id") view=EditField />
                <Route path=path!("/mailboxes") view=MailboxSettings />
                <Route path=path!("/mailboxes/new") view=NewMailbox />
                <Route path=path!("/mailboxes/:id") view=EditMailbox />
                <Route path=path!("/working-hours") view=WorkingHoursPage />
                <Route path=path!("/teams") view=Teams />
                <Route path=path!("/teams/new") view=NewTeam />
                <Route path=path!("/teams/:id") view=EditTeam />
            </ParentRoute>
        </Routes>
    }
}
