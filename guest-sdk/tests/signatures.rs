//! A wrong handler is a compile error at the line that is wrong, saying what is accepted.

#[test]
fn a_wrong_handler_is_explained_by_the_compiler() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
