//! Components that were cut, flipped or made up: refused with a word, never with a panic.

use proptest::prelude::*;

use super::*;
use crate::runtime::section::{Section, stamp};

#[test]
fn a_component_cut_short_is_refused_wherever_it_is_cut() {
    let nested = "(component (core module (func) (memory 1)) (type (func)))";
    let whole = component(&[HANDLE_0_2], nested);
    for length in 8..whole.len() {
        // A cut between two sections leaves a component that is whole and exports nothing.
        match read(&whole[..length], false) {
            Err(ContractError::Truncated { bytes }) => assert_eq!(bytes, length),
            Err(ContractError::NoHandler { exports }) => assert_eq!(exports, Vec::<String>::new()),
            Ok(_) => assert_eq!(whole[length], 0, "only a custom section may be missing"),
            Err(other) => panic!("cut to {length}: {other:?}"),
        }
    }
    assert_eq!(
        refusal(&whole[..whole.len() - 1], false),
        format!("f: is cut off after {} bytes; expected a whole component; copy the file again", whole.len() - 1)
    );
}

#[test]
fn a_broken_component_is_refused() {
    let mut bytes = component(&[HANDLE_0_2], "");
    bytes.extend_from_slice(&[99, 0]);
    let refused = refusal(&bytes, false);
    assert!(refused.starts_with("f: is no valid component: malformed section id: 99, at offset 0x"), "{refused}");
}

#[test]
fn a_component_that_is_dear_to_validate_is_given_up() {
    let exports: String = (0..2_000).map(|number| format!("(export \"f{number}\" (func))")).collect();
    let instances = "(instance (instantiate $inner (with \"a\" (instance $a))))".repeat(4_000);
    let bytes = binary(&format!(
        r#"(component
            (type $large (instance {exports}))
            (import "a:b/c" (instance $a (type $large)))
            (component $inner
                (alias outer 1 $large (type $large))
                (import "a" (instance $a (type $large)))
                (export "b" (instance $a)))
            {instances})"#
    ));
    let time_max = Duration::from_millis(50);
    let started = std::time::Instant::now();
    let refused = scan(&bytes, time_max).map(|scan| scan.imports);
    let took = started.elapsed();
    assert_eq!(refused, Err(ContractError::TooCostly { time_max }));
    assert!(took < time_max * 20, "{took:?}");
    assert_eq!(
        ContractError::TooCostly { time_max }.fault("f").to_string(),
        "f: is not validated within 0.05 s; expected a component whose instances and types are small; \
         instantiate fewer components in it, or with smaller interfaces"
    );
}

/// A component that has one of everything the pass looks at.
fn varied() -> Vec<u8> {
    let extra = [
        import("wasi:io/poll@0.2.0"),
        section_text(r#"{"version":1,"methods":["GET"],"revalidate":60}"#),
        "(type (component (type (instance (type (list string))))))".to_owned(),
        "(component $c (core module $m (memory 1) (table 1 funcref)) (core instance (instantiate $m)))".to_owned(),
        "(instance (instantiate $c))".to_owned(),
    ];
    component(&[HANDLE_0_2, "routelet:route/get@0.2.0"], &extra.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_damage_makes_the_reader_panic(
        cut in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..8), 0..6),
        wasi_0_3 in any::<bool>(),
    ) {
        let mut bytes = varied();
        for (place, bit) in flips {
            let place = place.index(bytes.len());
            bytes[place] ^= 1 << bit;
        }
        bytes.truncate(8 + cut.index(bytes.len() - 7));
        let _ = read(&bytes, wasi_0_3).map_err(|error| error.to_string());
        let _ = stamp(&bytes, &Section::default());
    }

    #[test]
    fn no_bytes_make_the_reader_panic(tail in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
        bytes.extend(tail);
        let _ = read(&bytes, true).map_err(|error| error.to_string());
    }
}
