// GET and DELETE /api/users/[id]: a param, JSON, and another status.
package main

import (
	"encoding/json"
	"net/http"
	"strconv"

	routelet "github.com/routelet/routelet/guest-sdk/go"
)

type user struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

var users = []user{{1, "Ada"}, {2, "Grace"}}

// main runs before the first request and only sets the handlers.
func main() {
	routelet.HandleGet(read)
	routelet.HandleDelete(remove)
}

// find answers 404 where there is no such user.
func find(w http.ResponseWriter, r *http.Request) (found user, ok bool) {
	for _, each := range users {
		if strconv.Itoa(each.ID) == r.PathValue("id") {
			return each, true
		}
	}
	http.Error(w, "no such user", http.StatusNotFound)
	return user{}, false
}

func read(w http.ResponseWriter, r *http.Request) {
	found, ok := find(w, r)
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(found)
}

// Every request runs in a fresh instance with its own memory, so that nothing is deleted for good.
func remove(w http.ResponseWriter, r *http.Request) {
	if _, ok := find(w, r); ok {
		w.WriteHeader(http.StatusNoContent)
	}
}
