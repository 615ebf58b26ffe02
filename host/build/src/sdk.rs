//! The Rust SDK and the WIT that this program carries, unpacked into a site. It never touches a site
//! that takes its SDK from elsewhere.
use crate::{Fault, Progress};
use std::path::Path;
pub(crate) struct SdkError;
impl SdkError {
    pub(crate) fn into_fault(self, _site: &Path) -> Fault {
        Fault::new("", "", "", "")
    }
}
pub(crate) fn unpack_if_needed(_site: &Path, _progress: Progress<'_>) -> Result<(), SdkError> {
    Ok(())
}
