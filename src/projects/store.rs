//! Projects in the database, beyond what all kinds share: the board, and moving from status to status.
//! Everything is read as the viewer; whoever may not change a project does not move it.

use std::collections::BTreeMap;

use crate::{
    model::{
        AppError, RecordId, RecordKind,
        board::{Board, BoardQuery, Column, State},
        catalogue::{CLOSED, STATUSES},
        conflict::Base,
    },
    records::store::{self, Holds, OnBoard, SaveForm},
    server::database::Viewing,
};

const KIND: RecordKind = RecordKind::Project;

const ON_BOARD: OnBoard = OnBoard {
    kind: KIND,
    place: "r.status",
    since: "r.closed_at",
    worth: None,
    cells: "r.due_date as due, 0::bigint as days,
       (select jsonb_agg(jsonb_build_array(u.full_name, u.active) order by v.n, u.id)
         from project_user_values v join users u on u.account_id = v.account_id and u.id = v.value
         where v.account_id = r.account_id and v.record_id = r.id and v.field_id = managers()) as people",
    order: "r.due_date, r.id",
};

/// What has become of a project with this status.
fn state(status: &str) -> State {
    match status {
        "done" => State::Good,
        other if CLOSED.contains(&other) => State::Bad,
        _ => State::Open,
    }
}

/// All states with what the viewer sees in them.
pub async fn board(tx: &mut Viewing, query: BoardQuery) -> Result<Board, AppError> {
    let language = tx.actor().language;
    let places = STATUSES.iter().map(|status| {
        let (code, name) = (status.code.to_owned(), status.label.get(language));
        let column = Column::new(code.clone(), name.to_owned(), state(&code), None);
        (Holds::Code(code), column)
    });
    store::board(tx, query, &ON_BOARD, places.collect()).await
}

/// Saves a status over whatever the project is now: of who moves it nobody asks what he has seen of the rest.
pub async fn move_to(tx: Viewing, id: RecordId, status: String) -> Result<(), AppError> {
    let form = SaveForm {
        kind: KIND,
        id,
        version: None,
        typed: &BTreeMap::from([("status".to_owned(), status)]),
        base: &Base::default(),
        confirmed: false,
    };
    store::save(tx, form).await.map(drop)
}
