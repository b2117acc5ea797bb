//! The report: whole in one file, harmless whatever its assets are called, and good on paper.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use qv_testkit::tls::rustls_server::{Options, RustlsServer};

use crate::driver::{Qv, text};

const EVIL: &str = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>\u{202e}gpj.exe\u{200b}";

/// A vault with something in every section of a report.
fn with_findings() -> Qv {
    let qv = Qv::with_vault();
    let server = RustlsServer::start(&Options::ecdsa_tls13().unwrap()).unwrap();
    qv.ok(&["scan", "--allow-private", &server.address().to_string()]);
    qv.ok(&["assets", "add", EVIL]);
    qv.ok(&["policies", "add", "</td></table><h1>all</h1>"]);
    qv.ok(&["audit", "checkpoint"]);
    qv
}

/// What the browser makes of the file.
fn browser(folder: &Path, args: &[&str], page: &Path) -> String {
    let program = std::env::var("QV_CHROMIUM").unwrap_or("/usr/bin/chromium".into());
    let said = Command::new("timeout")
        .args([
            "60",
            &program,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
        ])
        .args([
            "--no-first-run",
            "--disable-dev-shm-usage",
            "--virtual-time-budget=2000",
        ])
        .arg(format!(
            "--user-data-dir={}",
            folder.join("browser").display()
        ))
        .args(args)
        .arg(format!("file://{}", page.display()))
        .env("HOME", folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(said.status.success(), "{said:?}");
    String::from_utf8(said.stdout).unwrap()
}

#[test]
fn names_from_outside_are_text_and_nothing_is_fetched_or_run() {
    let qv = with_findings();
    let file = qv.file("report.html");
    let path = file.display().to_string();
    let written = qv.json(&["report", "--out", &path, "--title", EVIL]);
    let html = fs::read_to_string(&file).unwrap();
    assert_eq!(written["bytes"], html.len());
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    // Text never holds a `<`, so that what follows one is a tag.
    for tag in html
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
    {
        let name = tag.split(' ').next().unwrap();
        assert!(
            !["script", "img", "link", "iframe", "a"].contains(&name),
            "{tag}"
        );
        for active in [" on", " src", " href", "http:", "https:", "javascript:"] {
            assert!(!tag.contains(active), "{tag}");
        }
    }
    for hidden in ["<h1>all", "@import", "\u{202e}", "\u{200b}"] {
        assert!(!html.contains(hidden), "{hidden}");
    }
    assert!(html.contains("&lt;script&gt;") && html.contains("\\u{202e}gpj.exe"));
    assert!(html.contains("default-src 'none'"));

    let folder = tempfile::tempdir().unwrap();
    let dom = browser(folder.path(), &["--dump-dom"], &file);
    let title = dom.split("<title>").nth(1).unwrap();
    assert!(title.starts_with("&lt;img src=x"), "{title:.200}");
    assert_eq!(dom.matches("<figure>").count(), 3);
}

#[test]
fn printed_it_says_all_that_it_shows() {
    let qv = with_findings();
    let file = qv.file("report.html");
    qv.ok(&["report", "--out", &file.display().to_string()]);
    let folder = tempfile::tempdir().unwrap();
    let pdf = folder.path().join("report.pdf");
    let to = format!("--print-to-pdf={}", pdf.display());
    browser(folder.path(), &["--no-pdf-header-footer", &to], &file);
    let said = Command::new("pdftotext")
        .args(["-layout"])
        .arg(&pdf)
        .arg("-")
        .output()
        .unwrap();
    let printed = String::from_utf8(said.stdout).unwrap();
    for part in [
        "Quantum risk report",
        "In numbers",
        "Trend",
        "Post-quantum or hybrid",
        "Risk levels",
        "Critical",
        "Deadlines",
        "All quantum-vulnerable cryptography is disallowed",
        "miss it",
        "not counted",
        "▲",
        "Quantum-vulnerable or not known",
        "<script>",
        "Policies",
        "Nothing was attested yet.",
        "quantumvault.app/log/",
    ] {
        assert!(printed.contains(part), "{part}: {printed}");
    }
    if let Some(kept) = std::env::var_os("QV_REPORT_PDF") {
        fs::copy(&pdf, kept).unwrap();
    }
}

#[test]
fn an_empty_vault_has_a_report_and_no_file_is_replaced_unasked() {
    let qv = Qv::with_vault();
    let path = qv.write("report.html", "mine");
    let refused = qv.fails(1, "not_allowed", &["report", "--out", &path]);
    assert!(refused.contains("Replace it?"), "{refused}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    let written = qv.json(&["report", "--out", &path, "--yes"]);
    assert_eq!(
        (text(&written, "file"), &written["assets"]),
        (path.as_str(), &0.into())
    );
    assert!(
        fs::read_to_string(&path)
            .unwrap()
            .contains("There are no assets yet")
    );
    qv.fails(
        1,
        "storage",
        &["report", "--out", "/no/such/folder/report.html"],
    );
    assert_eq!(qv.run(&["report", "--out", &path, "--assets", "0"]).code, 2);
}
