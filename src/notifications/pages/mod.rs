//! What one sees of notifications: the bell above every page, the page of all of them, what one wants to be told, and the page
//! behind the link that ends mails.

mod absence;
mod bell;
mod list;
mod live;
mod mine;
mod queue;
mod shown;
mod unsubscribe;

pub use bell::Bell;
pub use list::NotificationsPage;
pub use live::Live;
pub use mine::MyNotificationsPage;
pub use queue::Queue;
pub use unsubscribe::UnsubscribePage;
#[cfg(feature = "ssr")]
pub use unsubscribe::ended;
