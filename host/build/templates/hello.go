// GET /: the smallest route.
package main

import (
	"fmt"
	"net/http"

	routelet "github.com/routelet/routelet/guest-sdk/go"
)

// What main sets are the methods, the directory is the URL; HEAD and OPTIONS come for free.
func main() {
	routelet.HandleGet(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "Hello, World!\n")
	})
}
