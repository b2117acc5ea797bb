//! The ledger of what is recorded today and read later, from the settings to the line of each asset.

use serde_json::Value;

use crate::driver::Qv;

fn standings(qv: &Qv) -> (u64, u64, u64) {
    let totals = qv.json(&["assets", "ledger"])["totals"].clone();
    let of = |name: &str| totals[name].as_u64().unwrap();
    (of("exposed"), of("not_known"), of("safe"))
}

fn lines(qv: &Qv, standing: &str) -> Vec<Value> {
    let page = qv.json(&["assets", "ledger", "--harvest", standing]);
    page["items"].as_array().unwrap().clone()
}

/// Nothing was seen of these, so they are not known wherever they would have to be secret for too long.
#[test]
fn lifetimes_come_from_the_settings_and_from_the_asset_itself() {
    let qv = Qv::with_vault();
    for (asset, kind, environment) in [
        ("db", "database", "prod"),
        ("vpn", "key", "prod"),
        ("lab", "key", "dev"),
    ] {
        qv.ok(&["assets", "add", asset, "--type", kind, "--env", environment]);
    }
    let year = qv.json(&["risk"])["harvest"]["year"].as_u64().unwrap();
    let arrival = (year + 9).to_string();
    qv.ok(&["config", "set", "harvest.arrival_year", &arrival]);
    assert_eq!(standings(&qv), (0, 3, 0), "ten years are too long");
    qv.ok(&["config", "set", "harvest.secrecy_years", "9"]);
    assert_eq!(standings(&qv), (0, 0, 3), "nine are not");
    qv.ok(&["config", "set", "harvest.prod_years", "20"]);
    qv.ok(&["config", "set", "harvest.database_years", "5"]);
    assert_eq!(
        standings(&qv),
        (0, 1, 2),
        "a type counts before an environment"
    );

    qv.ok(&["assets", "edit", "lab", "--secrecy-years", "30"]);
    qv.ok(&["assets", "edit", "vpn", "--secrecy-years", "0"]);
    let open = lines(&qv, "not-known");
    assert_eq!(open.len(), 1);
    let line = &open[0]["harvest"];
    assert_eq!(
        (
            &open[0]["location"],
            &line["from"],
            &line["secrecy_years"],
            &line["years_exposed"]
        ),
        (&"lab".into(), &"asset".into(), &30.into(), &21.into())
    );
    let detail = qv.json(&["assets", "show", "lab"]);
    assert_eq!(&detail["harvest"], line);
    assert_eq!(lines(&qv, "safe").len(), 2);
    let listed = qv.json(&["assets", "list", "--harvest", "not-known"]);
    assert_eq!(listed["items"][0]["location"], "lab");

    qv.ok(&["assets", "edit", "lab", "--secrecy-years", "configured"]);
    assert_eq!(standings(&qv), (0, 0, 3));
    qv.fails(
        2,
        "invalid_input",
        &["assets", "edit", "lab", "--secrecy-years", "101"],
    );
    let wrong = qv.run(&["assets", "edit", "lab", "--secrecy-years", "long"]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
    assert!(wrong.err.contains("configured"), "{wrong:?}");
    let risk = qv.json(&["risk"]);
    assert_eq!(risk["harvest"]["safe"], 3);
}
