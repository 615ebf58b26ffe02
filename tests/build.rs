//! Turns the list of guests in `guests/Cargo.toml` into the enum `Guest`, so that a guest is named once.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=guests/Cargo.toml");
    println!("cargo::rerun-if-changed=guests/examples");
    let manifest: toml::Table = fs::read_to_string("guests/Cargo.toml")?.parse()?;
    let examples = manifest["example"].as_array().ok_or("no [[example]] in guests/Cargo.toml")?;
    let names: Vec<_> = examples.iter().filter_map(|example| example["name"].as_str()).collect();
    let out = Path::new(&env::var("OUT_DIR")?).join("guest.rs");
    fs::write(out, guest_enum(&names)?)?;
    Ok(())
}

fn guest_enum(names: &[&str]) -> Result<String, Box<dyn Error>> {
    let (mut variants, mut arms) = (String::new(), String::new());
    for name in names {
        let variant = camel_case(name);
        variants += &format!("    /// {}\n    {variant},\n", first_sentence(name)?);
        arms += &format!("            Self::{variant} => \"{name}\",\n");
    }
    Ok(format!(
        "/// A component of `tests/guests`: one behaviour, named for it.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq)]\n\
         pub enum Guest {{\n{variants}}}\n\n\
         impl Guest {{\n    /// Its name in `guests/Cargo.toml`.\n    pub fn name(self) -> &'static str {{\n        \
         match self {{\n{arms}        }}\n    }}\n}}\n"
    ))
}

/// What the guest says of itself in its first line, which thereby is required.
fn first_sentence(name: &str) -> Result<String, Box<dyn Error>> {
    let source = fs::read_to_string(format!("guests/examples/{name}.rs"))?;
    let first = source.lines().next().and_then(|line| line.strip_prefix("//! "));
    Ok(first.ok_or_else(|| format!("guests/examples/{name}.rs: no `//!` first line"))?.to_owned())
}

fn camel_case(name: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    name.split('_').map(capital).collect()
}
