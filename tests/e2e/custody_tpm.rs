//! A vault that the machine's TPM opens: made, used, shut out by a changed PCR, sealed anew.

use qv_testkit::tpm::Swtpm;

use crate::driver::{PASSPHRASE, Qv, Said, rows, text};

/// A home whose configuration names this TPM.
fn with(tpm: &Swtpm) -> Qv {
    let qv = Qv::new();
    qv.configure(&format!("[tpm]\ntcti = \"{}\"\n", tpm.tcti()));
    qv
}

/// Runs where nobody can be asked for anything.
fn alone(qv: &Qv, args: &[&str]) -> Said {
    let said = qv.finish(qv.bare(args), None);
    assert!(!said.err.contains("esys"), "the library talks: {said:?}");
    said
}

fn slot_of(qv: &Qv, factors: &str) -> String {
    let slots = qv.json(&["slots", "list"]);
    let slot = rows(&slots).iter().find(|slot| slot["factors"] == factors);
    text(
        slot.unwrap_or_else(|| panic!("no {factors} in {slots}")),
        "id",
    )
    .to_owned()
}

#[test]
fn a_tpm_slot_opens_by_itself_until_a_pcr_changes_and_again_after_resealing() {
    let tpm = Swtpm::start().unwrap();
    let qv = with(&tpm);
    assert_eq!(alone(&qv, &["init", "--factor", "tpm"]).code, 0);
    let slot = slot_of(&qv, "tpm");
    assert_eq!(alone(&qv, &["audit", "checkpoint"]).code, 0);
    assert_eq!(qv.json(&["slots", "list"])[0]["classical"], false);
    qv.ok(&["slots", "add", "passphrase"]);
    assert_eq!(
        alone(&qv, &["audit", "checkpoint"]).code,
        0,
        "who needs nobody comes first"
    );

    tpm.extend(7).unwrap();
    let said = alone(&qv, &["audit", "checkpoint", "--with-slot", &slot]);
    assert_eq!(said.code, 4, "{said:?}");
    assert!(
        said.err.contains("PCR 7 changed") && said.err.contains("qv slots reseal"),
        "{said:?}"
    );
    let message = qv.fails(
        4,
        "factor_unavailable",
        &["audit", "checkpoint", "--with-slot", &slot],
    );
    assert!(message.contains("PCR 7 changed"), "{message}");
    qv.ok(&["audit", "checkpoint"]);

    let done = qv.json(&["slots", "reseal", &slot]);
    assert_eq!(
        (text(&done, "id"), &done["renewed"]),
        (slot.as_str(), &true.into())
    );
    assert_eq!(
        alone(&qv, &["audit", "checkpoint", "--with-slot", &slot]).code,
        0
    );
    let renewed = qv.json(&["audit", "list", "--action", "slot_renewed"]);
    assert_eq!(rows(&renewed).len(), 1);
    assert!(qv.json(&["audit", "verify"])["ok"].as_bool().unwrap());
}

#[test]
fn sealed_ahead_of_an_announced_change_no_other_factor_is_asked_for() {
    let mut tpm = Swtpm::start().unwrap();
    let qv = with(&tpm);
    qv.ok(&[
        "init",
        "--factor",
        "tpm",
        "--factor",
        "passphrase",
        "--tpm-pcrs",
        "11",
    ]);
    let slot = slot_of(&qv, "tpm+passphrase");
    let second = "marmot quartz 19 velvet";
    qv.set_passphrase(&format!("{PASSPHRASE}\n{second}"));
    qv.ok(&["slots", "add", "passphrase"]);
    tpm.extend(11).unwrap();
    let later = tpm.pcr(11).unwrap();
    tpm.restart().unwrap();

    // The slot's passphrase unlocks; to reseal, it is not asked for again.
    qv.set_passphrase(PASSPHRASE);
    let expect = format!("11={later}");
    let args = [
        "slots",
        "reseal",
        &slot,
        "--expect-pcr",
        &expect,
        "--with-slot",
        &slot,
    ];
    let done = qv.json(&args);
    assert_eq!(
        (&done["renewed"], &done["pcrs"][0]),
        (&false.into(), &11.into())
    );
    let opens = || qv.run(&["audit", "checkpoint", "--with-slot", &slot]).code;
    assert_eq!(opens(), 0, "before the update");
    tpm.extend(11).unwrap();
    assert_eq!(opens(), 0, "after it");

    // A change that nobody announced: the other slot opens, and the passphrase is asked for twice.
    tpm.extend(11).unwrap();
    assert_eq!(opens(), 4);
    qv.set_passphrase(&format!("{second}\n{PASSPHRASE}\nmistyped {PASSPHRASE}"));
    let message = qv.fails(2, "invalid_input", &["slots", "reseal", &slot]);
    assert!(message.contains("nothing was changed"), "{message}");
    qv.set_passphrase(&format!("{second}\n{PASSPHRASE}\n{PASSPHRASE}"));
    assert_eq!(qv.json(&["slots", "reseal", &slot])["renewed"], true);
    qv.set_passphrase(PASSPHRASE);
    assert_eq!(opens(), 0);
    qv.fails(
        2,
        "invalid_input",
        &["slots", "reseal", &slot, "--expect-pcr", "11=00"],
    );
    assert_eq!(
        qv.run(&["slots", "reseal", &slot, "--expect-pcr", "24=00"])
            .code,
        2
    );
}

#[test]
fn wrong_pins_count_here_and_in_the_tpm() {
    let tpm = Swtpm::start().unwrap();
    tpm.set_guesses(2, 600).unwrap();
    let qv = with(&tpm);
    let pin = "2580-okapi";
    qv.set_passphrase(pin);
    qv.ok(&["init", "--factor", "tpm", "--tpm-pin", "--tpm-pcrs", "none"]);
    tpm.extend(7).unwrap();
    qv.ok(&["audit", "checkpoint"]);
    qv.set_passphrase("2581-okapi");
    let message = qv.fails(4, "wrong_factor", &["audit", "checkpoint"]);
    assert!(message.contains("takes one more"), "{message}");
    let message = qv.fails(4, "wrong_factor", &["audit", "checkpoint"]);
    assert!(message.contains("no more now"), "{message}");
    qv.set_passphrase(pin);
    let message = qv.fails(4, "cooldown", &["audit", "checkpoint"]);
    assert!(message.contains("600 s"), "{message}");
    let failures = qv.json(&["audit", "list", "--action", "unlock_failed"]);
    assert_eq!(rows(&failures).len(), 2);
    tpm.tool("tpm2_dictionarylockout", ["-c"]).unwrap();
    qv.ok(&["audit", "checkpoint"]);
    let everything = qv.everything();
    assert!(
        !everything
            .windows(pin.len())
            .any(|part| part == pin.as_bytes())
    );
}

#[test]
fn the_database_alone_and_another_tpm_open_nothing() {
    let mut tpm = Swtpm::start().unwrap();
    let qv = with(&tpm);
    assert_eq!(alone(&qv, &["init", "--factor", "tpm"]).code, 0);
    tpm.replace().unwrap();
    let message = qv.fails(4, "factor_unavailable", &["audit", "checkpoint"]);
    assert!(message.contains("not the TPM"), "{message}");
    tpm.kill();
    let message = qv.fails(4, "factor_unavailable", &["audit", "checkpoint"]);
    assert!(message.contains("no TPM answers"), "{message}");
}

#[test]
fn the_tpm_is_found_by_the_environment_and_told_by_doctor() {
    let tpm = Swtpm::start().unwrap();
    let qv = Qv::new();
    for variable in ["TCTI", "TPM2TOOLS_TCTI"] {
        let mut command = qv.bare(&["doctor", "--json"]);
        command.env(variable, tpm.tcti());
        let said = qv.finish(command, None);
        let checks: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let found = rows(&checks)
            .iter()
            .find(|check| check["name"] == "tpm")
            .unwrap();
        assert_eq!(found["health"], "ready", "{variable}: {found}");
    }
    qv.configure("[tpm]\npcrs = [7, 24]\n");
    let message = qv.fails(2, "invalid_config", &["config", "check"]);
    assert!(
        message.contains("line 2") && message.contains("tpm.pcrs"),
        "{message}"
    );
}

#[test]
fn the_advice_is_about_the_hardware_that_is_here() {
    let tpm = Swtpm::start().unwrap();
    let qv = Qv::new();
    let best = |advice: &serde_json::Value| {
        let best = rows(&advice["ways"])
            .iter()
            .find(|way| way["recommended"] == true);
        text(best.unwrap(), "factors").to_owned()
    };
    assert_eq!(best(&qv.json(&["slots", "advice"])), "passphrase");
    qv.configure(&format!("[tpm]\ntcti = \"{}\"\n", tpm.tcti()));
    assert_eq!(best(&qv.json(&["slots", "advice"])), "tpm+passphrase");
    let mut command = qv.bare(&["slots", "advice", "--json"]);
    command.env("BROWSER", "/bin/true");
    let said = qv.finish(command, None);
    assert_eq!(
        best(&serde_json::from_str(&said.out).unwrap()),
        "tpm+wallet"
    );
    let shown = qv.ok(&["slots", "advice"]).out;
    assert!(
        shown.contains("recommended") && shown.contains("this computer with its system"),
        "{shown}"
    );
}
