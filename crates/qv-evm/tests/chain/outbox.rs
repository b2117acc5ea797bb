//! The outbox loop on a real chain: killed at any instant, stuck, dropped, reorganised.

use qv_evm::outbox::{Failure, WaitFor};
use qv_evm::{Action, TxStatus, tx};
use serde_json::json;

use crate::caller::{CAP, CHAIN, Outgoing, Setup, THREE};

#[tokio::test]
async fn the_loop_goes_from_nothing_to_done() {
    let setup = Setup::new().await;
    let mut outgoing = Outgoing::new(&setup, 1);
    assert_eq!(outgoing.turn().await, Action::Prepare);
    let hash = outgoing.rows[0].0.hash;
    assert_eq!(outgoing.turn().await, Action::Send(hash));
    assert_eq!(outgoing.turn().await, Action::Wait(WaitFor::Mining));
    setup.anvil.mine(1).unwrap();
    let waits = Action::Wait(WaitFor::Confirmations { have: 1, need: 3 });
    assert_eq!(outgoing.turn().await, waits);
    setup.anvil.mine(2).unwrap();
    assert!(matches!(outgoing.turn().await, Action::Done { hash: done, .. } if done == hash));
    assert_eq!(setup.events(1).await, 1);
}

#[tokio::test]
async fn a_kill_between_storing_and_sending_sends_the_same_bytes_once() {
    let setup = Setup::new().await;
    let mut killed = Outgoing::new(&setup, 1);
    killed.turn().await;
    let rows = killed.rows;
    assert_eq!(setup.events(1).await, 0);

    let mut resumed = Outgoing::resume(&setup, 1, rows);
    let hash = resumed.rows[0].0.hash;
    assert_eq!(resumed.turn().await, Action::Send(hash));
    setup.anvil.mine(3).unwrap();
    assert!(matches!(resumed.turn().await, Action::Done { hash: done, .. } if done == hash));
    assert_eq!((setup.events(1).await, resumed.rows.len()), (1, 1));
}

#[tokio::test]
async fn a_kill_between_sending_and_noting_it_sends_nothing_again() {
    let setup = Setup::new().await;
    let mut killed = Outgoing::new(&setup, 1);
    killed.turn().await;
    let rows = killed.rows.clone();
    killed.turn().await; // Sent, but the note of it is lost: `rows` is older.

    let mut resumed = Outgoing::resume(&setup, 1, rows);
    assert_eq!(resumed.turn().await, Action::Wait(WaitFor::Mining));
    setup.anvil.mine(3).unwrap();
    assert!(matches!(resumed.turn().await, Action::Done { .. }));
    assert_eq!(setup.events(1).await, 1);
}

#[tokio::test]
async fn a_dropped_transaction_is_sent_again() {
    let setup = Setup::new().await;
    let mut outgoing = Outgoing::new(&setup, 1);
    outgoing.turn().await;
    outgoing.turn().await;
    let hash = outgoing.rows[0].0.hash;
    setup.rpc("anvil_dropTransaction", json!([hash]));
    assert_eq!(outgoing.turn().await, Action::Wait(WaitFor::Mining));
    outgoing.seconds = 30;
    assert_eq!(outgoing.turn().await, Action::Rebroadcast(hash));
    setup.anvil.mine(3).unwrap();
    assert!(matches!(outgoing.turn().await, Action::Done { hash: done, .. } if done == hash));
}

#[tokio::test]
async fn a_stuck_transaction_is_replaced_under_its_nonce() {
    let setup = Setup::new().await;
    let mut outgoing = Outgoing::new(&setup, 1);
    outgoing.turn().await;
    outgoing.turn().await;
    let first = outgoing.rows[0].0.hash;
    outgoing.seconds = 119;
    assert_eq!(outgoing.turn().await, Action::Wait(WaitFor::Mining));
    outgoing.seconds = 120;
    assert_eq!(outgoing.turn().await, Action::Bump(first));
    let second = outgoing.rows[1].0.hash;
    assert_eq!(outgoing.rows[1].0.nonce, outgoing.rows[0].0.nonce);
    assert_eq!(outgoing.turn().await, Action::Send(second));
    setup.anvil.mine(3).unwrap();
    assert!(matches!(outgoing.turn().await, Action::Done { hash, .. } if hash == second));
    let replaced = setup.client.status(first, THREE).await.unwrap();
    assert_eq!(replaced, TxStatus::Unknown);
    assert_eq!(setup.events(1).await, 1);
}

#[tokio::test]
async fn a_transaction_priced_out_by_the_base_fee_is_bumped_to_the_market() {
    let setup = Setup::new().await;
    let mut outgoing = Outgoing::new(&setup, 1);
    outgoing.turn().await;
    outgoing.turn().await;
    let first = outgoing.rows[0].0.hash;
    // The next block costs fifty times what the first attempt offers; the node drops it.
    let offered = setup.client.fees().await.unwrap().max_fee_per_gas.0;
    let base_fee = format!("{:#x}", offered * 50);
    setup.rpc("anvil_setNextBlockBaseFeePerGas", json!([base_fee]));
    setup.anvil.mine(1).unwrap();
    outgoing.seconds = 120;
    assert_eq!(outgoing.turn().await, Action::Rebroadcast(first));
    assert_eq!(outgoing.turn().await, Action::Bump(first));
    let second = outgoing.rows[1].0.hash;
    assert_eq!(outgoing.turn().await, Action::Send(second));
    setup.anvil.mine(3).unwrap();
    assert!(matches!(outgoing.turn().await, Action::Done { hash, .. } if hash == second));
    assert_eq!(setup.events(1).await, 1);
}

#[tokio::test]
async fn a_reorganised_block_is_no_confirmation_and_is_sent_again() {
    let setup = Setup::new().await;
    let mut outgoing = Outgoing::new(&setup, 1);
    outgoing.turn().await;
    let snapshot = setup.rpc("evm_snapshot", json!([]));
    outgoing.turn().await;
    setup.anvil.mine(1).unwrap();
    let hash = outgoing.rows[0].0.hash;
    assert!(matches!(
        outgoing.turn().await,
        Action::Wait(WaitFor::Confirmations { have: 1, .. })
    ));
    let first_block = outgoing.rows[0].0.seen_in.unwrap();

    // Another history, longer than the confirmations asked for, without the transaction.
    assert_eq!(setup.rpc("evm_revert", json!([snapshot])), json!(true));
    setup.rpc("evm_increaseTime", json!([1_000]));
    setup.anvil.mine(5).unwrap();
    assert_eq!(setup.events(1).await, 0);
    assert_eq!(outgoing.turn().await, Action::ReorgedResend(hash));
    setup.anvil.mine(3).unwrap();
    let Action::Done { hash: done, block } = outgoing.turn().await else {
        panic!("three confirmations")
    };
    assert_eq!(done, hash);
    assert_ne!(block.hash, first_block.hash);
    assert_eq!(setup.events(1).await, 1);
}

#[tokio::test]
async fn a_reorganisation_that_moves_the_transaction_starts_the_count_anew() {
    let setup = Setup::new().await;
    let mut outgoing = Outgoing::new(&setup, 1);
    outgoing.turn().await;
    outgoing.turn().await;
    setup.anvil.mine(2).unwrap();
    let two = Action::Wait(WaitFor::Confirmations { have: 2, need: 3 });
    assert_eq!(outgoing.turn().await, two);
    let first_block = outgoing.rows[0].0.seen_in.unwrap();

    // The last two blocks are replaced; the transaction comes back in the last of the new ones.
    let raw = format!("0x{}", hex::encode(&outgoing.rows[0].1));
    setup.rpc("anvil_reorg", json!([2, [[raw, 1]]]));
    let one = Action::Wait(WaitFor::Confirmations { have: 1, need: 3 });
    assert_eq!(outgoing.turn().await, one);
    assert_ne!(outgoing.rows[0].0.seen_in.unwrap(), first_block);
    setup.anvil.mine(2).unwrap();
    assert!(matches!(outgoing.turn().await, Action::Done { .. }));
}

#[tokio::test]
async fn a_nonce_used_by_somebody_else_is_a_failure_after_a_grace() {
    let setup = Setup::new().await;
    let mut outgoing = Outgoing::new(&setup, 1);
    outgoing.turn().await;
    setup.record(2).await; // The same key, elsewhere.
    assert_eq!(outgoing.turn().await, Action::Wait(WaitFor::NodeCatchUp));
    outgoing.seconds = 60;
    assert_eq!(outgoing.turn().await, Action::Failed(Failure::NonceTaken));
}

#[tokio::test]
async fn a_refused_recording_fails_when_its_block_is_final() {
    let setup = Setup::new().await;
    let call = setup.call(1);
    let quote = setup
        .client
        .quote(setup.signer.address(), &call)
        .await
        .unwrap();
    setup.record(1).await;
    let double = tx::prepare(CHAIN, &call, 2, &quote, CAP)
        .unwrap()
        .sign(&setup.signer)
        .unwrap();
    let mut outgoing = Outgoing::new(&setup, 1);
    outgoing.store(&double);
    outgoing.turn().await;
    setup.anvil.mine(1).unwrap();
    assert!(matches!(
        outgoing.turn().await,
        Action::Wait(WaitFor::Confirmations { have: 1, .. })
    ));
    setup.anvil.mine(2).unwrap();
    let action = outgoing.turn().await;
    assert!(
        matches!(&action, Action::Failed(Failure::Reverted { hash, .. }) if *hash == double.hash()),
        "{action:?}"
    );
    assert_eq!(setup.events(1).await, 1);
}
