//! The steps of the guided run, in order.

use std::path::Path;

use qv_app::anchors::{self, NewAnchor};
use qv_app::assets;
use qv_app::attestations::{self, AttestRequest};
use qv_app::policies::{self, NewPolicy};
use qv_app::risk::{self, RiskProfile};
use qv_app::scans::{self, ScanRequest, ScanView};
use qv_app::secrets::{self, NewSecret, SecretFilter};
use qv_app::{AppError, Config, SecretBytes, Vault};
use qv_types::{
    AnchorType, EnforcementMode, Environment, KeyType, ScanType, ScopeType, Timestamp,
    TransitionStrategy,
};
use serde::Serialize;

use super::QuickstartArgs;
use super::chain::LocalChain;
use super::place::Place;
use super::servers::DemoServers;
use crate::cmd::{self, Context, watched};
use crate::exit::Verdict;

/// The guided run works in an environment of its own, so that it never touches what serves production.
const ENVIRONMENT: Environment = Environment::Dev;
const NAME: &str = "quickstart";

/// What a script gets.
#[derive(Serialize)]
struct Report {
    folder: String,
    kept: bool,
    scan: ScanView,
    wrapped: secrets::WrapReport,
    attestation: Option<attestations::BatchView>,
    verified: Option<bool>,
    before: RiskProfile,
    after: RiskProfile,
}

pub async fn run(
    args: &QuickstartArgs,
    place: &Place,
    context: &Context<'_>,
) -> Result<Verdict, AppError> {
    let out = context.out;
    out.heading("1. A vault");
    let vault = vault(place, context).await?;

    out.heading("2. Find quantum-vulnerable cryptography");
    let servers = if args.targets.is_empty() {
        Some(start_servers(context).await?)
    } else {
        None
    };
    let scan = scan(&vault, args, servers.as_ref(), context).await?;
    let before = risk::profile(&vault, 30).await?;
    if scan.assets.is_empty() {
        out.warn("no target answered, so there is nothing to go on with");
        let nothing = Report::after_scan(place, scan, before);
        out.show(&nothing, |_| {});
        return Ok(Verdict::CheckFailed);
    }

    out.heading("3. A policy: everything wrapped with ML-KEM-1024");
    policy(&vault).await?;
    out.success("saved and evaluated");

    out.heading("4. An anchor, and the secrets wrapped under it");
    let wrapped = wrap(&vault, &scan, servers.as_ref(), context).await?;

    out.heading("5. Attest it on a chain, and check the chain");
    let (attestation, verified) = attest(&vault, &scan, args.anvil.as_deref(), context)
        .await?
        .unzip();

    out.heading("6. Watch the numbers improve");
    let after = risk::profile(&vault, 30).await?;
    cmd::risk::render(out, &after);
    say_what_changed(&before, &after, context);
    say_how_to_go_on(&scan, place, context);
    let done = Report {
        wrapped,
        attestation,
        verified,
        after,
        ..Report::after_scan(place, scan, before)
    };
    out.show(&done, |_| {});
    Ok(Verdict::of(done.verified.unwrap_or(true)))
}

impl Report {
    /// As it stands when nothing but the scan is done.
    fn after_scan(place: &Place, scan: ScanView, before: RiskProfile) -> Self {
        Self {
            folder: place.folder().display().to_string(),
            kept: !place.is_passing(),
            scan,
            wrapped: secrets::WrapReport::default(),
            attestation: None,
            verified: None,
            after: before.clone(),
            before,
        }
    }
}

async fn vault(place: &Place, context: &Context<'_>) -> Result<Vault, AppError> {
    let config = if place.is_passing() {
        Config::default()
    } else {
        context.config()?
    };
    let vault = place.vault(config, context).await?;
    context
        .out
        .success(&format!("open: {}", place.folder().display()));
    if place.is_passing() {
        context
            .out
            .note("nobody can be asked for a passphrase here, so this vault is gone after the run");
    }
    Ok(vault)
}

fn say_what_changed(before: &RiskProfile, after: &RiskProfile, context: &Context<'_>) {
    let lower = before.now.exposure_points - after.now.exposure_points;
    if lower > 0 {
        context.out.success(&format!(
            "wrapping took {lower} exposure points away; average score {:.1} → {:.1}",
            before.now.average_score, after.now.average_score
        ));
    }
}

fn say_how_to_go_on(scan: &ScanView, place: &Place, context: &Context<'_>) {
    let out = context.out;
    out.heading("Go on");
    if place.is_passing() {
        out.line("qv init                        a vault of your own, which stays");
        out.line("qv scan example.org:443        your own hosts");
    } else {
        if let Some(asset) = scan.assets.first() {
            out.line(&format!("qv assets show {}", asset.location));
        }
        out.line("qv status                      the numbers, and what to do next");
        out.line("qv audit verify                the log of all that was done");
    }
    out.line("qv help");
}

async fn start_servers(context: &Context<'_>) -> Result<DemoServers, AppError> {
    let servers = DemoServers::start()
        .await
        .map_err(|error| AppError::NotAllowed(error.to_string()))?;
    for server in servers.targets() {
        context.out.note(&format!(
            "{} {}: {}",
            server.address, server.name, server.what
        ));
    }
    Ok(servers)
}

async fn scan(
    vault: &Vault,
    args: &QuickstartArgs,
    servers: Option<&DemoServers>,
    context: &Context<'_>,
) -> Result<ScanView, AppError> {
    let own = servers.map(|servers| {
        servers
            .targets()
            .iter()
            .map(|server| server.address.to_string())
            .collect()
    });
    let request = ScanRequest {
        targets: own.unwrap_or_else(|| args.targets.clone()),
        saved: false,
        save: false,
        environment: ENVIRONMENT,
        scan_type: ScanType::Discovery,
        allow_private: servers.is_some() || args.allow_private,
    };
    let scan = scans::start(vault, request).await?;
    let view = watched(context.out, "scanning", vault.progress(), async |cancel| {
        scans::run(vault, scan, cancel).await
    })
    .await?;
    cmd::scan::render(context.out, &view);
    Ok(view)
}

/// Made once; a second run in the same vault finds it.
async fn policy(vault: &Vault) -> Result<(), AppError> {
    if policies::list(vault)
        .await?
        .iter()
        .any(|policy| policy.name == NAME)
    {
        policies::evaluate(vault, Some(NAME)).await?;
        return Ok(());
    }
    let new = NewPolicy {
        name: NAME.into(),
        description: Some("Made by qv quickstart".into()),
        scope_type: ScopeType::ByEnvironment,
        scope_definition: format!(r#"{{"environment":["{ENVIRONMENT}"]}}"#),
        required: r#"{"kem":["ML-KEM-1024"],"symmetric":["AES-256-GCM"]}"#.into(),
        strategy: TransitionStrategy::Hybrid,
        mode: EnforcementMode::Enforce,
    };
    policies::create(vault, new).await?;
    Ok(())
}

async fn wrap(
    vault: &Vault,
    scan: &ScanView,
    servers: Option<&DemoServers>,
    context: &Context<'_>,
) -> Result<secrets::WrapReport, AppError> {
    if !anchors::list(vault)
        .await?
        .iter()
        .any(|anchor| anchor.is_active && anchor.environment == ENVIRONMENT)
    {
        let new = NewAnchor {
            name: NAME.into(),
            description: Some("Made by qv quickstart".into()),
            environment: ENVIRONMENT,
            anchor_type: AnchorType::RootOfTrust,
            suite: "ML-KEM-1024".into(),
            activate: true,
        };
        let anchor = anchors::create(vault, new).await?;
        context
            .out
            .success(&format!("anchor {} ({})", anchor.name, anchor.id));
    }
    for asset in &scan.assets {
        let key = servers.and_then(|servers| {
            servers
                .targets()
                .iter()
                .find(|server| asset.location == server.address.to_string())
        });
        let new = match key {
            Some(server) => NewSecret {
                label: "server key".into(),
                key_type: KeyType::PrivateKey,
                origin: "quickstart".into(),
                material: SecretBytes::copied_from(server.private_key_pem.as_bytes()),
            },
            // Of somebody else's server we have no key: a sample stands in, and says so.
            None => NewSecret {
                label: "sample".into(),
                key_type: KeyType::ApiSecret,
                origin: "quickstart".into(),
                material: qv_app::random_text(24)?,
            },
        };
        let known = secrets::list(vault, &SecretFilter::of_asset(asset.id.to_string())).await?;
        if !known.iter().any(|secret| secret.label == new.label) {
            secrets::add(vault, &asset.id.to_string(), new).await?;
        }
    }
    let report = watched(context.out, "wrapping", vault.progress(), async |cancel| {
        secrets::apply_policy(vault, NAME, cancel).await
    })
    .await?;
    if report.is_empty() {
        context
            .out
            .note("nothing fails the policy, so there is nothing to wrap");
    } else {
        cmd::secrets::render_report(context.out, &report);
    }
    Ok(report)
}

async fn attest(
    vault: &Vault,
    scan: &ScanView,
    anvil: Option<&Path>,
    context: &Context<'_>,
) -> Result<Option<(attestations::BatchView, bool)>, AppError> {
    let out = context.out;
    // Assets that were post-quantum by themselves have nothing wrapped, and nothing to attest.
    let assets = wrapped_assets(vault, scan).await?;
    if assets.is_empty() {
        out.note("nothing of this run is wrapped, so there is nothing to attest");
        return Ok(None);
    }
    let Some(anvil) = anvil else {
        out.note("no local chain: pass --anvil PATH, or configure [chain] and run `qv attest run`");
        return Ok(None);
    };
    let path = anvil.to_path_buf();
    let chain = tokio::task::spawn_blocking(move || LocalChain::start(&path))
        .await
        .map_err(|error| AppError::Internal(error.to_string()))?
        .map_err(|error| AppError::NotAllowed(format!("{error:#}")))?;
    let signed_before = attestations::signers(vault).await?;
    let signed_before = signed_before.into_iter().find(|signer| signer.is_active);
    let result = attest_on(vault, &chain, assets, context).await;
    // The chain ends with this run; its account must not sign for the user afterwards.
    attestations::choose_signer(vault, signed_before.map(|signer| signer.id)).await?;
    result.map(Some)
}

/// Ids of the assets of this scan that are wrapped.
async fn wrapped_assets(vault: &Vault, scan: &ScanView) -> Result<Vec<String>, AppError> {
    let mut wrapped = Vec::new();
    for asset in &scan.assets {
        let id = asset.id.to_string();
        if assets::show(vault, &id).await?.row.wrapper_enabled {
            wrapped.push(id);
        }
    }
    Ok(wrapped)
}

async fn attest_on(
    vault: &Vault,
    chain: &LocalChain,
    assets: Vec<String>,
    context: &Context<'_>,
) -> Result<(attestations::BatchView, bool), AppError> {
    let out = context.out;
    let vault = on_chain(vault, chain).await?;
    let request = AttestRequest {
        assets,
        ..AttestRequest::default()
    };
    let batch = attestations::start(&vault, request).await?;
    let view = watched(out, "attesting", vault.progress(), async |cancel| {
        attestations::run(&vault, batch, cancel).await
    })
    .await?;
    cmd::attest::render(out, &view);
    let mut verified = true;
    for row in &view.rows {
        let report = attestations::verify(&vault, &row.asset_id.to_string()).await?;
        verified &= report.verified;
        out.line(&format!("{}: {}", report.location, report.finding));
    }
    Ok((view, verified))
}

/// The vault with the local chain configured, its signer imported and the registry deployed.
async fn on_chain(vault: &Vault, chain: &LocalChain) -> Result<Vault, AppError> {
    let mut config = vault.config().clone();
    config.chain.rpc_url = Some(chain.rpc_url.clone());
    config.chain.chain_id = Some(chain.chain_id);
    config.chain.confirmations = Some(1);
    let vault = vault.with_config(config.clone());
    let key = chain
        .private_keys
        .first()
        .ok_or_else(|| AppError::Internal("the local chain has no funded account".into()))?;
    // Each run has a chain of its own, so also an account of its own.
    let name = format!("{NAME} {} {}", chain.rpc_url, Timestamp::now());
    attestations::import_signer(&vault, &name, &SecretBytes::copied_from(key.as_bytes())).await?;
    config.chain.contract = Some(attestations::deploy(&vault).await?);
    Ok(vault.with_config(config))
}
