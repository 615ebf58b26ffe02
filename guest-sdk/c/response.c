#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "request.h"

/* A line in the log; what is longer is cut. */
#define LINE_BYTES_MAX 512

struct routelet_response {
    handle out;
    handle fields;
    handle body;
    handle stream;
    int status;
    bool has_status;
    enum { UNSENT, OPEN, ENDED, FAILED } progress;
};

/* One line to the log of the host. Not by printf, which would make the smallest route twice as large. */
static void complain(const char *const *parts) {
    char line[LINE_BYTES_MAX];
    size_t length = 0;
    for (; *parts != NULL; parts++) {
        for (const char *from = *parts; *from != '\0' && length < sizeof(line) - 1; from++) line[length++] = *from;
    }
    line[length++] = '\n';
    if (write(STDERR_FILENO, line, length) < 0) return;
}

#define COMPLAIN(...) complain((const char *const[]){__VA_ARGS__, NULL})

void routelet_status(routelet_response *response, int status) {
    if (response->progress != UNSENT) COMPLAIN("the status was set after the head had been sent");
    response->status = status;
    response->has_status = true;
}

static bool may_change(routelet_response *response, const char *name) {
    if (response->progress == UNSENT) return true;
    COMPLAIN("the header ", name, " was set after the head had been sent");
    return false;
}

static bool accepted(wasi_header_result result, const char *name) {
    static const char *const reasons[] = {"its name or value is no valid text of HTTP", "a guest may not set it",
                                          "the head has been sent"};
    if (!result.is_error) return true;
    COMPLAIN("the header ", name, " was refused: ", reasons[result.why > 2 ? 2 : result.why]);
    return false;
}

bool routelet_set_header(routelet_response *response, const char *name, const char *value) {
    if (!may_change(response, name)) return false;
    wasi_text text = {(char *)value, strlen(value)};
    wasi_header_result result = {0};
    wasi_fields_set(response->fields, name, strlen(name), &text, 1, &result);
    return accepted(result, name);
}

bool routelet_add_header(routelet_response *response, const char *name, const char *value) {
    if (!may_change(response, name)) return false;
    wasi_header_result result = {0};
    wasi_fields_append(response->fields, name, strlen(name), value, strlen(value), &result);
    return accepted(result, name);
}

static void set_default(routelet_response *response, const char *name, const char *value) {
    if (!wasi_fields_has(response->fields, name, strlen(name))) routelet_set_header(response, name, value);
}

/* Decimal digits, written from the end. */
static const char *digits(size_t number, char *end) {
    *end = '\0';
    do *--end = (char)('0' + number % 10);
    while (number /= 10);
    return end;
}

/* Hands the head to the host, which owns its fields from then on. */
static bool send_head(routelet_response *response) {
    handle head = wasi_response_new(response->fields);
    response->fields = 0;
    response->progress = FAILED;
    wasi_handle_result body, stream;
    if (wasi_response_status(head, response->status) != 0) {
        COMPLAIN("the status was refused: it is none between 200 and 599");
        wasi_response_drop(head);
        return false;
    }
    wasi_response_body(head, &body);
    wasi_outgoing_stream(body.value, &stream);
    response->body = body.value;
    response->stream = stream.value;
    wasi_outparam_set(response->out, 0, head, 0, 0, 0, 0, 0, 0);
    response->out = 0;
    response->progress = OPEN;
    return true;
}

/* How much the host takes now, once it takes anything; none where the client has left. */
static size_t permitted(handle stream) {
    wasi_permit_result result;
    for (;;) {
        wasi_check_write(stream, &result);
        if (result.is_error && result.failure.why == 0) wasi_error_drop(result.failure.error);
        if (result.is_error) return 0;
        if (result.permit > 0) return result.permit > SIZE_MAX ? SIZE_MAX : (size_t)result.permit;
        handle ready = wasi_output_ready(stream);
        wasi_wait(ready);
        wasi_pollable_drop(ready);
    }
}

static bool succeeded(wasi_write_result result) {
    if (result.is_error && result.why == 0) wasi_error_drop(result.error);
    return !result.is_error;
}

static bool write_all(handle stream, const char *bytes, size_t length) {
    while (length > 0) {
        wasi_write_result result = {0};
        size_t most = permitted(stream);
        if (most == 0) return false;
        size_t piece = length < most ? length : most;
        wasi_write(stream, bytes, piece, &result);
        if (!succeeded(result)) return false;
        bytes += piece;
        length -= piece;
    }
    return true;
}

static void end(routelet_response *response) {
    wasi_finish_result result;
    wasi_output_drop(response->stream);
    wasi_outgoing_finish(response->body, 0, 0, &result);
    response->stream = response->body = 0;
    response->progress = ENDED;
}

static bool forbids_body(int status) { return status < 200 || status == 204 || status == 304; }

static bool send_whole(routelet_response *response, const void *bytes, size_t length) {
    char number[24];
    if (!forbids_body(response->status)) {
        if (length > 0) set_default(response, "content-type", "text/plain; charset=utf-8");
        set_default(response, "content-length", digits(length, number + sizeof(number) - 1));
    }
    if (!send_head(response)) return false;
    bool all = write_all(response->stream, bytes, length);
    if (all) end(response);
    else response->progress = FAILED;
    return all;
}

bool routelet_send(routelet_response *response, const void *bytes, size_t length) {
    if (response->progress == UNSENT) return send_whole(response, bytes, length);
    COMPLAIN("routelet_send was called after an answer had begun");
    return false;
}

bool routelet_write(routelet_response *response, const void *bytes, size_t length) {
    if (response->progress == UNSENT) {
        set_default(response, "content-type", "text/plain; charset=utf-8");
        if (!send_head(response)) return false;
    }
    if (response->progress != OPEN) return false;
    wasi_write_result result = {0};
    bool all = write_all(response->stream, bytes, length);
    if (all) wasi_flush(response->stream, &result);
    if (all && succeeded(result)) return true;
    response->progress = FAILED;
    return false;
}

/* Prints into memory of its own and hands it on. */
static bool formatted(routelet_response *response, bool (*deliver)(routelet_response *, const void *, size_t),
                      const char *format, va_list arguments) {
    char *text;
    int length = vasprintf(&text, format, arguments);
    if (length < 0) {
        routelet_fail(response, "a text could not be printed: no memory, or a wrong format");
        return false;
    }
    bool delivered = deliver(response, text, (size_t)length);
    free(text);
    return delivered;
}

bool routelet_sendf(routelet_response *response, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    bool sent = formatted(response, routelet_send, format, arguments);
    va_end(arguments);
    return sent;
}

bool routelet_writef(routelet_response *response, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    bool written = formatted(response, routelet_write, format, arguments);
    va_end(arguments);
    return written;
}

void routelet_fail(routelet_response *response, const char *cause) {
    COMPLAIN("gave up: ", cause);
    response->progress = FAILED;
}

/* What the handler left open. A response that is dropped unsent is a 500, and a body that is dropped
 * unfinished is cut off. */
static void close_response(routelet_response *response, routelet_request *request) {
    if (response->progress == UNSENT && response->has_status) send_whole(response, "", 0);
    if (response->progress == UNSENT) COMPLAIN(routelet_method(request), " answered nothing: expected a status, or a body");
    if (response->progress == OPEN) end(response);
    if (response->stream != 0) wasi_output_drop(response->stream);
    if (response->body != 0) wasi_outgoing_drop(response->body);
    if (response->fields != 0) wasi_fields_drop(response->fields);
    if (response->out != 0) wasi_outparam_drop(response->out);
}

void routelet_answer_(int in, int out, routelet_handler *handler) {
    routelet_request request = {.self = in};
    routelet_response response = {.out = out, .fields = wasi_fields_new(), .status = 200};
    handler(&request, &response);
    close_response(&response, &request);
    request_close(&request);
}
