//! `fill FOLDER COUNT`: adds so many assets to the vault in a folder, for `benches/window.mjs`.

use std::path::Path;

use qv_benches::{Result, assets};
use qv_store::Store;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, count] = arguments.as_slice() else {
        return Err("fill FOLDER COUNT".into());
    };
    let store = Store::open(&Path::new(folder).join("vault.db")).await?;
    assets::fill(&store, count.parse()?).await?;
    store.close().await;
    Ok(())
}
