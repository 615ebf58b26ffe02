package main

import (
	"fmt"
	"net/http"
	"time"

	routelet "github.com/routelet/routelet/guest-sdk/go"
)

func main() {
	routelet.HandleGet(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "one")
		w.(http.Flusher).Flush()
		time.Sleep(200 * time.Millisecond)
		fmt.Fprintln(w, "two")
	})
}
