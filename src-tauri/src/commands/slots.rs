//! Ways to open the vault.

use std::collections::BTreeMap;

use qv_app::slots::{
    self, Advice, Classical, Drill, NewSlot, Plan, Reseal, Resealed, SlotDetails, SlotView, Tested,
};
use qv_app::{AppError, Devices};
use qv_types::SlotId;
use serde::Deserialize;
use tauri::State;

use super::vault::Scheme;
use crate::host::Host;
use crate::problem::{Answer, Problem};
use crate::session;

/// A slot to be made.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct NewFactors {
    /// The factors; joined by `+` where each is a group.
    pub factors: Vec<String>,
    /// How many of the groups open the slot; all where nothing is said.
    pub any: Option<u8>,
    /// What it is called.
    pub label: Option<String>,
    /// Whether it may be one that a quantum attacker with the database could open.
    pub accept_classical: bool,
    /// Whether the TPM also wants a PIN.
    pub tpm_pin: bool,
    /// The serial number of the YubiKey, where several are there.
    pub yubikey_serial: Option<u32>,
    /// The recovery set, where shares are a factor.
    pub shares: Option<Scheme>,
}

impl NewFactors {
    /// The slot to be made.
    pub fn slot(&self) -> Result<NewSlot, AppError> {
        Ok(NewSlot {
            classical: if self.accept_classical {
                Classical::Accept
            } else {
                Classical::Refuse
            },
            label: self.label.clone(),
            ..Plan::parse(&self.factors, self.any)?.into()
        })
    }

    /// The devices as these factors want them.
    pub fn devices(&self, mut devices: Devices) -> Devices {
        devices.tpm.pin = self.tpm_pin;
        devices.yubikey.serial = self.yubikey_serial;
        if let Some(scheme) = self.shares {
            devices.shares = scheme.into();
        }
        devices
    }
}

/// Every slot, with what it needs and whether that is here.
#[tauri::command]
#[specta::specta]
pub async fn slots_list(host: State<'_, Host>) -> Answer<Vec<SlotDetails>> {
    host.any(|vault| async move {
        let vault = vault.with_devices(session::devices(&vault));
        slots::details(&vault).await
    })
    .await
}

/// What was found on this machine, and the ways to open a vault that it allows; needs no vault.
#[tauri::command]
#[specta::specta]
pub async fn slots_advice(host: State<'_, Host>) -> Answer<Advice> {
    Ok(slots::advice(&host.config()?).await)
}

/// Makes a slot. The window must have unlocked the vault itself.
#[tauri::command]
#[specta::specta]
pub async fn slots_add(host: State<'_, Host>, wanted: NewFactors) -> Answer<SlotView> {
    let vault = host.vault().await?;
    let told = |error: AppError| Problem::of(&vault, &error);
    let devices = wanted.devices(session::devices(&vault));
    let slot = wanted.slot().map_err(told)?;
    let own = vault.without_agent();
    let added = host
        .with_person(devices, async move |devices, person| {
            slots::add(&own.with_devices(devices), &slot, person).await
        })
        .await;
    let deliveries = host.delivered();
    match &added {
        Err(error) => deliveries.iter().for_each(|one| one.withdraw(error)),
        Ok(_) => host.offer_to_destroy(deliveries).await,
    }
    added.map_err(told)
}

/// What would be said of the vault without a slot.
#[tauri::command]
#[specta::specta]
pub async fn slots_loss(host: State<'_, Host>, slot: SlotId) -> Answer<Vec<String>> {
    host.any(|vault| async move { slots::warnings_without(&vault, slot).await })
        .await
}

/// Removes a slot.
#[tauri::command]
#[specta::specta]
pub async fn slots_remove(host: State<'_, Host>, slot: SlotId) -> Answer<()> {
    host.unlocked(|vault| async move {
        let vault = vault.with_devices(session::devices(&vault));
        slots::remove(&vault, slot).await
    })
    .await
}

/// Proves that a slot opens the vault.
#[tauri::command]
#[specta::specta]
pub async fn slots_test(host: State<'_, Host>, slot: SlotId) -> Answer<Tested> {
    let vault = host.vault().await?;
    let tested = vault.clone();
    host.with_person(session::devices(&vault), async move |devices, person| {
        slots::test(&tested.with_devices(devices), slot, person).await
    })
    .await
    .map_err(|error| Problem::of(&vault, &error))
}

/// What each single loss would leave; proven with the person's help, where wanted.
#[tauri::command]
#[specta::specta]
pub async fn slots_drill(host: State<'_, Host>, prove: bool) -> Answer<Drill> {
    let vault = host.vault().await?;
    let drilled = vault.with_devices(session::devices(&vault));
    let drill = if prove {
        host.with_person(session::devices(&vault), async move |devices, person| {
            slots::prove(&drilled.with_devices(devices), person).await
        })
        .await
    } else {
        slots::drill(&drilled).await
    };
    drill.map_err(|error| Problem::of(&vault, &error))
}

/// Seals a slot's TPM factor to other PCRs, or to the values after an announced change.
#[tauri::command]
#[specta::specta]
pub async fn slots_reseal(
    host: State<'_, Host>,
    slot: SlotId,
    pcrs: Option<Vec<u8>>,
    expect: BTreeMap<u8, String>,
) -> Answer<Resealed> {
    let vault = host.vault().await?;
    let own = vault.without_agent();
    host.with_person(session::devices(&vault), async move |devices, person| {
        slots::reseal(
            &own.with_devices(devices),
            slot,
            Reseal { pcrs, expect },
            person,
        )
        .await
    })
    .await
    .map_err(|error| Problem::of(&vault, &error))
}
