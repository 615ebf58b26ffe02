//! The types that a route takes its params as, held against its directory: a name that the URL does not
//! have would answer every request with 400. It reads the source alone, so that a type from elsewhere is
//! left to run time.

use std::path::Path;

use syn::{Attribute, Fields, FnArg, GenericArgument, Item, ItemFn, ItemStruct, PathArguments, Type};

use crate::{
    Fault,
    pattern::{self, Param, Takes},
};

const METHODS: [&str; 7] = ["get", "head", "post", "put", "patch", "delete", "options"];
/// Types that are read from one value.
const SCALARS: [&str; 16] = [
    "String", "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64",
    "u128",
];

/// The first handler of `source` that takes params which its directory does not capture. What does not
/// parse is left to the compiler, which says it better.
pub(crate) fn fault_of(source: &Path, text: &str) -> Option<Fault> {
    let (url, params) = pattern::of_source(source)?;
    let file = syn::parse_file(text).ok()?;
    let route = Route { url, params, structs: structs(&file.items) };
    let handlers = file.items.iter().filter_map(|item| match item {
        Item::Fn(function) if is_handler(function) => Some(function),
        _ => None,
    });
    let (function, wrong) = handlers.flat_map(|function| route.wrongs(function)).next()?;
    let fault = Fault::new(
        source,
        wrong,
        format!("what {} captures: {}", route.url, route.names()),
        "name the directory or the param after the other",
    );
    Some(fault.at_line(line_of(text, &function)))
}

struct Route<'a> {
    url: String,
    params: Vec<Param>,
    structs: Vec<&'a ItemStruct>,
}

impl Route<'_> {
    /// What is wrong with each param of a handler, beside the handler's name.
    fn wrongs(&self, function: &ItemFn) -> Vec<(String, String)> {
        let name = function.sig.ident.to_string();
        let taken = function.sig.inputs.iter().filter_map(taken_from_path);
        taken.filter_map(|taken| self.wrong(taken)).map(|wrong| (name.clone(), format!("`{name}` {wrong}"))).collect()
    }

    fn wrong(&self, taken: &Type) -> Option<String> {
        let count = self.params.len();
        match taken {
            // The pieces of a lone catch-all may be taken apart.
            Type::Tuple(tuple)
                if !matches!(self.params[..], [Param { takes: Takes::OneOrMore | Takes::ZeroOrMore, .. }]) =>
            {
                let wanted = tuple.elems.len();
                (wanted != count).then(|| format!("takes {wanted} params"))
            }
            Type::Path(path) => {
                let name = path.path.get_ident()?.to_string();
                if SCALARS.contains(&name.as_str()) {
                    return (count != 1).then(|| format!("takes one param, as {name}"));
                }
                let found = self.structs.iter().find(|found| found.ident == name)?;
                self.wrong_field(found)
            }
            _ => None,
        }
    }

    fn wrong_field(&self, taken: &ItemStruct) -> Option<String> {
        let Fields::Named(fields) = &taken.fields else { return None };
        // Other options rename fields, or take them from elsewhere.
        if !options(&taken.attrs).iter().all(|option| option.name == "deny_unknown_fields") {
            return None;
        }
        fields.named.iter().find_map(|field| {
            let options = options(&field.attrs);
            let renamed = options.iter().find(|option| option.name == "rename").and_then(|option| option.value.clone());
            let may_be_absent = options.iter().any(|option| option.name != "rename") || is_option(&field.ty);
            let name = renamed.or_else(|| field.ident.as_ref().map(|name| name.to_string().replace("r#", "")))?;
            let is_there = self.params.iter().any(|param| param.name == name);
            (!is_there && !may_be_absent).then(|| format!("takes a param `{name}`, by {}", taken.ident))
        })
    }

    fn names(&self) -> String {
        let names: Vec<_> = self.params.iter().map(|param| format!("`{}`", param.name)).collect();
        if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
    }
}

fn structs(items: &[Item]) -> Vec<&ItemStruct> {
    let structs = items.iter().filter_map(|item| match item {
        Item::Struct(found) => Some(found),
        _ => None,
    });
    structs.collect()
}

fn is_handler(function: &ItemFn) -> bool {
    let last = |attribute: &Attribute| attribute.path().segments.last().map(|last| last.ident.to_string());
    function.attrs.iter().filter_map(last).any(|name| METHODS.contains(&name.as_str()))
}

/// `T` of an argument that is a `Path<T>`.
fn taken_from_path(argument: &FnArg) -> Option<&Type> {
    let FnArg::Typed(argument) = argument else { return None };
    let Type::Path(path) = &*argument.ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Path")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(taken)) if arguments.args.len() == 1 => Some(taken),
        _ => None,
    }
}

fn is_option(taken: &Type) -> bool {
    matches!(taken, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"))
}

struct SerdeOption {
    name: String,
    value: Option<String>,
}

/// What `#[serde(..)]` says.
fn options(attributes: &[Attribute]) -> Vec<SerdeOption> {
    let mut options = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // A form that is not understood has been noted by then, and makes the check hold its tongue.
        let _ = attribute.parse_nested_meta(|meta| {
            let name = meta.path.segments.first().map(|first| first.ident.to_string()).unwrap_or_default();
            options.push(SerdeOption { name, value: None });
            if let Ok(value) = meta.value() {
                let text = value.parse::<syn::LitStr>()?.value();
                options.last_mut().expect("it was just pushed").value = Some(text);
            }
            Ok(())
        });
    }
    options
}

fn line_of(text: &str, function: &str) -> Option<u32> {
    let wanted = format!("fn {function}");
    let begins = |line: &str| {
        let after = line.split_once(&wanted).map(|(_, after)| after);
        after.is_some_and(|after| after.trim_start().starts_with(['(', '<']))
    };
    u32::try_from(text.lines().position(begins)? + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(source: &str, text: &str) -> Option<String> {
        fault_of(Path::new(source), text).map(|fault| fault.to_string())
    }

    #[test]
    fn params_are_those_of_the_directory() {
        const TYPES: &str = "
            struct One { id: u64 }
            struct Other { idd: u64 }
            #[derive(Deserialize)] struct Renamed { #[serde(rename = \"page-name\")] page: String }
            struct Some { id: u64, more: Option<String>, #[serde(default)] rest: Vec<String> }
            #[serde(rename_all = \"kebab-case\")] struct Unsure { page_name: String }
            struct Inner { #[serde(flatten)] rest: Map }
        ";
        let rows = [
            ("[id]", "u64", ""),
            ("[id]", "One", ""),
            ("[id]", "Some", ""),
            ("[id]", "(u64,)", ""),
            ("[page-name]", "Renamed", ""),
            ("[page-name]", "Unsure", ""),
            ("[id]", "Inner", ""),
            ("[id]", "elsewhere::Type", ""),
            ("[id]", "HashMap<String, String>", ""),
            ("[a]/[b]", "(u64, String)", ""),
            ("[...rest]", "(u8, u8, u8)", ""),
            ("[...rest]", "String", ""),
            ("(group)/[id]", "One", ""),
            ("", "u64", "takes one param, as u64; expected what / captures: nothing"),
            ("[a]/[b]", "u64", "takes one param, as u64; expected what /[a]/[b] captures: `a`, `b`"),
            ("[a]", "(u64, u64)", "takes 2 params; expected what /[a] captures: `a`"),
            ("[id]", "Other", "takes a param `idd`, by Other; expected what /[id] captures: `id`"),
            ("x", "One", "takes a param `id`, by One; expected what /x captures: nothing"),
            ("[id]", "Renamed", "takes a param `page-name`, by Renamed"),
        ];
        for (directory, taken, expected) in rows {
            let source = Path::new("app").join(directory).join("route.rs").display().to_string();
            let text = format!("{TYPES}\n#[get]\nasync fn read(Path(x): Path<{taken}>) -> String {{}}\n");
            match said(&source, &text) {
                None => assert_eq!(expected, "", "{directory} {taken}"),
                Some(said) => assert!(!expected.is_empty() && said.contains(expected), "{directory} {taken}: {said}"),
            }
        }
    }

    #[test]
    fn the_fault_is_at_the_handler() {
        let text = "use x;\n\nasync fn read_all(Path(x): Path<u8>) {}\n\n#[routelet_sdk::get]\nasync fn read(Path(x): Path<u8>) {}\n";
        let said = said("app/x/route.rs", text).unwrap();
        assert!(said.starts_with("app/x/route.rs:6: `read` takes one param"), "{said}");
        assert_eq!(fault_of(Path::new("app/x/route.rs"), "not Rust"), None);
    }
}
