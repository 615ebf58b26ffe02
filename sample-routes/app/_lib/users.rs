//! The users of this site: a fixed table, because every request starts with fresh memory.

use serde::Serialize;

/// One user.
#[derive(Debug, Serialize)]
pub struct User {
    /// The number in `/users/[id]`.
    pub id: u64,
    /// What to call them.
    pub name: &'static str,
}

/// Everyone, by id.
pub const ALL: &[User] =
    &[User { id: 1, name: "Ada" }, User { id: 2, name: "Grace" }, User { id: 3, name: "Katherine" }];

/// The user with this id.
pub fn find(id: u64) -> Option<&'static User> {
    ALL.iter().find(|user| user.id == id)
}
