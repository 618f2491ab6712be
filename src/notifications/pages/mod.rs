//! What one sees of notifications: the bell above every page, and the page of all of them.

mod bell;
mod list;
mod live;
mod queue;
mod shown;

pub use bell::Bell;
pub use list::NotificationsPage;
pub use live::Live;
pub use queue::Queue;
