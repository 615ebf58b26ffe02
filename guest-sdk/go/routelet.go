// Package routelet answers HTTP requests as a route of routelet, with the types of net/http.
//
//	package main
//
//	import (
//		"fmt"
//		"net/http"
//
//		routelet "github.com/routelet/routelet/guest-sdk/go"
//	)
//
//	func main() {
//		routelet.HandleGet(func(w http.ResponseWriter, r *http.Request) {
//			fmt.Fprintf(w, "user %s\n", r.PathValue("id"))
//		})
//	}
//
// The methods a route answers are read from its source when it is built, so the Handle functions are
// called by their names. The function main runs before the first request.
//
// What a dynamic segment captured is a path value; the pieces of a catch-all are joined by slashes
// there, and [Params] has them one by one. A request body is read as it arrives. An answer is sent when
// the handler returns, or earlier where it is large or flushed with [http.Flusher] or
// [http.ResponseController]. A panic is a 500 with its stack in the host's log. Requests to other
// servers go through [http.DefaultTransport], as far as the policy grants them.
package routelet

import "net/http"

var handlers = map[string]http.HandlerFunc{}

// HandleGet sets the handler of GET, and of HEAD where [HandleHead] sets none.
func HandleGet(handler func(http.ResponseWriter, *http.Request)) { handlers[http.MethodGet] = handler }

// HandleHead sets the handler of HEAD.
func HandleHead(handler func(http.ResponseWriter, *http.Request)) {
	handlers[http.MethodHead] = handler
}

// HandlePost sets the handler of POST.
func HandlePost(handler func(http.ResponseWriter, *http.Request)) {
	handlers[http.MethodPost] = handler
}

// HandlePut sets the handler of PUT.
func HandlePut(handler func(http.ResponseWriter, *http.Request)) { handlers[http.MethodPut] = handler }

// HandlePatch sets the handler of PATCH.
func HandlePatch(handler func(http.ResponseWriter, *http.Request)) {
	handlers[http.MethodPatch] = handler
}

// HandleDelete sets the handler of DELETE.
func HandleDelete(handler func(http.ResponseWriter, *http.Request)) {
	handlers[http.MethodDelete] = handler
}

// HandleOptions sets the handler of OPTIONS, which the host answers otherwise.
func HandleOptions(handler func(http.ResponseWriter, *http.Request)) {
	handlers[http.MethodOptions] = handler
}
