//! `lock DIR`: writes down what the components of a directory are and may do.

use std::path::{Path, PathBuf};

use routelet::site::lock::{LOCK_FILE, Lock};

use super::{Exit, LockArgs, Screen, Stop, files, load};

/// Writes the lock file of a site without faults.
pub(super) async fn lock(args: &LockArgs, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    let site = load::site(&args.dir, &args.settings).await?;
    let faults = site.faults();
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let lock = site.lock();
    let file = place(&args.dir, args.lock_file.as_deref());
    files::replace(&file, lock.to_string().as_bytes())?;
    screen.result(format_args!("locked {} components in {}", lock.len(), file.display()))?;
    Ok(Exit::Done)
}

/// The lock of a directory, as it was written.
pub(super) fn read(dir: &Path, named: Option<&Path>) -> Result<Lock, routelet::Fault> {
    let file = place(dir, named);
    let way_out = format!("write it with `routelet lock {}`", dir.display());
    let text = files::read(&file).map_err(|fault| fault.way_out(way_out))?;
    Lock::parse(&file, &String::from_utf8_lossy(&text))
}

fn place(dir: &Path, named: Option<&Path>) -> PathBuf {
    named.map_or_else(|| dir.join(LOCK_FILE), Path::to_owned)
}
