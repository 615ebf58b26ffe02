//! How much a guest may use: every limit of a segment, its default and its range. Enforcing them
//! is the runtime's and the server's duty.

use std::time::Duration;

use super::bound::{Range, bounds};

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;
const GIB: u64 = 1024 * MIB;

/// 512 instances of 64 MiB fit 32 GiB in the worst case; interpreters start below it.
pub const MEMORY_BYTES: u64 = 64 * MIB;
/// No segment may ask for more memory: one route must not be able to take a host.
pub const MEMORY_BYTES_MAX: u64 = GIB;
/// Interpreted guests need hundreds of milliseconds; nothing honest needs more than a second.
pub const CPU: Duration = Duration::from_secs(1);
/// Long enough for a slow upload; a stream that lasts longer says so.
pub const WALL: Duration = Duration::from_secs(60);
/// A client shown nothing for this long has given up.
pub const FIRST_BYTE: Duration = Duration::from_secs(30);
/// An eighth of the 512 guests of the whole server. A guest of many parts takes the place of several,
/// and so fewer of them run: a route at its worst holds an eighth, unless its operator writes more.
pub const CONCURRENCY: usize = 64;
/// Two full turns of the default concurrency; beyond that a wait is longer than a retry.
pub const QUEUE: usize = 128;
/// Shedding after a second beats answering a client that has left.
pub const QUEUE_WAIT: Duration = Duration::from_secs(1);
/// Holds a form with photographs; larger uploads say so. Never buffered by the host.
pub const REQUEST_BODY_BYTES: u64 = 10 * MIB;
/// A gap in a request body that only a stalled or hostile client leaves.
pub const BODY_GAP: Duration = Duration::from_secs(15);
/// Less is no upload that anybody waits for; asked of a client only while a guest waits for it.
pub const BODY_RATE_BYTES: u64 = KIB;
/// A pause in reading that only a stalled or hostile client makes.
pub const WRITE_STALL: Duration = Duration::from_secs(30);
/// As much as a request's head may hold.
pub const RESPONSE_HEADER_BYTES: usize = 32 * 1024;
/// As many as a request may bring.
pub const RESPONSE_HEADERS: usize = 100;
/// C# components need more than ten thousand.
pub const TABLE_ELEMENTS: u32 = 20_000;
/// Adapters and composition multiply modules: a Python component has 14.
pub const INSTANCES: usize = 64;
/// A Python component has 11.
pub const MEMORIES: usize = 32;
/// One for each core instance.
pub const TABLES: usize = 64;
/// Guests that speak HTTP hold fewer than a hundred.
pub const RESOURCES: usize = 4_096;
/// Twice what the resource table could fill, with room for borrowed handles.
pub const HANDLES: usize = 10_000;
/// What one call into the host may carry; an eighth of the runtime's own default.
pub const HOSTCALL_FUEL_BYTES: usize = 16 * 1024 * 1024;
/// What one header collection of a guest may hold; twice a response's head.
pub const FIELDS_BYTES: usize = 64 * 1024;
/// Keys and nonces take bytes; one call for more is a mistake or an attack.
pub const RANDOM_BYTES: u64 = MIB;
/// A longer line is cut with a mark.
pub const LOG_LINE_BYTES: usize = 4 * 1024;
/// What one request may write to the log.
pub const LOG_REQUEST_BYTES: usize = 64 * 1024;
/// Lines a second and route, beyond which lines are dropped and counted.
pub const LOG_RATE: u32 = 100;
/// As many as browsers and other hosts allow.
pub const OUTBOUND_CONCURRENT: usize = 6;
/// One page of an interface with fifty entries, fetched one by one.
pub const OUTBOUND_REQUESTS: usize = 50;
/// A route must not take all descriptors of the host.
pub const OUTBOUND_CONNECTIONS: usize = 64;
/// A server in reach accepts within a second; five allow for a lost packet or two.
pub const OUTBOUND_CONNECT: Duration = Duration::from_secs(5);
/// As connecting: two more round trips.
pub const OUTBOUND_TLS: Duration = Duration::from_secs(5);
/// Half of the guest's own time to its first byte.
pub const OUTBOUND_FIRST_BYTE: Duration = Duration::from_secs(15);
/// A gap that only a stalled server leaves.
pub const OUTBOUND_GAP: Duration = Duration::from_secs(15);
/// The guest's own time to its first byte.
pub const OUTBOUND_TOTAL: Duration = Duration::from_secs(30);
/// Twice what we accept from clients: other servers are chattier.
pub const OUTBOUND_RESPONSE_HEAD_BYTES: usize = 64 * 1024;
/// Half of the default memory, since guests tend to collect what they fetch.
pub const OUTBOUND_RESPONSE_BODY_BYTES: u64 = 32 * MIB;
/// Names and paths fit; a longer key is content.
pub const KV_KEY_BYTES: usize = 512;
/// A document or a picture fits; a sixteenth of what one call may carry.
pub const KV_VALUE_BYTES: usize = 1024 * 1024;
/// Sessions of a busy site; a listing of all stays a hundred pages.
pub const KV_KEYS: u64 = 100_000;
/// A store is read and repaired whole after a crash within a second.
pub const KV_BYTES: u64 = 64 * MIB;
/// Twice what outbound requests get, since a store is near.
pub const KV_OPERATIONS: usize = 100;
/// A healthy store answers in milliseconds; a flush behind other writers takes one or two seconds.
pub const KV_WAIT: Duration = Duration::from_secs(5);
/// An interpreter with its library fits; compiling more takes minutes.
pub const COMPONENT_BYTES: u64 = 32 * MIB;
/// As much as a store's namespace holds; a directory that grows beyond it says so.
pub const FILES_BYTES: u64 = 64 * MIB;
/// Counting so many takes milliseconds, and a listing of them fits a megabyte.
pub const FILES_COUNT: u64 = 4_096;
/// Two for each guest of the default concurrency.
pub const FILES_OPEN: usize = 128;
/// An interpreter with its library takes a tenth of that on one core.
pub const COMPILE_TIME: Duration = Duration::from_mins(1);
/// Twice what the largest component of an interpreter takes.
pub const COMPILE_MEMORY_BYTES: u64 = GIB;

/// No wait is longer than a day: timers stay far from overflow, and "none" says the rest.
pub const TIME_MAX: Duration = Duration::from_hours(24);
/// Heads, lines and header collections are held in host memory, outside a guest's own limit.
pub const HELD_BYTES_MAX: u64 = MIB;
/// Counts stay far from overflow, and one route's tables far from the host's memory.
pub const COUNT_MAX: u64 = 1_000_000;
/// Streams through the host without being held; larger is written "none".
pub const STREAM_BYTES_MAX: u64 = 1024 * GIB;

const TIME: Range = Range::new(1, TIME_MAX.as_millis() as u64);
const HELD: Range = Range::new(1, HELD_BYTES_MAX);
const COUNT: Range = Range::new(1, COUNT_MAX);
const COUNT_OR_ZERO: Range = Range::new(0, COUNT_MAX);
const STREAM: Range = Range::new(0, STREAM_BYTES_MAX);
/// Far beyond what any client reaches, and far from overflow when multiplied by seconds.
const RATE: Range = Range::new(1, GIB).of_least();
/// A guest cannot start below one page of memory.
const MEMORY: Range = Range::new(64 * KIB, MEMORY_BYTES_MAX);
/// One call's share of host memory: the runtime's own default is the most.
const CALL: Range = Range::new(KIB, 128 * MIB);
/// Core instances, memories and tables of one component, each: what the pools are laid out for.
pub const PARTS_MAX: u32 = 64;
/// Elements of one table: what the pools are laid out for.
pub const TABLE_ELEMENTS_MAX: u32 = 100_000;
const PARTS: Range = Range::new(1, PARTS_MAX as u64);
const ELEMENTS: Range = Range::new(0, TABLE_ELEMENTS_MAX as u64);
/// A page of keys is held at once.
pub const KV_KEY_BYTES_MAX: u64 = 4 * KIB;
/// The most that one call carries by default.
pub const KV_VALUE_BYTES_MAX: u64 = 16 * MIB;
/// A thousand times the default; counted, never held.
pub const KV_KEYS_MAX: u64 = 100_000_000;
/// Read and parsed whole.
const COMPONENT: Range = Range::new(1, GIB);
/// The compiler itself takes some tens of MiB before it has read anything.
const COMPILER: Range = Range::new(64 * MIB, 64 * GIB);

bounds! {
    /// How much one guest, or one route, may use.
    ///
    /// ```
    /// use routelet::policy::Limits;
    ///
    /// assert_eq!(Limits::default().memory_bytes, 64 * 1024 * 1024);
    /// ```
    pub struct Limits {
        /// All linear memories and tables of an instance together.
        memory_bytes: u64 = MEMORY_BYTES, "memory" Bytes MEMORY;
        /// Time a guest may execute; waiting on the host is not charged.
        cpu: Duration = CPU, "cpu" Time TIME;
        /// Time to the last byte, and until the guest's task ends.
        wall: Option<Duration> = Some(WALL), "wall" Time TIME.or_none();
        /// Time to the head of the response.
        first_byte: Duration = FIRST_BYTE, "first-byte" Time TIME;
        /// Requests one route runs at a time.
        concurrency: usize = CONCURRENCY, "concurrency" Count COUNT;
        /// Requests of one route that may wait for their turn.
        queue: usize = QUEUE, "queue" Count COUNT_OR_ZERO;
        /// How long a request may wait for its turn.
        queue_wait: Duration = QUEUE_WAIT, "queue-wait" Time TIME;
        /// Bytes of a request's body.
        request_body_bytes: Option<u64> = Some(REQUEST_BODY_BYTES), "request-body" Bytes STREAM.or_none();
        /// Time between two pieces of a request's body.
        body_gap: Duration = BODY_GAP, "body-gap" Time TIME;
        /// Bytes a second that a request's body must bring, over 15 seconds of waiting for it.
        body_rate_bytes: Option<u64> = Some(BODY_RATE_BYTES), "body-rate" Bytes RATE.or_none();
        /// Time a client may leave what it was sent unread.
        write_stall: Duration = WRITE_STALL, "write-stall" Time TIME;
        /// Bytes of a response's header fields together.
        response_header_bytes: usize = RESPONSE_HEADER_BYTES, "response-headers" Bytes HELD;
        /// Header fields of a response.
        response_headers: usize = RESPONSE_HEADERS, "response-header-count" Count Range::new(1, 10_000);
        /// Elements of one table.
        table_elements: u32 = TABLE_ELEMENTS, "table-elements" Count ELEMENTS;
        /// Core instances of a component.
        instances: usize = INSTANCES, "instances" Count PARTS;
        /// Linear memories of a component.
        memories: usize = MEMORIES, "memories" Count PARTS;
        /// Tables of a component.
        tables: usize = TABLES, "tables" Count PARTS;
        /// Host resources a guest may hold at a time.
        resources: usize = RESOURCES, "resources" Count COUNT;
        /// Component handles a guest may hold at a time.
        handles: usize = HANDLES, "handles" Count COUNT;
        /// Bytes one call into the host may carry.
        hostcall_fuel_bytes: usize = HOSTCALL_FUEL_BYTES, "hostcall-fuel" Bytes CALL;
        /// Bytes of one header collection of a guest.
        fields_bytes: usize = FIELDS_BYTES, "fields" Bytes HELD;
        /// Random bytes of one call.
        random_bytes: u64 = RANDOM_BYTES, "random" Bytes Range::new(0, 64 * MIB);
        /// Bytes of one line of guest output.
        log_line_bytes: usize = LOG_LINE_BYTES, "log-line" Bytes HELD;
        /// Bytes of guest output of one request.
        log_request_bytes: usize = LOG_REQUEST_BYTES, "log-request" Bytes STREAM;
        /// Lines of guest output per second and route.
        log_rate: u32 = LOG_RATE, "log-rate" Count COUNT_OR_ZERO;
        /// Outbound requests of one guest at a time.
        outbound_concurrent: usize = OUTBOUND_CONCURRENT, "outbound-concurrent" Count COUNT_OR_ZERO;
        /// Outbound requests of one guest altogether.
        outbound_requests: usize = OUTBOUND_REQUESTS, "outbound-requests" Count COUNT_OR_ZERO;
        /// Outbound connections of one route at a time.
        outbound_connections: usize = OUTBOUND_CONNECTIONS, "outbound-connections" Count COUNT_OR_ZERO;
        /// Time to connect.
        outbound_connect: Duration = OUTBOUND_CONNECT, "outbound-connect" Time TIME;
        /// Time for the TLS handshake.
        outbound_tls: Duration = OUTBOUND_TLS, "outbound-tls" Time TIME;
        /// Time from the request to the response's head.
        outbound_first_byte: Duration = OUTBOUND_FIRST_BYTE, "outbound-first-byte" Time TIME;
        /// Time between two pieces of the response's body.
        outbound_gap: Duration = OUTBOUND_GAP, "outbound-gap" Time TIME;
        /// Time for one outbound exchange altogether.
        outbound_total: Duration = OUTBOUND_TOTAL, "outbound-total" Time TIME;
        /// Bytes of the response's head.
        outbound_response_head_bytes: usize = OUTBOUND_RESPONSE_HEAD_BYTES, "outbound-response-head" Bytes HELD;
        /// Bytes of the response's body.
        outbound_response_body_bytes: u64 = OUTBOUND_RESPONSE_BODY_BYTES, "outbound-response-body" Bytes STREAM;
        /// Bytes of one key of a key-value store.
        kv_key_bytes: usize = KV_KEY_BYTES, "kv-key" Bytes Range::new(1, KV_KEY_BYTES_MAX);
        /// Bytes of one value of a key-value store.
        kv_value_bytes: usize = KV_VALUE_BYTES, "kv-value" Bytes Range::new(0, KV_VALUE_BYTES_MAX);
        /// Keys of one key-value store, beyond which a guest adds none.
        kv_keys: u64 = KV_KEYS, "kv-keys" Count Range::new(0, KV_KEYS_MAX);
        /// Bytes of all keys and values of one key-value store, beyond which a guest adds none.
        kv_bytes: u64 = KV_BYTES, "kv-bytes" Bytes STREAM;
        /// Operations of one request on key-value stores; each key of a batch counts.
        kv_operations: usize = KV_OPERATIONS, "kv-operations" Count COUNT_OR_ZERO;
        /// Time one operation on a key-value store may take.
        kv_wait: Duration = KV_WAIT, "kv-wait" Time TIME;
        /// Bytes of all files in one granted directory, for this segment to write more.
        files_bytes: u64 = FILES_BYTES, "files-bytes" Bytes STREAM;
        /// Files, directories and links in one granted directory, for this segment to make more.
        files_count: u64 = FILES_COUNT, "files-count" Count COUNT_OR_ZERO;
        /// Files and directories one route holds open at a time.
        files_open: usize = FILES_OPEN, "files-open" Count COUNT_OR_ZERO;
        /// Bytes of a component's file.
        component_bytes: u64 = COMPONENT_BYTES, "component-size" Bytes COMPONENT;
        /// Time to compile a component.
        compile_time: Duration = COMPILE_TIME, "compile-time" Time TIME;
        /// Memory of the process that compiles a component.
        compile_memory_bytes: u64 = COMPILE_MEMORY_BYTES, "compile-memory" Bytes COMPILER;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_lies_in_its_range_and_reads_as_documented() {
        let limits = Limits::default();
        let told = Limits::BOUNDS.iter().map(|bound| {
            let text = bound.text(&limits);
            let typed = super::super::bound::Typed::Plain(&text);
            assert_eq!(bound.settle(typed), Ok((bound.read)(&limits)));
            format!("{} {text}", bound.key)
        });
        let told: Vec<String> = told.collect();
        assert_eq!(told, DEFAULTS);
    }

    const DEFAULTS: &[&str] = &[
        "memory 64MiB",
        "cpu 1s",
        "wall 60s",
        "first-byte 30s",
        "concurrency 64",
        "queue 128",
        "queue-wait 1s",
        "request-body 10MiB",
        "body-gap 15s",
        "body-rate 1KiB",
        "write-stall 30s",
        "response-headers 32KiB",
        "response-header-count 100",
        "table-elements 20000",
        "instances 64",
        "memories 32",
        "tables 64",
        "resources 4096",
        "handles 10000",
        "hostcall-fuel 16MiB",
        "fields 64KiB",
        "random 1MiB",
        "log-line 4KiB",
        "log-request 64KiB",
        "log-rate 100",
        "outbound-concurrent 6",
        "outbound-requests 50",
        "outbound-connections 64",
        "outbound-connect 5s",
        "outbound-tls 5s",
        "outbound-first-byte 15s",
        "outbound-gap 15s",
        "outbound-total 30s",
        "outbound-response-head 64KiB",
        "outbound-response-body 32MiB",
        "kv-key 512B",
        "kv-value 1MiB",
        "kv-keys 100000",
        "kv-bytes 64MiB",
        "kv-operations 100",
        "kv-wait 5s",
        "files-bytes 64MiB",
        "files-count 4096",
        "files-open 128",
        "component-size 32MiB",
        "compile-time 60s",
        "compile-memory 1GiB",
    ];
}
