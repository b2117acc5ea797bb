#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qv_tests::fuzz::run(env!("CARGO_BIN_NAME"), data));
