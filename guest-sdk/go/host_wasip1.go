package routelet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"unsafe"
)

// pieceBytes is how much of a body is read at once; it has to fit the window.
const pieceBytes = 64 << 10

var methodNames = [...]string{"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}

// Answer is what the build calls for each exported method.
func Answer(method string, request, out int32) {
	from := receiveRequest(request)
	to := &hostSink{out: out}
	answer(method, from, to)
	to.close()
	_ = from.body.Close()
	hostRequestDrop(request)
}

func receiveRequest(request int32) *received {
	var result area
	from := &received{target: "/", body: &hostBody{request: request}}
	receive(func() { hostRequestMethod(request, result.pointer()) }, func() {
		if which := int(result.byte(0)); which < len(methodNames) {
			from.method = methodNames[which]
		} else {
			from.method = result.text(4)
		}
	})
	maybe(&from.target, func(result unsafe.Pointer) { hostRequestTarget(request, result) })
	maybe(&from.authority, func(result unsafe.Pointer) { hostRequestAuthority(request, result) })
	maybe(&from.address, hostClientAddress)
	fields := hostRequestHeaders(request)
	from.header = headerOf(fields)
	hostFieldsDrop(fields)
	receive(func() { hostPattern(result.pointer()) }, func() { from.pattern = result.text(0) })
	receive(func() { hostRequestID(result.pointer()) }, func() { from.id = result.text(0) })
	receive(func() { hostParams(result.pointer()) }, func() {
		listAt(result.uint32(0), result.uint32(4), 16, func(item []byte) {
			one := param{name: textIn(item, 0)}
			listAt(word(item, 8), word(item, 12), 8, func(value []byte) {
				one.values = append(one.values, textIn(value, 0))
			})
			from.params = append(from.params, one)
		})
	})
	return from
}

// maybe sets the text where the host has one.
func maybe(to *string, call func(result unsafe.Pointer)) {
	var result area
	receive(func() { call(result.pointer()) }, func() {
		if result.byte(0) != 0 {
			*to = result.text(4)
		}
	})
}

func headerOf(fields int32) http.Header {
	var result area
	header := http.Header{}
	receive(func() { hostFieldsEntries(fields, result.pointer()) }, func() {
		listAt(result.uint32(0), result.uint32(4), 16, func(item []byte) { header.Add(textIn(item, 0), textIn(item, 8)) })
	})
	return header
}

// fieldsOf leaves out what the host refuses, with a line in the log.
func fieldsOf(header http.Header) int32 {
	fields := hostFieldsNew()
	reasons := [...]string{"its name or value is no valid text of HTTP", "a guest may not set it", "it cannot be changed"}
	for name, values := range header {
		for _, value := range values {
			var result area
			name, value := []byte(name), []byte(value)
			hostFieldsAppend(fields, pointerTo(name), uint32(len(name)), pointerTo(value), uint32(len(value)), result.pointer())
			if result.failed() {
				fmt.Fprintf(os.Stderr, "the header %s was refused: %s\n", name, reasons[result.byte(1)%3])
			}
		}
	}
	return fields
}

// streamError reads why a stream gave nothing; its place is where the error begins.
func streamError(result *area, at uintptr) error {
	if result.byte(at) != 0 {
		return io.EOF
	}
	failure := int32(result.uint32(at + 4))
	defer hostErrorDrop(failure)
	var said string
	receive(func() { hostErrorText(failure, result.pointer()) }, func() { said = result.text(0) })
	return errors.New(said)
}

// hostBody is a body that is opened when it is first read.
type hostBody struct {
	// consume is called once, with a request or a response.
	request, response int32
	ctx               context.Context
	body, stream      int32
	err               error
}

func (b *hostBody) Read(into []byte) (int, error) {
	if b.err == nil && b.body == 0 {
		b.open()
	}
	for b.err == nil && len(into) > 0 {
		var result area
		var length int
		receive(func() { hostRead(b.stream, uint64(min(len(into), pieceBytes)), result.pointer()) }, func() {
			if !result.failed() {
				length = copy(into, borrowed(result.uint32(4), result.uint32(8)))
			}
		})
		if length > 0 {
			return length, nil
		}
		if result.failed() {
			b.err = streamError(&result, 4)
		} else if err := wait(b.context(), hostInputReady(b.stream)); err != nil {
			b.err = err
		}
	}
	return 0, b.err
}

func (b *hostBody) context() context.Context {
	if b.ctx == nil {
		return context.Background()
	}
	return b.ctx
}

func (b *hostBody) open() {
	var result area
	if b.response != 0 {
		hostAnswerConsume(b.response, result.pointer())
	} else {
		hostRequestConsume(b.request, result.pointer())
	}
	if result.failed() {
		b.err = errors.New("the body was read before")
		return
	}
	b.body = int32(result.uint32(4))
	hostIncomingStream(b.body, result.pointer())
	b.stream = int32(result.uint32(4))
}

// Close gives the body up; of a response, that ends the exchange.
func (b *hostBody) Close() error {
	if b.stream != 0 {
		hostInputDrop(b.stream)
	}
	if b.body != 0 {
		hostIncomingDrop(b.body)
	}
	if b.response != 0 {
		hostAnswerDrop(b.response)
	}
	*b = hostBody{err: http.ErrBodyReadAfterClose}
	return nil
}

// output is a body on its way out.
type output struct {
	body, stream int32
	ctx          context.Context
}

func outputOf(body int32, ctx context.Context) output {
	var result area
	hostOutgoingStream(body, result.pointer())
	return output{body: body, stream: int32(result.uint32(4)), ctx: ctx}
}

var errClosed = errors.New("the other side has closed the connection")

// permit is how much may be written now, once that is anything.
func (o *output) permit() (uint64, error) {
	for {
		var result area
		hostCheckWrite(o.stream, result.pointer())
		if result.failed() {
			return 0, o.failure(&result, 8)
		}
		if most := result.uint64(8); most > 0 {
			return most, nil
		}
		if err := wait(o.ctx, hostOutputReady(o.stream)); err != nil {
			return 0, err
		}
	}
}

func (o *output) failure(result *area, at uintptr) error {
	if err := streamError(result, at); err != io.EOF {
		return err
	}
	return errClosed
}

func (o *output) write(piece []byte) error {
	for len(piece) > 0 {
		most, err := o.permit()
		if err != nil {
			return err
		}
		part := piece[:min(uint64(len(piece)), most)]
		var result area
		hostWrite(o.stream, pointerTo(part), uint32(len(part)), result.pointer())
		if result.failed() {
			return o.failure(&result, 4)
		}
		piece = piece[len(part):]
	}
	return nil
}

func (o *output) flush() error {
	var result area
	hostFlush(o.stream, result.pointer())
	if result.failed() {
		return o.failure(&result, 4)
	}
	// Flushed is when something may be written again.
	_, err := o.permit()
	return err
}

func (o *output) finish() error {
	var result area
	hostOutputDrop(o.stream)
	hostOutgoingFinish(o.body, 0, 0, result.pointer())
	o.body, o.stream = 0, 0
	if result.failed() {
		return errors.New("the body is not as long as its Content-Length says")
	}
	return nil
}

// drop leaves a body unfinished, which the other side sees.
func (o *output) drop() {
	if o.stream != 0 {
		hostOutputDrop(o.stream)
	}
	if o.body != 0 {
		hostOutgoingDrop(o.body)
	}
	o.body, o.stream = 0, 0
}

// hostSink sends one answer.
type hostSink struct {
	out int32
	output
}

func (s *hostSink) head(status int, header http.Header) error {
	var result area
	response := hostResponseNew(fieldsOf(header))
	hostResponseStatus(response, int32(status))
	hostResponseBody(response, result.pointer())
	s.output = outputOf(int32(result.uint32(4)), context.Background())
	hostOutparamSet(s.out, 0, response, 0, 0, 0, 0, 0, 0)
	s.out = 0
	return nil
}

// close ends what was not finished: a 500 where nothing was sent, and a body that is cut off.
func (s *hostSink) close() {
	if s.out != 0 {
		hostOutparamDrop(s.out)
	}
	s.drop()
}

func handlesPointer(handles []int32) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(handles)) }
