//! The signals that end a server: the first asks it to drain, the second not to wait. It ends
//! nothing itself.

use std::io;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Signals that have come, from now on. Listening ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Signals {
    first: CancellationToken,
    second: CancellationToken,
    listening: JoinHandle<()>,
}

impl Signals {
    /// Listens for SIGINT and SIGTERM.
    pub(crate) fn listen() -> io::Result<Self> {
        let (first, second) = (CancellationToken::new(), CancellationToken::new());
        let tokens = [first.clone(), second.clone()];
        let mut signals = Ending::listen()?;
        let listening = tokio::spawn(async move {
            for token in tokens {
                signals.next().await;
                token.cancel();
            }
        });
        Ok(Self { first, second, listening })
    }

    /// Does `work`, unless the first signal comes before it is done.
    pub(crate) async fn unless_told<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.first.run_until_cancelled(work).await
    }

    /// Ends with the first signal.
    pub(crate) fn first(&self) -> impl Future<Output = ()> + Send + 'static {
        self.first.clone().cancelled_owned()
    }

    /// Ends with the second signal.
    pub(crate) fn second(&self) -> impl Future<Output = ()> + Send + 'static {
        self.second.clone().cancelled_owned()
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

#[cfg(unix)]
struct Ending {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Ending {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Ending;

#[cfg(not(unix))]
impl Ending {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        // Without a console there is nobody to press the keys.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
