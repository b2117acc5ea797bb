//! A virtual YubiKey: `qv-card FOLDER PORT SERIAL`.
//!
//! The PIV applet is that of Nitrokey's firmware ([`firmware`]); what a YubiKey says beyond PIV is
//! in [`yubikey`]. The card's memory lies in `FOLDER`, so that ending the process takes the card
//! out of its reader, and starting it again inserts the same card. The reader is pcscd's: vpcd
//! listens for the card on `PORT`.

mod firmware;
mod memory;
mod yubikey;

use std::io;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use yubikey::Yubikey;

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or(io::ErrorKind::InvalidInput);
    let folder = PathBuf::from(next()?);
    let port = number(&next()?)?;
    let serial = number(&next()?)?;
    firmware::run(&folder.clone(), move |applet| {
        let mut card = Yubikey::new(applet, memory::Memory::load(folder)?, serial);
        reader(port)?.run(&mut card)
    })
}

fn number<T: std::str::FromStr>(text: &str) -> io::Result<T> {
    text.parse()
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, text))
}

/// The reader; it may be busy for a moment with the card that was in it.
fn reader(port: u16) -> io::Result<vpicc::Connection> {
    let address = format!("{}:{port}", Ipv4Addr::LOCALHOST);
    let mut attempts = 100;
    loop {
        match vpicc::connect_socket(&address) {
            Err(_) if attempts > 0 => attempts -= 1,
            other => return other,
        }
        sleep(Duration::from_millis(20));
    }
}
