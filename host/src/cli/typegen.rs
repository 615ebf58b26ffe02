//! `typegen SITE`: words for the types that `routelet-build` writes.

use super::{Exit, Screen, Stop, TypegenArgs, files};

/// Writes the types of a site's routes, and lists the files.
pub(super) fn typegen(args: &TypegenArgs, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    files::directory(&args.site)?;
    match routelet_build::typegen(&args.site) {
        Ok(written) if written.is_empty() => {
            screen.tell(format_args!(
                "{}: no route in TypeScript, JavaScript or Python, so no types to write",
                args.site.display()
            ));
        }
        Ok(written) => {
            for file in written {
                screen.result(args.site.join(file).display())?;
            }
        }
        Err(faults) => {
            for fault in faults {
                screen.tell(fault);
            }
            return Ok(Exit::Failed);
        }
    }
    Ok(Exit::Done)
}
