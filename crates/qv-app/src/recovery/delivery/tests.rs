use std::os::unix::fs::PermissionsExt;

use qv_crypto::secret::Secret;
use qv_crypto::umk::sharing::{Scheme, split};
use qv_crypto::umk::slot::Draft;
use qv_seal::SlotContext;
use qv_types::VaultId;
use tempfile::TempDir;

use super::*;

fn handed_over(delivery: &Delivery) -> Result<(), SealError> {
    let slot = SlotContext::from(&Draft::make(VaultId::make_random()).unwrap());
    let secret = Secret::make_random().unwrap();
    let shares = split(&secret, Scheme::new(2, 3).unwrap()).unwrap();
    let (slot, shares) = (&slot, &*shares);
    delivery.hand_over(&Handout { slot, shares })
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_form_is_the_owners_alone_until_it_is_destroyed() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("form.pdf");
    let delivery = Delivery::form(&file);
    assert_eq!(delivery.form_left(), None);
    handed_over(&delivery).unwrap();
    assert_eq!(
        (delivery.form_left(), mode(&file)),
        (Some(file.clone()), 0o600)
    );
    delivery.destroy_form().unwrap();
    assert!(!file.exists() && delivery.form_left().is_none());
    delivery.destroy_form().unwrap();
}

#[test]
fn a_set_that_came_to_nothing_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let (file, shares) = (folder.path().join("form.pdf"), folder.path().join("shares"));
    for delivery in [Delivery::form(file), Delivery::folder(&shares)] {
        handed_over(&delivery).unwrap();
        delivery.withdraw(&AppError::Locked);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    let kept = Delivery::folder(&shares);
    handed_over(&kept).unwrap();
    assert_eq!(
        (mode(&shares), mode(&shares.join("share-2-of-3.txt"))),
        (0o700, 0o600)
    );
    kept.destroy_form().unwrap();
    assert_eq!(fs::read_dir(&shares).unwrap().count(), 3);
}

#[test]
fn a_set_that_may_be_stored_stays() {
    let folder = TempDir::new().unwrap();
    let shares = folder.path().join("shares");
    let delivery = Delivery::folder(&shares);
    handed_over(&delivery).unwrap();
    delivery.withdraw(&AppError::MaybeStored {
        source: Box::new(AppError::Busy),
    });
    assert_eq!(fs::read_dir(&shares).unwrap().count(), 3);
}

#[test]
fn what_was_there_before_stays() {
    let folder = TempDir::new().unwrap();
    let (file, shares) = (folder.path().join("form.pdf"), folder.path().join("shares"));
    fs::write(&file, "mine").unwrap();
    fs::create_dir(&shares).unwrap();
    for delivery in [Delivery::form(&file), Delivery::folder(&shares)] {
        let refused = handed_over(&delivery).unwrap_err();
        assert!(
            matches!(refused, SealError::HandingOver { .. }),
            "{refused}"
        );
        delivery.withdraw(&AppError::Locked);
    }
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    assert!(shares.is_dir());
}
