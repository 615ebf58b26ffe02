use super::*;
use crate::{
    policy::{Reuse, files::Access, units::Amount},
    section::{Dynamic, Revalidate},
};

const FILE: &str = "app/a/segment.toml";

fn read(text: &str) -> SegmentSettings {
    SegmentSettings::parse(Path::new(FILE), text, false).unwrap_or_else(|faults| panic!("{text}\n{faults:?}"))
}

/// The faults of a text, without the file's name.
fn faults(text: &str) -> Vec<String> {
    let faults = SegmentSettings::parse(Path::new(FILE), text, false).expect_err(text);
    let told = faults.iter().map(Fault::to_string);
    told.map(|told| told.strip_prefix(FILE).expect("names the file").to_owned()).collect()
}

#[test]
fn an_empty_file_asks_for_nothing() {
    for text in ["", "# nothing\n", "[limits]\n[grants]\n[route]\n"] {
        let settings = read(text);
        assert!(settings.change.limits.is_empty());
        assert!(settings.change.grants.env.is_empty());
        assert!(settings.change.ceiling.is_none());
        assert_eq!(settings.route, RouteSettings::default());
    }
}

#[test]
fn every_limit_is_read_as_it_is_written() {
    for bound in Limits::BOUNDS {
        let most = Amount::Exactly(bound.range.most);
        let text = format!("[limits]\n{} = {}\n", bound.key, bound.unit.written(most));
        let read = read(&text);
        let limit = &read.change.limits[0];
        assert_eq!(limit.line, 2);
        assert_eq!(limit.value.bound.key, bound.key);
        assert_eq!(limit.value.amount, most, "{text}");
    }
}

#[test]
fn a_whole_file_is_read_with_its_lines() {
    let settings = read(
        r#"
[limits]
memory = "32MiB"
wall = "none"
[grants]
env = { GREETING = "hi", NAME = "x" }
secrets = [
  "STRIPE_KEY",
  { name = "OTHER", mode = "value" },
  { name = "HIDDEN", mode = "placeholder", for = ["https://api.example.com"] },
]
outbound = ["https://api.example.com",
            "https://*.example.org:8443"]
kv = ["sessions"]
files = [{ from = "data", at = "/data" }, { from = "./up/", at = "/up", access = "read-write" }]
[ceiling]
outbound = ["https://*.example.com"]
env = ["PUBLIC_*"]
secrets = ["*", { name = "H*", mode = "placeholder" }]
kv = ["app_*"]
reuse = "serial"
files = [{ from = "data" }]
[route]
methods = ["GET", "POST"]
reuse = "serial"
"#,
    );
    let change = &settings.change;
    assert_eq!(change.file, Path::new(FILE));
    let limits: Vec<_> = change.limits.iter().map(|limit| (limit.line, limit.value.amount)).collect();
    assert_eq!(limits, [(3, Amount::Exactly(32 << 20)), (4, Amount::Unbounded)]);
    let env: Vec<_> =
        change.grants.env.iter().map(|env| (env.line, env.value.0.as_str(), env.value.1.as_str())).collect();
    assert_eq!(env, [(6, "GREETING", "hi"), (6, "NAME", "x")]);
    let secrets: Vec<_> =
        change.grants.secrets.iter().map(|secret| (secret.line, secret.value.name.as_str())).collect();
    assert_eq!(secrets, [(8, "STRIPE_KEY"), (9, "OTHER"), (10, "HIDDEN")]);
    assert_eq!(change.grants.secrets[2].value.mode.to_string(), "placeholder for https://api.example.com");
    let outbound: Vec<_> = change.grants.outbound.iter().map(|rule| (rule.line, rule.value.to_string())).collect();
    assert_eq!(outbound, [(12, "https://api.example.com".to_owned()), (13, "https://*.example.org:8443".to_owned())]);
    let ceiling = change.ceiling.as_ref().expect("a ceiling");
    assert_eq!(change.grants.kv, [Written::new("sessions".to_owned(), 14)]);
    let files: Vec<_> = change.grants.files.iter().map(|grant| (grant.line, grant.value.written())).collect();
    assert_eq!(
        files,
        [
            (15, "{ from = \"data\", at = \"/data\", access = \"read\" }".to_owned()),
            (15, "{ from = \"up\", at = \"/up\", access = \"read-write\" }".to_owned()),
        ]
    );
    assert_eq!(ceiling.line, 16);
    assert_eq!(ceiling.outbound.as_ref().map(|most| (most.line, most.value.len())), Some((17, 1)));
    assert_eq!(
        ceiling.env.as_ref().map(|most| (most.line, most.value[0].to_string())),
        Some((18, "PUBLIC_*".to_owned()))
    );
    assert_eq!(ceiling.secrets.as_ref().map(|most| most.line), Some(19));
    assert_eq!(ceiling.kv.as_ref().map(|most| (most.line, most.value[0].to_string())), Some((20, "app_*".to_owned())));
    assert_eq!(ceiling.reuse, Some(Written::new(Reuse::Serial, 21)));
    assert_eq!(ceiling.files.as_ref().map(|most| (most.line, most.value[0].access)), Some((22, Access::Read)));
    assert_eq!(change.reuse, Some(Written::new(Reuse::Serial, 25)));
    let methods = settings.route.methods.expect("methods");
    assert_eq!((methods.line, methods.value.allow().as_str()), (24, "GET, HEAD, OPTIONS, POST"));
}

#[test]
fn grants_in_tables_of_their_own_keep_a_line_each() {
    let settings = read("[grants.env]\nA = \"1\"\nB = \"\"\n");
    let lines: Vec<_> = settings.change.grants.env.iter().map(|env| env.line).collect();
    assert_eq!(lines, [2, 3]);
}

#[test]
fn caching_options_are_read_and_kept() {
    for (text, expected) in [
        ("dynamic = \"auto\"", RouteSettings { dynamic: Some(Dynamic::Auto), ..Default::default() }),
        ("dynamic = \"force-static\"", RouteSettings { dynamic: Some(Dynamic::ForceStatic), ..Default::default() }),
        ("revalidate = false", RouteSettings { revalidate: Some(Revalidate::Never), ..Default::default() }),
        ("revalidate = 0", RouteSettings { revalidate: Some(Revalidate::Seconds(0)), ..Default::default() }),
        ("revalidate = 60", RouteSettings { revalidate: Some(Revalidate::Seconds(60)), ..Default::default() }),
        ("dynamic-params = false", RouteSettings { dynamic_params: Some(false), ..Default::default() }),
        (
            "fetch-cache = \"force-no-store\"",
            RouteSettings { fetch_cache: Some(FetchCache::ForceNoStore), ..Default::default() },
        ),
        ("tags = [\"a\"]", RouteSettings { tags: Some(vec!["a".to_owned()]), ..Default::default() }),
        (
            "static-params = [{ id = \"1\", rest = [\"a\", \"b\"] }]",
            RouteSettings {
                static_params: Some(vec![StaticParams::from([
                    ("id".to_owned(), StaticParam::One("1".to_owned())),
                    ("rest".to_owned(), StaticParam::Several(vec!["a".to_owned(), "b".to_owned()])),
                ])]),
                ..Default::default()
            },
        ),
    ] {
        assert_eq!(read(&format!("[route]\n{text}")).route, expected, "{text}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_the_way_out() {
    for (text, message) in REFUSED {
        assert_eq!(faults(text), [*message], "{text}");
    }
}

const REFUSED: &[(&str, &str)] = &[
    ("[limit]\n", ":1: unknown key `limit` in segment.toml; did you mean `limits`?"),
    ("x = 1\n", ":1: unknown key `x` in segment.toml; expected limits, grants, ceiling, route; remove it"),
    ("limits = 1\n", ":1: limits = 1; expected a table; correct the value or remove the key"),
    ("[limits]\n\nmemroy = \"1MiB\"\n", ":3: unknown key `memroy` in [limits]; did you mean `memory`?"),
    ("[limits]\ncache-vary = \"1s\"\n", ":2: `cache-vary` is not offered by this release yet; remove it"),
    (
        "[limits]\nqueue = 1.5\n",
        ":2: queue = a number with a fraction; expected a whole number from 0 to 1000000; correct the value or remove the key",
    ),
    (
        "[grants]\nkv = [\"a\", \"../b\"]\n",
        ":2: name \"../b\"; expected 1 to 128 letters, digits, `_`, `-` or `.`; rename it",
    ),
    (
        "[grants]\nfiles = [\"data\"]\n",
        ":2: files = \"data\"; expected tables in the list, such as { from = \"data\", at = \"/data\" }; correct the value or remove the key",
    ),
    (
        "[grants]\nfiles = [{ from = \"data\" }]\n",
        ":2: a directory without `at`; write { from = \"data\", at = \"/data\", access = \"read\" }",
    ),
    (
        "[grants]\nfiles = [\n{ from = \"../data\", at = \"/data\" }]\n",
        ":3: from = \"../data\"; expected a path without `..`; name the directory itself, below the site or absolute",
    ),
    (
        "[grants]\nfiles = [{ from = \"data\", at = \"/data\", access = \"write\" }]\n",
        ":2: access = \"write\"; expected \"read\", \"read-write\"; correct the value or remove the key",
    ),
    (
        "[grants]\nfiles = [{ from = \"data\", at = \"/data\", mode = \"read\" }]\n",
        ":2: unknown key `mode` in a directory; expected from, at, access; remove it",
    ),
    (
        "[ceiling]\nfiles = [{ from = \"data\", at = \"/data\" }]\n",
        ":2: unknown key `at` in a directory of a ceiling; expected from, access; remove it",
    ),
    ("[grants]\nenv = { A = 1 }\n", ":2: A = 1; expected a string; correct the value or remove the key"),
    (
        "[grants]\nenv = { \"A B\" = \"\" }\n",
        ":2: name \"A B\"; expected 1 to 128 letters, digits, `_`, `-` or `.`; rename it",
    ),
    (
        "[grants]\nenv = { A = \"x\\u0000\" }\n",
        ":2: the value of A holds a NUL; expected text that programs can read; remove it",
    ),
    ("[grants]\nsecrets = \"A\"\n", ":2: secrets = \"A\"; expected a list; correct the value or remove the key"),
    ("[grants]\nsecrets = [1]\n", ":2: secrets = 1; expected names in the list; correct the value or remove the key"),
    (
        "[grants]\nsecrets = [{ name = \"K\", for = [\"https://a.com\"] }]\n",
        ":2: `for` beside a secret whose value the guest sees; expected mode = \"placeholder\"; write that mode, or remove `for`",
    ),
    (
        "[grants]\nsecrets = [{ name = \"K\", mode = \"placeholder\", for = [] }]\n",
        ":2: `for` without a target; expected entries as in `outbound`; name one, or remove `for` to allow every granted target",
    ),
    (
        "[ceiling]\nsecrets = [{ name = \"*K\", mode = \"placeholder\" }]\n",
        ":2: name \"*K\"; expected 1 to 128 letters, digits, `_`, `-` or `.`; rename it",
    ),
    (
        "[grants]\nsecrets = [{ name = \"K\", mode = \"x\" }]\n",
        ":2: mode = \"x\"; expected \"value\", \"placeholder\"; correct the value or remove the key",
    ),
    ("[grants]\nsecrets = [{ mode = \"value\" }]\n", ":2: a secret without `name`; name it, { name = \"KEY\" }"),
    ("[grants]\nsecrets = [{ name = \"K\", nam = \"\" }]\n", ":2: unknown key `nam` in a secret; did you mean `name`?"),
    (
        "[grants]\noutbound = [\n\"https://a.com/v1\"]\n",
        ":3: outbound entry \"https://a.com/v1\"; expected a host and nothing behind it; remove the path: a host is granted whole",
    ),
    (
        "[ceiling]\nlimits = {}\n",
        ":2: unknown key `limits` in [ceiling]; expected env, secrets, outbound, kv, files, reuse; remove it",
    ),
    ("[ceiling]\nkv = 1\n", ":2: kv = 1; expected a list; correct the value or remove the key"),
    ("[ceiling]\nenv = [\"*A\"]\n", ":2: name \"*A\"; expected 1 to 128 letters, digits, `_`, `-` or `.`; rename it"),
    (
        "[ceiling]\nreuse = true\n",
        ":2: reuse = true; expected \"never\", \"serial\"; correct the value or remove the key",
    ),
    (
        "[route]\nreuse = \"always\"\n",
        ":2: reuse = \"always\"; expected \"never\", \"serial\"; correct the value or remove the key",
    ),
    (
        "[route]\nmethods = [\"get\"]\n",
        ":2: method \"get\"; expected DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT; write \"GET\"",
    ),
    (
        "[route]\nmethods = [\"TRACE\"]\n",
        ":2: method \"TRACE\"; expected DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT; remove it",
    ),
    ("[route]\nmethods = []\n", ":2: methods = []; expected at least one method; name one or remove the key"),
    ("[route]\nmethods = \"GET\"\n", ":2: methods = \"GET\"; expected a list; correct the value or remove the key"),
    (
        "[route]\ndynamic = \"static\"\n",
        ":2: dynamic = \"static\"; expected \"auto\", \"force-dynamic\", \"error\", \"force-static\"; correct the value or remove the key",
    ),
    (
        "[route]\nrevalidate = true\n",
        ":2: revalidate = true; expected false, 0, or a positive number of seconds; correct the value or remove the key",
    ),
    (
        "[route]\nrevalidate = -1\n",
        ":2: revalidate = -1; expected false, 0, or a positive number of seconds; correct the value or remove the key",
    ),
    (
        "[route]\nrevalidate = \"60\"\n",
        ":2: revalidate = \"60\"; expected false, 0, or a positive number of seconds; correct the value or remove the key",
    ),
    (
        "[route]\ndynamic-params = 1\n",
        ":2: dynamic-params = 1; expected true or false; correct the value or remove the key",
    ),
    (
        "[route]\nstatic-params = [\"a\"]\n",
        ":2: static-params = \"a\"; expected tables of params in the list; correct the value or remove the key",
    ),
    (
        "[route]\nstatic-params = [{ id = 1 }]\n",
        ":2: id = 1; expected a string, or a list of strings for a catch-all; correct the value or remove the key",
    ),
    ("[route]\ntags = [\"\"]\n", ":2: a tag of 0 bytes; expected 1 to 256 bytes; choose another"),
    ("[route]\nfetchCache = \"auto\"\n", ":2: unknown key `fetchCache` in [route]; did you mean `fetch-cache`?"),
];

#[test]
fn tags_are_bounded_in_length_and_number() {
    let tag = |bytes: usize| format!("[route]\ntags = [\"{}\"]", "t".repeat(bytes));
    assert!(read(&tag(256)).route.tags.is_some());
    assert_eq!(faults(&tag(257)).len(), 1);
    let tags = |count: usize| format!("[route]\ntags = [{}]", "\"t\",".repeat(count));
    assert!(read(&tags(128)).route.tags.is_some());
    assert_eq!(faults(&tags(129)), [":2: 129 tags; expected at most 128; remove some"]);
}

#[test]
fn all_faults_of_a_file_are_told_together() {
    let text = "[limits]\nmemory = 1\ncpuu = \"1s\"\n[grants]\nkv = 1\noutbound = [\"x\", \"https://a.com\", \"y\"]\n[route]\nreuse = 1\n[other]\n";
    let lines: Vec<_> = faults(text).iter().map(|told| told[1..2].to_owned()).collect();
    assert_eq!(lines, ["2", "3", "5", "6", "6", "8", "9"]);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_reading_panic(
        key in "[a-z-]{0,12}",
        table in "limits|grants|ceiling|route|grants.env",
        value in "\"[^\"]{0,12}\"|-?[0-9]{1,20}|true|\\[\"[a-z:/*]{0,12}\"\\]|\\{ [a-z]{1,4} = 1 \\}|.{0,20}",
    ) {
        let _ = SegmentSettings::parse(Path::new(FILE), &format!("[{table}]\n{key} = {value}\n"), false);
    }
}
