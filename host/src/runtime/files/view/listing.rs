//! Where a guest begins, the directories it is granted, and how it lists them, one listing beside
//! not too many others. It opens and changes no file.

use std::sync::atomic::Ordering;

use wasmtime::component::Resource;
use wasmtime_wasi::{
    filesystem::Descriptor,
    p2::{
        FsResult, ReaddirIterator,
        bindings::filesystem::{
            preopens,
            types::{DirectoryEntry, ErrorCode, HostDirectoryEntryStream},
        },
    },
};

use super::{FilesView, Refused};

/// Listings one guest may have open: each holds the names of a whole directory in host memory. A
/// walk down a tree holds one for each level.
const LISTINGS_MAX: usize = 8;

impl preopens::Host for FilesView<'_> {
    fn get_directories(&mut self) -> wasmtime::Result<Vec<(Resource<Descriptor>, String)>> {
        let route = self.files.route.clone();
        if route.directories.is_empty() && !route.told_ungranted.swap(true, Ordering::Relaxed) {
            // Said once: guests ask out of habit, most of them for nothing.
            tracing::info!(event = "files_ungranted", route = %route.pattern, missing = "files = [{ from = \"...\", at = \"...\" }]");
        }
        let mut directories = Vec::new();
        for (number, directory) in route.directories.iter().enumerate() {
            let descriptor = directory.descriptor();
            let fd = self.table.push(descriptor.clone())?;
            self.files.seats.hold(fd.rep(), number, &descriptor, None);
            directories.push((fd, directory.grant.at.clone()));
        }
        Ok(directories)
    }
}

impl FilesView<'_> {
    /// Whether the guest may open one more listing.
    pub(super) fn listing_allowed(&self) -> FsResult<()> {
        if self.files.listings >= LISTINGS_MAX {
            self.files.caller().tell(Refused::TooManyOpen);
            return Err(ErrorCode::InsufficientMemory.into());
        }
        Ok(())
    }
}

impl HostDirectoryEntryStream for FilesView<'_> {
    async fn read_directory_entry(&mut self, listing: Resource<ReaddirIterator>) -> FsResult<Option<DirectoryEntry>> {
        self.wasi().read_directory_entry(listing).await
    }

    fn drop(&mut self, listing: Resource<ReaddirIterator>) -> wasmtime::Result<()> {
        self.files.listings = self.files.listings.saturating_sub(1);
        HostDirectoryEntryStream::drop(&mut self.wasi(), listing)
    }
}
