package routelet_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	routelet "github.com/routelet/routelet/guest-sdk/go"
)

// A handler is one of net/http, and so is its test.
func ExampleHandleGet() {
	read := func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "user %s\n", r.PathValue("id"))
	}
	routelet.HandleGet(read)

	request := httptest.NewRequest("GET", "/users/42", nil)
	request.SetPathValue("id", "42")
	answer := httptest.NewRecorder()
	read(answer, request)
	fmt.Print(answer.Body)
	// Output: user 42
}
