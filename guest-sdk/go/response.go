package routelet

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
)

// bufferedMax is how much of a body waits for more, so that a short answer has its length.
const bufferedMax = 32 << 10

// sink takes an answer to the host.
type sink interface {
	// head sends status and header; without a body where none may follow.
	head(status int, header http.Header) error
	// write blocks until the host has taken all.
	write(piece []byte) error
	// flush blocks until what was written is on its way.
	flush() error
	// finish ends the body as complete.
	finish() error
}

// response is the [http.ResponseWriter] of one request.
type response struct {
	sink   sink
	header http.Header
	// status is 0 until it is decided, and decided is the header as it was then.
	status   int
	decided  http.Header
	buffered []byte
	headSent bool
	// failed is why nothing more can be sent.
	failed error
}

// Header is what the head will hold; changes after it was decided have no effect.
func (w *response) Header() http.Header { return w.header }

// WriteHeader decides the status. A response has one.
func (w *response) WriteHeader(status int) {
	if w.status != 0 {
		fmt.Fprintf(os.Stderr, "superfluous WriteHeader(%d): the status is %d\n", status, w.status)
		return
	}
	if status < 200 || status > 599 {
		panic(fmt.Sprintf("WriteHeader(%d): expected a status between 200 and 599", status))
	}
	w.status = status
	w.decided = w.header.Clone()
}

// Write adds to the body.
func (w *response) Write(piece []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if !bodyAllowed(w.status) {
		return 0, http.ErrBodyNotAllowed
	}
	if w.failed != nil {
		return 0, w.failed
	}
	if len(w.buffered)+len(piece) <= bufferedMax {
		w.buffered = append(w.buffered, piece...)
		return len(piece), nil
	}
	w.pass(piece)
	return len(piece), w.failed
}

// WriteString is [response.Write] for a text.
func (w *response) WriteString(text string) (int, error) { return w.Write([]byte(text)) }

// Flush sends what there is.
func (w *response) Flush() { _ = w.FlushError() }

// FlushError is [response.Flush] for [http.ResponseController].
func (w *response) FlushError() error {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	w.pass(nil)
	if w.failed == nil {
		w.failed = w.sink.flush()
	}
	return w.failed
}

// EnableFullDuplex is always given.
func (w *response) EnableFullDuplex() error { return nil }

// pass sends what waits and then the piece.
func (w *response) pass(piece []byte) {
	w.sendHead(piece)
	for _, part := range [][]byte{w.buffered, piece} {
		if w.failed == nil && len(part) > 0 {
			w.failed = w.sink.write(part)
		}
	}
	w.buffered = w.buffered[:0]
}

func (w *response) sendHead(piece []byte) {
	if w.headSent || w.failed != nil {
		return
	}
	w.headSent = true
	first := w.buffered
	if len(first) == 0 {
		first = piece
	}
	if _, set := w.decided["Content-Type"]; !set && len(first) > 0 && w.decided.Get("Content-Encoding") == "" {
		w.decided.Set("Content-Type", http.DetectContentType(first))
	}
	w.failed = w.sink.head(w.status, w.decided)
}

// finish sends what is left, once the handler has returned.
func (w *response) finish() error {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if !w.headSent && bodyAllowed(w.status) && w.decided.Get("Content-Length") == "" {
		w.decided.Set("Content-Length", strconv.Itoa(len(w.buffered)))
	}
	w.pass(nil)
	if w.failed == nil {
		w.failed = w.sink.finish()
	}
	return w.failed
}

func bodyAllowed(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}
