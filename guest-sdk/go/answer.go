package routelet

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
)

// answer runs the handler of a method; false where the host has to say 500, or to cut the body off.
func answer(method string, from *received, to sink) (complete bool) {
	handler := handlers[method]
	if handler == nil && method == http.MethodHead {
		handler = handlers[http.MethodGet]
	}
	if handler == nil {
		fmt.Fprintf(os.Stderr, "no handler for %s: Handle%s was not called before the first request\n", method, titled(method))
		return false
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	request, err := from.request(ctx)
	if err != nil {
		fmt.Fprintf(os.Stderr, "the request has no URL: %v\n", err)
		return false
	}
	w := &response{sink: to, header: http.Header{}}
	if !returns(handler, w, request) {
		return false
	}
	if err := w.finish(); err != nil {
		fmt.Fprintf(os.Stderr, "the answer was not sent: %v\n", err)
		return false
	}
	return true
}

// returns says whether the handler came to its end.
func returns(handler http.HandlerFunc, w http.ResponseWriter, r *http.Request) (returned bool) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if err, is := cause.(error); !is || !errors.Is(err, http.ErrAbortHandler) {
			fmt.Fprintf(os.Stderr, "panic: %v\n%s", cause, located(string(debug.Stack())))
		}
	}()
	handler(w, r)
	return true
}

// packageName is what the route's package is built as, and packageDirectory where its files are.
var packageName, packageDirectory string

// Sources is what the build calls to say where the files of the route are.
func Sources(name, directory string) { packageName, packageDirectory = name, directory }

// located names the files of a stack as their author knows them.
func located(stack string) string {
	if packageName == "" {
		return stack
	}
	lines := strings.Split(stack, "\n")
	for at, line := range lines {
		if _, file, found := strings.Cut(line, packageName+"/"); found {
			lines[at] = "\t" + packageDirectory + "/" + file
		}
	}
	return strings.Join(lines, "\n")
}

func titled(method string) string {
	rest := []byte(method[1:])
	for at := range rest {
		rest[at] |= 0x20
	}
	return method[:1] + string(rest)
}
