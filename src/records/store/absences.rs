//! Who is away now, and who stands in for him: whoever is there at the end of the chain. An absence counts from the beginning of its
//! first day to the end of its last, in the time zone of whoever is away, and is over by itself.

use std::collections::HashMap;

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::model::{AccountId, AppError, UserId};

/// Chains of stand-ins end; who makes a longer one is told no further.
const CHAIN: usize = 10;

/// Somebody who is away now.
struct Absent {
    until: NaiveDate,
    stand_in: Option<(UserId, String)>,
}

/// Everybody of an account who is away now.
#[derive(Default)]
pub struct Away(HashMap<UserId, Absent>);

pub async fn away_now(connection: &mut PgConnection, account: AccountId) -> Result<Away, AppError> {
    // Somebody deactivated stands in for nobody.
    let rows: Vec<(Uuid, NaiveDate, Option<Uuid>, Option<String>)> = sqlx::query_as(
        "select a.user_id, a.until_on, s.id, s.full_name
         from absences a join users u on u.account_id = a.account_id and u.id = a.user_id
         left join users s on s.account_id = a.account_id and s.id = a.stand_in_id and s.active
         where a.account_id = $1 and (now() at time zone u.time_zone)::date between a.from_on and a.until_on",
    )
    .bind(account.0)
    .fetch_all(connection)
    .await?;
    let absent =
        |(user, until, stand_in, name): (Uuid, NaiveDate, Option<Uuid>, Option<String>)| {
            let stand_in = stand_in.map(UserId).zip(name);
            (UserId(user), Absent { until, stand_in })
        };
    Ok(Away(rows.into_iter().map(absent).collect()))
}

impl Away {
    /// The last day of his absence.
    pub fn until(&self, user: UserId) -> Option<NaiveDate> {
        Some(self.0.get(&user)?.until)
    }

    /// Who stands in for somebody who is away, with his name. Where everybody of the chain is away it is the last of them, who
    /// finds it when he is back: nothing is told to nobody.
    pub fn stand_in(&self, user: UserId) -> Option<(UserId, &str)> {
        let mut last = None;
        let mut at = user;
        for _ in 0..CHAIN {
            let Some((next, name)) = self.0.get(&at).and_then(|absent| absent.stand_in.as_ref())
            else {
                break;
            };
            // Circles are refused when an absence is saved; a time zone that changes later may close one.
            if *next == user {
                break;
            }
            last = Some((*next, name.as_str()));
            at = *next;
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use uuid::Uuid;

    use super::{Absent, Away};
    use crate::model::UserId;

    fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    /// Who is away, each with whoever stands in for him.
    fn away(pairs: &[(u128, Option<u128>)]) -> Away {
        let absent = |(who, stand_in): &(u128, Option<u128>)| {
            let stand_in = stand_in.map(|n| (user(n), n.to_string()));
            let until = NaiveDate::default();
            (user(*who), Absent { until, stand_in })
        };
        Away(pairs.iter().map(absent).collect())
    }

    fn stand_in(pairs: &[(u128, Option<u128>)]) -> Option<UserId> {
        away(pairs).stand_in(user(1)).map(|(user, _)| user)
    }

    #[test]
    fn a_chain_leads_to_whoever_is_there() {
        assert_eq!(stand_in(&[]), None);
        assert_eq!(stand_in(&[(1, None)]), None);
        assert_eq!(stand_in(&[(1, Some(2))]), Some(user(2)));
        assert_eq!(stand_in(&[(1, Some(2)), (2, Some(3))]), Some(user(3)));
        // The one in the middle is back.
        assert_eq!(stand_in(&[(1, Some(2)), (3, Some(4))]), Some(user(2)));
    }

    #[test]
    fn where_all_of_a_chain_are_away_the_last_of_them_is_told() {
        assert_eq!(stand_in(&[(1, Some(2)), (2, None)]), Some(user(2)));
        assert_eq!(
            stand_in(&[(1, Some(2)), (2, Some(3)), (3, None)]),
            Some(user(3))
        );
    }

    #[test]
    fn a_circle_ends_before_it_begins_again() {
        assert_eq!(stand_in(&[(1, Some(2)), (2, Some(1))]), Some(user(2)));
        assert!(stand_in(&[(1, Some(2)), (2, Some(3)), (3, Some(2))]).is_some());
    }
}
