//! Exit codes. A failed check differs from a failed run, so that scripts can tell them apart.

use std::process::ExitCode;

use qv_app::AppError;
use qv_types::Code;
use serde::Serialize;

use crate::out::{Color, Format, Out};

/// How a command that ran ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Done.
    Done,
    /// The command ran and its check said no.
    CheckFailed,
    /// Another process of ours did the work, said why it failed, and ended with this exit code.
    Elsewhere(u8),
}

impl Verdict {
    pub fn code(self) -> ExitCode {
        match self {
            Self::Done => ExitCode::SUCCESS,
            Self::CheckFailed => ExitCode::from(number(Code::CheckFailed)),
            Self::Elsewhere(code) => ExitCode::from(code),
        }
    }

    pub const fn of(passed: bool) -> Self {
        if passed {
            Self::Done
        } else {
            Self::CheckFailed
        }
    }
}

/// The exit code of each error code (docs/cli.md). 2 is clap's: wrong usage.
pub const fn number(code: Code) -> u8 {
    match code {
        Code::CheckFailed => 3,
        Code::Locked | Code::WrongFactor | Code::Cooldown | Code::FactorUnavailable => 4,
        Code::NotFound | Code::NoVault => 5,
        Code::Unreachable | Code::BadPeer | Code::AddressRefused | Code::Chain => 6,
        Code::InvalidInput | Code::InvalidConfig => 2,
        Code::Cancelled => 130,
        _ => 1,
    }
}

#[derive(Serialize)]
struct ErrorDocument<'a> {
    error: ErrorBody<'a>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    code: Code,
    message: &'a str,
}

/// Says what went wrong, on standard error, in the asked format.
pub fn report(out: &Out, error: &AppError) -> ExitCode {
    let message = error.to_string();
    out.error(
        &message,
        &ErrorDocument {
            error: ErrorBody {
                code: error.code(),
                message: &message,
            },
        },
    );
    ExitCode::from(number(error.code()))
}

/// Says what is wrong with the arguments, or shows the help that was asked for. What clap quotes comes
/// from outside, so it is escaped as everything else.
pub fn usage(error: &clap::Error) -> ExitCode {
    use clap::error::ErrorKind::{
        DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion,
    };
    let asked = matches!(error.kind(), DisplayHelp | DisplayVersion);
    if asked || error.kind() == DisplayHelpOnMissingArgumentOrSubcommand {
        // A reader that went away is no failure.
        let _ = error.print();
        return ExitCode::from(if asked { 0 } else { number(Code::InvalidInput) });
    }
    let json = std::env::args_os().any(|argument| argument == "--json");
    let out = Out::new(if json { Format::Json } else { Format::Text }, Color::Auto);
    let text = error.render().to_string();
    let message = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
    let code = Code::InvalidInput;
    let document = ErrorDocument {
        error: ErrorBody { code, message },
    };
    out.usage(&text, &document);
    ExitCode::from(number(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_check_is_no_failed_run() {
        assert_eq!(number(Code::CheckFailed), 3);
        assert_ne!(number(Code::Internal), number(Code::CheckFailed));
        assert_eq!(number(Code::Cancelled), 130);
    }
    #[test]
    fn the_page_lists_the_same_exit_codes() {
        let page = include_str!("../../../docs/cli.md");
        let mut listed = 0;
        for row in page.lines().filter(|line| line.starts_with("| ")) {
            let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
            let Ok(exit) = cells[0].parse::<u8>() else {
                continue;
            };
            for word in cells[1]
                .split('`')
                .filter(|word| word.starts_with(char::is_alphabetic))
            {
                let code: Code = serde_json::from_value(word.into()).unwrap();
                assert_eq!(number(code), exit, "{word}");
                listed += 1;
            }
        }
        assert_eq!(listed, Code::ALL.len(), "every code is on the page");
    }

    /// `docs/cli.md` has a row for each code, with the exit code that it really has.
    #[test]
    fn the_reference_lists_every_code() {
        let page = include_str!("../../../docs/cli.md");
        for code in Code::ALL {
            let word = serde_json::to_string(code).unwrap().replace('"', "`");
            let row = format!("| {} | {word} |", number(*code));
            assert_eq!(
                page.lines().filter(|line| line.starts_with(&row)).count(),
                1,
                "{row}"
            );
        }
    }
}
