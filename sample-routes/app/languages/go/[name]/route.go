// GET and POST /languages/go/[name]: a param, the query and a form, as in the directories beside it.
package main

import (
	"cmp"
	"fmt"
	"net/http"

	routelet "github.com/routelet/routelet/guest-sdk/go"
)

func main() {
	routelet.HandleGet(greet)
	routelet.HandlePost(say)
}

func greet(w http.ResponseWriter, r *http.Request) {
	greeting := cmp.Or(r.URL.Query().Get("greeting"), "Hello")
	fmt.Fprintf(w, "%s, %s, from Go!\n", greeting, r.PathValue("name"))
}

func say(w http.ResponseWriter, r *http.Request) {
	text := r.PostFormValue("text")
	if text == "" {
		http.Error(w, "expected a form with a field `text`", http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusCreated)
	fmt.Fprintf(w, "%s said %s\n", r.PathValue("name"), text)
}
