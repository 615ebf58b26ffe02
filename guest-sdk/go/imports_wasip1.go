package routelet

import "unsafe"

// The functions of the host, as the canonical ABI lowers them.

//go:wasmimport wasi:http/types@0.2.10 [method]incoming-request.method
func hostRequestMethod(request int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.10 [method]incoming-request.path-with-query
func hostRequestTarget(request int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.10 [method]incoming-request.authority
func hostRequestAuthority(request int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.10 [method]incoming-request.headers
func hostRequestHeaders(request int32) int32

//go:wasmimport wasi:http/types@0.2.10 [method]incoming-request.consume
func hostRequestConsume(request int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.10 [resource-drop]incoming-request
func hostRequestDrop(request int32)

//go:wasmimport wasi:http/types@0.2.10 [method]incoming-body.stream
func hostIncomingStream(body int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.10 [resource-drop]incoming-body
func hostIncomingDrop(body int32)

//go:wasmimport wasi:http/types@0.2.10 [constructor]fields
func hostFieldsNew() int32

//go:wasmimport wasi:http/types@0.2.10 [method]fields.append
func hostFieldsAppend(fields int32, name unsafe.Pointer, nameLength uint32, value unsafe.Pointer, valueLength uint32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.10 [method]fields.entries
func hostFieldsEntries(fields int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.10 [resource-drop]fields
func hostFieldsDrop(fields int32)

//go:wasmimport wasi:http/types@0.2.10 [constructor]outgoing-response
func hostResponseNew(fields int32) int32

//go:wasmimport wasi:http/types@0.2.10 [method]outgoing-response.set-status-code
func hostResponseStatus(response int32, status int32) int32

//go:wasmimport wasi:http/types@0.2.10 [method]outgoing-response.body
func hostResponseBody(response int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.10 [static]response-outparam.set
func hostOutparamSet(out, isError, response, a int32, b int64, c, d, e, f int32)

//go:wasmimport wasi:http/types@0.2.10 [resource-drop]response-outparam
func hostOutparamDrop(out int32)

//go:wasmimport wasi:http/types@0.2.10 [method]outgoing-body.write
func hostOutgoingStream(body int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.10 [static]outgoing-body.finish
func hostOutgoingFinish(body, hasTrailers, trailers int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.10 [resource-drop]outgoing-body
func hostOutgoingDrop(body int32)

//go:wasmimport wasi:http/types@0.2.10 [constructor]outgoing-request
func hostCallNew(fields int32) int32

//go:wasmimport wasi:http/types@0.2.10 [method]outgoing-request.set-method
func hostCallMethod(request, which int32, other unsafe.Pointer, otherLength uint32) int32

//go:wasmimport wasi:http/types@0.2.10 [method]outgoing-request.set-path-with-query
func hostCallTarget(request, isSome int32, target unsafe.Pointer, length uint32) int32

//go:wasmimport wasi:http/types@0.2.10 [method]outgoing-request.set-scheme
func hostCallScheme(request, isSome, which int32, other unsafe.Pointer, otherLength uint32) int32

//go:wasmimport wasi:http/types@0.2.10 [method]outgoing-request.set-authority
func hostCallAuthority(request, isSome int32, authority unsafe.Pointer, length uint32) int32

//go:wasmimport wasi:http/types@0.2.10 [method]outgoing-request.body
func hostCallBody(request int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.10 [resource-drop]outgoing-request
func hostCallDrop(request int32)

//go:wasmimport wasi:http/outgoing-handler@0.2.10 handle
func hostCallSend(request, hasOptions, options int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.10 [method]future-incoming-response.subscribe
func hostFutureReady(future int32) int32

//go:wasmimport wasi:http/types@0.2.10 [method]future-incoming-response.get
func hostFutureGet(future int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.10 [resource-drop]future-incoming-response
func hostFutureDrop(future int32)

//go:wasmimport wasi:http/types@0.2.10 [method]incoming-response.status
func hostAnswerStatus(response int32) int32

//go:wasmimport wasi:http/types@0.2.10 [method]incoming-response.headers
func hostAnswerHeaders(response int32) int32

//go:wasmimport wasi:http/types@0.2.10 [method]incoming-response.consume
func hostAnswerConsume(response int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.10 [resource-drop]incoming-response
func hostAnswerDrop(response int32)

//go:wasmimport wasi:io/streams@0.2.10 [method]input-stream.read
func hostRead(stream int32, most uint64, result unsafe.Pointer)

//go:wasmimport wasi:io/streams@0.2.10 [method]input-stream.subscribe
func hostInputReady(stream int32) int32

//go:wasmimport wasi:io/streams@0.2.10 [resource-drop]input-stream
func hostInputDrop(stream int32)

//go:wasmimport wasi:io/streams@0.2.10 [method]output-stream.check-write
func hostCheckWrite(stream int32, result unsafe.Pointer)

//go:wasmimport wasi:io/streams@0.2.10 [method]output-stream.write
func hostWrite(stream int32, bytes unsafe.Pointer, length uint32, result unsafe.Pointer)

//go:wasmimport wasi:io/streams@0.2.10 [method]output-stream.flush
func hostFlush(stream int32, result unsafe.Pointer)

//go:wasmimport wasi:io/streams@0.2.10 [method]output-stream.subscribe
func hostOutputReady(stream int32) int32

//go:wasmimport wasi:io/streams@0.2.10 [resource-drop]output-stream
func hostOutputDrop(stream int32)

//go:wasmimport wasi:io/error@0.2.10 [method]error.to-debug-string
func hostErrorText(err int32, result unsafe.Pointer)

//go:wasmimport wasi:io/error@0.2.10 [resource-drop]error
func hostErrorDrop(err int32)

//go:wasmimport wasi:io/poll@0.2.10 poll
func hostPoll(pollables unsafe.Pointer, count uint32, result unsafe.Pointer)

//go:wasmimport wasi:io/poll@0.2.10 [resource-drop]pollable
func hostPollableDrop(pollable int32)

//go:wasmimport wasi:clocks/monotonic-clock@0.2.10 subscribe-duration
func hostTimer(nanoseconds uint64) int32

//go:wasmimport routelet:route/context@0.2.0 pattern
func hostPattern(result unsafe.Pointer)

//go:wasmimport routelet:route/context@0.2.0 params
func hostParams(result unsafe.Pointer)

//go:wasmimport routelet:route/context@0.2.0 request-id
func hostRequestID(result unsafe.Pointer)

//go:wasmimport routelet:route/context@0.2.0 client-address
func hostClientAddress(result unsafe.Pointer)
