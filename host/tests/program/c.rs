//! Routes in C, from source to an answer: one site, built once by the compiler that pip fetches.

use crate::languages::{Site, send};

const USER: &str = r#"
#include <errno.h>
#include <routelet.h>
#include <stdlib.h>
#include <string.h>

ROUTELET_GET(request, response) {
    const char *last = routelet_query_at(request, "tag", 1), *seen = routelet_cookie(request, "seen");
    routelet_set_header(response, "content-type", "application/json");
    routelet_add_header(response, "set-cookie", "seen=1; Path=/; HttpOnly");
    routelet_add_header(response, "set-cookie", "more=2");
    routelet_sendf(response, "{\"id\":\"%s\",\"tag\":\"%s\",\"seen\":\"%s\",\"agent\":\"%s\",\"pattern\":\"%s\",\"path\":\"%s\"}",
                   routelet_param(request, "id"), last ? last : "", seen ? seen : "",
                   routelet_header(request, "User-Agent"), routelet_pattern(request), routelet_path(request));
}

ROUTELET_POST(request, response) {
    size_t length;
    const char *body = routelet_body(request, 100000, &length);
    if (body == NULL) {
        routelet_status(response, errno == EMSGSIZE ? 413 : 400);
        return;
    }
    const char *number = strstr(body, "\"n\":");
    routelet_status(response, number ? 201 : 400);
    if (number) routelet_sendf(response, "{\"twice\":%d,\"length\":%zu}", atoi(number + 4) * 2, length);
}

ROUTELET_PUT(request, response) {
    char piece[1000];
    ssize_t read;
    size_t total = 0;
    while ((read = routelet_read(request, piece, sizeof piece)) > 0) total += (size_t)read;
    routelet_sendf(response, "%zu", read < 0 ? 0 : total);
}

ROUTELET_PATCH(request, response) {}

ROUTELET_DELETE(request, response) {
    if (routelet_write(response, "a piece", 7)) routelet_fail(response, "no more of it");
}

ROUTELET_OPTIONS(request, response) { abort(); }
"#;

const STREAM: &str = r#"
#include <routelet.h>
#include <stdio.h>

ROUTELET_GET(request, response) {
    const char *piece;
    for (size_t index = 0; (piece = routelet_param_at(request, "rest", index)) != NULL; index++) {
        if (!routelet_writef(response, "%zu %s\n", index, piece)) return;
    }
    fprintf(stderr, "streamed all\n");
}

ROUTELET_POST(request, response) {
    const char *body = routelet_body(request, 1000, NULL);
    const char *name = body ? routelet_form(request, body, "name") : NULL;
    if (!routelet_set_header(response, "connection", "close")) routelet_sendf(response, "%s", name ? name : "nobody");
}
"#;

#[tokio::test]
async fn a_route_in_c_answers() {
    let site = Site::with(&[("app/users/[id]/route.c", USER), ("app/[...rest]/route.c", STREAM)]);
    let server = site.serve().await;
    let user = send(
        &server,
        "GET",
        "/users/4%202?tag=a&tag=b+c%21",
        &[("user-agent", "tester"), ("cookie", "a=b; seen=yes")],
        "",
    )
    .await;
    assert_eq!(
        (user.status, user.text()),
        (
            200,
            r#"{"id":"4 2","tag":"b c!","seen":"yes","agent":"tester","pattern":"/users/[id]","path":"/users/4%202"}"#
        )
    );
    let cookies: Vec<_> = user.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["seen=1; Path=/; HttpOnly", "more=2"]);
    let created = send(&server, "POST", "/users/1", &[], r#"{"n":21}"#).await;
    assert_eq!((created.status, created.text()), (201, r#"{"twice":42,"length":8}"#));
    assert_eq!(send(&server, "POST", "/users/1", &[], "{").await.status, 400);
    assert_eq!(send(&server, "POST", "/users/1", &[], &"x".repeat(100_001)).await.status, 413);
    assert_eq!(send(&server, "PUT", "/users/1", &[], &"x".repeat(300_000)).await.text(), "300000");
    assert_eq!(send(&server, "PUT", "/users/1", &[], "").await.text(), "0");
}

#[tokio::test]
async fn a_route_in_c_streams_and_fails_aloud() {
    let site = Site::with(&[("app/users/[id]/route.c", USER), ("app/[...rest]/route.c", STREAM)]);
    let server = site.serve().await;
    let streamed = send(&server, "GET", "/a/b%2Fc", &[], "").await;
    assert_eq!((streamed.status, streamed.text()), (200, "0 a\n1 b/c\n"));
    server.logged("streamed all").await;
    assert_eq!(send(&server, "POST", "/a", &[], "x=1&name=J%C3%BCrgen+M").await.text(), "Jürgen M");
    server.logged("the header connection was refused: a guest may not set it").await;
    assert_eq!(send(&server, "PATCH", "/users/1", &[], "").await.status, 500);
    server.logged("PATCH answered nothing: expected a status, or a body").await;
    assert_eq!(send(&server, "OPTIONS", "/users/1", &[], "").await.status, 500);
    server.logged("unreachable").await;
}
