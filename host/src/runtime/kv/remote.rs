//! Stores in a server that speaks the protocol of Redis. What is acknowledged is as durable as that
//! server is told to make it. It never sends a write twice.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use redis::{
    Client, RedisError, Script, ScriptInvocation,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use tokio::sync::{OnceCell, Semaphore};

use super::{
    error::StoreError,
    operation::{Change, Entry, PAGE_KEYS, Page, Quota, Write, Written},
};
use crate::{config::stores::RedisUrl, policy::Namespace};

/// Connections of this server; operations share them, so that a large value holds up few others.
const CONNECTIONS: usize = 4;
/// Operations under way at a time; further ones wait, by their own deadlines.
const OPERATIONS_MAX: usize = 256;
/// A server in reach accepts within a second; five allow for a lost packet or two.
const CONNECT: Duration = Duration::from_secs(5);
/// A connection on which nothing comes for that long is given up; guests' own deadlines are shorter.
const ANSWER: Duration = Duration::from_secs(30);
/// One try of connecting for each operation: guests that come later try again.
const RETRIES: usize = 1;

/// The stores of one server.
pub(super) struct Remote {
    client: Client,
    shown: String,
    connections: [OnceCell<ConnectionManager>; CONNECTIONS],
    next: AtomicUsize,
    seats: Semaphore,
    read: Script,
    write: Script,
}

/// A URL that names no server.
#[derive(Debug, thiserror::Error)]
#[error("kv.url is no URL of a Redis server")]
pub(crate) struct UrlError;

/// What a guest keeps at each of several keys, where it keeps anything.
type Values = Vec<Option<Vec<u8>>>;

/// Where a namespace's keys are in the server: hashes, whose fields are the guest's keys. A field is
/// bytes to the server, so that no key of a guest can name anything else.
struct Places {
    values: String,
    revisions: String,
    totals: String,
}

impl Places {
    /// The braces keep all three in one slot of a cluster.
    fn of(namespace: &Namespace) -> Self {
        let place = |what: &str| format!("routelet:kv:{{{namespace}}}:{what}");
        Self { values: place("values"), revisions: place("revisions"), totals: place("totals") }
    }
}

impl Remote {
    /// The server at a URL, which is not called yet.
    pub(super) fn new(url: &RedisUrl) -> Result<Self, UrlError> {
        Ok(Self {
            client: Client::open(url.revealed()).map_err(|_| UrlError)?,
            shown: url.to_string(),
            connections: Default::default(),
            next: AtomicUsize::new(0),
            seats: Semaphore::new(OPERATIONS_MAX),
            read: Script::new(include_str!("remote/read.lua")),
            write: Script::new(include_str!("remote/write.lua")),
        })
    }

    /// Says in the log whether the server can be reached.
    pub(super) async fn greet(&self) {
        let ping = async {
            let mut connection = self.connection().await?;
            redis::cmd("PING").query_async::<()>(&mut connection).await.map_err(|error| failed(&error))
        };
        let answer = tokio::time::timeout(CONNECT, ping).await.unwrap_or(Err(StoreError::Late(CONNECT)));
        let reason = match answer {
            Ok(()) => return,
            Err(StoreError::Unavailable(reason)) => reason,
            Err(error) => error.to_string(),
        };
        tracing::warn!(event = "kv_unreachable", server = %self.shown, %reason);
    }

    pub(super) async fn values(
        &self,
        namespace: &Namespace,
        keys: Vec<String>,
        most: usize,
    ) -> Result<Vec<Option<Entry>>, StoreError> {
        let places = Places::of(namespace);
        let mut read = self.read.key(&places.values);
        read.key(&places.revisions).arg(most).arg(keys);
        let (fits, values, revisions): (bool, Values, Vec<Option<u64>>) = self.run(&read).await?;
        if !fits {
            return Err(StoreError::Beyond("hostcall-fuel", format!("the values are more than {most} bytes together")));
        }
        let entries = values.into_iter().zip(revisions);
        Ok(entries.map(|(value, revision)| Some(Entry { value: value?, revision: revision? })).collect())
    }

    pub(super) async fn revisions(&self, namespace: &Namespace, keys: Vec<String>) -> Result<Vec<u64>, StoreError> {
        let mut command = redis::cmd("HMGET");
        command.arg(Places::of(namespace).revisions).arg(keys);
        let found: Vec<Option<u64>> = self.query(&command).await?;
        Ok(found.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// The server's own cursor is handed on; it may be any number, and lists this namespace alone.
    pub(super) async fn page(&self, namespace: &Namespace, cursor: Option<String>) -> Result<Page, StoreError> {
        let cursor: u64 = cursor.map_or(Ok(0), |cursor| cursor.parse()).map_err(|_| StoreError::Cursor)?;
        let mut command = redis::cmd("HSCAN");
        command.arg(Places::of(namespace).revisions).arg(cursor).arg("COUNT").arg(PAGE_KEYS);
        let (next, found): (u64, HashMap<String, u64>) = self.query(&command).await?;
        Ok(Page { keys: found.into_keys().collect(), cursor: (next != 0).then(|| next.to_string()) })
    }

    pub(super) async fn write(&self, namespace: &Namespace, write: Write, quota: Quota) -> Result<Written, StoreError> {
        let places = Places::of(namespace);
        let mut script = self.write.key(&places.values);
        script.key(&places.revisions).key(&places.totals).arg(quota.keys).arg(quota.bytes);
        arguments(&mut script, write);
        let (outcome, number): (String, i64) = self.run(&script).await?;
        written(&outcome, number, quota)
    }

    async fn run<T: redis::FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Result<T, StoreError> {
        let _seat = self.seats.acquire().await.map_err(StoreError::unavailable)?;
        let mut connection = self.connection().await?;
        script.invoke_async(&mut connection).await.map_err(|error| failed(&error))
    }

    async fn query<T: redis::FromRedisValue>(&self, command: &redis::Cmd) -> Result<T, StoreError> {
        let _seat = self.seats.acquire().await.map_err(StoreError::unavailable)?;
        let mut connection = self.connection().await?;
        command.query_async(&mut connection).await.map_err(|error| failed(&error))
    }

    async fn connection(&self) -> Result<ConnectionManager, StoreError> {
        let at = self.next.fetch_add(1, Ordering::Relaxed) % CONNECTIONS;
        let connect = || async {
            let config = ConnectionManagerConfig::new()
                .set_connection_timeout(Some(CONNECT))
                .set_response_timeout(Some(ANSWER))
                .set_number_of_retries(RETRIES);
            ConnectionManager::new_lazy_with_config(self.client.clone(), config)
        };
        self.connections[at].get_or_try_init(connect).await.cloned().map_err(|error| failed(&error))
    }
}

/// What the script reads behind the quota.
fn arguments(script: &mut ScriptInvocation<'_>, write: Write) {
    match write {
        Write::Increment { key, delta } => drop(script.arg("increment").arg(key).arg(delta)),
        Write::Swap { key, revision, value } => drop(script.arg("swap").arg(key).arg(value).arg(revision)),
        Write::Apply(changes) => {
            script.arg("apply");
            for change in changes {
                match change {
                    Change::Set(key, value) => script.arg("set").arg(key).arg(value),
                    Change::Delete(key) => script.arg("delete").arg(key).arg(""),
                };
            }
        }
    }
}

/// What the script answers.
fn written(outcome: &str, number: i64, quota: Quota) -> Result<Written, StoreError> {
    let Quota { keys, bytes } = quota;
    match outcome {
        "done" => Ok(Written::Done),
        "sum" => Ok(Written::Sum(number)),
        "stale" => Ok(Written::Stale(number.cast_unsigned())),
        "keys" => Err(StoreError::Beyond("kv-keys", format!("the store may hold {keys} keys"))),
        "bytes" => Err(StoreError::Beyond("kv-bytes", format!("the store may hold {bytes} bytes"))),
        "no-number" => Err(StoreError::NotANumber),
        "overflow" => Err(StoreError::Overflow),
        other => Err(StoreError::unavailable(format_args!("the script answered {other:?}"))),
    }
}

/// The error's text may repeat what was sent to log in, so that only its kind is told where it is about that.
fn failed(error: &RedisError) -> StoreError {
    match error.kind() {
        redis::ErrorKind::AuthenticationFailed => StoreError::unavailable("the Redis server refuses the password"),
        _ => StoreError::unavailable(format_args!("the Redis server fails: {error}")),
    }
}
