//! The firmware below the applet: Trussed in software, with its storage in files and its randomness
//! from the system (its own virtual platform has a fixed seed, with which all cards have one key).

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use piv_authenticator::{Authenticator, Options};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use trussed::backend::{Backend as _, BackendId};
use trussed::pipe::TrussedChannel;
use trussed::platform::Platform;
use trussed::serde_extensions::{ExtensionDispatch, ExtensionId, ExtensionImpl};
use trussed::service::ServiceResources;
use trussed::types::Context;
use trussed::virt::{Client, Runner, StorageConfig, Store, StoreConfig, UserInterface};
use trussed_auth::AuthExtension;
use trussed_auth_backend::{AuthBackend, AuthContext, FilesystemLayout};
use trussed_chunked::ChunkedExtension;
use trussed_core::Error;
use trussed_core::api::{Reply, Request, reply, request};
use trussed_core::types::Location;
use trussed_hpke::HpkeExtension;
use trussed_staging::{StagingBackend, StagingContext};
use trussed_wrap_key_to_file::WrapKeyToFileExtension;

/// The PIV applet.
pub type Applet<'a> = Authenticator<Client<'a, Dispatch>>;

const CLIENT: &str = "piv";
const BACKENDS: &[BackendId<Backend>] = &[
    BackendId::Custom(Backend::Staging),
    BackendId::Custom(Backend::Auth),
    BackendId::Core,
];

/// Runs `card` with an applet whose memory lies in `folder`.
pub fn run<R>(folder: &Path, card: impl FnOnce(Applet<'_>) -> io::Result<R>) -> io::Result<R> {
    let rng = rng()?;
    let file = |name| StorageConfig::filesystem(folder.join(name));
    let mut store = StoreConfig {
        internal: file("internal.img"),
        external: file("external.img"),
        volatile: StorageConfig::ram(),
    };
    store.with_store(|store| {
        let ui = UserInterface::new();
        let channel = TrussedChannel::new();
        let (requester, responder) = channel.split().ok_or(io::ErrorKind::Other)?;
        let mut runner = Runner::new();
        runner.add_endpoint(responder, CLIENT, BACKENDS);
        let client = Client::new(requester, runner.syscall(), None);
        runner.run(Software { rng, store, ui }, Dispatch::new(), || {
            card(Authenticator::new(client, Options::new()))
        })
    })
}

fn rng() -> io::Result<ChaCha8Rng> {
    let mut seed = [0; 32];
    File::open("/dev/urandom")?.read_exact(&mut seed)?;
    Ok(ChaCha8Rng::from_seed(seed))
}

struct Software<'a> {
    rng: ChaCha8Rng,
    store: Store<'a>,
    ui: UserInterface,
}

impl<'a> Platform for Software<'a> {
    type R = ChaCha8Rng;
    type S = Store<'a>;
    type UI = UserInterface;

    fn rng(&mut self) -> &mut Self::R {
        &mut self.rng
    }

    fn store(&self) -> Self::S {
        self.store
    }

    fn user_interface(&mut self) -> &mut Self::UI {
        &mut self.ui
    }
}

/// Who answers a request of the applet.
pub enum Backend {
    Auth,
    Staging,
}

/// What the applet needs beyond the core.
pub enum Extension {
    Auth,
    Chunked,
    Hpke,
    WrapKeyToFile,
}

impl From<Extension> for u8 {
    fn from(extension: Extension) -> Self {
        extension as Self
    }
}

impl TryFrom<u8> for Extension {
    type Error = Error;
    fn try_from(id: u8) -> Result<Self, Error> {
        [Self::Auth, Self::Chunked, Self::Hpke, Self::WrapKeyToFile]
            .into_iter()
            .nth(id.into())
            .ok_or(Error::FunctionNotSupported)
    }
}

macro_rules! extensions {
    ($($extension:ty => $id:ident),*) => {
        $(impl ExtensionId<$extension> for Dispatch {
            type Id = Extension;
            const ID: Extension = Extension::$id;
        })*
    };
}
extensions!(
    AuthExtension => Auth,
    ChunkedExtension => Chunked,
    HpkeExtension => Hpke,
    WrapKeyToFileExtension => WrapKeyToFile
);

pub struct Dispatch {
    auth: AuthBackend,
    staging: StagingBackend,
}

#[derive(Default)]
pub struct DispatchContext {
    auth: AuthContext,
    staging: StagingContext,
}

impl Dispatch {
    fn new() -> Self {
        Self {
            auth: AuthBackend::new(Location::Internal, FilesystemLayout::V0),
            staging: StagingBackend::default(),
        }
    }
}

impl ExtensionDispatch for Dispatch {
    type BackendId = Backend;
    type Context = DispatchContext;
    type ExtensionId = Extension;

    fn core_request<P: Platform>(
        &mut self,
        backend: &Backend,
        ctx: &mut Context<DispatchContext>,
        request: &Request,
        resources: &mut ServiceResources<P>,
    ) -> Result<Reply, Error> {
        let (core, own) = (&mut ctx.core, &mut ctx.backends);
        match backend {
            Backend::Auth => self.auth.request(core, &mut own.auth, request, resources),
            Backend::Staging => self
                .staging
                .request(core, &mut own.staging, request, resources),
        }
    }

    fn extension_request<P: Platform>(
        &mut self,
        backend: &Backend,
        extension: &Extension,
        ctx: &mut Context<DispatchContext>,
        request: &request::SerdeExtension,
        resources: &mut ServiceResources<P>,
    ) -> Result<reply::SerdeExtension, Error> {
        let (core, own) = (&mut ctx.core, &mut ctx.backends);
        macro_rules! staging {
            ($extension:ty) => {
                ExtensionImpl::<$extension>::extension_request_serialized(
                    &mut self.staging,
                    core,
                    &mut own.staging,
                    request,
                    resources,
                )
            };
        }
        match (backend, extension) {
            (Backend::Auth, Extension::Auth) => {
                self.auth
                    .extension_request_serialized(core, &mut own.auth, request, resources)
            }
            (Backend::Staging, Extension::Chunked) => staging!(ChunkedExtension),
            (Backend::Staging, Extension::Hpke) => staging!(HpkeExtension),
            (Backend::Staging, Extension::WrapKeyToFile) => staging!(WrapKeyToFileExtension),
            _ => Err(Error::RequestNotAvailable),
        }
    }
}
