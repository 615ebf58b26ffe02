//! Routes in Go, from source to an answer: one site, built once by the Go that pip fetches.

use routelet_tests::binary::Serving;

use crate::languages::{Site, send};

const USER: &str = r#"package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	routelet "github.com/routelet/routelet/guest-sdk/go"
	"site/internal/names"
)

func main() {
	routelet.HandleGet(read)
	routelet.HandlePost(create)
	routelet.HandlePut(func(w http.ResponseWriter, r *http.Request) {
		length, err := io.Copy(io.Discard, r.Body)
		fmt.Fprint(w, length, " ", err)
	})
	routelet.HandleDelete(func(w http.ResponseWriter, r *http.Request) { panic("of its own accord") })
	routelet.HandlePatch(stream)
}

func read(w http.ResponseWriter, r *http.Request) {
	seen := "none"
	if cookie, err := r.Cookie("seen"); err == nil {
		seen = cookie.Value
	}
	http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1", Path: "/", HttpOnly: true})
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{
		"id": names.Of(r.PathValue("id")), "rest": routelet.Params(r, "rest"), "joined": r.PathValue("rest"),
		"tag": r.URL.Query()["tag"], "seen": seen, "agent": r.UserAgent(), "pattern": r.Pattern,
	})
}

func create(w http.ResponseWriter, r *http.Request) {
	var body struct{ N int }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, "expected JSON", http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusCreated)
	fmt.Fprint(w, body.N*2)
}

func stream(w http.ResponseWriter, r *http.Request) {
	for step := range 3 {
		fmt.Fprintln(w, "step", step)
		w.(http.Flusher).Flush()
		time.Sleep(5 * time.Millisecond)
	}
}
"#;

const NAMES: &str = "package names\n\nfunc Of(id string) string { return \"user \" + id }\n";

#[tokio::test]
async fn a_route_in_go_answers() {
    let site = Site::with(&[("app/users/[id]/[[...rest]]/route.go", USER), ("internal/names/names.go", NAMES)]);
    let server = site.serve().await;
    answers(&server).await;
    fails_aloud(&server).await;
}

async fn answers(server: &Serving) {
    let headers = [("user-agent", "tester"), ("cookie", "a=b; seen=yes")];
    let user = send(server, "GET", "/users/4%202/a/b%2Fc?tag=a&tag=b+c", &headers, "").await;
    assert_eq!(
        user.text(),
        "{\"agent\":\"tester\",\"id\":\"user 4 2\",\"joined\":\"a/b/c\",\"pattern\":\"/users/[id]/[[...rest]]\",\
         \"rest\":[\"a\",\"b/c\"],\"seen\":\"yes\",\"tag\":[\"a\",\"b c\"]}\n"
    );
    assert_eq!((user.status, user.header("set-cookie")), (200, "seen=1; Path=/; HttpOnly"));
    let created = send(server, "POST", "/users/1", &[], r#"{"n":21}"#).await;
    assert_eq!((created.status, created.text()), (201, "42"));
    assert_eq!(send(server, "POST", "/users/1", &[], "{").await.status, 400);
    let counted = send(server, "PUT", "/users/1", &[], &"x".repeat(300_000)).await;
    assert_eq!(counted.text(), "300000 <nil>");
    let streamed = send(server, "PATCH", "/users/1", &[], "").await;
    assert_eq!((streamed.status, streamed.text()), (200, "step 0\nstep 1\nstep 2\n"));
}

async fn fails_aloud(server: &Serving) {
    assert_eq!(send(server, "DELETE", "/users/1", &[], "").await.status, 500);
    server.logged("panic: of its own accord").await;
    server.logged("app/users/[id]/[[...rest]]/route.go:").await;
}
