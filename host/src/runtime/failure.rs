//! How a guest can fail, told apart by what the client and the log must hear. It names no status code.

use std::{sync::Arc, time::Duration};

use wasmtime::{PoolConcurrencyLimitError, Trap};
use wasmtime_wasi::I32Exit;

use super::{guest::Guest, holdings::HELD_BYTES_MAX, loader::PrepareError};

/// Why a guest gave no whole answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GuestFailure {
    /// Every slot for instances is taken.
    #[error("no slot for another instance")]
    NoRoom,
    /// There is no code of the component, though there was when the site was loaded.
    #[error("its code could not be loaded")]
    NoCode(#[source] Arc<PrepareError>),
    /// The component's code was not loaded in time.
    #[error("its code was not loaded within {0:?} (limit `first-byte` or `wall`)")]
    CodeLate(Duration),
    /// The execution time of the policy is used up.
    #[error("the guest spent its execution time of {0:?} (limit `cpu`)")]
    CpuSpent(Duration),
    /// No response head in time.
    #[error("the guest sent no response head within {0:?} (limit `first-byte` or `wall`)")]
    FirstByteLate(Duration),
    /// Not done in time.
    #[error("the guest was not done within {0:?} (limit `wall`)")]
    WallSpent(Duration),
    /// The guest called `wasi:cli/exit`.
    #[error("the guest exited with code {0}")]
    Exited(i32),
    /// The guest ran out of the memory or the table elements its policy allows, and trapped.
    #[error("the guest asked for more than `memory` or `table-elements` allows, then trapped")]
    OutOfMemory(#[source] wasmtime::Error),
    /// The guest made the host hold more for it than the host holds for any.
    #[error("the guest holds more than {HELD_BYTES_MAX} bytes of header fields and unsent messages in the host")]
    HeldTooMuch,
    /// The guest trapped.
    #[error("the guest trapped")]
    Trapped(#[source] wasmtime::Error),
    /// The guest answered with an error code instead of a response.
    #[error("the guest answered with the error code {0}")]
    ErrorCode(String),
    /// The guest returned without an answer.
    #[error("the guest returned without an answer")]
    NeverAnswered,
    /// The guest gave its answer's body up, or wrote another length than it had declared.
    #[error("the guest broke off its response body, or its length is not what content-length says")]
    BrokenBody,
    /// The guest returned without finishing the body of its answer.
    #[error("the guest returned without finishing its response body")]
    UnfinishedBody,
}

impl GuestFailure {
    /// Tells what ended the call of a guest.
    pub(super) fn of(error: wasmtime::Error, guest: &Guest, cpu: Duration) -> Self {
        if error.is::<PoolConcurrencyLimitError>() {
            return Self::NoRoom;
        }
        if let Some(I32Exit(code)) = error.downcast_ref::<I32Exit>() {
            return Self::Exited(*code);
        }
        if error.downcast_ref::<Trap>() == Some(&Trap::Interrupt) {
            if guest.is_overfull() {
                return Self::HeldTooMuch;
            }
            return Self::CpuSpent(cpu);
        }
        if guest.memory.refused() {
            return Self::OutOfMemory(error);
        }
        Self::Trapped(error)
    }

    /// The constant that stands for this failure in logs.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::NoRoom => "no-room",
            Self::NoCode(_) => "no-code",
            Self::CodeLate(_) => "code-late",
            Self::CpuSpent(_) => "cpu",
            Self::FirstByteLate(_) => "first-byte",
            Self::WallSpent(_) => "wall",
            Self::Exited(_) => "exit",
            Self::OutOfMemory(_) => "memory",
            Self::HeldTooMuch => "held",
            Self::Trapped(_) => "trap",
            Self::ErrorCode(_) => "error-code",
            Self::NeverAnswered => "no-answer",
            Self::BrokenBody => "broken-body",
            Self::UnfinishedBody => "unfinished-body",
        }
    }

    /// The whole chain of causes, for the log.
    pub(crate) fn causes(&self) -> String {
        match self {
            Self::OutOfMemory(cause) | Self::Trapped(cause) => format!("{self}: {cause:#}"),
            Self::NoCode(cause) => format!("{self}: {cause}"),
            _ => self.to_string(),
        }
    }
}
