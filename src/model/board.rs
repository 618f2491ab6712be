//! A board: the records of a kind in columns, by how far they are, those that are closed for some days only.
//! Which columns there are is the kind's own: the phases of deals, the states of projects.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{RecordId, RecordKind};

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

    pub fn address(self, kind: RecordKind) -> String {
        let segment = self.mine.then_some("segment=mine".to_owned());
        let show = (self.show != Self::STEPS[0]).then(|| format!("show={}", self.show));
        let query: Vec<String> = segment.into_iter().chain(show).collect();
        let board = format!("/{}/board", kind.path());
        if query.is_empty() {
            board
        } else {
            format!("{board}?{}", query.join("&"))
        }
    }

    /// The same with more cards, if there is such.
    pub fn more(self) -> Option<Self> {
        let show = Self::STEPS.into_iter().find(|step| *step > self.show)?;
        Some(Self { show, ..self })
    }
}

/// What the reader sees of a kind's records.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Board {
    pub columns: Vec<Column>,
}

/// What has become of that which stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    Open,
    /// Closed, as it was meant to be.
    Good,
    /// Closed, and it came to nothing.
    Bad,
}

/// One place of the board with its records; of closed ones those of the last 30 days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// What a record has that stands here: the id of a phase, a status.
    pub key: String,
    /// As its reader reads it.
    pub name: String,
    pub state: State,
    /// What stays here for more days rots; `None`: never.
    pub rotting_days: Option<i64>,
    /// How many records there are, shown or not.
    pub total: i64,
    pub sums: Vec<Sum>,
    pub cards: Vec<Card>,
}

/// What a column's records are worth in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// ISO 4217
    pub currency: String,
    pub amount: Decimal,
}

/// A record on the board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub id: RecordId,
    pub title: String,
    pub customer: String,
    /// Who is responsible: their names, and whether they are active.
    pub people: Vec<(String, bool)>,
    pub value: Option<Sum>,
    pub due: Option<NaiveDate>,
    /// Whether that day is over, where the reader's account is.
    pub overdue: bool,
    /// Whole days in this column, where that is known.
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
    /// One in which nothing stands yet.
    pub fn new(key: String, name: String, state: State, rotting_days: Option<i64>) -> Self {
        Self {
            key,
            name,
            state,
            rotting_days,
            total: 0,
            sums: Vec::new(),
            cards: Vec::new(),
        }
    }

    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Whether it has been here for too long.
    pub fn rots(&self, card: &Card) -> bool {
        self.is_open() && self.rotting_days.is_some_and(|most| card.days > most)
    }

    /// Whether it should have been done before today.
    pub fn is_overdue(&self, card: &Card) -> bool {
        self.is_open() && card.overdue
    }

    /// Whether nobody has said what is to be done for it.
    pub fn is_unplanned(&self, card: &Card) -> bool {
        self.is_open() && !card.planned
    }

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
    use uuid::Uuid;

    use super::*;

    fn column(name: &str, state: State, cards: Vec<Card>) -> Column {
        Column {
            total: i64::try_from(cards.len()).unwrap_or_default(),
            sums: cards.iter().filter_map(|card| card.value.clone()).collect(),
            cards,
            ..Column::new(name.into(), name.into(), state, Some(7))
        }
    }

    fn card() -> Card {
        Card {
            id: RecordId(Uuid::from_u128(1)),
            title: "One".into(),
            customer: String::new(),
            people: Vec::new(),
            value: Some(Sum {
                currency: "EUR".into(),
                amount: Decimal::from(5),
            }),
            due: None,
            overdue: false,
            days: 3,
            planned: true,
        }
    }

    fn board() -> Board {
        Board {
            columns: vec![
                column("a", State::Open, vec![card()]),
                column("ab", State::Open, Vec::new()),
            ],
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
    fn what_is_closed_neither_rots_nor_is_overdue_nor_wants_a_plan() {
        let late = Card {
            days: 8,
            overdue: true,
            planned: false,
            ..card()
        };
        for (state, needs) in [
            (State::Open, true),
            (State::Good, false),
            (State::Bad, false),
        ] {
            let column = column("a", state, Vec::new());
            assert_eq!(column.rots(&late), needs);
            assert_eq!(column.is_overdue(&late), needs);
            assert_eq!(column.is_unplanned(&late), needs);
        }
        let on_time = Card { days: 7, ..card() };
        let column = column("a", State::Open, Vec::new());
        assert!(!column.rots(&on_time) && !column.is_overdue(&on_time));
        assert!(!column.is_unplanned(&on_time));
    }

    #[test]
    fn the_address_of_a_board_is_read_as_it_was_written() {
        for kind in [RecordKind::Deal, RecordKind::Project] {
            for mine in [false, true] {
                for show in BoardQuery::STEPS {
                    let query = BoardQuery { mine, show };
                    let address = query.address(kind);
                    let (board, values) = address.split_once('?').unwrap_or((&address, ""));
                    assert_eq!(board, format!("/{}/board", kind.path()));
                    let get = |name: &str| {
                        let mut pairs = values.split('&').filter_map(|pair| pair.split_once('='));
                        pairs
                            .find(|(known, _)| *known == name)
                            .map(|(_, value)| value)
                    };
                    assert_eq!(BoardQuery::read(get), query);
                }
            }
        }
        assert_eq!(BoardQuery::read(|_| Some("7")).show, 20);
    }
}
