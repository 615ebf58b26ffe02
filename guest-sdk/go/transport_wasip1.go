package routelet

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unsafe"
)

// Transport sends requests through the host, which reaches what the policy of the route grants. It is
// [http.DefaultTransport], so that [http.Get] and every client without a transport of its own use it.
// The deadline of a request's context holds until the last byte of its answer.
type Transport struct{}

func init() { http.DefaultTransport = Transport{} }

// errorNames are the cases of wasi:http's error code, in its order.
var errorNames = strings.Fields(`DNS-timeout DNS-error destination-not-found destination-unavailable
destination-IP-prohibited destination-IP-unroutable connection-refused connection-terminated
connection-timeout connection-read-timeout connection-write-timeout connection-limit-reached
TLS-protocol-error TLS-certificate-error TLS-alert-received HTTP-request-denied
HTTP-request-length-required HTTP-request-body-size HTTP-request-method-invalid
HTTP-request-URI-invalid HTTP-request-URI-too-long HTTP-request-header-section-size
HTTP-request-header-size HTTP-request-trailer-section-size HTTP-request-trailer-size
HTTP-response-incomplete HTTP-response-header-section-size HTTP-response-header-size
HTTP-response-body-size HTTP-response-trailer-section-size HTTP-response-trailer-size
HTTP-response-transfer-coding HTTP-response-content-coding HTTP-response-timeout HTTP-upgrade-failed
HTTP-protocol-error loop-detected configuration-error internal-error`)

func errorNamed(which byte) error {
	if int(which) < len(errorNames) {
		return errors.New(errorNames[which])
	}
	return errors.New("failed")
}

// RoundTrip implements [http.RoundTripper].
func (Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	call, err := newCall(r)
	if err != nil {
		return nil, err
	}
	var result area
	hostCallBody(call, result.pointer())
	body := outputOf(int32(result.uint32(4)), r.Context())
	defer body.drop()
	hostCallSend(call, 0, 0, result.pointer())
	if result.failed() {
		return nil, errorNamed(result.byte(8))
	}
	future := int32(result.uint32(8))
	defer hostFutureDrop(future)
	if err := sendBody(&body, r.Body); err != nil {
		return nil, err
	}
	if err := wait(r.Context(), hostFutureReady(future)); err != nil {
		return nil, err
	}
	response, err := answered(future)
	if err != nil {
		return nil, err
	}
	return responseOf(response, r), nil
}

func newCall(r *http.Request) (int32, error) {
	header := r.Header.Clone()
	if r.ContentLength > 0 {
		header.Set("Content-Length", fmt.Sprint(r.ContentLength))
	}
	call := hostCallNew(fieldsOf(header))
	refused := setMethod(call, r.Method) + setScheme(call, r.URL.Scheme)
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	authority, target := []byte(host), []byte(r.URL.RequestURI())
	refused += hostCallAuthority(call, 1, pointerTo(authority), uint32(len(authority)))
	refused += hostCallTarget(call, 1, pointerTo(target), uint32(len(target)))
	if refused != 0 {
		hostCallDrop(call)
		return 0, fmt.Errorf("%s %s is no request that can be sent", r.Method, r.URL)
	}
	return call, nil
}

func setMethod(call int32, method string) int32 {
	for which, name := range methodNames {
		if name == method || method == "" && name == http.MethodGet {
			return hostCallMethod(call, int32(which), nil, 0)
		}
	}
	other := []byte(method)
	return hostCallMethod(call, int32(len(methodNames)), pointerTo(other), uint32(len(other)))
}

func setScheme(call int32, scheme string) int32 {
	switch scheme {
	case "http":
		return hostCallScheme(call, 1, 0, nil, 0)
	case "https":
		return hostCallScheme(call, 1, 1, nil, 0)
	}
	return 1
}

func sendBody(to *output, from io.Reader) error {
	if from != nil {
		piece := make([]byte, pieceBytes)
		for {
			length, err := from.Read(piece)
			if failed := to.write(piece[:length]); failed != nil {
				return failed
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				return err
			}
		}
	}
	return to.finish()
}

// answered takes the response out of a future that is ready.
func answered(future int32) (int32, error) {
	// option<result<result<response, error-code>>>, the code eight bytes into its result.
	var result [56]byte
	hostFutureGet(future, unsafe.Pointer(&result))
	if result[0] == 0 || result[8] != 0 {
		return 0, errors.New("the host has no answer")
	}
	if result[16] != 0 {
		return 0, errorNamed(result[24])
	}
	return int32(word(result[:], 24)), nil
}

func responseOf(response int32, r *http.Request) *http.Response {
	status := int(hostAnswerStatus(response))
	fields := hostAnswerHeaders(response)
	defer hostFieldsDrop(fields)
	header := headerOf(fields)
	length := int64(-1)
	if _, err := fmt.Sscan(header.Get("Content-Length"), &length); err != nil {
		length = -1
	}
	return &http.Response{
		Status:        fmt.Sprintf("%d %s", status, http.StatusText(status)),
		StatusCode:    status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header,
		Body:          &hostBody{response: response, ctx: r.Context()},
		ContentLength: length,
		Request:       r,
	}
}
