package main

import (
	"encoding/json"
	"net/http"

	routelet "github.com/routelet/routelet/guest-sdk/go"
)

func main() {
	routelet.HandlePost(func(w http.ResponseWriter, r *http.Request) {
		var asked struct{ N int }
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			http.Error(w, "expected JSON", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		json.NewEncoder(w).Encode(map[string]int{"twice": asked.N * 2})
	})
}
