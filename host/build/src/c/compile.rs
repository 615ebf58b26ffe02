//! One route compiled and linked: its source, the sources that belong to the headers it includes, the
//! SDK. It decides neither what is due nor where the component goes.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{messages, toolchain::Compiler};
use crate::{
    Failure, Fault,
    component::{self, Uncomposed},
    dependencies::files_of_site,
    language::Job,
    process::output,
    sdk,
    singly::{Made, unwritable},
};

/// Room for what C people put on the stack, in memory that costs nothing until it is touched. Clang's
/// default for this target is 64 KiB, Zig's is 16 MiB, a quarter of what a route may use by default.
const STACK: &str = "-Wl,-z,stack-size=262144";
/// The sources of the SDK.
const SDK_SOURCES: [&str; 4] = ["memory", "request", "response", "text"];

/// What every route is made with.
#[derive(Clone, Copy)]
pub(super) struct Tools<'a> {
    pub(super) job: &'a Job<'a>,
    pub(super) compiler: &'a Compiler,
    /// Compiled once for all routes.
    pub(super) sdk: &'a [PathBuf],
}

/// The objects of the SDK in `folder`, compiled where they are missing.
pub(super) fn sdk_objects(job: &Job<'_>, compiler: &Compiler, folder: &Path) -> Result<Vec<PathBuf>, Box<Failure>> {
    let folder = folder.join(format!("sdk-{}", crate::record::digest(sdk::stamp().as_bytes())));
    let sources = sdk::folder(job.site).join("guest-sdk/c");
    let mut objects = Vec::new();
    for name in SDK_SOURCES {
        let object = folder.join(name).with_extension("o");
        if !object.is_file() {
            fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
            let unfinished = object.with_extension("part.o");
            let mut call = compiler.call(job);
            call.arg("-c").arg(sources.join(name).with_extension("c")).arg("-o").arg(&unfinished);
            said_nothing_wrong(&mut call, Path::new("app"), job)?;
            fs::rename(&unfinished, &object).map_err(|error| unwritable(&object, &error))?;
        }
        objects.push(object);
    }
    Ok(objects)
}

/// The component of one source; its objects lie in `scratch`. The files of the site that it is made of
/// go to `inputs`, and where it fails also those whose coming would mend it.
pub(super) fn route(
    tools: Tools<'_>,
    source: &Path,
    scratch: &Path,
    inputs: &mut BTreeSet<PathBuf>,
) -> Result<Made, Box<Failure>> {
    inputs.insert(source.to_owned());
    let mut warnings = String::new();
    let mut objects = Vec::new();
    let mut sources = vec![source.to_owned()];
    while let Some(source) = sources.get(objects.len()).cloned() {
        let object = scratch.join(format!("{}.o", objects.len()));
        let compiled = compile(tools, &source, &object);
        if let Err(failure) = &compiled {
            inputs.extend(messages::missing_headers(&failure.rendered, &source));
        }
        warnings.push_str(&compiled?);
        inputs.extend(files_of_site(&object.with_extension("d"), tools.job.site));
        objects.push(object);
        // A header stands for the code beside it.
        for header in inputs.iter().filter(|file| file.extension().is_some_and(|end| end == "h")) {
            let code = header.with_extension("c");
            if tools.job.site.join(&code).is_file() && !sources.contains(&code) && !inputs.contains(&code) {
                sources.push(code);
            }
        }
    }
    let core = scratch.join("core.wasm");
    if let Err(failure) = link(tools, source, &objects, &core, inputs) {
        let headers = inputs.iter().filter(|file| file.extension().is_some_and(|end| end == "h"));
        let code: Vec<_> = headers.map(|header| header.with_extension("c")).collect();
        inputs.extend(code);
        return Err(failure);
    }
    let bytes = fs::read(&core).map_err(|error| unwritable(&core, &error))?;
    let wit = sdk::folder(tools.job.site).join("guest-sdk/wit");
    let component = component::of_core(&bytes, &wit).map_err(|error| uncomposed(source, error))?;
    Ok(Made { component, warnings: (!warnings.is_empty()).then_some(warnings) })
}

fn compile(tools: Tools<'_>, source: &Path, object: &Path) -> Result<String, Box<Failure>> {
    let mut call = tools.compiler.call(tools.job);
    call.args(["-Wall", "-MMD", "-MF"]).arg(object.with_extension("d"));
    call.arg("-isystem").arg(sdk::folder(tools.job.site).join("guest-sdk/c"));
    // Headers are found beside the source and in every directory above it.
    for directory in source.ancestors().skip(1) {
        call.arg("-iquote").arg(if directory.as_os_str().is_empty() { Path::new(".") } else { directory });
    }
    call.arg("-c").arg(source).arg("-o").arg(object);
    said_nothing_wrong(&mut call, source, tools.job)
}

fn link(
    tools: Tools<'_>,
    source: &Path,
    objects: &[PathBuf],
    core: &Path,
    inputs: &BTreeSet<PathBuf>,
) -> Result<(), Box<Failure>> {
    let mut call = tools.compiler.call(tools.job);
    call.arg(STACK).args(objects).args(tools.sdk).arg("-o").arg(core);
    let answer = output(&mut call).map_err(|error| error.into_fault(source))?;
    if answer.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&answer.stderr);
    Err(messages::of_linker(&said, source, tools.job.site, inputs))
}

/// Runs the compiler; what it says of sources that it accepts are warnings.
fn said_nothing_wrong(call: &mut Command, source: &Path, job: &Job<'_>) -> Result<String, Box<Failure>> {
    let answer = output(call).map_err(|error| error.into_fault(source))?;
    let said = messages::in_site(&String::from_utf8_lossy(&answer.stderr), job.site);
    if answer.status.success() { Ok(said) } else { Err(messages::of_compiler(&said, source)) }
}

fn uncomposed(source: &Path, error: Uncomposed) -> Box<Failure> {
    let (expected, way_out) = match &error {
        Uncomposed::NoMethod => {
            ("`ROUTELET_GET(request, response) { ... }` or another method", "declare the methods it answers")
        }
        Uncomposed::Refused(_) => ("", "link nothing that needs more than WASI has"),
    };
    Fault::new(source, error.to_string(), expected, way_out).into()
}
