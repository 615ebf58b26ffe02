package main

import (
	"fmt"
	"net/http"

	routelet "github.com/routelet/routelet/guest-sdk/go"
)

func main() {
	routelet.HandleGet(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "Hello, World!\n")
	})
}
