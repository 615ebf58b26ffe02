//! A test site behind a real socket on a free port of the loopback, ended with the test.

use std::net::SocketAddr;

use tokio::{sync::oneshot, task::JoinHandle};

use crate::{TestSite, eventually};

/// A server that runs until it is stopped or dropped.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl TestSite {
    /// Serves the site. The site can still be asked, changed and reloaded.
    pub async fn serve(&self) -> Running {
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let server = routelet::Server::bind(loopback, self.site().clone()).await.expect("a free port");
        let address = server.local_addr();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            let shutdown = async {
                let _ = stopped.await;
            };
            let _ = server.run(shutdown).await;
        });
        Running { address, stop, task }
    }
}

impl Running {
    /// Asks the server to drain, and waits until it has.
    pub async fn stop(self) {
        let ended = self.ask_to_stop();
        eventually("the server stops", ended).await.expect("the server does not panic");
    }

    /// Asks the server to drain; what is returned ends when it has.
    pub fn ask_to_stop(self) -> JoinHandle<()> {
        let _ = self.stop.send(());
        self.task
    }
}
