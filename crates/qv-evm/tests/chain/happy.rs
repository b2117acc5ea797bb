//! Deploying, recording, confirming, verifying; and what the registry refuses.

use qv_evm::{
    Address, AttestedFilter, B256, Broadcast, Call, Claim, Error, FeeCap, Fees, Quote, Revert,
    TxStatus, Verification, Wei, tx,
};
use qv_types::{Code, RiskLevel};
use serde_json::json;

use crate::caller::{CAP, CHAIN, Setup, THREE, attestation};

#[tokio::test]
async fn a_deployed_registry_is_recognised() {
    let setup = Setup::new().await;
    let info = setup.client.check_registry(setup.registry).await.unwrap();
    assert!(info.is_our_build);

    for (address, code) in [
        (Address::repeat_byte(1), None),
        (Address::repeat_byte(2), Some("0x00")),
        (Address::repeat_byte(3), Some("0x60006000fd")),
    ] {
        if let Some(code) = code {
            setup.rpc("anvil_setCode", json!([address, code]));
        }
        let error = setup.client.check_registry(address).await.unwrap_err();
        assert!(matches!(error, Error::NotRegistry { .. }), "{error}");
        assert_eq!(error.code(), Code::InvalidConfig);
    }
}

#[tokio::test]
async fn a_recording_is_confirmed_block_by_block_and_verified() {
    let setup = Setup::new().await;
    let before = setup.client.balance(setup.signer.address()).await.unwrap();
    let tx = setup.record(1).await;
    let TxStatus::Mined {
        block,
        confirmations: 1,
    } = setup.client.status(tx.hash(), THREE).await.unwrap()
    else {
        panic!("one block, one confirmation");
    };
    setup.anvil.mine(1).unwrap();
    let status = setup.client.status(tx.hash(), THREE).await.unwrap();
    assert_eq!(
        status,
        TxStatus::Mined {
            block,
            confirmations: 2
        }
    );
    setup.anvil.mine(1).unwrap();
    let status = setup.client.status(tx.hash(), THREE).await.unwrap();
    assert_eq!(
        status,
        TxStatus::Confirmed {
            block,
            confirmations: 3
        }
    );

    let after = setup.client.balance(setup.signer.address()).await.unwrap();
    let most = tx.fees().max_fee_per_gas.times(tx.gas_limit());
    assert!(after < before && before.0 - after.0 <= most.0);

    for tx_hash in [Some(tx.hash()), None, Some(B256::repeat_byte(9))] {
        let claim = Claim {
            tx_hash,
            ..setup.claim(1)
        };
        let verdict = setup.client.verify_attestation(&claim).await.unwrap();
        let Verification::Found {
            found,
            confirmations: 3,
            is_latest: true,
        } = verdict
        else {
            panic!("{verdict:?}")
        };
        assert_eq!((found.tx_hash, found.block), (tx.hash(), block));
        assert_eq!(found.event.attestation, attestation(1));
        assert_eq!(found.event.sender, setup.signer.address());
    }
}

#[tokio::test]
async fn a_claim_that_is_not_on_the_chain_is_not_found() {
    let setup = Setup::new().await;
    let tx = setup.record(1).await;
    let real = Claim {
        tx_hash: Some(tx.hash()),
        ..setup.claim(1)
    };
    for forged in [
        Claim {
            sender: Address::repeat_byte(1),
            ..real
        },
        Claim {
            payload_hash: B256::repeat_byte(1),
            ..real
        },
    ] {
        let verdict = setup.client.verify_attestation(&forged).await.unwrap();
        assert_eq!(verdict, Verification::NotRecorded);
    }
    let other_asset = Claim {
        asset_id_hash: B256::repeat_byte(77),
        ..real
    };
    let verdict = setup.client.verify_attestation(&other_asset).await.unwrap();
    assert!(
        matches!(verdict, Verification::OtherAsset(found) if found.event.attestation == attestation(1))
    );
}

#[tokio::test]
async fn an_older_attestation_is_found_as_such() {
    let setup = Setup::new().await;
    setup.record(1).await;
    let mut newer = attestation(1);
    newer.payload_hash = B256::repeat_byte(0xee);
    newer.risk_level = RiskLevel::Low;
    let call = Call::Record {
        registry: setup.registry,
        attestation: newer,
    };
    let from = setup.signer.address();
    let quote = setup.client.quote(from, &call).await.unwrap();
    let tx = tx::prepare(CHAIN, &call, 2, &quote, CAP)
        .unwrap()
        .sign(&setup.signer)
        .unwrap();
    setup.send(&tx).await;

    let verdict = setup
        .client
        .verify_attestation(&setup.claim(1))
        .await
        .unwrap();
    assert!(
        matches!(
            verdict,
            Verification::Found {
                is_latest: false,
                ..
            }
        ),
        "{verdict:?}"
    );

    let filter = AttestedFilter {
        asset_id_hash: Some(newer.asset_id_hash),
        ..Default::default()
    };
    let head = setup.client.block_number().await.unwrap();
    let found = setup
        .client
        .find_attested(setup.registry, filter, 0, head)
        .await
        .unwrap();
    assert_eq!(
        found
            .iter()
            .map(|found| found.event.attestation)
            .collect::<Vec<_>>(),
        [attestation(1), newer]
    );
}

#[tokio::test]
async fn events_are_found_across_search_ranges() {
    let setup = Setup::new().await;
    setup.record(1).await;
    setup.anvil.mine(2_500).unwrap();
    setup.record(2).await;
    assert_eq!((setup.events(1).await, setup.events(2).await), (1, 1));
}

#[tokio::test]
async fn the_same_payload_is_refused_before_and_on_the_chain() {
    let setup = Setup::new().await;
    // Signed while nothing was recorded, sent after another nonce has recorded the same payload.
    let call = setup.call(1);
    let quote = setup
        .client
        .quote(setup.signer.address(), &call)
        .await
        .unwrap();
    setup.record(1).await;
    let error = setup
        .client
        .quote(setup.signer.address(), &call)
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::WouldRevert(Revert::AlreadyRecorded { recorded_at }) if recorded_at > 0),
        "{error}"
    );
    assert_eq!(error.code(), Code::Conflict);

    let second = tx::prepare(CHAIN, &call, 2, &quote, CAP)
        .unwrap()
        .sign(&setup.signer)
        .unwrap();
    setup.send(&second).await;
    let status = setup.client.status(second.hash(), THREE).await.unwrap();
    assert!(
        matches!(
            &status,
            TxStatus::Reverted {
                revert: Revert::AlreadyRecorded { .. },
                confirmations: 1,
                ..
            }
        ),
        "{status:?}"
    );
    assert_eq!(setup.events(1).await, 1);
}

#[tokio::test]
async fn sending_the_same_bytes_again_does_no_harm() {
    let setup = Setup::new().await;
    let tx = setup.prepare(1).await;
    let sent = setup.client.broadcast(&tx).await.unwrap();
    assert_eq!(sent, Broadcast::Accepted);
    assert_eq!(
        setup.client.broadcast(&tx).await.unwrap(),
        Broadcast::AlreadyKnown
    );
    assert_eq!(
        setup.client.status(tx.hash(), THREE).await.unwrap(),
        TxStatus::Pending
    );
    assert_eq!(
        setup
            .client
            .next_nonce(setup.signer.address())
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        setup
            .client
            .mined_nonce(setup.signer.address())
            .await
            .unwrap(),
        1
    );
    setup.anvil.mine(1).unwrap();
    assert_eq!(
        setup.client.broadcast(&tx).await.unwrap(),
        Broadcast::AlreadyMined
    );
    assert_eq!(setup.events(1).await, 1);
}

#[tokio::test]
async fn a_nonce_that_another_transaction_used_is_named() {
    let setup = Setup::new().await;
    let call = setup.call(2);
    let quote = setup
        .client
        .quote(setup.signer.address(), &call)
        .await
        .unwrap();
    let late = tx::prepare(CHAIN, &call, 1, &quote, CAP)
        .unwrap()
        .sign(&setup.signer)
        .unwrap();
    setup.record(1).await;
    assert_eq!(
        setup.client.broadcast(&late).await.unwrap(),
        Broadcast::NonceTaken
    );
    assert_eq!(
        setup.client.status(late.hash(), THREE).await.unwrap(),
        TxStatus::Unknown
    );
}

#[tokio::test]
async fn a_signer_without_funds_is_told_so() {
    let setup = Setup::new().await;
    setup.rpc("anvil_setBalance", json!([setup.signer.address(), "0x0"]));
    let fees = Fees::from_base(Wei::from_gwei(10), Wei::from_gwei(1));
    let quote = Quote {
        gas_limit: 100_000,
        fees,
    };
    let tx = tx::prepare(CHAIN, &setup.call(1), 1, &quote, CAP)
        .unwrap()
        .sign(&setup.signer)
        .unwrap();
    let error = setup.client.broadcast(&tx).await.unwrap_err();
    assert_eq!(
        error,
        Error::InsufficientFunds {
            signer: setup.signer.address()
        }
    );
    assert_eq!(error.code(), Code::Chain);
}

#[tokio::test]
async fn the_fee_cap_stops_a_deployment_before_it_is_signed() {
    let setup = Setup::new().await;
    let draft = setup
        .client
        .draft_deployment(setup.signer.address(), FeeCap(Wei(1)))
        .await;
    assert!(
        matches!(draft, Err(Error::FeeCap { cap: Wei(1), .. })),
        "{draft:?}"
    );
    assert_eq!(
        setup
            .client
            .next_nonce(setup.signer.address())
            .await
            .unwrap(),
        1
    );
}

/// The cost that contracts/README.md speaks of, as a whole transaction.
#[tokio::test]
async fn a_recording_costs_what_was_measured() {
    let setup = Setup::new().await;
    let tx = setup.record(1).await;
    let receipt = setup.rpc("eth_getTransactionReceipt", json!([tx.hash()]));
    let used = u64::from_str_radix(
        receipt["gasUsed"]
            .as_str()
            .unwrap()
            .trim_start_matches("0x"),
        16,
    )
    .unwrap();
    assert!((60_000..75_000).contains(&used), "{used}");
    assert!(tx.gas_limit() >= used && tx.gas_limit() < 2 * used);
}
