//! What only projects show: their board, a column per status.
//! The list, the forms and a project's page are those of all record kinds.

use super::api;
use crate::{
    model::{RecordKind, catalogue::STATUS},
    records::pages::BoardOf,
    texts,
};

texts! {
    PROJECTS_BOARD = "Projects by status" | "Projets par statut" | "Projecten per status";
    MOVE_CHOSEN = "Move the chosen project" | "Déplacer le projet choisi" | "Het gekozen project verplaatsen";
    NO_PROJECTS = "No projects" | "Aucun projet" | "Geen projecten";
}

pub static PROJECTS: BoardOf = BoardOf {
    kind: RecordKind::Project,
    title: PROJECTS_BOARD,
    column: STATUS,
    move_chosen: MOVE_CHOSEN,
    none: NO_PROJECTS,
    action: "/api/move_project",
    input: "status",
    load: |query| Box::pin(api::projects_board(query)),
    send: |id, status, _| Box::pin(api::move_project(id, status)),
    why: None,
};
