//! What an act says of itself: what it does, what came of it, what stands in its way. Numbers first, then reasons.

use super::{Act, Counts, Fate, How, Progress, State, Task};
use crate::{
    model::{Language, Text, language::Plural},
    texts,
};

texts! {
    ADD_TO = "{field}: add {name}" | "{field} : ajouter {name}" | "{field}: {name} toevoegen";
    REMOVE_FROM = "{field}: remove {name}" | "{field} : retirer {name}" | "{field}: {name} verwijderen";
    SET_TO = "{field}: {name}" | "{field} : {name}" | "{field}: {name}";
    ADD_TAG = "Add the tag “{tag}”" | "Ajouter le tag « {tag} »" | "Tag “{tag}” toevoegen";
    REMOVE_TAG = "Remove the tag “{tag}”" | "Retirer le tag « {tag} »" | "Tag “{tag}” verwijderen";
    DELETE = "Delete" | "Supprimer" | "Verwijderen";
    RUNNING = "Changing: {done} of {all}" | "Modification : {done} sur {all}" | "Bezig met wijzigen: {done} van {all}";
    UNDOING = "Undoing: {done} of {all}" | "Annulation : {done} sur {all}" | "Bezig met ongedaan maken: {done} van {all}";
    STOPPED_AT = "Stopped after {done} of {all}." | "Arrêté après {done} sur {all}." | "Gestopt na {done} van {all}.";
}

const fn plural(one: Text, other: Text) -> Plural {
    Plural { one, other }
}

const fn same(text: Text) -> Plural {
    plural(text, text)
}

const WILL_CHANGE: Plural = plural(
    Text::new("{n} will change", "{n} va changer", "{n} zal wijzigen"),
    Text::new("{n} will change", "{n} vont changer", "{n} zullen wijzigen"),
);
const WILL_GO: Plural = plural(
    Text::new(
        "{n} will go into the bin",
        "{n} ira à la corbeille",
        "{n} zal naar de prullenbak gaan",
    ),
    Text::new(
        "{n} will go into the bin",
        "{n} iront à la corbeille",
        "{n} zullen naar de prullenbak gaan",
    ),
);
const CHANGED: Plural = plural(
    Text::new("{n} changed", "{n} a changé", "{n} gewijzigd"),
    Text::new("{n} changed", "{n} ont changé", "{n} gewijzigd"),
);
const GONE: Plural = plural(
    Text::new(
        "{n} is in the bin",
        "{n} est dans la corbeille",
        "{n} zit in de prullenbak",
    ),
    Text::new(
        "{n} are in the bin",
        "{n} sont dans la corbeille",
        "{n} zitten in de prullenbak",
    ),
);
const SAME: Plural = same(Text::new("{n} already so", "{n} déjà ainsi", "{n} al zo"));
const OUT_OF_REACH: Plural = same(Text::new(
    "{n} out of reach",
    "{n} hors de portée",
    "{n} buiten bereik",
));
const MAY_NOT_EDIT: Plural = plural(
    Text::new(
        "{n} refused: you may not edit it",
        "{n} refusé : vous ne pouvez pas le modifier",
        "{n} geweigerd: u mag het niet bewerken",
    ),
    Text::new(
        "{n} refused: you may not edit them",
        "{n} refusés : vous ne pouvez pas les modifier",
        "{n} geweigerd: u mag ze niet bewerken",
    ),
);
const OTHER_ROLE: Plural = plural(
    Text::new(
        "{n} refused: the colleague has its other role already",
        "{n} refusé : le collègue y a déjà l’autre rôle",
        "{n} geweigerd: de collega heeft er de andere rol al",
    ),
    Text::new(
        "{n} refused: the colleague has their other role already",
        "{n} refusés : le collègue y a déjà l’autre rôle",
        "{n} geweigerd: de collega heeft er de andere rol al",
    ),
);
const REQUIRED: Plural = plural(
    Text::new(
        "{n} refused: somebody must stay there",
        "{n} refusé : il doit y rester quelqu’un",
        "{n} geweigerd: er moet iemand blijven",
    ),
    Text::new(
        "{n} refused: somebody must stay there",
        "{n} refusés : il doit y rester quelqu’un",
        "{n} geweigerd: er moet iemand blijven",
    ),
);
const FULL: Plural = plural(
    Text::new(
        "{n} refused: it holds as many as it can",
        "{n} refusé : le maximum y est atteint",
        "{n} geweigerd: het maximum is er bereikt",
    ),
    Text::new(
        "{n} refused: they hold as many as they can",
        "{n} refusés : le maximum y est atteint",
        "{n} geweigerd: het maximum is er bereikt",
    ),
);
const NEEDED: Plural = plural(
    Text::new(
        "{n} refused: others belong to it",
        "{n} refusé : d’autres en dépendent",
        "{n} geweigerd: er horen andere bij",
    ),
    Text::new(
        "{n} refused: others belong to them",
        "{n} refusés : d’autres en dépendent",
        "{n} geweigerd: er horen andere bij",
    ),
);
const BOOKED: Plural = plural(
    Text::new(
        "{n} refused: a booked invoice is never deleted",
        "{n} refusé : une facture comptabilisée n’est jamais supprimée",
        "{n} geweigerd: een geboekte factuur wordt nooit verwijderd",
    ),
    Text::new(
        "{n} refused: booked invoices are never deleted",
        "{n} refusés : les factures comptabilisées ne sont jamais supprimées",
        "{n} geweigerd: geboekte facturen worden nooit verwijderd",
    ),
);
const UNDONE: Plural = plural(
    Text::new("{n} put back", "{n} rétabli", "{n} teruggezet"),
    Text::new("{n} put back", "{n} rétablis", "{n} teruggezet"),
);
const CHANGED_SINCE: Plural = plural(
    Text::new(
        "{n} left alone: somebody changed it since",
        "{n} laissé tel quel : modifié depuis par quelqu’un",
        "{n} zo gelaten: sindsdien door iemand gewijzigd",
    ),
    Text::new(
        "{n} left alone: somebody changed them since",
        "{n} laissés tels quels : modifiés depuis par quelqu’un",
        "{n} zo gelaten: sindsdien door iemand gewijzigd",
    ),
);
const NOT_ALLOWED: Plural = same(Text::new(
    "{n} left alone: who was there before cannot be chosen any more",
    "{n} sans changement : l’ancien responsable ne peut plus être choisi",
    "{n} zo gelaten: wie er voordien stond, kan niet meer gekozen worden",
));
const CUSTOMER_GONE: Plural = same(Text::new(
    "{n} left in the bin, as the customer is",
    "{n} à la corbeille, comme le client",
    "{n} nog in de prullenbak, zoals de klant",
));

impl Fate {
    const fn text(self, deletes: bool, before: bool) -> Plural {
        match (self, deletes, before) {
            (Self::Changed, true, true) => WILL_GO,
            (Self::Changed, true, false) => GONE,
            (Self::Changed, false, true) => WILL_CHANGE,
            (Self::Changed, false, false) => CHANGED,
            (Self::Same, ..) => SAME,
            (Self::OutOfReach, ..) => OUT_OF_REACH,
            (Self::MayNotEdit, ..) => MAY_NOT_EDIT,
            (Self::OtherRole, ..) => OTHER_ROLE,
            (Self::Required, ..) => REQUIRED,
            (Self::Full, ..) => FULL,
            (Self::Needed, ..) => NEEDED,
            (Self::Booked, ..) => BOOKED,
            (Self::Undone, ..) => UNDONE,
            (Self::ChangedSince, ..) => CHANGED_SINCE,
            (Self::NotAllowed, ..) => NOT_ALLOWED,
            (Self::CustomerGone, ..) => CUSTOMER_GONE,
        }
    }
}

impl Counts {
    /// "409 will change, 3 already so, 0 out of reach": these are always said, the reasons of a refusal where there are any.
    fn told(&self, language: Language, said: &[Fate], deletes: bool, before: bool) -> String {
        let is_told = |fate: &Fate| said.contains(fate) || self.of(*fate) > 0;
        let parts = Fate::ALL.into_iter().filter(is_told);
        let parts = parts.map(|fate| fate.text(deletes, before).of(language, self.of(fate)));
        parts.collect::<Vec<_>>().join(", ")
    }
}

impl Act {
    /// What it does, given what the field and the colleague are called.
    pub fn told(&self, language: Language, field: &str, name: &str) -> String {
        match self {
            Self::Responsible { how, .. } => {
                let text = match how {
                    How::Set => SET_TO,
                    How::Add => ADD_TO,
                    How::Remove => REMOVE_FROM,
                };
                text.with(language, &[("field", field), ("name", name)])
            }
            Self::Tag { tag, add } => {
                let text = if *add { ADD_TAG } else { REMOVE_TAG };
                text.with(language, &[("tag", tag)])
            }
            Self::Delete => DELETE.get(language).to_owned(),
        }
    }
}

impl Progress {
    /// How it stands, in a sentence.
    pub fn told(&self, language: Language, act: &Act) -> String {
        let deletes = *act == Act::Delete;
        // Nothing is deleted already that one sees.
        let done: &[Fate] = if deletes {
            &[Fate::Changed, Fate::OutOfReach]
        } else {
            &[Fate::Changed, Fate::Same, Fate::OutOfReach]
        };
        let so_far = |text: Text| {
            let (n, all) = (language.integer(self.done), language.integer(self.of));
            text.with(language, &[("done", &n), ("all", &all)])
        };
        match (self.state, self.task) {
            (State::Prepared, _) => self.expected.told(language, done, deletes, true),
            (State::Running, Task::Apply) => so_far(RUNNING),
            (State::Running, Task::Undo) => so_far(UNDOING),
            (State::Stopped, _) => so_far(STOPPED_AT),
            (State::Done, Task::Apply) => self.counts.told(language, done, deletes, false),
            (State::Done, Task::Undo) => {
                let said = [Fate::Undone, Fate::ChangedSince, Fate::OutOfReach];
                self.undone.told(language, &said, deletes, false)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(task: Task, state: State) -> Progress {
        let mut expected = Counts::default();
        expected.add(Fate::Changed, 1409);
        expected.add(Fate::Same, 3);
        let mut undone = Counts::default();
        undone.add(Fate::Undone, 1);
        undone.add(Fate::ChangedSince, 2);
        Progress {
            task,
            state,
            of: 1412,
            done: 500,
            counts: expected.clone(),
            expected,
            undone,
            error: None,
        }
    }

    #[test]
    fn what_would_become_of_the_records_and_what_became_of_them_is_told_in_every_language() {
        let tag = Act::Tag {
            tag: "x".into(),
            add: true,
        };
        let told = |task, state, language, act| progress(task, state).told(language, act);
        assert_eq!(
            told(Task::Apply, State::Prepared, Language::En, &tag),
            "1,409 will change, 3 already so, 0 out of reach"
        );
        assert_eq!(
            told(Task::Apply, State::Done, Language::En, &Act::Delete),
            "1,409 are in the bin, 3 already so, 0 out of reach"
        );
        assert_eq!(
            told(Task::Apply, State::Running, Language::Nl, &tag),
            "Bezig met wijzigen: 500 van 1.412"
        );
        assert_eq!(
            told(Task::Undo, State::Done, Language::Fr, &tag),
            "1 rétabli, 2 laissés tels quels : modifiés depuis par quelqu’un, 0 hors de portée"
        );
    }
}
