//! `wasi:keyvalue` as guests call it, turned into operations of their session. It decides nothing.

use wasmtime::{
    Result,
    component::{HasData, Linker, Resource, ResourceTable},
};

use self::bindings::wasi::keyvalue::{
    atomics::{self, CasError},
    batch,
    store::{self, Error, KeyResponse},
};
use super::{
    error::StoreError,
    operation::{ABSENT, Change, Write, Written},
    session::{OpenError, Session},
};
use crate::policy::Namespace;

mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "routelet:route/kv-imports",
        imports: { default: async | trappable },
        with: {
            "wasi:keyvalue/store.bucket": super::Bucket,
            "wasi:keyvalue/atomics.cas": super::Cas,
        },
    });
}

/// An open store, in a guest's hands.
#[expect(unreachable_pub, reason = "the bindings export it again")]
pub struct Bucket(Namespace);

/// A key that a guest wants to change only if nobody else has.
#[expect(unreachable_pub, reason = "the bindings export it again")]
pub struct Cas {
    namespace: Namespace,
    key: String,
    /// What the guest has seen of the key.
    revision: u64,
}

/// The parts of a guest that its calls reach.
pub(crate) struct StoreView<'g> {
    pub(crate) table: &'g mut ResourceTable,
    pub(crate) session: &'g mut Session,
}

struct HasStores;

impl HasData for HasStores {
    type Data<'g> = StoreView<'g>;
}

/// Offers the interfaces to guests.
pub(crate) fn add_to_linker<T: Send>(linker: &mut Linker<T>, view: fn(&mut T) -> StoreView<'_>) -> Result<()> {
    store::add_to_linker::<_, HasStores>(linker, view)?;
    atomics::add_to_linker::<_, HasStores>(linker, view)?;
    batch::add_to_linker::<_, HasStores>(linker, view)
}

type Answer<T> = Result<std::result::Result<T, Error>>;

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Other(error.to_string())
    }
}

impl From<OpenError> for Error {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::NoSuchStore => Self::NoSuchStore,
            OpenError::Denied => Self::AccessDenied,
        }
    }
}

impl StoreView<'_> {
    fn namespace(&self, bucket: &Resource<Bucket>) -> Result<Namespace> {
        Ok(self.table.get(bucket)?.0.clone())
    }

    async fn write(&mut self, bucket: &Resource<Bucket>, write: Write) -> Answer<Written> {
        let namespace = self.namespace(bucket)?;
        Ok(self.session.write(&namespace, write).await.map_err(Error::from))
    }

    async fn apply(&mut self, bucket: &Resource<Bucket>, changes: Vec<Change>) -> Answer<()> {
        Ok(self.write(bucket, Write::Apply(changes)).await?.map(drop))
    }
}

impl store::Host for StoreView<'_> {
    async fn open(&mut self, identifier: String) -> Answer<Resource<Bucket>> {
        match self.session.open(&identifier) {
            Ok(namespace) => Ok(Ok(self.table.push(Bucket(namespace))?)),
            Err(error) => Ok(Err(error.into())),
        }
    }
}

impl store::HostBucket for StoreView<'_> {
    async fn get(&mut self, bucket: Resource<Bucket>, key: String) -> Answer<Option<Vec<u8>>> {
        let namespace = self.namespace(&bucket)?;
        let found = self.session.values(&namespace, vec![key]).await;
        Ok(found.map(|entries| entries.into_iter().flatten().next().map(|entry| entry.value)).map_err(Error::from))
    }

    async fn set(&mut self, bucket: Resource<Bucket>, key: String, value: Vec<u8>) -> Answer<()> {
        self.apply(&bucket, vec![Change::Set(key, value)]).await
    }

    async fn delete(&mut self, bucket: Resource<Bucket>, key: String) -> Answer<()> {
        self.apply(&bucket, vec![Change::Delete(key)]).await
    }

    async fn exists(&mut self, bucket: Resource<Bucket>, key: String) -> Answer<bool> {
        let namespace = self.namespace(&bucket)?;
        let revision = self.session.revision(&namespace, key).await;
        Ok(revision.map(|revision| revision != ABSENT).map_err(Error::from))
    }

    async fn list_keys(&mut self, bucket: Resource<Bucket>, cursor: Option<String>) -> Answer<KeyResponse> {
        let namespace = self.namespace(&bucket)?;
        let page = self.session.page(&namespace, cursor).await;
        Ok(page.map(|page| KeyResponse { keys: page.keys, cursor: page.cursor }).map_err(Error::from))
    }

    async fn drop(&mut self, bucket: Resource<Bucket>) -> Result<()> {
        self.table.delete(bucket)?;
        Ok(())
    }
}

impl atomics::Host for StoreView<'_> {
    async fn increment(&mut self, bucket: Resource<Bucket>, key: String, delta: i64) -> Answer<i64> {
        match self.write(&bucket, Write::Increment { key, delta }).await? {
            Ok(Written::Sum(sum)) => Ok(Ok(sum)),
            Ok(Written::Done | Written::Stale(_)) => Ok(Err(Error::Other("the sum is missing".to_owned()))),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn swap(&mut self, cas: Resource<Cas>, value: Vec<u8>) -> Result<std::result::Result<(), CasError>> {
        let Cas { namespace, key, revision } = self.table.delete(cas)?;
        let write = Write::Swap { key: key.clone(), revision, value };
        match self.session.write(&namespace, write).await {
            Ok(Written::Stale(revision)) => {
                let fresh = self.table.push(Cas { namespace, key, revision })?;
                Ok(Err(CasError::CasFailed(fresh)))
            }
            Ok(Written::Done | Written::Sum(_)) => Ok(Ok(())),
            Err(error) => Ok(Err(CasError::StoreError(error.into()))),
        }
    }
}

impl atomics::HostCas for StoreView<'_> {
    async fn new(&mut self, bucket: Resource<Bucket>, key: String) -> Answer<Resource<Cas>> {
        let namespace = self.namespace(&bucket)?;
        match self.session.revision(&namespace, key.clone()).await {
            Ok(revision) => Ok(Ok(self.table.push(Cas { namespace, key, revision })?)),
            Err(error) => Ok(Err(error.into())),
        }
    }

    /// From here on the swap is held against what this has shown.
    async fn current(&mut self, cas: Resource<Cas>) -> Answer<Option<Vec<u8>>> {
        let Cas { namespace, key, .. } = self.table.get(&cas)?;
        let (namespace, key) = (namespace.clone(), key.clone());
        let entry = match self.session.values(&namespace, vec![key]).await {
            Ok(entries) => entries.into_iter().flatten().next(),
            Err(error) => return Ok(Err(error.into())),
        };
        self.table.get_mut(&cas)?.revision = entry.as_ref().map_or(ABSENT, |entry| entry.revision);
        Ok(Ok(entry.map(|entry| entry.value)))
    }

    async fn drop(&mut self, cas: Resource<Cas>) -> Result<()> {
        self.table.delete(cas)?;
        Ok(())
    }
}

impl batch::Host for StoreView<'_> {
    async fn get_many(
        &mut self,
        bucket: Resource<Bucket>,
        keys: Vec<String>,
    ) -> Answer<Vec<(String, Option<Vec<u8>>)>> {
        let namespace = self.namespace(&bucket)?;
        match self.session.values(&namespace, keys.clone()).await {
            Ok(entries) => {
                let values = entries.into_iter().map(|entry| entry.map(|entry| entry.value));
                Ok(Ok(keys.into_iter().zip(values).collect()))
            }
            Err(error) => Ok(Err(error.into())),
        }
    }

    async fn set_many(&mut self, bucket: Resource<Bucket>, key_values: Vec<(String, Vec<u8>)>) -> Answer<()> {
        let changes = key_values.into_iter().map(|(key, value)| Change::Set(key, value));
        self.apply(&bucket, changes.collect()).await
    }

    async fn delete_many(&mut self, bucket: Resource<Bucket>, keys: Vec<String>) -> Answer<()> {
        self.apply(&bucket, keys.into_iter().map(Change::Delete).collect()).await
    }
}
