//! What several routes of this site share. It lies in the private folder `app/_lib`, which is never served.

#[path = "../app/_lib/articles.rs"]
pub mod articles;
#[path = "../app/_lib/users.rs"]
pub mod users;
