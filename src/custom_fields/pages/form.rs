//! The form of one field, new or not; for one that is there, how many records hold a value, and deleting it.
//! Which inputs a type has shows as soon as it is chosen where there are scripts; without, all are there and explained.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

use super::{
    CUSTOM_FIELDS, LABEL, LISTED, NEW_FIELD, REQUIRED, SEVERAL, TYPE, kind_of,
    list::{DELETE_FIELD, SAVE_FIELD},
};
use crate::{
    custom_fields::{FieldForm, api},
    model::{
        AppError, FieldId, Problem, Text,
        catalogue::{CURRENCIES, CustomField, Holds},
        language::Plural,
    },
    texts,
    ui::{
        CANCEL,
        choice::CheckField,
        field::{
            Choice, FieldFrame, InputField, SelectField, TextField, described_by, is_invalid,
            options,
        },
        message::{ErrorMessage, Failed, NotFound},
        outcome::Outcome,
        page::{PageTitle, page, t},
    },
};

texts! {
    SAVE_IT = "Save field" | "Enregistrer le champ" | "Veld opslaan";
    HELP = "Help text" | "Texte d’aide" | "Hulptekst";
    DEFAULT = "Default" | "Valeur par défaut" | "Standaardwaarde";
    DEFAULT_HINT = "As it would be typed; a choice or a colleague by name." | "Comme on la taperait ; un choix ou un collègue par son nom." | "Zoals u het zou typen; een keuze of een collega bij naam.";
    CURRENCY = "Currency" | "Devise" | "Munt";
    OF_MONEY = "Of the type Money." | "Pour le type Montant." | "Voor het type Bedrag.";
    GROUP = "Group" | "Groupe" | "Groep";
    NO_GROUP = "Without group" | "Sans groupe" | "Zonder groep";
    MINE = "Show under My responsibilities" | "Afficher sous Mes responsabilités" | "Tonen onder Mijn verantwoordelijkheden";
    TOLD = "Tell this person about changes" | "Informer cette personne des modifications" | "Deze persoon inlichten over wijzigingen";
    CHOICES = "Choices" | "Choix" | "Keuzes";
    CHOICES_HINT = "Empty one to take it away; records that have it keep it." | "Videz-en un pour le retirer ; les fiches qui l’ont le gardent." | "Maak er een leeg om die weg te nemen; records die ze hebben, houden ze.";
    ONE_CHOICE = "Choice {n}" | "Choix {n}" | "Keuze {n}";
    MORE = "New choices" | "Nouveaux choix" | "Nieuwe keuzes";
    MORE_HINT = "One per line." | "Un par ligne." | "Eén per regel.";
    MEANT = "Change the type of these values" | "Changer le type de ces valeurs" | "Het type van deze waarden wijzigen";
    DELETE_IT = "Delete this field" | "Supprimer ce champ" | "Dit veld verwijderen";
    DELETE = "Delete" | "Supprimer" | "Verwijderen";
    NAME_OF_FIELD = "Type its label to delete it" | "Tapez son libellé pour le supprimer" | "Typ zijn label om het te verwijderen";
    FOR_30_DAYS = "For 30 days it can be restored with its values." | "Pendant 30 jours, il peut être restauré avec ses valeurs." | "Dertig dagen lang kan het met zijn waarden hersteld worden.";
}

const FILLED: Plural = Plural {
    one: Text::new(
        "{n} record holds a value.",
        "{n} fiche contient une valeur.",
        "{n} record heeft een waarde.",
    ),
    other: Text::new(
        "{n} records hold a value.",
        "{n} fiches contiennent une valeur.",
        "{n} records hebben een waarde.",
    ),
};

#[component]
pub fn NewField() -> impl IntoView {
    let query = use_query_map();
    let kind = query.with_untracked(|query| kind_of(|name| query.get(name)));
    let loaded = Resource::new(|| (), move |()| api::field_groups(kind));
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(groups) => {
                        let form = FieldForm {
                            kind,
                            field: CustomField::new(Holds::User, false),
                            group: None,
                            groups,
                            filled: 0,
                        };
                        view! { <Form form new=true /> }.into_any()
                    }
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
pub fn EditField() -> impl IntoView {
    let params = use_params_map();
    let id = params.with_untracked(|params| {
        params
            .get_str("id")
            .and_then(|id| id.parse::<FieldId>().ok())
    });
    let Some(id) = id else {
        return view! { <NotFound /> }.into_any();
    };
    let loaded = Resource::new(|| (), move |()| api::one_custom_field(id));
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(form) => view! { <Form form new=false /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Form(form: FieldForm, new: bool) -> impl IntoView {
    let FieldForm {
        kind,
        field,
        group,
        groups,
        filled,
    } = form;
    let (id, version) = ((!new).then(|| field.id.to_string()), field.version);
    let hidden = [
        ("kind", kind.child()),
        ("field", id.as_deref().unwrap_or_default()),
    ];
    let outcome = Outcome::of(SAVE_FIELD, &hidden);
    let error = outcome.error();
    let title = if new {
        t(NEW_FIELD).to_owned()
    } else {
        field.label.clone()
    };
    let delete = (!new).then(|| view! { <Delete id=field.id filled /> });
    let asks = asks_to_convert(outcome.problem().as_ref());
    view! {
        <PageTitle text=title.clone() />
        <div class="page-head">
            <div class="page-title">
                <p class="crumbs"><a href=api::address(kind)>{t(CUSTOM_FIELDS)}" – "{t(kind.plural())}</a></p>
                <h1><bdi>{title}</bdi></h1>
            </div>
        </div>
        <form method="post" action=SAVE_FIELD class="form card" novalidate>
            <ErrorMessage error />
            <input type="hidden" name="kind" value=kind.child() />
            {id.map(|id| view! {
                <input type="hidden" name="field" value=id />
                <input type="hidden" name="version" value=version.to_string() />
            })}
            <Inputs field group groups outcome error />
            {asks.then(|| view! { <CheckField id="meant" name="meant" value="true" label=t(MEANT) checked=false /> })}
            <div class="form-actions">
                <button type="submit" class="button primary">{t(SAVE_IT)}</button>
                <a class="button quiet" href=api::address(kind)>{t(CANCEL)}</a>
            </div>
        </form>
        {delete}
    }
}

fn asks_to_convert(error: Option<&AppError>) -> bool {
    let problem = error.and_then(|error| error.problems()?.get("holds"));
    matches!(problem, Some(Problem::Converts { .. }))
}

#[component]
fn Inputs(
    field: CustomField,
    group: Option<Uuid>,
    groups: Vec<(Uuid, String)>,
    outcome: Outcome,
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let page = page();
    let text = |name: &str, otherwise: &str| outcome.value(&format!("form[{name}]"), otherwise);
    let tick = |name: &'static str, label: Text, is: bool| {
        let checked = outcome.ticked(&format!("form[{name}]"), "true", is);
        view! { <CheckField id=name name=format!("form[{name}]") value="true" label=t(label) checked /> }
    };
    let chosen = text("holds", field.holds.code());
    let holds = RwSignal::new(Holds::from_code(&chosen).unwrap_or(Holds::User));
    // Without scripts every input is there: what a type does not have is not taken.
    let when = move |shown: fn(Holds) -> bool| move || page.hydrated() && !shown(holds.get());
    let types: Vec<Choice> = Holds::ALL
        .map(|holds| {
            (
                holds.code().to_owned(),
                t(holds.label()).to_owned(),
                holds.code() == chosen,
            )
        })
        .to_vec();
    let group = text("group", &group.map(|id| id.to_string()).unwrap_or_default());
    let mut in_groups: Vec<Choice> =
        vec![(String::new(), t(NO_GROUP).to_owned(), group.is_empty())];
    in_groups.extend(
        groups
            .into_iter()
            .map(|(id, name)| (id.to_string(), name, id.to_string() == group)),
    );
    let currency = text("currency", &field.currency);
    let currencies: Vec<Choice> = CURRENCIES
        .iter()
        .map(|one| {
            (
                one.code.to_owned(),
                one.code.to_owned(),
                one.code == currency,
            )
        })
        .collect();
    let (described, invalid) = (
        described_by("holds", "holds", false, error),
        is_invalid("holds", error),
    );
    view! {
        <div class="fields">
            <InputField id="label" label=t(LABEL) name="form[label]" key="label" error required=true value=text("label", &field.label) />
            <FieldFrame id="holds" label=t(TYPE) key="holds" error required=true>
                <select id="holds" name="form[holds]" aria-required="true" aria-invalid=invalid aria-describedby=described
                    on:change=move |event| if let Some(chosen) = Holds::from_code(&event_target_value(&event)) { holds.set(chosen); }>
                    {options(types)}
                </select>
            </FieldFrame>
            <SelectField id="group" label=t(GROUP) name="form[group]" key="group" error choices=in_groups />
            <InputField id="help" label=t(HELP) name="form[help]" key="help" error value=text("help", &field.help) />
            <div class="slot" hidden=when(|holds| !matches!(holds, Holds::Counter | Holds::Company | Holds::Contact))>
                <InputField id="default" label=t(DEFAULT) name="form[default]" key="default" error value=text("default", &field.default) hint=t(DEFAULT_HINT) />
            </div>
            <div class="slot" hidden=when(|holds| holds == Holds::Money)>
                <SelectField id="currency" label=t(CURRENCY) name="form[currency]" key="currency" error choices=currencies hint=t(OF_MONEY) />
            </div>
        </div>
        <div class="ticks">
            <div hidden=when(|holds| holds != Holds::Counter)>{tick("required", REQUIRED, field.required)}</div>
            <div hidden=when(|holds| matches!(holds, Holds::User | Holds::Select))>{tick("several", SEVERAL, field.several)}</div>
            {tick("listed", LISTED, field.listed)}
            <div hidden=when(|holds| holds == Holds::User)>{tick("mine", MINE, field.mine)}</div>
            <div hidden=when(|holds| holds == Holds::User)>{tick("told", TOLD, field.told)}</div>
        </div>
        <div hidden=when(Holds::has_choices)><Choices field=field.clone() outcome=outcome.clone() error /></div>
    }
}

#[component]
fn Choices(field: CustomField, outcome: Outcome, error: Signal<Option<AppError>>) -> impl IntoView {
    let language = page().language;
    let one = |(n, choice): (usize, crate::model::catalogue::Choice)| {
        let id = choice.key();
        let name = format!("form[choices][{id}]");
        let label = ONE_CHOICE.with(language, &[("n", &language.integer(n as i64 + 1))]);
        let value = outcome.value(&name, &choice.label);
        view! { <InputField id=id.clone() label name key=id error value /> }
    };
    let there = field
        .choices
        .into_iter()
        .enumerate()
        .map(one)
        .collect_view();
    let more = outcome.value("form[more]", "");
    view! {
        <fieldset class="radios" aria-describedby="choices-hint">
            <legend>{t(CHOICES)}</legend>
            {(!there.is_empty()).then(|| view! { <p class="hint" id="choices-hint">{t(CHOICES_HINT)}</p> })}
            <div class="fields">{there}<TextField id="more" label=t(MORE) name="form[more]" key="more" error value=more hint=t(MORE_HINT) /></div>
        </fieldset>
    }
}

#[component]
fn Delete(id: FieldId, filled: i64) -> impl IntoView {
    let id = id.to_string();
    let outcome = Outcome::of(DELETE_FIELD, &[("field", &id)]);
    let error = outcome.error();
    let value = outcome.value("name", "");
    let count = FILLED.of(page().language, filled);
    view! {
        <form method="post" action=DELETE_FIELD class="form card" aria-labelledby="delete-field" novalidate>
            <h2 id="delete-field">{t(DELETE_IT)}</h2>
            <p>{count}" "{t(FOR_30_DAYS)}</p>
            <ErrorMessage error />
            <input type="hidden" name="field" value=id />
            <div class="fields"><InputField id="name" label=t(NAME_OF_FIELD) name="name" key="name" error value required=true /></div>
            <div class="form-actions"><button type="submit" class="button danger">{t(DELETE)}</button></div>
        </form>
    }
}
