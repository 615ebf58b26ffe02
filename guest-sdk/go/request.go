package routelet

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// param is what one dynamic segment captured.
type param struct {
	name   string
	values []string
}

// received is a request as the host hands it over.
type received struct {
	method, target, authority string
	header                    http.Header
	body                      io.ReadCloser
	pattern, id, address      string
	params                    []param
}

type receivedKey struct{}

// Params are the pieces that the dynamic segment of that name captured, percent-decoded: one for [id],
// any number for a catch-all.
func Params(r *http.Request, name string) []string {
	for _, param := range receivedBy(r).params {
		if param.name == name {
			return param.values
		}
	}
	return nil
}

// RequestID is what the host calls this request in its log.
func RequestID(r *http.Request) string { return receivedBy(r).id }

func receivedBy(r *http.Request) *received {
	if from, is := r.Context().Value(receivedKey{}).(*received); is {
		return from
	}
	return &received{}
}

// request is what a handler gets to see.
func (from *received) request(ctx context.Context) (*http.Request, error) {
	target, err := url.ParseRequestURI(from.target)
	if err != nil {
		return nil, err
	}
	r := &http.Request{
		Method:        from.method,
		URL:           target,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        from.header,
		Body:          from.body,
		ContentLength: from.contentLength(),
		Host:          from.authority,
		RequestURI:    from.target,
		Pattern:       from.pattern,
	}
	if from.address != "" {
		r.RemoteAddr = from.address
	}
	for _, param := range from.params {
		r.SetPathValue(param.name, strings.Join(param.values, "/"))
	}
	return r.WithContext(context.WithValue(ctx, receivedKey{}, from)), nil
}

// contentLength is -1 where a body may follow whose length nobody said.
func (from *received) contentLength() int64 {
	length, err := strconv.ParseInt(from.header.Get("Content-Length"), 10, 64)
	if err == nil && length >= 0 {
		return length
	}
	switch from.method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return 0
	}
	return -1
}
