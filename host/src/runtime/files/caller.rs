//! The request on whose behalf a guest works with files, and what is logged for it: each kind of
//! refusal once.

use std::sync::{Arc, Mutex, PoisonError};

/// Whose calls these are.
pub(super) struct Caller {
    route: Arc<str>,
    request_id: Arc<str>,
    told: Mutex<Vec<Refused>>,
}

/// Why a call is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// It would change what is granted for reading only; the grant that would allow it.
    Denied(String),
    /// The directory is as full as its limits allow.
    Full,
    /// So much is open already.
    TooManyOpen,
    /// It is no file and no directory.
    Irregular,
}

/// Refusals logged for one request: a guest that meets hundreds is told apart from one that meets a few.
const REFUSALS_LOGGED_MAX: usize = 8;

impl Caller {
    pub(super) fn new(route: Arc<str>, request_id: Arc<str>) -> Self {
        Self { route, request_id, told: Mutex::default() }
    }

    /// Logs a refusal, unless this request met the same before.
    pub(super) fn tell(&self, refused: Refused) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() < REFUSALS_LOGGED_MAX && !told.contains(&refused) {
            self.log(&refused);
            told.push(refused);
        }
    }

    fn log(&self, refused: &Refused) {
        let (request_id, route) = (&self.request_id, &self.route);
        match refused {
            Refused::Denied(missing) => {
                tracing::warn!(event = "files_denied", %request_id, %route, reason = "access", %missing);
            }
            Refused::Full => {
                tracing::warn!(event = "files_refused", %request_id, %route, reason = "files-bytes or files-count");
            }
            Refused::TooManyOpen => {
                tracing::warn!(event = "files_refused", %request_id, %route, reason = "files-open");
            }
            Refused::Irregular => {
                tracing::warn!(event = "files_refused", %request_id, %route, reason = "no file and no directory");
            }
        }
    }
}
