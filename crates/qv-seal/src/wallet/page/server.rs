//! The threads of the page's server: one accepts, one for each connection answers.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::desk::Desk;
use super::http::{self, Answer, Unreadable};
use super::routes::Routes;
use crate::SealError;

/// Connections that are served at once; more are closed unread.
const MOST: usize = 64;
/// How often the accepting thread looks whether the visit is over.
const PAUSE: Duration = Duration::from_millis(15);

/// A running server. Dropping it closes its port.
#[derive(Debug)]
pub(super) struct Server {
    url: String,
    stop: Arc<AtomicBool>,
    accepting: Option<thread::JoinHandle<()>>,
}

impl Server {
    /// Starts to serve on a port of loopback that the system picks.
    pub(super) fn start(desk: Arc<Desk>) -> Result<Self, SealError> {
        let failed = |error: io::Error| SealError::WalletPage {
            why: format!(
                "it cannot be served on 127.0.0.1 ({error}); try again, or sign with --wallet-offline"
            ),
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let routes = Arc::new(Routes::new(Arc::clone(&desk), address)?);
        let (url, stop) = (routes.url(), Arc::new(AtomicBool::new(false)));
        let stopped = Arc::clone(&stop);
        let accepting = thread::spawn(move || accept(&listener, &routes, &desk, &stopped));
        Ok(Self {
            url,
            stop,
            accepting: Some(accepting),
        })
    }

    /// The address of the page.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(accepting) = self.accepting.take() {
            // A thread that panicked has closed the port too.
            let _ = accepting.join();
        }
    }
}

fn accept(listener: &TcpListener, routes: &Arc<Routes>, desk: &Arc<Desk>, stop: &AtomicBool) {
    let busy = Arc::new(AtomicUsize::new(0));
    while !stop.load(Ordering::Relaxed) && !desk.left().is_zero() {
        let Ok((stream, _)) = listener.accept() else {
            thread::sleep(PAUSE);
            continue;
        };
        if busy.fetch_add(1, Ordering::Relaxed) >= MOST {
            busy.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        let (routes, desk, busy) = (Arc::clone(routes), Arc::clone(desk), Arc::clone(&busy));
        thread::spawn(move || {
            // A client that breaks off breaks nothing else.
            let _ = serve(stream, &routes, &desk);
            busy.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

/// Answers the one request of a connection.
fn serve(mut stream: TcpStream, routes: &Routes, desk: &Desk) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    let answer = match http::read(&mut stream) {
        Ok(request) => routes.answer(&request),
        Err(Unreadable::Status(status)) => Answer::empty(status),
        Err(Unreadable::Gone) => return Ok(()),
    };
    http::write(&mut stream, &answer)?;
    if answer.ends {
        desk.tell();
    }
    Ok(())
}
