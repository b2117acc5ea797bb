//! The form: one A4 page for each share, black on white, with the fonts that every reader has.

mod page;

use pdf_writer::{Name, Pdf, Rect, Ref};
use qv_seal::{Handout, Share};
use qv_types::Timestamp;
use zeroize::Zeroizing;

use crate::{AppError, SecretBytes};
use page::{FONTS, Page, SIZE};

/// More than a page takes, so that no half-filled buffer is left behind by growing.
const BYTES_OF_A_PAGE: usize = 1 << 17;

/// Objects of the document that are there once; fonts and pages follow.
const CATALOG: i32 = 1;
const TREE: i32 = 2;
const FIRST_FONT: i32 = 3;

/// The form of a new set, as a PDF.
///
/// # Errors
/// [`AppError::Internal`] where a QR code cannot be made.
pub fn form(handout: &Handout<'_>) -> Result<SecretBytes, AppError> {
    form_at(handout, Timestamp::now())
}

fn form_at(handout: &Handout<'_>, now: Timestamp) -> Result<SecretBytes, AppError> {
    let mut pdf = Pdf::with_capacity(BYTES_OF_A_PAGE * (handout.shares.len() + 1));
    let first_page = FIRST_FONT + FONTS.len() as i32;
    let pages: Vec<Ref> = (0..)
        .zip(handout.shares)
        .map(|(at, _)| Ref::new(first_page + 2 * at))
        .collect();
    pdf.catalog(Ref::new(CATALOG)).pages(Ref::new(TREE));
    pdf.pages(Ref::new(TREE))
        .kids(pages.iter().copied())
        .count(pages.len() as i32);
    for (font, number) in FONTS.iter().zip(FIRST_FONT..) {
        pdf.type1_font(Ref::new(number))
            .base_font(Name(font.base()))
            .encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    for (share, page) in handout.shares.iter().zip(pages) {
        let stream = Ref::new(page.get() + 1);
        add_page(&mut pdf, page, stream);
        pdf.stream(stream, &content(handout, share, now)?);
    }
    Ok(pdf.finish().into())
}

fn add_page(pdf: &mut Pdf, id: Ref, stream: Ref) {
    let mut page = pdf.page(id);
    page.media_box(Rect::new(0.0, 0.0, SIZE.0, SIZE.1));
    page.parent(Ref::new(TREE)).contents(stream);
    let mut resources = page.resources();
    let mut fonts = resources.fonts();
    for (font, number) in FONTS.iter().zip(FIRST_FONT..) {
        fonts.pair(Name(font.name()), Ref::new(number));
    }
}

fn content(
    handout: &Handout<'_>,
    share: &Share,
    now: Timestamp,
) -> Result<Zeroizing<Vec<u8>>, AppError> {
    let mut page = Page::new(BYTES_OF_A_PAGE);
    page.head(share);
    page.facts(&facts(handout, share, now));
    page.code(&share.to_hex())?;
    page.words(&share.to_words());
    page.advice(&advice(share));
    Ok(page.finish())
}

fn facts(handout: &Handout<'_>, share: &Share, now: Timestamp) -> [(&'static str, String); 4] {
    let made: String = now.to_seconds_text().chars().take(10).collect();
    [
        ("Vault", handout.slot.vault.to_string()),
        ("Set", share.set_id().to_string()),
        ("Slot", handout.slot.slot.to_string()),
        ("Made on", made),
    ]
}

/// Headings and their lines.
fn advice(share: &Share) -> [(&'static str, Vec<String>); 2] {
    let (needed, total) = (share.needed(), share.total());
    [
        (
            "Where to keep it",
            vec![
                format!("Alone it says nothing. Any {needed} of the {total} shares together open the vault, so never keep two in one"),
                "place: one at home, one in a bank's safe, one with someone you trust.".into(),
                "Keep it dry and dark. Do not photograph, scan or type it, except to open the vault.".into(),
            ],
        ),
        (
            "How to use it",
            vec![
                "1.  Get a copy of the vault's folder, from a backup or the old machine, and install QuantumVault.".into(),
                "2.  Run:  qv slots add passphrase --with-slot SLOT   (SLOT is the number above)".into(),
                format!("3.  Type the words of {needed} shares when they are asked for, or scan their QR codes."),
                "4.  Choose the new passphrase. Then remove what was lost (qv slots remove) and make a new set.".into(),
            ],
        ),
    ]
}

#[cfg(test)]
mod tests;
