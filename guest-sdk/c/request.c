#include "request.h"

#include <errno.h>
#include <string.h>

#include "text.h"

/* What the host lends out at once; a larger buffer is filled piece by piece. */
#define PIECE_BYTES_MAX ((size_t)64 * 1024)
#define BODY_BYTES_FIRST ((size_t)4 * 1024)

/* Texts without bytes have no memory behind them. */
static const char *text_of(wasi_text text) { return text.length == 0 ? "" : text.bytes; }

const char *routelet_method(routelet_request *request) {
    static const char *const names[] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                        "CONNECT", "OPTIONS", "TRACE", "PATCH"};
    wasi_method method;
    memory_take_from_host(&request->memory);
    wasi_request_method(request->self, &method);
    memory_take_from_host(NULL);
    return method.which < sizeof(names) / sizeof(names[0]) ? names[method.which] : text_of(method.other);
}

const char *routelet_path(routelet_request *request) {
    if (request->path != NULL) return request->path;
    wasi_maybe_text target;
    memory_take_from_host(&request->memory);
    wasi_request_target(request->self, &target);
    memory_take_from_host(NULL);
    if (!target.is_some || target.value.length == 0) {
        request->query = "";
        return "/";
    }
    request->path = target.value.bytes;
    char *mark = strchr(request->path, '?');
    request->query = mark == NULL ? "" : mark + 1;
    if (mark != NULL) *mark = '\0';
    return request->path;
}

const char *routelet_query_string(routelet_request *request) {
    routelet_path(request);
    return request->query;
}

/* The value of the pair of that name and number, decoded. */
static const char *field_at(routelet_request *request, const char *pairs, const char *name, size_t index) {
    text_piece key, value;
    while (text_next_pair(&pairs, '&', &key, &value)) {
        if (!text_means(key, name) || index-- > 0) continue;
        char *decoded = memory_alloc(&request->memory, value.length + 1);
        if (decoded != NULL) text_decode(decoded, value);
        return decoded;
    }
    return NULL;
}

const char *routelet_query(routelet_request *request, const char *name) { return routelet_query_at(request, name, 0); }

const char *routelet_query_at(routelet_request *request, const char *name, size_t index) {
    return field_at(request, routelet_query_string(request), name, index);
}

const char *routelet_form(routelet_request *request, const char *body, const char *name) {
    return field_at(request, body, name, 0);
}

const char *routelet_param(routelet_request *request, const char *name) { return routelet_param_at(request, name, 0); }

const char *routelet_param_at(routelet_request *request, const char *name, size_t index) {
    if (!request->has_params) {
        memory_take_from_host(&request->memory);
        wasi_params_of(&request->params);
        memory_take_from_host(NULL);
        request->has_params = true;
    }
    for (size_t at = 0; at < request->params.count; at++) {
        wasi_param *param = &request->params.items[at];
        if (strcmp(text_of(param->name), name) != 0) continue;
        return index < param->values.count ? text_of(param->values.items[index]) : NULL;
    }
    return NULL;
}

const char *routelet_header(routelet_request *request, const char *name) {
    return routelet_header_at(request, name, 0);
}

const char *routelet_header_at(routelet_request *request, const char *name, size_t index) {
    if (request->headers == 0) request->headers = wasi_request_headers(request->self);
    wasi_texts values;
    memory_take_from_host(&request->memory);
    wasi_fields_get(request->headers, name, strlen(name), &values);
    memory_take_from_host(NULL);
    return index < values.count ? text_of(values.items[index]) : NULL;
}

const char *routelet_cookie(routelet_request *request, const char *name) {
    const char *pairs;
    for (size_t index = 0; (pairs = routelet_header_at(request, "cookie", index)) != NULL; index++) {
        text_piece key, value;
        while (text_next_pair(&pairs, ';', &key, &value)) {
            if (key.length != strlen(name) || memcmp(key.bytes, name, key.length) != 0) continue;
            char *copy = memory_alloc(&request->memory, value.length + 1);
            if (copy == NULL) return NULL;
            memcpy(copy, value.bytes, value.length);
            copy[value.length] = '\0';
            return copy;
        }
    }
    return NULL;
}

static void open_body(routelet_request *request) {
    wasi_handle_result body, stream;
    request->progress = BODY_BROKEN;
    wasi_request_consume(request->self, &body);
    if (body.is_error) return;
    request->body = body.value;
    wasi_incoming_stream(body.value, &stream);
    if (stream.is_error) return;
    request->stream = stream.value;
    request->progress = BODY_OPEN;
}

ssize_t routelet_read(routelet_request *request, void *buffer, size_t size) {
    if (request->progress == BODY_UNTOUCHED) open_body(request);
    while (request->progress == BODY_OPEN && size > 0) {
        wasi_read_result piece;
        size_t wanted = size < PIECE_BYTES_MAX ? size : PIECE_BYTES_MAX;
        memory_take_from_host(&request->memory);
        memory_land(buffer, wanted);
        wasi_read(request->stream, wanted, &piece);
        memory_take_from_host(NULL);
        if (!piece.is_error && piece.bytes.length > 0) return (ssize_t)piece.bytes.length;
        if (!piece.is_error) continue;
        request->progress = piece.failure.why == 0 ? BODY_BROKEN : BODY_ENDED;
        if (piece.failure.why == 0) wasi_error_drop(piece.failure.error);
    }
    if (request->progress != BODY_BROKEN) return 0;
    errno = EIO;
    return -1;
}

/* Room for `most` bytes, one that would be too many, and the zero byte. */
static size_t room_for(size_t most) { return most > (size_t)PTRDIFF_MAX ? (size_t)PTRDIFF_MAX : most + 2; }

const char *routelet_body(routelet_request *request, size_t most, size_t *length) {
    size_t room_max = room_for(most), used = 0;
    size_t room = room_max < BODY_BYTES_FIRST ? room_max : BODY_BYTES_FIRST;
    char *body = memory_alloc(&request->memory, room);
    while (body != NULL) {
        ssize_t read = routelet_read(request, body + used, room - used - 1);
        if (read < 0) return NULL;
        used += (size_t)read;
        if (used > most) {
            errno = EMSGSIZE;
            return NULL;
        }
        if (read == 0) {
            body[used] = '\0';
            if (length != NULL) *length = used;
            return body;
        }
        if (used + 1 < room) continue;
        room = room > room_max / 2 ? room_max : room * 2;
        body = memory_grow_newest(&request->memory, room);
    }
    errno = ENOMEM;
    return NULL;
}

const char *routelet_pattern(routelet_request *request) {
    wasi_text pattern;
    memory_take_from_host(&request->memory);
    wasi_pattern(&pattern);
    memory_take_from_host(NULL);
    return text_of(pattern);
}

const char *routelet_request_id(routelet_request *request) {
    wasi_text id;
    memory_take_from_host(&request->memory);
    wasi_request_id(&id);
    memory_take_from_host(NULL);
    return text_of(id);
}

const char *routelet_client_address(routelet_request *request) {
    wasi_maybe_text address;
    memory_take_from_host(&request->memory);
    wasi_client_address(&address);
    memory_take_from_host(NULL);
    return address.is_some ? text_of(address.value) : NULL;
}

void *routelet_alloc(routelet_request *request, size_t size) { return memory_alloc(&request->memory, size); }

/* Children go before what they belong to. */
void request_close(routelet_request *request) {
    if (request->stream != 0) wasi_input_drop(request->stream);
    if (request->body != 0) wasi_incoming_drop(request->body);
    if (request->headers != 0) wasi_fields_drop(request->headers);
    wasi_request_drop(request->self);
    memory_free(&request->memory);
}
