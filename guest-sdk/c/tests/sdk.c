/* Tests of the SDK that need no component: texts, memory, and requests as they are read. Compiled by the
 * machine's own compiler; silent where all is well. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "../text.h"
#include "host.h"

static int failures;

static void expect(bool is_right, const char *what, int line) {
    if (is_right) return;
    failures++;
    fprintf(stderr, "sdk.c:%d: not true: %s\n", line, what);
}

static void expect_text(const char *found, const char *expected, const char *what, int line) {
    if (found == expected || (found != NULL && expected != NULL && strcmp(found, expected) == 0)) return;
    failures++;
    fprintf(stderr, "sdk.c:%d: %s is %.60s; expected %.60s\n", line, what, found ? found : "NULL",
            expected ? expected : "NULL");
}

#define EXPECT(condition) expect((condition), #condition, __LINE__)
#define EXPECT_TEXT(found, expected) expect_text((found), (expected), #found, __LINE__)

/* ---- Texts ---- */

static text_piece piece(const char *text) { return (text_piece){text, strlen(text)}; }

static void texts_are_decoded_as_forms_write_them(void) {
    static const char *const rows[][2] = {
        {"", ""},           {"a+b", "a b"},       {"a%20b", "a b"}, {"%C3%a9", "\xc3\xa9"}, {"100%", "100%"},
        {"%4", "%4"},       {"%zz", "%zz"},       {"%4z", "%4z"},   {"%00", "%00"},         {"%%41", "%A"},
        {"%2B", "+"},       {"%25%32%30", "%20"},
    };
    for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
        char decoded[32];
        size_t length = text_decode(decoded, piece(rows[row][0]));
        EXPECT_TEXT(decoded, rows[row][1]);
        EXPECT(length == strlen(rows[row][1]));
        EXPECT(text_means(piece(rows[row][0]), rows[row][1]));
        EXPECT(!text_means(piece(rows[row][0]), "something else"));
    }
    EXPECT(!text_means(piece("name"), "names"));
    EXPECT(!text_means(piece("names"), "name"));
}

static void pairs_are_taken_one_by_one(void) {
    static const char *const expected[] = {"a=1", "b=", "=c", "d=e=f"};
    const char *rest = "&a=1&&b&=c&d=e=f&";
    text_piece name, value;
    size_t count = 0;
    for (; text_next_pair(&rest, '&', &name, &value); count++) {
        char pair[32];
        snprintf(pair, sizeof pair, "%.*s=%.*s", (int)name.length, name.bytes, (int)value.length, value.bytes);
        EXPECT_TEXT(pair, count < 4 ? expected[count] : NULL);
    }
    EXPECT(count == 4);
}

/* ---- Memory ---- */

static void memory_is_aligned_kept_and_grown(void) {
    memory all = {NULL};
    char *first = memory_alloc(&all, 3), *second = memory_alloc(&all, 5);
    memcpy(second, "abcd", 5);
    for (size_t size = 10; size < 100000; size *= 10) second = memory_grow_newest(&all, size);
    EXPECT_TEXT(second, "abcd");
    EXPECT((uintptr_t)first % 16 == 0 && (uintptr_t)second % 16 == 0);
    EXPECT(memory_alloc(&all, SIZE_MAX) == NULL && memory_grow_newest(&all, SIZE_MAX) == NULL);
    memory_free(&all);
    EXPECT(all.newest == NULL);
}

static void what_the_host_hands_over_is_the_requests_or_lands_in_its_buffer(void) {
    memory all = {NULL};
    char buffer[4];
    memory_take_from_host(&all);
    char *text = cabi_realloc(NULL, 0, 1, 3);
    EXPECT(all.newest != NULL && text[3] == '\0');
    memory_land(buffer, sizeof buffer);
    EXPECT(cabi_realloc(NULL, 0, 1, 5) != (void *)buffer);
    EXPECT(cabi_realloc(NULL, 0, 4, 4) != (void *)buffer);
    EXPECT(cabi_realloc(NULL, 0, 1, 4) == (void *)buffer);
    EXPECT(cabi_realloc(NULL, 0, 1, 4) != (void *)buffer);
    memory_take_from_host(NULL);
    memory_block *newest = all.newest;
    char *nobodys = cabi_realloc(NULL, 0, 1, 1);
    EXPECT(all.newest == newest);
    free(nobodys);
    memory_free(&all);
}

/* ---- Requests ---- */

static routelet_request asked(const char *target) {
    memset(&sent, 0, sizeof sent);
    sent.target = target;
    held = 1;
    return (routelet_request){.self = REQUEST};
}

static void ended(routelet_request *request) {
    request_close(request);
    EXPECT(held == 0);
}

static void a_target_has_a_path_and_a_query(void) {
    static const char *const rows[][3] = {
        {"/a%20b?q=1?2", "/a%20b", "q=1?2"}, {"/a", "/a", ""}, {"/?", "/", ""}, {"", "/", ""}, {NULL, "/", ""},
    };
    for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
        routelet_request request = asked(rows[row][0]);
        EXPECT_TEXT(routelet_query_string(&request), rows[row][2]);
        EXPECT_TEXT(routelet_path(&request), rows[row][1]);
        ended(&request);
    }
}

static void a_query_is_read_by_names_and_numbers(void) {
    routelet_request request = asked("/?tag=a+b&x%5B%5D=1&tag=%C3%A9&empty");
    EXPECT_TEXT(routelet_query(&request, "tag"), "a b");
    EXPECT_TEXT(routelet_query_at(&request, "tag", 1), "\xc3\xa9");
    EXPECT_TEXT(routelet_query_at(&request, "tag", 2), NULL);
    EXPECT_TEXT(routelet_query(&request, "x[]"), "1");
    EXPECT_TEXT(routelet_query(&request, "empty"), "");
    EXPECT_TEXT(routelet_query(&request, "ta"), NULL);
    EXPECT_TEXT(routelet_form(&request, "a=1&b=2%262", "b"), "2&2");
    ended(&request);
}

static void params_headers_and_cookies_are_read_by_name(void) {
    static const char *const headers[] = {"Accept", "text/html", "accept", "",         "cookie",
                                          "a=1; b=x%20y", "Cookie", "c=3; a=4", NULL};
    static const char *const pieces[] = {"a", "", "c d", NULL};
    routelet_request request = asked("/");
    sent.headers = headers;
    sent.params_name = "rest";
    sent.params = pieces;
    EXPECT_TEXT(routelet_param(&request, "rest"), "a");
    EXPECT_TEXT(routelet_param_at(&request, "rest", 1), "");
    EXPECT_TEXT(routelet_param_at(&request, "rest", 2), "c d");
    EXPECT_TEXT(routelet_param_at(&request, "rest", 3), NULL);
    EXPECT_TEXT(routelet_param(&request, "other"), NULL);
    EXPECT_TEXT(routelet_header(&request, "ACCEPT"), "text/html");
    EXPECT_TEXT(routelet_header_at(&request, "accept", 1), "");
    EXPECT_TEXT(routelet_header(&request, "missing"), NULL);
    EXPECT_TEXT(routelet_cookie(&request, "a"), "1");
    EXPECT_TEXT(routelet_cookie(&request, "b"), "x%20y");
    EXPECT_TEXT(routelet_cookie(&request, "c"), "3");
    EXPECT_TEXT(routelet_cookie(&request, "d"), NULL);
    EXPECT_TEXT(routelet_pattern(&request), "/users/[id]");
    EXPECT_TEXT(routelet_request_id(&request), "r1");
    EXPECT_TEXT(routelet_client_address(&request), "127.0.0.1");
    ended(&request);
}

static void methods_have_their_names(void) {
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
    for (uint8_t which = 0; which < 9; which++) {
        routelet_request request = asked("/");
        sent.method = which;
        EXPECT_TEXT(routelet_method(&request), names[which]);
        ended(&request);
    }
    routelet_request request = asked("/");
    sent.method = 9;
    sent.other_method = "PURGE";
    EXPECT_TEXT(routelet_method(&request), "PURGE");
    ended(&request);
}

static void a_body_is_read_whole_up_to_what_is_allowed(void) {
    static const char *const body[] = {"hello, ", "world", NULL};
    size_t length = 0;
    routelet_request request = asked("/");
    sent.body = body;
    EXPECT_TEXT(routelet_body(&request, 12, &length), "hello, world");
    EXPECT(length == 12 && routelet_read(&request, &length, 1) == 0);
    ended(&request);

    request = asked("/");
    sent.body = body;
    errno = 0;
    EXPECT_TEXT(routelet_body(&request, 11, NULL), NULL);
    EXPECT(errno == EMSGSIZE);
    ended(&request);
}

static void a_long_body_grows_its_memory(void) {
    enum { LONG = 300000 };
    char *text = malloc(LONG + 1);
    memset(text, 'x', LONG);
    text[LONG] = '\0';
    const char *const body[] = {text, NULL};
    size_t length = 0;
    routelet_request request = asked("/");
    sent.body = body;
    EXPECT_TEXT(routelet_body(&request, SIZE_MAX, &length), text);
    EXPECT(length == LONG);
    ended(&request);
    free(text);
}

static void a_body_that_breaks_off_is_no_body(void) {
    static const char *const body[] = {"half", NULL};
    char buffer[2];
    routelet_request request = asked("/");
    sent.body = body;
    sent.body_breaks_off = true;
    EXPECT(routelet_read(&request, buffer, 2) == 2 && memcmp(buffer, "ha", 2) == 0);
    EXPECT(routelet_read(&request, buffer, 2) == 2 && memcmp(buffer, "lf", 2) == 0);
    errno = 0;
    EXPECT(routelet_read(&request, buffer, 2) == -1 && errno == EIO);
    EXPECT_TEXT(routelet_body(&request, 10, NULL), NULL);
    ended(&request);
}

int main(void) {
    texts_are_decoded_as_forms_write_them();
    pairs_are_taken_one_by_one();
    memory_is_aligned_kept_and_grown();
    what_the_host_hands_over_is_the_requests_or_lands_in_its_buffer();
    a_target_has_a_path_and_a_query();
    a_query_is_read_by_names_and_numbers();
    params_headers_and_cookies_are_read_by_name();
    methods_have_their_names();
    a_body_is_read_whole_up_to_what_is_allowed();
    a_long_body_grows_its_memory();
    a_body_that_breaks_off_is_no_body();
    return failures == 0 ? 0 : 1;
}
