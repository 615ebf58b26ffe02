//! Which route answers a path, and which methods it has.
//!
//! Pure: it reads no file, waits for nothing and knows no status code. A folder's name becomes a
//! [`Segment`], the folders of a file a [`Pattern`], all patterns a [`RouteTable`]; text from the
//! wire becomes a [`RequestPath`], which the table answers with a [`Match`].
//!
//! ```
//! use routelet::routing::{PathRules, Pattern, RequestPath, RouteTable};
//!
//! let mut table = RouteTable::new();
//! let pattern = Pattern::parse("/users/[id]").unwrap();
//! table.insert(pattern, "app/users/[id]/route.wasm", "the user").unwrap();
//!
//! let path = RequestPath::parse("/users/J%C3%BCrgen", &PathRules::default()).unwrap();
//! let found = table.find(&path).unwrap();
//! assert_eq!(found.value, &"the user");
//! assert_eq!(found.params.get("id"), Some(&["Jürgen".to_string()][..]));
//! ```

mod conflict;
mod escape;
mod methods;
mod params;
mod path;
mod pattern;
mod segment;
mod table;

pub use conflict::{Clash, Conflict};
pub use escape::EscapeError;
pub use methods::{Answer, Method, Methods};
pub use params::{Param, Params};
pub use path::{BasePathError, Malformed, PathError, PathRules, RequestPath};
pub use pattern::{Pattern, PatternError, SEGMENTS_MAX};
pub use segment::{Folder, Segment, SegmentError};
pub use table::{Match, Route, RouteTable, Step, VISITS_MAX};
