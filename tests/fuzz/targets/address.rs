#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| routelet::fuzzing::address(data));
