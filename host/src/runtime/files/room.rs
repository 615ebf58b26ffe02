//! Room for a change of a directory, asked for before the change: within what the limits leave, or
//! not at all. It changes nothing itself.

use std::{fs::File, io, sync::Arc};

use tokio::sync::OwnedRwLockReadGuard;

use super::{
    Turns,
    caller::{Caller, Refused},
    ledger::{Change, Ledger},
    tally::Space,
};

/// Where room is asked for, and by whom.
#[derive(Clone)]
pub(super) struct Room {
    pub(super) ledger: Arc<Ledger>,
    pub(super) most: Space,
    pub(super) turns: Turns,
    pub(super) caller: Arc<Caller>,
}

/// What a change needs room for.
#[derive(Clone)]
pub(super) enum Wanted {
    /// Nothing: it makes less, or moves what is there.
    Nothing,
    /// A new name.
    Entry,
    /// A file that then reaches to this byte.
    UpTo(Arc<File>, u64),
    /// So many bytes behind the end of a file.
    More(u64),
}

/// There is no room. Also the error of a stream that could not write for that reason.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoRoom {
    /// A limit is reached.
    #[error("the directory holds as much as its limit allows")]
    Full,
    /// The file cannot be looked at.
    #[error("the file cannot be looked at")]
    Io(#[source] io::Error),
}

impl Room {
    /// Takes room for a change, which then has to be made while what is returned is held.
    pub(super) async fn take(&self, wanted: &Wanted) -> Result<Change, NoRoom> {
        let counts = self.ledger.counts();
        if let Some(change) = self.attempt(wanted).await? {
            return Ok(change);
        }
        self.ledger.count_since(counts).await;
        match self.attempt(wanted).await? {
            Some(change) => Ok(change),
            None => Err(self.full()),
        }
    }

    async fn attempt(&self, wanted: &Wanted) -> Result<Option<Change>, NoRoom> {
        let still: OwnedRwLockReadGuard<()> = self.ledger.still().await;
        let space = self.space(wanted).await.map_err(NoRoom::Io)?;
        if !Space::default().has_room(space, self.most) {
            return Err(self.full());
        }
        Ok(self.ledger.take(still, space, self.most))
    }

    async fn space(&self, wanted: &Wanted) -> io::Result<Space> {
        match wanted {
            Wanted::Nothing => Ok(Space::default()),
            Wanted::Entry => Ok(Space::ENTRY),
            Wanted::More(bytes) => Ok(Space { bytes: *bytes, entries: 0 }),
            Wanted::UpTo(file, end) => {
                let (file, end) = (file.clone(), *end);
                let _turn = self.turns.take().await;
                let length = tokio::task::spawn_blocking(move || file.metadata().map(|found| found.len()));
                let length = length.await.map_err(io::Error::other)??;
                Ok(Space { bytes: end.saturating_sub(length), entries: 0 })
            }
        }
    }

    fn full(&self) -> NoRoom {
        self.caller.tell(Refused::Full);
        NoRoom::Full
    }
}
