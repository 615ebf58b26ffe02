//! The articles that search, pagination and the feed show: a fixed table.

use serde::Serialize;

/// One article.
#[derive(Debug, Serialize)]
pub struct Article {
    /// Its place in the list, from 1.
    pub id: u64,
    /// Its headline.
    pub title: &'static str,
}

/// Every article, newest last.
pub const ALL: &[Article] = &[
    Article { id: 1, title: "A directory is a site" },
    Article { id: 2, title: "What a component may reach" },
    Article { id: 3, title: "Methods are exports" },
    Article { id: 4, title: "Limits & ceilings" },
    Article { id: 5, title: "One request, one instance" },
    Article { id: 6, title: "Streaming both ways" },
    Article { id: 7, title: "A site in six languages" },
];
