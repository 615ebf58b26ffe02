//! Compiled functions on the way from one compilation to the next, as a compiler finds them and as it
//! leaves them. It neither keeps them nor judges whether they may be believed.

use std::{
    borrow::Cow,
    collections::HashMap,
    mem,
    ops::Range,
    sync::{Mutex, MutexGuard, PoisonError},
};

use wasmtime::CacheStore;

/// The compiler's own name of a function: a SHA-256 of what it is made of, of the compiler's settings
/// and of its version.
type Key = [u8; KEY_BYTES];

const KEY_BYTES: usize = 32;
const LENGTH_BYTES: usize = 4;

/// What one compilation knows already, and what it makes anew.
#[derive(Debug)]
pub(super) struct Functions {
    known: Vec<u8>,
    places: HashMap<Key, Range<usize>>,
    made: Mutex<HashMap<Key, Vec<u8>>>,
    /// For more than that there is no room; the rest is compiled again next time.
    made_bytes_max: usize,
    made_bytes: Mutex<usize>,
}

impl Functions {
    /// Those of an earlier compilation, as [`Functions::made`] gave them; none where they are garbled.
    pub(super) fn new(known: Vec<u8>, made_bytes_max: u64) -> Self {
        Self {
            places: places(&known).unwrap_or_default(),
            known,
            made: Mutex::default(),
            made_bytes_max: usize::try_from(made_bytes_max).unwrap_or(usize::MAX),
            made_bytes: Mutex::default(),
        }
    }

    /// Those that had to be compiled, one after the other: key, length, bytes.
    pub(super) fn made(&self) -> Vec<u8> {
        let made = mem::take(&mut *locked(&self.made));
        let mut bytes = Vec::with_capacity(*locked(&self.made_bytes));
        for (key, function) in made {
            bytes.extend_from_slice(&key);
            bytes.extend_from_slice(&u32::try_from(function.len()).expect("longer ones were not taken").to_le_bytes());
            bytes.extend_from_slice(&function);
        }
        bytes
    }
}

impl CacheStore for Functions {
    /// Those made by this compilation count as known: entries from the host stand in a component by the thousands and are
    /// of a few kinds.
    fn get(&self, key: &[u8]) -> Option<Cow<'_, [u8]>> {
        let known = self.places.get(key).map(|place| Cow::Borrowed(&self.known[place.clone()]));
        known.or_else(|| locked(&self.made).get(key).cloned().map(Cow::Owned))
    }

    fn insert(&self, key: &[u8], function: Vec<u8>) -> bool {
        let Ok(key) = Key::try_from(key) else { return false };
        let mut bytes = locked(&self.made_bytes);
        let more = *bytes + KEY_BYTES + LENGTH_BYTES + function.len();
        if more > self.made_bytes_max || u32::try_from(function.len()).is_err() {
            return false;
        }
        // The same function may stand in a component twice.
        if locked(&self.made).insert(key, function).is_none() {
            *bytes = more;
        }
        true
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where each function lies; `None` where the bytes are no list of functions.
fn places(known: &[u8]) -> Option<HashMap<Key, Range<usize>>> {
    let mut places = HashMap::new();
    let mut at = 0;
    while at < known.len() {
        let (key, rest) = known[at..].split_first_chunk::<KEY_BYTES>()?;
        let (length, rest) = rest.split_first_chunk::<LENGTH_BYTES>()?;
        let function = rest.get(..u32::from_le_bytes(*length) as usize)?;
        let start = at + KEY_BYTES + LENGTH_BYTES;
        at = start + function.len();
        places.insert(*key, start..at);
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_END: u64 = u64::MAX;

    fn kept(functions: &[(u8, &[u8])]) -> Vec<u8> {
        let compilation = Functions::new(Vec::new(), NO_END);
        for (key, function) in functions {
            assert!(compilation.insert(&[*key; KEY_BYTES], function.to_vec()));
        }
        compilation.made()
    }

    #[test]
    fn what_one_compilation_made_the_next_one_finds() {
        let next = Functions::new(kept(&[(1, b"one"), (2, b""), (1, b"one"), (3, &[7; 100_000])]), NO_END);
        let found = [1, 2, 3, 4].map(|key| next.get(&[key; KEY_BYTES]).map(Cow::into_owned));
        assert_eq!(found, [Some(b"one".to_vec()), Some(Vec::new()), Some(vec![7; 100_000]), None]);
        assert_eq!(next.get(b"no key"), None);
        assert!(next.made().is_empty(), "nothing was made anew");
    }

    #[test]
    fn what_a_compilation_made_it_finds_itself() {
        let compilation = Functions::new(kept(&[(1, b"one")]), NO_END);
        assert_eq!(compilation.get(&[2; KEY_BYTES]), None);
        assert!(compilation.insert(&[2; KEY_BYTES], b"two".to_vec()));
        assert_eq!(compilation.get(&[2; KEY_BYTES]).as_deref(), Some(&b"two"[..]));
    }

    #[test]
    fn garbled_functions_are_none() {
        let whole = kept(&[(1, b"one"), (2, b"two")]);
        for cut in (0..whole.len()).filter(|cut| *cut != 0 && *cut != KEY_BYTES + LENGTH_BYTES + 3) {
            let next = Functions::new(whole[..cut].to_vec(), NO_END);
            assert_eq!((next.get(&[1; KEY_BYTES]), next.get(&[2; KEY_BYTES])), (None, None), "{cut}");
        }
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let one = (KEY_BYTES + LENGTH_BYTES + 3) as u64;
        let compilation = Functions::new(Vec::new(), 2 * one);
        let taken = [1, 1, 2, 3].map(|key| compilation.insert(&[key; KEY_BYTES], b"one".to_vec()));
        assert_eq!(taken, [true, true, true, false]);
        assert_eq!(compilation.made().len() as u64, 2 * one);
    }
}
