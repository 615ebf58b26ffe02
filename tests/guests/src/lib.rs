//! The few lines every guest would repeat: reading the query, sending a head, writing a body.
//! It hides no decision of `wasi:http`: each guest shows its one behaviour itself.

pub use wasip2;
pub use wasip2::http::types::{
    ErrorCode, Fields, FutureIncomingResponse, IncomingBody, IncomingRequest, InputStream, OutgoingBody,
    OutgoingRequest, OutgoingResponse, OutputStream, RequestOptions, ResponseOutparam, Scheme,
};
use wasip2::io::streams::StreamError;

/// Exports a plain WASI 0.2 handler: `handles!(|request, out| { .. });`
#[macro_export]
macro_rules! handles {
    (|$request:pat_param, $out:pat_param| $body:block) => {
        struct Handler;

        impl $crate::wasip2::exports::http::incoming_handler::Guest for Handler {
            fn handle($request: $crate::IncomingRequest, $out: $crate::ResponseOutparam) $body
        }

        wasip2::http::proxy::export!(Handler);
    };
}

/// Binds a world of the native contract, with the request and response types of the plain guests.
#[macro_export]
macro_rules! native {
    ($world:literal) => {
        wit_bindgen::generate!({
            path: "../../wit",
            inline: $world,
            with: {
                "wasi:http/types@0.2.10": routelet_guests::wasip2::http::types,
                "wasi:io/error@0.2.10": routelet_guests::wasip2::io::error,
                "wasi:io/poll@0.2.10": routelet_guests::wasip2::io::poll,
                "wasi:io/streams@0.2.10": routelet_guests::wasip2::io::streams,
                "wasi:clocks/monotonic-clock@0.2.10": routelet_guests::wasip2::clocks::monotonic_clock,
            },
            generate_all,
        });
    };
}

/// The value of one query parameter, percent-decoded.
pub fn query(request: &IncomingRequest, name: &str) -> Option<String> {
    let target = request.path_with_query()?;
    let (_, query) = target.split_once('?')?;
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| decoded(value))
}

/// The value of one query parameter as a number, or the number to use without it.
pub fn number(request: &IncomingRequest, name: &str, otherwise: u64) -> u64 {
    match query(request, name) {
        Some(text) => text.parse().expect("the test sends a number"),
        None => otherwise,
    }
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = (bytes[at] == b'%').then(|| &text[at + 1..at + 3]);
        match escape.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).expect("the test sends UTF-8")
}

/// Sends a whole answer.
pub fn answer(out: ResponseOutparam, status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) {
    Body::begin(out, status, headers).finish_with(body.as_ref());
}

/// Sends 200 with a text.
pub fn say(out: ResponseOutparam, text: impl AsRef<[u8]>) {
    answer(out, 200, &[("content-type", "text/plain; charset=utf-8")], text);
}

/// Sends 200 with a JSON value.
pub fn tell(out: ResponseOutparam, value: &serde_json::Value) {
    answer(out, 200, &[("content-type", "application/json")], value.to_string());
}

/// A body whose head is sent. Dropping it leaves it unfinished.
pub struct Body {
    // Declared first, so that it is dropped first: the host refuses a body dropped before its stream.
    stream: OutputStream,
    body: OutgoingBody,
}

impl Body {
    /// Sends the head.
    pub fn begin(out: ResponseOutparam, status: u16, headers: &[(&str, &str)]) -> Self {
        let fields = Fields::new();
        for (name, value) in headers {
            fields.append(name, value.as_bytes()).expect("the guest's own headers are valid");
        }
        let response = OutgoingResponse::new(fields);
        response.set_status_code(status).expect("the guest's own status is valid");
        Self::of(response, out)
    }

    /// Sends a response made elsewhere.
    pub fn of(response: OutgoingResponse, out: ResponseOutparam) -> Self {
        let body = response.body().expect("a new response has its body");
        let stream = body.write().expect("a new body has its stream");
        ResponseOutparam::set(out, Ok(response));
        Self { stream, body }
    }

    /// Writes all bytes as fast as the host takes them; false where nobody reads any more.
    pub fn write(&self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() {
            let permit = match self.stream.check_write() {
                Ok(0) => {
                    self.stream.subscribe().block();
                    continue;
                }
                Ok(permit) => (permit as usize).min(bytes.len()),
                Err(_) => return false,
            };
            let (now, later) = bytes.split_at(permit);
            if self.stream.write(now).is_err() {
                return false;
            }
            bytes = later;
        }
        true
    }

    /// Waits until the host has taken everything written so far.
    pub fn flush(&self) -> bool {
        self.stream.blocking_flush().is_ok()
    }

    /// The raw stream, for guests that misuse it.
    pub fn stream(&self) -> &OutputStream {
        &self.stream
    }

    /// Finishes the body; a host that refuses (a wrong length, a reader gone) is not the guest's concern.
    pub fn finish(self) {
        self.finish_by(|body| {
            let _ = OutgoingBody::finish(body, None);
        });
    }

    /// Ends the body in the guest's own way.
    pub fn finish_by(self, finish: impl FnOnce(OutgoingBody)) {
        let Self { stream, body } = self;
        drop(stream);
        finish(body);
    }

    /// Writes the bytes and finishes.
    pub fn finish_with(self, bytes: &[u8]) {
        if self.write(bytes) && self.flush() {
            self.finish();
        }
    }
}

/// A request body being read.
pub struct Reader {
    stream: InputStream,
    _body: IncomingBody,
}

impl Reader {
    /// Takes the body of a request.
    pub fn of(request: &IncomingRequest) -> Self {
        Self::from(request.consume().expect("nobody took the body before"))
    }

    /// The next bytes, or none at the end. An aborted body reads as its end too: `broke` tells.
    pub fn piece(&mut self) -> Option<Vec<u8>> {
        self.try_piece().unwrap_or(None)
    }

    /// The next bytes, none at the end, or the error the host reported.
    pub fn try_piece(&mut self) -> Result<Option<Vec<u8>>, String> {
        loop {
            match self.stream.blocking_read(64 * 1024) {
                Ok(bytes) if bytes.is_empty() => continue,
                Ok(bytes) => return Ok(Some(bytes)),
                Err(StreamError::Closed) => return Ok(None),
                Err(StreamError::LastOperationFailed(error)) => return Err(error.to_debug_string()),
            }
        }
    }

    /// Everything up to the end.
    pub fn to_end(mut self) -> Vec<u8> {
        let mut all = Vec::new();
        while let Some(bytes) = self.piece() {
            all.extend(bytes);
        }
        all
    }
}

impl From<IncomingBody> for Reader {
    fn from(body: IncomingBody) -> Self {
        let stream = body.stream().expect("a body gives its stream once");
        Self { stream, _body: body }
    }
}

/// Waits until the test lets go: one more piece of the request body, or its end.
pub fn wait_for_release(reader: &mut Reader) {
    let _ = reader.piece();
}

/// Sends a head with the length in the query, if any, and a first piece, then waits to be let go.
pub fn begin_and_wait(request: &IncomingRequest, out: ResponseOutparam) -> Body {
    let length = query(request, "length");
    let headers: Vec<_> = length.iter().map(|length| ("content-length", length.as_str())).collect();
    let mut reader = Reader::of(request);
    let body = Body::begin(out, 200, &headers);
    body.write(b"first\n");
    body.flush();
    wait_for_release(&mut reader);
    body
}

/// What calling a URL gave: status and body, or the name of the error.
pub fn call(url: &str) -> Result<(u16, Vec<u8>), String> {
    begin_call(url, None)?.answer()
}

/// Starts calling a URL; the name of the error where that is refused at once.
pub fn begin_call(url: &str, options: Option<RequestOptions>) -> Result<Call, String> {
    let (scheme, rest) = url.split_once("://").expect("the test sends an absolute URL");
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    };
    let scheme = match scheme {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        other => Scheme::Other(other.to_owned()),
    };
    let request = OutgoingRequest::new(Fields::new());
    let set = request.set_scheme(Some(&scheme)).is_ok()
        && request.set_authority(Some(authority)).is_ok()
        && request.set_path_with_query(Some(path)).is_ok();
    if !set {
        return Err("the request refuses the url".to_owned());
    }
    Call::of(request, options)
}

/// A call under way.
pub struct Call(FutureIncomingResponse);

impl Call {
    /// Sends a request; the name of the error where that is refused at once.
    pub fn of(request: OutgoingRequest, options: Option<RequestOptions>) -> Result<Self, String> {
        let sent = wasip2::http::outgoing_handler::handle(request, options);
        sent.map(Self).map_err(|error| format!("{error:?}"))
    }

    /// Waits for the whole answer.
    pub fn answer(self) -> Result<(u16, Vec<u8>), String> {
        self.0.subscribe().block();
        let answer = self.0.get().expect("it is ready").expect("it is taken once");
        let response = answer.map_err(|error| format!("{error:?}"))?;
        let mut reader = Reader::from(response.consume().expect("nobody took the body before"));
        let mut body = Vec::new();
        while let Some(bytes) = reader.try_piece()? {
            body.extend(bytes);
        }
        Ok((response.status(), body))
    }
}

/// Hands a request over and reads its whole answer: status and body, or the name of the error.
pub fn receive(request: OutgoingRequest) -> Result<(u16, Vec<u8>), String> {
    Call::of(request, None)?.answer()
}

/// Bytes in base64, as credentials are sent.
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let number = three.iter().fold(0_usize, |number, byte| (number << 8) | usize::from(*byte));
        let number = number << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = ALPHABET[(number >> (18 - 6 * place)) & 63];
            text.push(if place <= three.len() { char::from(digit) } else { '=' });
        }
    }
    text
}
