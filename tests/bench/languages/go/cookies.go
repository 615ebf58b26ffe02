package main

import (
	"fmt"
	"net/http"
	"strconv"

	routelet "github.com/routelet/routelet/guest-sdk/go"
)

func main() {
	routelet.HandleGet(func(w http.ResponseWriter, r *http.Request) {
		visits := 1
		if cookie, err := r.Cookie("visits"); err == nil {
			before, _ := strconv.Atoi(cookie.Value)
			visits += before
		}
		http.SetCookie(w, &http.Cookie{Name: "visits", Value: strconv.Itoa(visits), Path: "/"})
		fmt.Fprint(w, visits)
	})
}
