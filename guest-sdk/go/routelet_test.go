package routelet

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// told is what a handler made the host send.
type told struct {
	status  int
	headers http.Header
	body    strings.Builder
	flushes int
	ended   bool
}

func (t *told) head(status int, header http.Header) error {
	t.status, t.headers = status, header
	return nil
}

func (t *told) write(piece []byte) error {
	t.body.Write(piece)
	return nil
}

func (t *told) flush() error {
	t.flushes++
	return nil
}

func (t *told) finish() error {
	t.ended = true
	return nil
}

func ask(method, target, body string, handler http.HandlerFunc) (*told, bool) {
	handlers[method] = handler
	defer delete(handlers, method)
	from := &received{
		method: method, target: target, authority: "example.com", header: http.Header{"Cookie": {"a=b"}},
		body: io.NopCloser(strings.NewReader(body)), pattern: "/users/[id]/[...rest]", id: "r1", address: "127.0.0.1",
		params: []param{{"id", []string{"4 2"}}, {"rest", []string{"a", "b/c"}}},
	}
	answered := &told{}
	return answered, answer(method, from, answered)
}

func TestARequestIsThatOfNetHTTP(t *testing.T) {
	answered, complete := ask("POST", "/users/4%202/a/b%2Fc?q=1", "text", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		cookie, _ := r.Cookie("a")
		fmt.Fprintln(w, r.Method, r.URL.Path, r.FormValue("q"), r.Host, r.RemoteAddr, string(body), cookie.Value)
		fmt.Fprintln(w, r.PathValue("id"), r.PathValue("rest"), len(Params(r, "rest")), Params(r, "x"), RequestID(r), r.Pattern)
	})
	expected := "POST /users/4 2/a/b/c 1 example.com 127.0.0.1 text b\n4 2 a/b/c 2 [] r1 /users/[id]/[...rest]\n"
	if !complete || answered.body.String() != expected {
		t.Fatalf("%q, %v", answered.body.String(), complete)
	}
}

func TestAShortAnswerHasItsTypeAndLength(t *testing.T) {
	answered, _ := ask("GET", "/", "", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		w.Header().Set("X-Late", "1")
		io.WriteString(w, "<!DOCTYPE html>")
	})
	if answered.status != 202 || answered.headers.Get("Content-Length") != "15" || !answered.ended ||
		answered.headers.Get("Content-Type") != "text/html; charset=utf-8" || answered.headers.Get("X-Late") != "" {
		t.Fatalf("%+v", answered)
	}
}

func TestALongOrFlushedAnswerIsStreamed(t *testing.T) {
	long := strings.Repeat("x", bufferedMax+1)
	answered, _ := ask("GET", "/", "", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, long) })
	if answered.headers.Get("Content-Length") != "" || answered.body.Len() != len(long) {
		t.Fatalf("%v %d", answered.headers, answered.body.Len())
	}
	answered, _ = ask("GET", "/", "", func(w http.ResponseWriter, r *http.Request) {
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		io.WriteString(w, "late")
	})
	if answered.flushes != 1 || answered.headers.Get("Content-Length") != "" || answered.body.String() != "late" {
		t.Fatalf("%+v", answered)
	}
}

func TestNoBodyGoesWhereNoneMayBe(t *testing.T) {
	answered, complete := ask("DELETE", "/", "", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusNoContent)
		if _, err := io.WriteString(w, "x"); err != http.ErrBodyNotAllowed {
			t.Error(err)
		}
	})
	if !complete || answered.status != 204 || answered.body.Len() != 0 || answered.headers.Get("Content-Length") != "" {
		t.Fatalf("%+v", answered)
	}
}

func TestAPanicSendsNothingOfWhatWasBuffered(t *testing.T) {
	for _, cause := range []any{"boom", http.ErrAbortHandler} {
		answered, complete := ask("GET", "/", "", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "half")
			panic(cause)
		})
		if complete || answered.status != 0 || answered.ended {
			t.Fatalf("%v: %+v", cause, answered)
		}
	}
}

func TestAStackNamesTheFilesThatWereWritten(t *testing.T) {
	Sources("routelet_x", "app/[id]")
	defer Sources("", "")
	found := located("main.read\n\tsite/routelet_x/route.go:7 +0x1\n\tnet/http/server.go:1")
	if found != "main.read\n\tapp/[id]/route.go:7 +0x1\n\tnet/http/server.go:1" {
		t.Fatal(found)
	}
}
