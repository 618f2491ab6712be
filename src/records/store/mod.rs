//! The SQL of all record kinds, written from the field catalogue. Reads run as the viewer, who sees what
//! the policies let him see; nothing here decides visibility.

mod absences;
mod activity;
mod as_of;
mod bin;
mod board;
mod catalogue;
mod cells;
mod concerned;
mod custom;
mod duties;
mod filter;
mod hand_over;
mod links;
mod list;
mod many;
mod merge;
mod messages;
mod mine;
mod narrow;
mod next_steps;
mod notes;
mod people;
mod pipeline;
mod proposed;
mod read;
mod resolve;
mod responsible;
mod rules;
mod search;
mod segments;
mod select;
mod shared;
mod statistic;
mod timeline;
mod write;

pub use absences::{Away, away_now};
pub use activity::{
    chosen, created, happened, happened_where, mark_active, write_received, write_reply,
};
pub use bin::{belonging, bin, delete, is_untouched, put_into_bin, restore};
pub use board::{Holds, OnBoard, board};
pub use catalogue::{catalogue, catalogues, custom_fields};
pub use concerned::{Action, Concern, Concerns, concerned, facts_of};
pub use custom::{Storage, still};
pub use duties::Duties;
pub use filter::{Clock, Filter, known};
pub use hand_over::{PATIENCE, Shares, hand_over, held_by, orphans};
pub use links::{Ends, LinkForm, link, links, unlink};
pub use list::{list, push_listed, related, shown as columns};
pub use many::{UserField, give, mark_all, other_role, people_of, put_people, retag};
pub use mine::responsibilities;
pub use narrow::Narrowed;
pub use next_steps::{StepForm, delete_step, finish_step, next_steps, save_step, today};
pub use notes::{NoteForm, delete_note, mentionable, save_note};
pub use people::{
    colleagues, colleagues_with_email, everybody, everybody_ever, everybody_with_email, may_hold,
};
pub use pipeline::{Move, move_to, phases};
pub use proposed::proposed;
pub use read::{because, editable, may_edit, names, record};
pub use resolve::{Resolved, choices, exact_names, record_by_id, resolve, shown, the_one};
pub use responsible::{ChooseResponsible, set_responsible};
pub use rules::complete;
pub use search::{search, suggest, suggest_any};
pub use segments::{saved_segment, saved_segments, segment_links};
pub use select::{Columns, fixed};
pub use shared::{ChangePeople, change_people};
pub use statistic::{aged, working_hours};
pub use timeline::{activity, entries};
pub use write::{Draft, Happened, SaveForm, begins_with, insert, overwrite, prepare, save};
