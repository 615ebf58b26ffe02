//! The file system as a guest calls it: wasmtime's own, behind the grants and limits of its route.

use std::{cell::OnceCell, fs::File, sync::Arc};

use wasmtime::component::{HasData, Resource, ResourceTable};
use wasmtime_wasi::{
    filesystem::{Descriptor, WasiFilesystemCtx, WasiFilesystemCtxView},
    p2::{
        DynInputStream, DynOutputStream, FsError, FsResult, ReaddirIterator,
        bindings::filesystem::types::{
            self, Advice, DescriptorFlags, DescriptorStat, DescriptorType, ErrorCode, HostDescriptor,
            MetadataHashValue, NewTimestamp, OpenFlags, PathFlags,
        },
    },
};

use super::{
    FilesRoute, Turn,
    caller::{Caller, Refused},
    ledger::Change,
    room::{NoRoom, Room, Wanted},
    seats::{Seat, Seats},
    streams::{FileReader, FileWriter},
};
use crate::policy::{FilesGrant, files::Access};

mod listing;

/// What one guest has of the directories of its route.
pub(crate) struct GuestFiles {
    route: Arc<FilesRoute>,
    request_id: Arc<str>,
    /// Made with the first call.
    caller: OnceCell<Arc<Caller>>,
    seats: Seats,
    listings: usize,
    wasi: WasiFilesystemCtx,
}

impl GuestFiles {
    /// A guest that has opened nothing yet.
    pub(crate) fn new(route: Arc<FilesRoute>) -> Self {
        Self {
            request_id: Arc::default(),
            caller: OnceCell::new(),
            route,
            seats: Seats::default(),
            listings: 0,
            wasi: WasiFilesystemCtx::default(),
        }
    }

    /// From now on the guest works on behalf of this request.
    pub(crate) fn begin_request(&mut self, request_id: &Arc<str>) {
        self.request_id = request_id.clone();
        self.caller = OnceCell::new();
    }

    /// Whether the guest holds anything open beside the directories it was given.
    pub(crate) fn has_open(&mut self) -> bool {
        self.seats.has_taken()
    }

    fn caller(&self) -> &Arc<Caller> {
        self.caller.get_or_init(|| Arc::new(Caller::new(self.route.pattern.clone(), self.request_id.clone())))
    }

    /// The view of a guest whose resources lie in `table`.
    pub(crate) fn view<'a>(&'a mut self, table: &'a mut ResourceTable) -> FilesView<'a> {
        FilesView { files: self, table }
    }
}

/// The host's side of a guest's calls.
pub(crate) struct FilesView<'a> {
    files: &'a mut GuestFiles,
    table: &'a mut ResourceTable,
}

/// For the linker: what a guest's calls find.
pub(crate) struct HasFiles;

impl HasData for HasFiles {
    type Data<'a> = FilesView<'a>;
}

impl FilesView<'_> {
    fn wasi(&mut self) -> WasiFilesystemCtxView<'_> {
        WasiFilesystemCtxView { ctx: &mut self.files.wasi, table: self.table }
    }

    async fn turn(&mut self) -> Turn {
        self.files.route.turns.take().await
    }

    fn directory(&self, fd: &Resource<Descriptor>) -> FsResult<usize> {
        self.files.seats.directory(fd.rep()).ok_or_else(|| ErrorCode::BadDescriptor.into())
    }

    /// The directory of a descriptor that may be changed.
    fn writable(&self, fd: &Resource<Descriptor>) -> FsResult<usize> {
        let directory = self.directory(fd)?;
        let grant = &self.files.route.directories[directory].grant;
        if grant.access >= Access::ReadWrite {
            return Ok(directory);
        }
        let missing = FilesGrant { access: Access::ReadWrite, ..grant.clone() };
        self.files.caller().tell(Refused::Denied(format!("files = [{}]", missing.written())));
        Err(ErrorCode::NotPermitted.into())
    }

    /// The directory that holds both: what is in one leaves its limits only by being copied.
    fn writable_both(&self, one: &Resource<Descriptor>, other: &Resource<Descriptor>) -> FsResult<usize> {
        let (directory, other) = (self.writable(one)?, self.writable(other)?);
        if directory == other { Ok(directory) } else { Err(ErrorCode::CrossDevice.into()) }
    }

    fn room(&self, directory: usize) -> Room {
        let route = &self.files.route;
        Room {
            ledger: route.directories[directory].ledger.clone(),
            most: route.most,
            turns: route.turns.clone(),
            caller: self.files.caller().clone(),
        }
    }

    async fn change(&mut self, directory: usize, wanted: Wanted) -> FsResult<Change> {
        let room = self.room(directory);
        room.take(&wanted).await.map_err(refused)
    }

    fn file(&self, fd: &Resource<Descriptor>) -> FsResult<Arc<File>> {
        match self.table.get(fd)? {
            Descriptor::File(file) => Ok(file.file.clone()),
            Descriptor::Dir(_) => Err(ErrorCode::BadDescriptor.into()),
        }
    }

    fn seat(&mut self) -> FsResult<Seat> {
        let seat = self.files.seats.take(&self.files.route.open);
        seat.ok_or_else(|| {
            self.files.caller().tell(Refused::TooManyOpen);
            ErrorCode::InsufficientMemory.into()
        })
    }

    /// Whether there is something of this name. A pipe or a device is refused: to open it could
    /// wait for ever, and it is nothing that was meant by granting files.
    async fn is_there(&mut self, fd: &Resource<Descriptor>, flags: PathFlags, path: &str) -> FsResult<bool> {
        let _turn = self.turn().await;
        let directory = Resource::new_borrow(fd.rep());
        match self.wasi().stat_at(directory, flags, path.to_owned()).await {
            // What is wrong with the name is said by opening it.
            Err(_) => Ok(false),
            Ok(found) => match found.type_ {
                DescriptorType::RegularFile | DescriptorType::Directory | DescriptorType::SymbolicLink => Ok(true),
                _ => {
                    self.files.caller().tell(Refused::Irregular);
                    Err(ErrorCode::NotPermitted.into())
                }
            },
        }
    }

    /// Takes an opened descriptor into the books.
    fn hold(&mut self, fd: &Resource<Descriptor>, directory: usize, seat: Option<Seat>) -> FsResult<()> {
        let descriptor = self.table.get(fd)?;
        if let Descriptor::File(file) = descriptor {
            self.files.route.directories[directory].ledger.opened(&file.file);
        }
        self.files.seats.hold(fd.rep(), directory, descriptor, seat);
        Ok(())
    }

    fn write_stream(
        &mut self,
        fd: &Resource<Descriptor>,
        stream: Resource<DynOutputStream>,
        at: Option<u64>,
    ) -> FsResult<Resource<DynOutputStream>> {
        let room = self.room(self.directory(fd)?);
        let writer = FileWriter::new(self.table.delete(stream)?, self.file(fd)?, at, room);
        let writer: DynOutputStream = Box::new(writer);
        Ok(self.table.push(writer)?)
    }
}

fn refused(error: NoRoom) -> FsError {
    match error {
        NoRoom::Full => ErrorCode::Quota.into(),
        NoRoom::Io(error) => error.into(),
    }
}

/// A change that failed takes no room.
fn settled<T>(change: Change, result: FsResult<T>) -> FsResult<T> {
    if result.is_err() {
        change.undo();
    }
    result
}

/// Calls that change nothing: each is wasmtime's own, in its turn.
macro_rules! in_turn {
    ($($name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {$(
        async fn $name(&mut self, fd: Resource<Descriptor>, $($argument: $type),*) -> $result {
            let _turn = self.turn().await;
            self.wasi().$name(fd, $($argument),*).await
        }
    )*};
}

impl types::Host for FilesView<'_> {
    fn convert_error_code(&mut self, error: FsError) -> wasmtime::Result<ErrorCode> {
        error.downcast()
    }

    fn filesystem_error_code(&mut self, error: Resource<wasmtime::Error>) -> wasmtime::Result<Option<ErrorCode>> {
        match self.table.get(&error)?.downcast_ref::<NoRoom>() {
            Some(NoRoom::Full) => Ok(Some(ErrorCode::Quota)),
            Some(NoRoom::Io(_)) => Ok(Some(ErrorCode::Io)),
            None => self.wasi().filesystem_error_code(error),
        }
    }
}

impl HostDescriptor for FilesView<'_> {
    in_turn! {
        advise(offset: u64, length: u64, advice: Advice) -> FsResult<()>;
        sync_data() -> FsResult<()>;
        sync() -> FsResult<()>;
        get_flags() -> FsResult<DescriptorFlags>;
        get_type() -> FsResult<DescriptorType>;
        read(length: u64, offset: u64) -> FsResult<(Vec<u8>, bool)>;
        stat() -> FsResult<DescriptorStat>;
        stat_at(flags: PathFlags, path: String) -> FsResult<DescriptorStat>;
        readlink_at(path: String) -> FsResult<String>;
        is_same_object(other: Resource<Descriptor>) -> wasmtime::Result<bool>;
        metadata_hash() -> FsResult<MetadataHashValue>;
        metadata_hash_at(flags: PathFlags, path: String) -> FsResult<MetadataHashValue>;
    }

    async fn set_size(&mut self, fd: Resource<Descriptor>, size: u64) -> FsResult<()> {
        let directory = self.writable(&fd)?;
        let _change = self.change(directory, Wanted::UpTo(self.file(&fd)?, size)).await?;
        let _turn = self.turn().await;
        self.wasi().set_size(fd, size).await
    }

    async fn set_times(
        &mut self,
        fd: Resource<Descriptor>,
        accessed: NewTimestamp,
        modified: NewTimestamp,
    ) -> FsResult<()> {
        self.writable(&fd)?;
        let _turn = self.turn().await;
        self.wasi().set_times(fd, accessed, modified).await
    }

    async fn set_times_at(
        &mut self,
        fd: Resource<Descriptor>,
        flags: PathFlags,
        path: String,
        accessed: NewTimestamp,
        modified: NewTimestamp,
    ) -> FsResult<()> {
        self.writable(&fd)?;
        let _turn = self.turn().await;
        self.wasi().set_times_at(fd, flags, path, accessed, modified).await
    }

    async fn write(&mut self, fd: Resource<Descriptor>, bytes: Vec<u8>, offset: u64) -> FsResult<u64> {
        let directory = self.writable(&fd)?;
        let end = offset.saturating_add(bytes.len() as u64);
        let _change = self.change(directory, Wanted::UpTo(self.file(&fd)?, end)).await?;
        let _turn = self.turn().await;
        self.wasi().write(fd, bytes, offset).await
    }

    async fn read_directory(&mut self, fd: Resource<Descriptor>) -> FsResult<Resource<ReaddirIterator>> {
        self.listing_allowed()?;
        let _turn = self.turn().await;
        let listing = self.wasi().read_directory(fd).await?;
        self.files.listings += 1;
        Ok(listing)
    }

    async fn create_directory_at(&mut self, fd: Resource<Descriptor>, path: String) -> FsResult<()> {
        let change = self.change(self.writable(&fd)?, Wanted::Entry).await?;
        let _turn = self.turn().await;
        settled(change, self.wasi().create_directory_at(fd, path).await)
    }

    async fn symlink_at(&mut self, fd: Resource<Descriptor>, to: String, path: String) -> FsResult<()> {
        let change = self.change(self.writable(&fd)?, Wanted::Entry).await?;
        let _turn = self.turn().await;
        settled(change, self.wasi().symlink_at(fd, to, path).await)
    }

    async fn link_at(
        &mut self,
        fd: Resource<Descriptor>,
        flags: PathFlags,
        path: String,
        new_fd: Resource<Descriptor>,
        new_path: String,
    ) -> FsResult<()> {
        let change = self.change(self.writable_both(&fd, &new_fd)?, Wanted::Entry).await?;
        let _turn = self.turn().await;
        settled(change, self.wasi().link_at(fd, flags, path, new_fd, new_path).await)
    }

    async fn rename_at(
        &mut self,
        fd: Resource<Descriptor>,
        path: String,
        new_fd: Resource<Descriptor>,
        new_path: String,
    ) -> FsResult<()> {
        let _change = self.change(self.writable_both(&fd, &new_fd)?, Wanted::Nothing).await?;
        let _turn = self.turn().await;
        self.wasi().rename_at(fd, path, new_fd, new_path).await
    }

    async fn remove_directory_at(&mut self, fd: Resource<Descriptor>, path: String) -> FsResult<()> {
        let _change = self.change(self.writable(&fd)?, Wanted::Nothing).await?;
        let _turn = self.turn().await;
        self.wasi().remove_directory_at(fd, path).await
    }

    async fn unlink_file_at(&mut self, fd: Resource<Descriptor>, path: String) -> FsResult<()> {
        let _change = self.change(self.writable(&fd)?, Wanted::Nothing).await?;
        let _turn = self.turn().await;
        self.wasi().unlink_file_at(fd, path).await
    }

    async fn open_at(
        &mut self,
        fd: Resource<Descriptor>,
        path_flags: PathFlags,
        path: String,
        open_flags: OpenFlags,
        flags: DescriptorFlags,
    ) -> FsResult<Resource<Descriptor>> {
        let changes = open_flags.intersects(OpenFlags::CREATE | OpenFlags::TRUNCATE);
        let writes = changes || flags.contains(DescriptorFlags::WRITE);
        let directory = if writes { self.writable(&fd)? } else { self.directory(&fd)? };
        let seat = self.seat()?;
        let is_there = self.is_there(&fd, path_flags, &path).await?;
        let creates = open_flags.contains(OpenFlags::CREATE) && !is_there;
        let change = match changes {
            true => Some(self.change(directory, if creates { Wanted::Entry } else { Wanted::Nothing }).await?),
            false => None,
        };
        let turn = self.turn().await;
        let opened = self.wasi().open_at(fd, path_flags, path, open_flags, flags).await;
        drop(turn);
        let opened = match change {
            Some(change) => settled(change, opened)?,
            None => opened?,
        };
        self.hold(&opened, directory, Some(seat))?;
        Ok(opened)
    }

    fn drop(&mut self, fd: Resource<Descriptor>) -> wasmtime::Result<()> {
        let number = fd.rep();
        HostDescriptor::drop(&mut self.wasi(), fd)?;
        self.files.seats.release(number);
        Ok(())
    }

    fn read_via_stream(&mut self, fd: Resource<Descriptor>, offset: u64) -> FsResult<Resource<DynInputStream>> {
        let stream = self.wasi().read_via_stream(fd, offset)?;
        let reader = FileReader::new(self.table.delete(stream)?, self.files.route.turns.clone());
        let reader: DynInputStream = Box::new(reader);
        Ok(self.table.push(reader)?)
    }

    fn write_via_stream(&mut self, fd: Resource<Descriptor>, offset: u64) -> FsResult<Resource<DynOutputStream>> {
        self.writable(&fd)?;
        let stream = self.wasi().write_via_stream(Resource::new_borrow(fd.rep()), offset)?;
        self.write_stream(&fd, stream, Some(offset))
    }

    fn append_via_stream(&mut self, fd: Resource<Descriptor>) -> FsResult<Resource<DynOutputStream>> {
        self.writable(&fd)?;
        let stream = self.wasi().append_via_stream(Resource::new_borrow(fd.rep()))?;
        self.write_stream(&fd, stream, None)
    }
}
