package main

import (
	"net/http"

	routelet "github.com/routelet/routelet/guest-sdk/go"
)

func main() {
	routelet.HandleGet(func(w http.ResponseWriter, r *http.Request) { panic("of its own accord") })
}
