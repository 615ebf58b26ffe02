/* A host for the SDK on this machine: one request, played from texts, and a count of what is not given back.
 * What it hands over is allocated as the real one does it. Included once. */
#ifndef ROUTELET_TESTS_HOST_H
#define ROUTELET_TESTS_HOST_H

#include <string.h>

#include "../request.h"
#include "../wasi.h"

void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size);

/* What the client sent. A header is a name and a value, one after the other, up to NULL. */
static struct {
    const char *target;
    const char *const *headers;
    const char *params_name;
    const char *const *params;
    /* The pieces of the body, up to NULL. */
    const char *const *body;
    bool body_breaks_off;
    uint8_t method;
    const char *other_method;
} sent;

/* Handles that the guest holds. */
static int held;

enum { REQUEST = 1, HEADERS, BODY, STREAM, FAILURE };

static wasi_text handed_over(const char *text) {
    wasi_text copy = {NULL, strlen(text)};
    if (copy.length == 0) return copy;
    copy.bytes = cabi_realloc(NULL, 0, 1, copy.length);
    memcpy(copy.bytes, text, copy.length);
    return copy;
}

/* The values of the headers of that name, or every text. */
static wasi_texts all_of(const char *const *from, const char *name) {
    wasi_texts found = {cabi_realloc(NULL, 0, 4, 16 * sizeof(wasi_text)), 0};
    for (; from != NULL && *from != NULL; from += name == NULL ? 1 : 2) {
        if (name == NULL) found.items[found.count++] = handed_over(from[0]);
        else if (strcasecmp(from[0], name) == 0) found.items[found.count++] = handed_over(from[1]);
    }
    return found;
}

void wasi_request_method(handle request, wasi_method *method) {
    (void)request;
    *method = (wasi_method){sent.method, {NULL, 0}};
    if (sent.other_method != NULL) method->other = handed_over(sent.other_method);
}

void wasi_request_target(handle request, wasi_maybe_text *target) {
    (void)request;
    *target = (wasi_maybe_text){sent.target != NULL, {NULL, 0}};
    if (sent.target != NULL) target->value = handed_over(sent.target);
}

handle wasi_request_headers(handle request) {
    (void)request;
    held++;
    return HEADERS;
}

void wasi_request_consume(handle request, wasi_handle_result *body) {
    (void)request;
    held++;
    *body = (wasi_handle_result){0, BODY};
}

void wasi_incoming_stream(handle body, wasi_handle_result *stream) {
    (void)body;
    held++;
    *stream = (wasi_handle_result){0, STREAM};
}

/* A piece at a time, whatever the guest has room for, and then the end. */
void wasi_read(handle stream, uint64_t most, wasi_read_result *result) {
    static size_t at;
    (void)stream;
    *result = (wasi_read_result){0};
    if (sent.body == NULL || *sent.body == NULL) {
        result->is_error = 1;
        result->failure.why = sent.body_breaks_off ? 0 : 1;
        result->failure.error = FAILURE;
        if (sent.body_breaks_off) held++;
        return;
    }
    size_t left = strlen(*sent.body + at);
    size_t piece = left < most ? left : (size_t)most;
    result->bytes.bytes = cabi_realloc(NULL, 0, 1, piece);
    result->bytes.length = piece;
    memcpy(result->bytes.bytes, *sent.body + at, piece);
    at += piece;
    if (piece == left) {
        at = 0;
        sent.body++;
    }
}

void wasi_fields_get(handle headers, const char *name, size_t length, wasi_texts *values) {
    char wanted[64] = {0};
    (void)headers;
    memcpy(wanted, name, length);
    *values = all_of(sent.headers, wanted);
}

void wasi_params_of(wasi_params *params) {
    *params = (wasi_params){NULL, 0};
    if (sent.params_name == NULL) return;
    params->items = cabi_realloc(NULL, 0, 4, sizeof(wasi_param));
    params->count = 1;
    params->items[0] = (wasi_param){handed_over(sent.params_name), all_of(sent.params, NULL)};
}

void wasi_pattern(wasi_text *pattern) { *pattern = handed_over("/users/[id]"); }
void wasi_request_id(wasi_text *id) { *id = handed_over("r1"); }
void wasi_client_address(wasi_maybe_text *address) { *address = (wasi_maybe_text){1, handed_over("127.0.0.1")}; }

void wasi_request_drop(handle request) { held -= request == REQUEST; }
void wasi_fields_drop(handle headers) { held -= headers == HEADERS; }
void wasi_incoming_drop(handle body) { held -= body == BODY; }
void wasi_input_drop(handle stream) { held -= stream == STREAM; }
void wasi_error_drop(handle error) { held -= error == FAILURE; }

#endif
