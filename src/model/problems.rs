//! What is wrong with what somebody typed, field by field, and the words for it.
//! A problem says what; where it is shown, in which language, is for the page to say.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Language, RecordKind, Role, Text,
    catalogue::{Catalogue, Holds},
    language::Plural,
};
use crate::texts;

/// Problems by the key of their field.
pub type Problems = BTreeMap<String, Problem>;

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    Required,
    TooLong {
        max: usize,
    },
    ControlCharacters,
    NotAnEmail,
    NotAWebAddress,
    NotADate,
    NotANumber,
    OutOfRange {
        min: i64,
        max: i64,
    },
    TooManyDecimals,
    MoreDecimals {
        max: u32,
    },
    NotYesOrNo,
    /// A field that admins have deleted since the form was opened.
    FieldGone {
        label: String,
    },
    /// Custom fields were changed by an admin since they were read.
    FieldsChanged,
    /// So many values of a field could not be kept by another type.
    WouldLose {
        n: i64,
    },
    /// So many values would become others, which is to be meant.
    Converts {
        n: i64,
        to: Holds,
    },
    /// Whoever deletes something types what it is called, which is this.
    NameDiffers {
        label: String,
    },
    ChoiceTwice,
    NameTaken,
    TooManyChoices {
        max: usize,
    },
    TooManyGroups {
        max: usize,
    },
    TooManyFields {
        max: i64,
    },
    NotAnOption,
    TooManyTags {
        max: usize,
    },
    NeedsAssignee,
    NeedsManager,
    /// Who is to be a collaborator is a manager already.
    AlreadyManager,
    /// Who sees a record may not change it.
    MayNotEdit,
    DueBeforeStart,
    NotAColleague,
    /// An absence ends before it begins.
    EndsBefore,
    NotATime,
    /// Working hours are over before they begin.
    EndsBeforeItBegins,
    /// An absence that is over already.
    OverAlready,
    /// Everybody of these is away at some time and has the next one stand in for him, back to the first.
    Circle {
        names: String,
    },
    /// A colleague who does not see the record that he was to do something about.
    CannotOpen,
    AlreadyFirst(Role),
    AlreadySecond,
    NoSuchRecord(RecordKind),
    NoSuchCustomer,
    /// The database gave up on a filter.
    FilterTooSlow,
    /// A condition of a filter is not complete, or cannot be.
    FilterBroken,
    /// Only whose it is may change it.
    NotYours,
    /// Who hands this over will not see it any more, and has not yet said that he means it.
    LosesSight,
    /// Records of this kind belong to what was to be deleted: so many that one sees.
    StillHas(RecordKind, i64),
    /// Records belong to it that one does not see.
    StillHasOthers,
    /// With a limited right to this kind nobody deletes one.
    MayNotDelete(RecordKind),
    /// A form cannot win or lose a deal.
    EndsDeal,
    /// The customer lies in the bin, or is about to.
    CustomerIsGone,
    /// What of an invoice stays once it is booked.
    BookedStays,
    /// A booked invoice does not become a draft again.
    BookedForGood,
    /// A booked invoice is never deleted.
    BookedIsKept,
    /// Becomes so by itself, and is never typed.
    OverdueByItself,
    /// An invoice is due before its date.
    DueBeforeDate,
    /// A total with tax that is less than the one without.
    LessWithTax,
    /// Several records bear the name that was typed.
    SeveralRecords,
    /// Of a ticket: nobody's address, to which a reply could go.
    NobodyToWriteTo,
    /// The account has no mailbox from which a reply could come.
    NoMailbox,
    TooManyCopies {
        max: usize,
    },
    TooManyFiles {
        max: usize,
    },
    /// Somebody has written since the reader read, and he has not yet said that his reply shall go all the same.
    WrittenMeanwhile,
    /// The two are linked already.
    LinkedAlready,
    /// Several colleagues bear the name that was typed.
    SeveralColleagues,
    /// Import matches this kind on its exact name, and there is one.
    DuplicateName(RecordKind),
    /// A row of a file has other cells than its header.
    WrongCellCount {
        expected: usize,
        found: usize,
    },
    /// No column of a file holds what records of this kind are called.
    NoTitleColumn(RecordKind),
    NoRight(RecordKind),
    NoFile,
    /// A file of more megabytes than may be imported.
    FileTooLarge {
        max: usize,
    },
    TooManyRows {
        max: usize,
    },
    TooManyColumns {
        max: usize,
    },
    /// A file has nothing below its headings.
    NoRows,
    /// The file of a spreadsheet, a picture: anything but text in columns.
    NotColumns,
    /// The headings of a file do not say what its rows are.
    KindUnknown,
    /// Two columns of a file are to fill one field.
    FieldTwice,
    /// An import that is under way is started once more.
    UnderWay,
    /// One act on many records at a time is enough.
    AnotherUnderWay,
    /// An act on more records than one takes.
    TooManyRecords {
        max: usize,
    },
    NothingSelected,
    /// Who began this may not do the same any more.
    RightsChanged,
    /// An import is undone within a day.
    TooLate,
    ChangedMeanwhile {
        to: Option<String>,
    },
    WrongCredentials,
    WrongPassword,
    PasswordTooShort {
        min: usize,
    },
    PasswordsDiffer,
    LinkExpired,
    DemoNotHere,
    /// What takes something away from people wants a tick.
    NotConfirmed,
    WrongCode,
    /// The second factor, in another window for example.
    AlreadyOn,
    /// Who requires something of everybody has it first.
    OwnSecondFactorFirst,
    /// What the form showed of the account is not so any more.
    AccountChanged,
    /// Nothing was saved: the form asked what would become of it.
    Preview,
    /// Somebody must be there to let others in.
    LastAdmin,
    /// Somebody signs in with this address, or could not by this invitation.
    CannotInvite,
    AlreadyAUser,
    /// Another mailbox has this address.
    AddressTaken,
    /// Another mailbox takes what comes into the same folder.
    FetchedAlready,
    /// What hangs on a mailbox would be lost with it.
    MailboxInUse,
    /// A password is not sent to another server, or for another user, than the one that it was typed for.
    PasswordAgain,
    /// Nothing is there to seal a password with.
    NoSecretKey,
    NotAHost,
    /// A password is not sent in the clear, but within the machine.
    InTheClear,
    /// The server does not know such a field or value; a picker never offers it.
    Unknown,
}

texts! {
    REQUIRED = "This field is required" | "Ce champ est obligatoire" | "Dit veld is verplicht";
    NOBODY_TO_WRITE_TO = "This ticket has no client’s e-mail address: edit it first" | "Ce ticket n’a pas d’adresse e-mail de client : modifiez-le d’abord" | "Dit ticket heeft geen e-mailadres van een klant: bewerk het eerst";
    NO_MAILBOX = "There is no mailbox to send from: an admin adds one in Settings > Mailboxes" | "Il n’y a pas de boîte mail pour l’envoi : un administrateur en ajoute une dans Paramètres > Boîtes mail" | "Er is geen mailbox om van te versturen: een beheerder voegt er een toe in Instellingen > Mailboxen";
    TOO_MANY_FILES = "At most {n} files" | "Au plus {n} fichiers" | "Hoogstens {n} bestanden";
    TOO_MANY_COPIES = "At most {n} addresses" | "Au plus {n} adresses" | "Hoogstens {n} adressen";
    WRITTEN_MEANWHILE = "Somebody has written in the meantime, as you see above. Your reply was not sent yet." | "Quelqu’un a écrit entre-temps, comme vous le voyez ci-dessus. Votre réponse n’a pas encore été envoyée." | "Intussen heeft iemand geschreven, zoals u hierboven ziet. Uw antwoord is nog niet verstuurd.";
    TOO_LONG = "At most {n} characters" | "Au plus {n} caractères" | "Hoogstens {n} tekens";
    CONTROL_CHARACTERS = "Contains characters that cannot be saved" | "Contient des caractères qui ne peuvent être enregistrés" | "Bevat tekens die niet opgeslagen kunnen worden";
    NOT_AN_EMAIL = "Not an e-mail address" | "Ce n’est pas une adresse e-mail" | "Geen e-mailadres";
    NOT_A_WEB_ADDRESS = "Not a web address" | "Ce n’est pas une adresse web" | "Geen webadres";
    NOT_A_DATE = "Not a date" | "Ce n’est pas une date" | "Geen datum";
    NOT_A_NUMBER = "Not a number" | "Ce n’est pas un nombre" | "Geen getal";
    OUT_OF_RANGE = "Between {min} and {max}" | "Entre {min} et {max}" | "Tussen {min} en {max}";
    TOO_MANY_DECIMALS = "At most two decimals" | "Au plus deux décimales" | "Hoogstens twee decimalen";
    MORE_DECIMALS = "At most {n} decimals" | "Au plus {n} décimales" | "Hoogstens {n} decimalen";
    NOT_YES_OR_NO = "Neither yes nor no" | "Ni oui ni non" | "Ja noch nee";
    FIELD_GONE = "The field “{label}” was deleted in the meantime. What it holds here will not be saved; everything else will: save again." | "Le champ « {label} » a été supprimé entre-temps. Ce qu’il contient ici ne sera pas enregistré ; tout le reste le sera : enregistrez à nouveau." | "Het veld “{label}” is intussen verwijderd. Wat er hier staat, wordt niet opgeslagen; al de rest wel: sla opnieuw op.";
    FIELDS_CHANGED = "The fields were changed in the meantime. Load the page again." | "Les champs ont été modifiés entre-temps. Rechargez la page." | "De velden zijn intussen gewijzigd. Laad de pagina opnieuw.";
    NAME_DIFFERS = "Type “{label}” to delete it" | "Tapez « {label} » pour le supprimer" | "Typ “{label}” om het te verwijderen";
    NAME_TAKEN = "There is another one of this name already" | "Il y en a déjà un autre de ce nom" | "Er is al een andere met deze naam";
    CHOICE_TWICE = "There is such a choice already" | "Ce choix existe déjà" | "Deze keuze bestaat al";
    TOO_MANY_GROUPS = "At most {n} groups" | "Au plus {n} groupes" | "Hoogstens {n} groepen";
    TOO_MANY_CHOICES = "At most {n} choices" | "Au plus {n} choix" | "Hoogstens {n} keuzes";
    TOO_MANY_FIELDS = "At most {n} fields, deleted ones included" | "Au plus {n} champs, supprimés compris" | "Hoogstens {n} velden, verwijderde inbegrepen";
    NOT_AN_OPTION = "Not one of the choices" | "Ne fait pas partie des choix" | "Geen van de keuzes";
    TOO_MANY_TAGS = "At most {n} tags" | "Au plus {n} tags" | "Hoogstens {n} tags";
    NEEDS_ASSIGNEE = "A deal needs someone assigned to it" | "Une opportunité doit être affectée à quelqu’un" | "Een deal moet aan iemand toegewezen zijn";
    NOT_A_COLLEAGUE = "Not an active colleague of this account" | "N’est pas un collègue actif de ce compte" | "Geen actieve collega van dit account";
    CANNOT_OPEN = "This colleague cannot open the record" | "Ce collègue n’a pas accès à cette fiche" | "Deze collega kan dit niet openen";
    ALREADY_FIRST = "Already the {role}" | "Est déjà : {role}" | "Is al {role}";
    ALREADY_SECOND = "Already the second sales contact" | "Est déjà le deuxième contact commercial" | "Is al tweede accountmanager";
    NO_SUCH_COMPANY = "No such company" | "Aucune entreprise de ce nom" | "Geen dergelijk bedrijf";
    NO_SUCH_CONTACT = "No such contact" | "Aucun contact de ce nom" | "Geen dergelijk contact";
    NO_SUCH_DEAL = "No such deal" | "Aucune opportunité de ce nom" | "Geen dergelijke deal";
    NO_SUCH_TICKET = "No such ticket" | "Aucun ticket de ce nom" | "Geen dergelijk ticket";
    NO_SUCH_PROJECT = "No such project" | "Aucun projet de ce nom" | "Geen dergelijk project";
    NEEDS_MANAGER = "A project needs at least one manager" | "Un projet a besoin d’au moins un gestionnaire" | "Een project heeft minstens één beheerder nodig";
    ALREADY_MANAGER = "Already a manager" | "Déjà gestionnaire" | "Al beheerder";
    MAY_NOT_EDIT = "You can see this, but not change it. Ask one of its managers." | "Vous pouvez voir ceci, mais pas le modifier. Demandez à l’un de ses gestionnaires." | "U kunt dit zien, maar niet wijzigen. Vraag het aan een van de beheerders.";
    DUE_BEFORE_START = "Before the start" | "Avant le début" | "Vóór de start";
    NO_SUCH_INVOICE = "No such invoice" | "Aucune facture de ce nom" | "Geen dergelijke factuur";
    NO_SUCH_CUSTOMER = "No such company or contact" | "Aucune entreprise et aucun contact de ce nom" | "Geen dergelijk bedrijf of contact";
    SEVERAL_RECORDS = "Several have this name: choose one from the list" | "Plusieurs portent ce nom : choisissez dans la liste" | "Meerdere hebben deze naam: kies er een uit de lijst";
    LINKED_ALREADY = "Linked already" | "Déjà lié" | "Al gekoppeld";
    ENDS_BEFORE = "Before the first day" | "Avant le premier jour" | "Vóór de eerste dag";
    NOT_A_TIME = "Not a time such as 09:00" | "Ce n’est pas une heure comme 09:00" | "Geen tijdstip zoals 09:00";
    ENDS_BEFORE_IT_BEGINS = "Before the beginning" | "Avant le début" | "Vóór het begin";
    OVER_ALREADY = "This day is over" | "Ce jour est passé" | "Deze dag is voorbij";
    CIRCLE = "That would go round in a circle: {names}" | "Cela tournerait en rond : {names}" | "Dat zou rondgaan: {names}";
    SEVERAL_COLLEAGUES = "Several have this name: give the e-mail address" | "Plusieurs portent ce nom : indiquez l’adresse e-mail" | "Meerdere hebben deze naam: geef het e-mailadres";
    DUPLICATE_NAME = "There is {record} with this name already" | "Il existe déjà {record} de ce nom" | "Er is al {record} met deze naam";
    WRONG_CELL_COUNT = "{found} cells, where the header has {expected}" | "{found} cellules, alors que l’en-tête en a {expected}" | "{found} cellen, terwijl de kop er {expected} heeft";
    NO_TITLE_COLUMN = "No column is the “{title}”. It may be called: {names}. Other columns that are recognised: {others}." | "Aucune colonne n’est « {title} ». Elle peut s’appeler : {names}. Autres colonnes reconnues : {others}." | "Geen kolom is “{title}”. Ze mag heten: {names}. Andere kolommen die herkend worden: {others}.";
    NO_RIGHT = "No access to: {records}" | "Pas d’accès à : {records}" | "Geen toegang tot: {records}";
    NO_FILE = "Choose a file first" | "Choisissez d’abord un fichier" | "Kies eerst een bestand";
    FILE_TOO_LARGE = "The file is larger than {n} MB. Split it, and import one part after the other." | "Le fichier dépasse {n} Mo. Divisez-le et importez les parties l’une après l’autre." | "Het bestand is groter dan {n} MB. Splits het en importeer de delen na elkaar.";
    TOO_MANY_ROWS = "The file has more than {n} rows. Split it, and import one part after the other." | "Le fichier a plus de {n} lignes. Divisez-le et importez les parties l’une après l’autre." | "Het bestand heeft meer dan {n} rijen. Splits het en importeer de delen na elkaar.";
    TOO_MANY_COLUMNS = "The file has more than {n} columns" | "Le fichier a plus de {n} colonnes" | "Het bestand heeft meer dan {n} kolommen";
    NO_ROWS = "The file has no rows below its headings" | "Le fichier n’a aucune ligne sous ses en-têtes" | "Het bestand heeft geen rijen onder zijn kop";
    NOT_COLUMNS = "This is not a CSV file. In a spreadsheet, save the sheet as CSV first." | "Ce n’est pas un fichier CSV. Dans un tableur, enregistrez d’abord la feuille au format CSV." | "Dit is geen CSV-bestand. Bewaar het werkblad in een spreadsheet eerst als CSV.";
    KIND_UNKNOWN = "The headings do not say what the rows are: choose it" | "Les en-têtes ne disent pas ce que sont les lignes : choisissez" | "De koppen zeggen niet wat de rijen zijn: kies het";
    FIELD_TWICE = "Another column fills this field already" | "Une autre colonne remplit déjà ce champ" | "Een andere kolom vult dit veld al";
    UNDER_WAY = "It is under way already" | "C’est déjà en cours" | "Het is al bezig";
    ANOTHER_UNDER_WAY = "Another change of many records of yours is under way: wait for its end" | "Une autre de vos modifications en masse est en cours : attendez la fin" | "Een andere bulkwijziging van u is nog bezig: wacht tot ze klaar is";
    TOO_MANY_RECORDS = "At most {n} records at once: narrow the list" | "Au plus {n} fiches à la fois : restreignez la liste" | "Hoogstens {n} records tegelijk: beperk de lijst";
    NOTHING_SELECTED = "Nothing is selected" | "Rien n’est sélectionné" | "Er is niets geselecteerd";
    RIGHTS_CHANGED = "Your rights have changed meanwhile, so it was stopped" | "Vos droits ont changé entre-temps : cela a été arrêté" | "Uw rechten zijn intussen gewijzigd, dus is het gestopt";
    TOO_LATE = "It can be undone for a day only, and that is over" | "L’annulation n’est possible que pendant un jour, et il est passé" | "Het kan maar één dag ongedaan gemaakt worden, en die is voorbij";
    CHANGED_MEANWHILE = "Changed meanwhile, to {name}. Choose again if you want to replace it." | "Modifié entre-temps en {name}. Choisissez à nouveau pour le remplacer." | "Intussen gewijzigd in {name}. Kies opnieuw om het te vervangen.";
    FILTER_BROKEN = "Complete or remove the marked conditions." | "Complétez ou retirez les conditions signalées." | "Vul de aangeduide voorwaarden aan of verwijder ze.";
    NOT_YOURS = "Only its owner can change this segment." | "Seul son propriétaire peut modifier ce segment." | "Alleen de eigenaar kan dit segment wijzigen.";
    FILTER_TOO_SLOW = "This filter takes too long. Make it narrower, or use fewer conditions." | "Ce filtre prend trop de temps. Restreignez-le, ou utilisez moins de conditions." | "Deze filter duurt te lang. Maak hem enger, of gebruik minder voorwaarden.";
    LOSES_SIGHT = "You will not see this any more. Do you want to hand it over?" | "Vous n’y aurez plus accès. Voulez-vous le transmettre ?" | "U zult dit niet meer zien. Wilt u het overdragen?";
    STILL_HAS = "Not deleted: it still has {records}. Delete them first, or give them to another." | "Pas supprimé : il reste {records}. Supprimez-les d’abord, ou donnez-les à un autre." | "Niet verwijderd: er zijn nog {records}. Verwijder die eerst, of geef ze aan een ander.";
    STILL_HAS_OTHERS = "Not deleted: something that you cannot see still belongs to it. An admin can delete both." | "Pas supprimé : quelque chose que vous ne voyez pas en dépend encore. Un admin peut supprimer les deux." | "Niet verwijderd: er hoort nog iets bij dat u niet ziet. Een admin kan beide verwijderen.";
    MAY_NOT_DELETE = "Your right is limited, so you cannot delete any of these: {records}" | "Votre droit est limité : vous ne pouvez rien supprimer parmi : {records}" | "Uw recht is beperkt: u kunt geen van deze verwijderen: {records}";
    ENDS_DEAL = "Win or lose the deal on its page, or on the board" | "Gagnez ou perdez l’opportunité sur sa page ou sur le tableau" | "Win of verlies de deal op zijn pagina of op het bord";
    CUSTOMER_IS_GONE = "The customer was deleted. Restore it from the bin first, or choose another." | "Le client a été supprimé. Restaurez-le d’abord depuis la corbeille, ou choisissez-en un autre." | "De klant werd verwijderd. Herstel hem eerst uit de prullenbak, of kies een andere.";
    BOOKED_STAYS = "The invoice is booked, so this stays as it is. Credit it, and make another." | "La facture est comptabilisée : ceci ne change plus. Créditez-la, et faites-en une autre." | "De factuur is geboekt, dus dit blijft zoals het is. Crediteer haar en maak een andere.";
    BOOKED_FOR_GOOD = "A booked invoice does not become a draft again" | "Une facture comptabilisée ne redevient pas un brouillon" | "Een geboekte factuur wordt niet opnieuw een concept";
    BOOKED_IS_KEPT = "A booked invoice is never deleted. Credit it instead." | "Une facture comptabilisée n’est jamais supprimée. Créditez-la plutôt." | "Een geboekte factuur wordt nooit verwijderd. Crediteer haar in de plaats.";
    OVERDUE_BY_ITSELF = "A booked invoice becomes overdue by itself, after its due date: choose “Booked”" | "Une facture comptabilisée passe d’elle-même en retard, après son échéance : choisissez « Comptabilisée »" | "Een geboekte factuur vervalt vanzelf, na haar vervaldatum: kies “Geboekt”";
    DUE_BEFORE_DATE = "Before the date of the invoice" | "Avant la date de la facture" | "Vóór de datum van de factuur";
    LESS_WITH_TAX = "Less than the total excluding VAT" | "Moins que le total hors TVA" | "Minder dan het totaal exclusief btw";
    WRONG_CREDENTIALS = "Email or password is incorrect" | "E-mail ou mot de passe incorrect" | "E-mail of wachtwoord is onjuist";
    WRONG_PASSWORD = "This is not your current password" | "Ce n’est pas votre mot de passe actuel" | "Dit is niet uw huidige wachtwoord";
    PASSWORD_TOO_SHORT = "At least {n} characters" | "Au moins {n} caractères" | "Minstens {n} tekens";
    PASSWORDS_DIFFER = "The two passwords differ" | "Les deux mots de passe diffèrent" | "De twee wachtwoorden verschillen";
    LINK_EXPIRED = "This link has expired or was used already" | "Ce lien a expiré ou a déjà servi" | "Deze link is verlopen of al gebruikt";
    DEMO_NOT_HERE = "The demo users can only sign in on this machine itself" | "Les utilisateurs de démonstration ne peuvent se connecter que sur cette machine" | "De demogebruikers kunnen zich alleen op deze machine aanmelden";
    NOT_CONFIRMED = "Tick this to confirm" | "Cochez pour confirmer" | "Vink aan om te bevestigen";
    WRONG_CODE = "This code is not right, or was used already" | "Ce code n’est pas correct, ou a déjà servi" | "Deze code is onjuist of al gebruikt";
    ALREADY_ON = "It is on already" | "Il est déjà activé" | "Hij staat al aan";
    OWN_SECOND_FACTOR_FIRST = "Set up your own second factor first: you would be the first to need it." | "Configurez d’abord votre propre second facteur : vous en auriez besoin le premier." | "Stel eerst uw eigen tweede factor in: u zou hem als eerste nodig hebben.";
    ACCOUNT_CHANGED = "The account has changed meanwhile. Look again, then save." | "Le compte a changé entre-temps. Vérifiez, puis enregistrez." | "Het account is intussen gewijzigd. Kijk opnieuw en sla dan op.";
    PREVIEW = "Nothing is saved yet: see below what would change." | "Rien n’est encore enregistré : voyez ci-dessous ce qui changerait." | "Er is nog niets opgeslagen: zie hieronder wat er zou veranderen.";
    LAST_ADMIN = "At least one active admin must remain" | "Il doit rester au moins un admin actif" | "Er moet minstens één actieve admin overblijven";
    CANNOT_INVITE = "This address cannot be invited" | "Cette adresse ne peut pas être invitée" | "Dit adres kan niet uitgenodigd worden";
    ALREADY_A_USER = "A user of this account has this address already" | "Un utilisateur de ce compte a déjà cette adresse" | "Een gebruiker van dit account heeft dit adres al";
    ADDRESS_TAKEN = "Another mailbox has this address already" | "Une autre boîte mail a déjà cette adresse" | "Een andere mailbox heeft dit adres al";
    FETCHED_ALREADY = "Another mailbox already fetches this folder" | "Une autre boîte mail relève déjà ce dossier" | "Een andere mailbox haalt deze map al op";
    MAILBOX_IN_USE = "Not deleted: it has tickets. Deactivate it instead." | "Pas supprimée : elle a des tickets. Désactivez-la plutôt." | "Niet verwijderd: er zijn tickets. Deactiveer ze in de plaats.";
    PASSWORD_AGAIN = "Type the password: it is never sent to another server or for another user than it was typed for" | "Tapez le mot de passe : il n’est jamais envoyé à un autre serveur ni pour un autre utilisateur que prévu" | "Typ het wachtwoord: het wordt nooit naar een andere server of voor een andere gebruiker verstuurd dan waarvoor het getypt werd";
    NO_SECRET_KEY = "This server cannot keep passwords yet: whoever runs it must set STEWARD_SECRET_KEY first" | "Ce serveur ne peut pas encore garder de mots de passe : son exploitant doit d’abord définir STEWARD_SECRET_KEY" | "Deze server kan nog geen wachtwoorden bewaren: de beheerder ervan moet eerst STEWARD_SECRET_KEY instellen";
    NOT_A_HOST = "Not the name of a server, such as imap.example.com" | "Ce n’est pas un nom de serveur, comme imap.example.com" | "Geen naam van een server, zoals imap.example.com";
    IN_THE_CLEAR = "Only for a server on this very machine: on any other way the password could be read" | "Seulement pour un serveur sur cette machine même : ailleurs, le mot de passe pourrait être lu" | "Alleen voor een server op deze machine zelf: op elke andere weg kan het wachtwoord gelezen worden";
    UNKNOWN = "This choice does not exist" | "Ce choix n’existe pas" | "Deze keuze bestaat niet";
}

const fn no_such(kind: RecordKind) -> Text {
    match kind {
        RecordKind::Company => NO_SUCH_COMPANY,
        RecordKind::Contact => NO_SUCH_CONTACT,
        RecordKind::Deal => NO_SUCH_DEAL,
        RecordKind::Invoice => NO_SUCH_INVOICE,
        RecordKind::Project => NO_SUCH_PROJECT,
        RecordKind::Ticket => NO_SUCH_TICKET,
    }
}

const WOULD_LOSE: Plural = Plural {
    one: Text::new(
        "{n} record holds a value that this type cannot keep: nothing was changed",
        "{n} fiche contient une valeur que ce type ne peut garder : rien n’a été changé",
        "{n} record heeft een waarde die dit type niet kan bewaren: er is niets gewijzigd",
    ),
    other: Text::new(
        "{n} records hold values that this type cannot keep: nothing was changed",
        "{n} fiches contiennent des valeurs que ce type ne peut garder : rien n’a été changé",
        "{n} records hebben waarden die dit type niet kan bewaren: er is niets gewijzigd",
    ),
};
const CONVERTS: Plural = Plural {
    one: Text::new(
        "The value of {n} record becomes “{to}”; none is lost. Save again if you mean it.",
        "La valeur de {n} fiche devient « {to} » ; aucune n’est perdue. Enregistrez à nouveau pour confirmer.",
        "De waarde van {n} record wordt “{to}”; geen enkele gaat verloren. Sla opnieuw op om te bevestigen.",
    ),
    other: Text::new(
        "The values of {n} records become “{to}”; none is lost. Save again if you mean it.",
        "Les valeurs de {n} fiches deviennent « {to} » ; aucune n’est perdue. Enregistrez à nouveau pour confirmer.",
        "De waarden van {n} records worden “{to}”; geen enkele gaat verloren. Sla opnieuw op om te bevestigen.",
    ),
};

fn no_title_column(kind: RecordKind, language: Language) -> String {
    let title = kind.typed_title();
    let mut names: Vec<&str> = Vec::new();
    for name in title.names() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let others: Vec<&str> = kind
        .fields()
        .iter()
        // Not every account has the second: who has it knows what it is called.
        .filter(|field| field.key() != title.key() && field.editable() && field.enabled(false))
        .map(|field| field.label(language))
        .collect();
    NO_TITLE_COLUMN.with(
        language,
        &[
            ("title", title.label(language)),
            ("names", &names.join(", ")),
            ("others", &others.join(", ")),
        ],
    )
}

impl Catalogue {
    /// All that is wrong with a record of this kind, each with its field's name, on one line.
    pub fn told(&self, problems: &Problems, language: Language) -> String {
        let told = |(key, problem): (&String, &Problem)| match self.field(key) {
            Some(field) => format!("{}: {}", field.label(language), problem.text(language)),
            None => problem.text(language),
        };
        problems.iter().map(told).collect::<Vec<_>>().join("; ")
    }
}

impl Problem {
    /// There is none of any of these kinds, or none that one sees.
    pub const fn no_such(kinds: &[RecordKind]) -> Self {
        match kinds {
            [kind] => Self::NoSuchRecord(*kind),
            _ => Self::NoSuchCustomer,
        }
    }

    /// The message beside the field.
    pub fn text(&self, language: Language) -> String {
        let n = |text: Text, n: usize| text.with(language, &[("n", &language.integer(n as i64))]);
        let plain = match self {
            Self::TooLong { max } => return n(TOO_LONG, *max),
            Self::TooManyTags { max } => return n(TOO_MANY_TAGS, *max),
            Self::TooManyCopies { max } => return n(TOO_MANY_COPIES, *max),
            Self::TooManyFiles { max } => return n(TOO_MANY_FILES, *max),
            Self::PasswordTooShort { min } => return n(PASSWORD_TOO_SHORT, *min),
            Self::FileTooLarge { max } => return n(FILE_TOO_LARGE, *max),
            Self::TooManyRows { max } => return n(TOO_MANY_ROWS, *max),
            Self::TooManyColumns { max } => return n(TOO_MANY_COLUMNS, *max),
            Self::TooManyRecords { max } => return n(TOO_MANY_RECORDS, *max),
            Self::MoreDecimals { max } => return n(MORE_DECIMALS, *max as usize),
            Self::TooManyGroups { max } => return n(TOO_MANY_GROUPS, *max),
            Self::TooManyChoices { max } => return n(TOO_MANY_CHOICES, *max),
            Self::TooManyFields { max } => {
                return TOO_MANY_FIELDS.with(language, &[("n", &language.integer(*max))]);
            }
            Self::WouldLose { n } => return WOULD_LOSE.of(language, *n),
            Self::Converts { n, to } => {
                let text = CONVERTS.of(language, *n);
                return text.replace("{to}", to.label().get(language));
            }
            Self::Circle { names } => return CIRCLE.with(language, &[("names", names)]),
            Self::NameDiffers { label } => return NAME_DIFFERS.with(language, &[("label", label)]),
            Self::FieldGone { label } => return FIELD_GONE.with(language, &[("label", label)]),
            Self::OutOfRange { min, max } => {
                let (min, max) = (language.integer(*min), language.integer(*max));
                return OUT_OF_RANGE.with(language, &[("min", &min), ("max", &max)]);
            }
            Self::AlreadyFirst(role) => {
                return ALREADY_FIRST.with(
                    language,
                    &[("role", &role.label().get(language).to_lowercase())],
                );
            }
            Self::ChangedMeanwhile { to } => {
                let name = to.as_deref().unwrap_or(super::users::NOBODY.get(language));
                return CHANGED_MEANWHILE.with(language, &[("name", name)]);
            }
            Self::DuplicateName(kind) => {
                let record = kind.some().get(language);
                return DUPLICATE_NAME.with(language, &[("record", record)]);
            }
            Self::WrongCellCount { expected, found } => {
                let (expected, found) = (expected.to_string(), found.to_string());
                return WRONG_CELL_COUNT
                    .with(language, &[("expected", &expected), ("found", &found)]);
            }
            Self::NoTitleColumn(kind) => return no_title_column(*kind, language),
            Self::NoRight(kind) | Self::MayNotDelete(kind) => {
                let text = match self {
                    Self::NoRight(_) => NO_RIGHT,
                    _ => MAY_NOT_DELETE,
                };
                let records = kind.plural().get(language).to_lowercase();
                return text.with(language, &[("records", &records)]);
            }
            Self::StillHas(kind, n) => {
                return STILL_HAS.with(language, &[("records", &kind.count(language, *n))]);
            }
            Self::NoFile => NO_FILE,
            Self::NoRows => NO_ROWS,
            Self::NotColumns => NOT_COLUMNS,
            Self::KindUnknown => KIND_UNKNOWN,
            Self::FieldTwice => FIELD_TWICE,
            Self::UnderWay => UNDER_WAY,
            Self::AnotherUnderWay => ANOTHER_UNDER_WAY,
            Self::NothingSelected => NOTHING_SELECTED,
            Self::RightsChanged => RIGHTS_CHANGED,
            Self::TooLate => TOO_LATE,
            Self::StillHasOthers => STILL_HAS_OTHERS,
            Self::EndsDeal => ENDS_DEAL,
            Self::CustomerIsGone => CUSTOMER_IS_GONE,
            Self::LinkedAlready => LINKED_ALREADY,
            Self::NobodyToWriteTo => NOBODY_TO_WRITE_TO,
            Self::NoMailbox => NO_MAILBOX,
            Self::WrittenMeanwhile => WRITTEN_MEANWHILE,
            Self::BookedStays => BOOKED_STAYS,
            Self::BookedForGood => BOOKED_FOR_GOOD,
            Self::BookedIsKept => BOOKED_IS_KEPT,
            Self::OverdueByItself => OVERDUE_BY_ITSELF,
            Self::DueBeforeDate => DUE_BEFORE_DATE,
            Self::LessWithTax => LESS_WITH_TAX,
            Self::SeveralColleagues => SEVERAL_COLLEAGUES,
            Self::NoSuchRecord(kind) => no_such(*kind),
            Self::NoSuchCustomer => NO_SUCH_CUSTOMER,
            Self::SeveralRecords => SEVERAL_RECORDS,
            Self::FilterBroken => FILTER_BROKEN,
            Self::NotYours => NOT_YOURS,
            Self::FilterTooSlow => FILTER_TOO_SLOW,
            Self::LosesSight => LOSES_SIGHT,
            Self::Required => REQUIRED,
            Self::ControlCharacters => CONTROL_CHARACTERS,
            Self::NotAnEmail => NOT_AN_EMAIL,
            Self::NotAWebAddress => NOT_A_WEB_ADDRESS,
            Self::NotADate => NOT_A_DATE,
            Self::NotANumber => NOT_A_NUMBER,
            Self::TooManyDecimals => TOO_MANY_DECIMALS,
            Self::FieldsChanged => FIELDS_CHANGED,
            Self::ChoiceTwice => CHOICE_TWICE,
            Self::NameTaken => NAME_TAKEN,
            Self::NotYesOrNo => NOT_YES_OR_NO,
            Self::NotAnOption => NOT_AN_OPTION,
            Self::NeedsAssignee => NEEDS_ASSIGNEE,
            Self::NeedsManager => NEEDS_MANAGER,
            Self::AlreadyManager => ALREADY_MANAGER,
            Self::MayNotEdit => MAY_NOT_EDIT,
            Self::DueBeforeStart => DUE_BEFORE_START,
            Self::NotAColleague => NOT_A_COLLEAGUE,
            Self::EndsBefore => ENDS_BEFORE,
            Self::NotATime => NOT_A_TIME,
            Self::EndsBeforeItBegins => ENDS_BEFORE_IT_BEGINS,
            Self::OverAlready => OVER_ALREADY,
            Self::CannotOpen => CANNOT_OPEN,
            Self::AlreadySecond => ALREADY_SECOND,
            Self::WrongCredentials => WRONG_CREDENTIALS,
            Self::WrongPassword => WRONG_PASSWORD,
            Self::PasswordsDiffer => PASSWORDS_DIFFER,
            Self::LinkExpired => LINK_EXPIRED,
            Self::DemoNotHere => DEMO_NOT_HERE,
            Self::NotConfirmed => NOT_CONFIRMED,
            Self::WrongCode => WRONG_CODE,
            Self::AlreadyOn => ALREADY_ON,
            Self::OwnSecondFactorFirst => OWN_SECOND_FACTOR_FIRST,
            Self::AccountChanged => ACCOUNT_CHANGED,
            Self::Preview => PREVIEW,
            Self::LastAdmin => LAST_ADMIN,
            Self::CannotInvite => CANNOT_INVITE,
            Self::AlreadyAUser => ALREADY_A_USER,
            Self::AddressTaken => ADDRESS_TAKEN,
            Self::FetchedAlready => FETCHED_ALREADY,
            Self::MailboxInUse => MAILBOX_IN_USE,
            Self::PasswordAgain => PASSWORD_AGAIN,
            Self::NoSecretKey => NO_SECRET_KEY,
            Self::NotAHost => NOT_A_HOST,
            Self::InTheClear => IN_THE_CLEAR,
            Self::Unknown => UNKNOWN,
        };
        plain.get(language).to_owned()
    }
}
