//! What the custom section declares, and the ways in which it can be wrong.

use super::*;
use crate::runtime::section::SectionError;

#[test]
fn a_section_of_a_native_component_may_only_narrow() {
    let narrow = |json| {
        let get_post = ["routelet:route/get@0.2.0", "routelet:route/post@0.2.0"];
        read(&component(&get_post, &section_text(json)), false).unwrap()
    };
    let narrower = narrow(r#"{"version":1,"methods":["GET"]}"#);
    assert_eq!(narrower.methods(None), Ok(set(&[Method::Get])));
    let wider = narrow(r#"{"version":1,"methods":["PUT"]}"#);
    assert!(matches!(wider.methods(None), Err(MethodsError::NotExported { method: Method::Put, .. })));
    assert_eq!(wider.methods(Some(set(&[Method::Post]))), Ok(set(&[Method::Post])));
}

#[test]
fn only_the_section_of_the_outermost_component_counts() {
    let inner = format!("(component {})", section_text(r#"{"version":9}"#));
    let contract = read(&component(&[HANDLE_0_2], &inner), false).unwrap();
    assert_eq!(contract.section, None);
}

#[test]
fn a_faulty_section_is_refused() {
    let rows = [
        (r#"{"version":1"#, "that does not parse: EOF while parsing"),
        ("", "that does not parse: EOF while parsing"),
        (r#"{"methods":["GET"]}"#, "that does not parse: missing field `version`"),
        (r#"{"version":"1"}"#, "that does not parse: invalid type: string \"1\""),
        (r#"{"version":2}"#, "of version 2"),
        (r#"{"version":1,"methods":["GET","get"]}"#, "with the unknown method \"get\""),
        (r#"{"version":1,"methods":["TRACE"]}"#, "with the unknown method \"TRACE\""),
        (r#"{"version":1,"methods":[]}"#, "whose `methods` is empty"),
        (r#"{"version":1,"dynamic":"always"}"#, "unknown variant `always`"),
        (r#"{"version":1,"revalidate":true}"#, "expected `false` or a number of seconds"),
        (r#"{"version":1,"revalidate":-1}"#, "expected `false` or a number of seconds"),
        (r#"{"version":1,"revalidate":5000000000}"#, "expected `false` or a number of seconds"),
    ];
    for (json, message) in rows {
        let refused = refusal(&component(&[HANDLE_0_2], &section_text(json)), false);
        assert!(refused.contains(message), "{json}: {refused}");
    }
    let twice = section_text(r#"{"version":1}"#).repeat(2);
    assert_eq!(
        read(&component(&[HANDLE_0_2], &twice), false),
        Err(ContractError::Section(SectionError::Several { count: 2 }))
    );
}
