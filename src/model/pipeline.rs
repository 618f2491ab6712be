//! The pipeline of deals: its phases, where a deal stands, and the board that shows all of them.
//! A deal rots when it stays in an open phase for longer than that phase allows.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{RecordId, Value};

/// How far a deal is, by its phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Open,
    Won,
    Lost,
}

impl Status {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Open, Self::Won, Self::Lost]
            .into_iter()
            .find(|status| status.key() == key)
    }
}

/// A phase of an account's pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    pub id: Uuid,
    pub name: String,
    pub status: Status,
    /// In percent; what a deal gets that is moved here.
    pub probability: i64,
    /// A deal that stays longer rots; `None`: never.
    pub rotting_days: Option<i64>,
}

impl Phase {
    pub fn is_open(&self) -> bool {
        self.status == Status::Open
    }

    /// Whether a deal that has been here for so many days rots.
    pub fn rots_after(&self, days: i64) -> bool {
        self.is_open() && self.rotting_days.is_some_and(|most| days > most)
    }

    /// As the value of the field "Phase".
    pub fn value(&self) -> Value {
        Value::Choice {
            id: self.id,
            label: self.name.clone(),
        }
    }
}

/// Where one deal stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// All of the account's, in order.
    pub phases: Vec<Phase>,
    pub phase: Uuid,
    /// Whole days in this phase.
    pub days: i64,
    /// When it was won or lost, in the reader's time zone.
    pub closed_on: Option<NaiveDate>,
    pub lost_reason: Option<String>,
    /// The open phase that it goes back to when it is reopened.
    pub reopens_in: Option<Uuid>,
}

impl Standing {
    pub fn now(&self) -> Option<&Phase> {
        self.phases.iter().find(|phase| phase.id == self.phase)
    }
}

/// What the board is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BoardQuery {
    /// Only what the reader is responsible for.
    pub mine: bool,
    /// Cards per column.
    pub show: i64,
}

impl BoardQuery {
    /// A column begins with so many cards, and never has more than the last.
    pub const STEPS: [i64; 3] = [20, 100, 500];

    pub fn read<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let show = get("show").and_then(|show| show.parse().ok());
        Self {
            mine: get("segment") == Some("mine"),
            show: show
                .filter(|show| Self::STEPS.contains(show))
                .unwrap_or(Self::STEPS[0]),
        }
    }

    pub fn address(self) -> String {
        let segment = self.mine.then_some("segment=mine".to_owned());
        let show = (self.show != Self::STEPS[0]).then(|| format!("show={}", self.show));
        let query: Vec<String> = segment.into_iter().chain(show).collect();
        if query.is_empty() {
            "/deals/board".to_owned()
        } else {
            format!("/deals/board?{}", query.join("&"))
        }
    }

    /// The same with more cards, if there is such.
    pub fn more(self) -> Option<Self> {
        let show = Self::STEPS.into_iter().find(|step| *step > self.show)?;
        Some(Self { show, ..self })
    }
}

/// What the reader sees of the pipeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Board {
    pub columns: Vec<Column>,
}

/// A phase with its deals, who moved last first; of won and lost ones those of the last 30 days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub phase: Phase,
    /// How many deals there are, shown or not.
    pub total: i64,
    pub sums: Vec<Sum>,
    pub cards: Vec<Card>,
}

/// The values of a column's deals in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// ISO 4217
    pub currency: String,
    pub amount: Decimal,
}

/// A deal on the board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub id: RecordId,
    pub title: String,
    pub customer: String,
    pub assigned_to: String,
    pub active: bool,
    pub value: Option<Sum>,
    /// Whole days in this phase.
    pub days: i64,
    /// Whether something is still to be done for it.
    pub planned: bool,
}

impl Board {
    /// Moves a card to the top of another column, with its value; `false` where there is nothing to move.
    pub fn move_card(&mut self, id: RecordId, to: usize) -> bool {
        let place = self.columns.iter().enumerate().find_map(|(n, column)| {
            let at = column.cards.iter().position(|card| card.id == id)?;
            Some((n, at))
        });
        let Some((from, at)) = place.filter(|(from, _)| *from != to && to < self.columns.len())
        else {
            return false;
        };
        let mut card = self.columns[from].cards.remove(at);
        card.days = 0;
        self.columns[from].count(&card, -1);
        self.columns[to].count(&card, 1);
        self.columns[to].cards.insert(0, card);
        true
    }

    pub fn card(&self, id: RecordId) -> Option<(usize, &Card)> {
        let mut columns = self.columns.iter().enumerate();
        columns.find_map(|(n, column)| {
            let card = column.cards.iter().find(|card| card.id == id)?;
            Some((n, card))
        })
    }
}

impl Column {
    /// Counts a card in or out.
    fn count(&mut self, card: &Card, sign: i64) {
        self.total += sign;
        let Some(value) = &card.value else { return };
        let amount = value.amount * Decimal::from(sign);
        match self
            .sums
            .iter_mut()
            .find(|sum| sum.currency == value.currency)
        {
            Some(sum) => sum.amount += amount,
            None => self.sums.push(Sum {
                currency: value.currency.clone(),
                amount,
            }),
        }
        self.sums.retain(|sum| !sum.amount.is_zero());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(name: &str, status: Status) -> Phase {
        Phase {
            id: Uuid::from_u128(name.len() as u128),
            name: name.into(),
            status,
            probability: 10,
            rotting_days: Some(7),
        }
    }

    fn board() -> Board {
        let card = Card {
            id: RecordId(Uuid::from_u128(1)),
            title: "One".into(),
            customer: String::new(),
            assigned_to: String::new(),
            active: true,
            value: Some(Sum {
                currency: "EUR".into(),
                amount: Decimal::from(5),
            }),
            days: 3,
            planned: true,
        };
        let column = |name, cards: Vec<Card>| Column {
            phase: phase(name, Status::Open),
            total: i64::try_from(cards.len()).unwrap_or_default(),
            sums: cards.iter().filter_map(|card| card.value.clone()).collect(),
            cards,
        };
        Board {
            columns: vec![column("a", vec![card]), column("ab", Vec::new())],
        }
    }

    #[test]
    fn a_card_takes_its_count_and_its_value_along() {
        let mut now = board();
        let id = RecordId(Uuid::from_u128(1));
        assert!(now.move_card(id, 1));
        assert_eq!((now.columns[0].total, now.columns[1].total), (0, 1));
        assert!(now.columns[0].sums.is_empty());
        assert_eq!(now.columns[1].sums[0].amount, Decimal::from(5));
        assert_eq!(now.card(id).map(|(n, card)| (n, card.days)), Some((1, 0)));
        assert!(now.move_card(id, 0));
        let mut before = board();
        before.columns[0].cards[0].days = 0;
        assert_eq!(now, before);
    }

    #[test]
    fn what_is_not_there_is_not_moved() {
        let mut now = board();
        assert!(!now.move_card(RecordId(Uuid::nil()), 1));
        assert!(!now.move_card(RecordId(Uuid::from_u128(1)), 2));
        assert!(!now.move_card(RecordId(Uuid::from_u128(1)), 0));
        assert_eq!(now, board());
    }

    #[test]
    fn a_deal_rots_after_the_days_of_its_open_phase() {
        assert!(!phase("a", Status::Open).rots_after(7));
        assert!(phase("a", Status::Open).rots_after(8));
        assert!(!phase("a", Status::Won).rots_after(8));
    }

    #[test]
    fn the_address_of_a_board_is_read_as_it_was_written() {
        for mine in [false, true] {
            for show in BoardQuery::STEPS {
                let query = BoardQuery { mine, show };
                let address = query.address();
                let values = address.split_once('?').map_or("", |(_, values)| values);
                let get = |name: &str| {
                    let mut pairs = values.split('&').filter_map(|pair| pair.split_once('='));
                    pairs
                        .find(|(known, _)| *known == name)
                        .map(|(_, value)| value)
                };
                assert_eq!(BoardQuery::read(get), query);
            }
        }
        assert_eq!(BoardQuery::read(|_| Some("7")).show, 20);
    }
}
