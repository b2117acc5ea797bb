//! A window with nothing in it: what `benches/window.mjs` holds ours against.

fn main() {
    let context = tauri::generate_context!("examples/empty/tauri.conf.json");
    if let Err(error) = tauri::Builder::default().run(context) {
        // There is no window to say it in.
        #[allow(clippy::print_stderr, reason = "the last resort")]
        {
            eprintln!("empty_window: {error}");
        }
    }
}
