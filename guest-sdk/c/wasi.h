/* The functions of the host that the SDK calls, as the canonical ABI of the component model lowers
 * them. It holds no code. A signature that differs from the WIT's is refused when the component is made. */
#ifndef ROUTELET_WASI_H
#define ROUTELET_WASI_H

#include <stddef.h>
#include <stdint.h>

#define HTTP "wasi:http/types@0.2.10"
#define STREAMS "wasi:io/streams@0.2.10"
#define CONTEXT "routelet:route/context@0.2.0"
#define IMPORT(module, name) __attribute__((import_module(module), import_name(name))) extern

/* A handle of a resource. */
typedef int32_t handle;

typedef struct {
    char *bytes;
    size_t length;
} wasi_text;

typedef struct {
    uint8_t is_some;
    wasi_text value;
} wasi_maybe_text;

typedef struct {
    wasi_text *items;
    size_t count;
} wasi_texts;

typedef struct {
    wasi_text name;
    wasi_texts values;
} wasi_param;

typedef struct {
    wasi_param *items;
    size_t count;
} wasi_params;

/* The cases before `other` are methods by name, in the order of the WIT. */
typedef struct {
    uint8_t which;
    wasi_text other;
} wasi_method;

typedef struct {
    uint8_t is_error;
    handle value;
} wasi_handle_result;

typedef struct {
    uint8_t is_error;
    uint8_t why;
} wasi_header_result;

/* A list of bytes, or why there is none: 0 failed, with an error to drop, 1 closed. */
typedef struct {
    uint8_t is_error;
    union {
        wasi_text bytes;
        struct {
            uint8_t why;
            handle error;
        } failure;
    };
} wasi_read_result;

typedef struct {
    uint8_t is_error;
    uint8_t why;
    handle error;
} wasi_write_result;

typedef struct {
    uint8_t is_error;
    union {
        uint64_t permit;
        struct {
            uint8_t why;
            handle error;
        } failure;
    };
} wasi_permit_result;

/* Nothing, or an error code, which is never looked into. */
typedef struct {
    uint8_t is_error;
    uint64_t code[4];
} wasi_finish_result;

/* Elsewhere pointers have another size, and only tests run. */
#ifdef __wasm32__
_Static_assert(sizeof(wasi_read_result) == 12, "as the canonical ABI lays it out");
_Static_assert(sizeof(wasi_permit_result) == 16, "as the canonical ABI lays it out");
_Static_assert(sizeof(wasi_finish_result) == 40, "as the canonical ABI lays it out");
#endif

IMPORT(HTTP, "[method]incoming-request.method") void wasi_request_method(handle, wasi_method *);
IMPORT(HTTP, "[method]incoming-request.path-with-query") void wasi_request_target(handle, wasi_maybe_text *);
IMPORT(HTTP, "[method]incoming-request.headers") handle wasi_request_headers(handle);
IMPORT(HTTP, "[method]incoming-request.consume") void wasi_request_consume(handle, wasi_handle_result *);
IMPORT(HTTP, "[resource-drop]incoming-request") void wasi_request_drop(handle);
IMPORT(HTTP, "[method]incoming-body.stream") void wasi_incoming_stream(handle, wasi_handle_result *);
IMPORT(HTTP, "[resource-drop]incoming-body") void wasi_incoming_drop(handle);

IMPORT(HTTP, "[constructor]fields") handle wasi_fields_new(void);
IMPORT(HTTP, "[method]fields.get") void wasi_fields_get(handle, const char *, size_t, wasi_texts *);
IMPORT(HTTP, "[method]fields.has") int32_t wasi_fields_has(handle, const char *, size_t);
IMPORT(HTTP, "[method]fields.set")
void wasi_fields_set(handle, const char *, size_t, const wasi_text *, size_t, wasi_header_result *);
IMPORT(HTTP, "[method]fields.append")
void wasi_fields_append(handle, const char *, size_t, const char *, size_t, wasi_header_result *);
IMPORT(HTTP, "[resource-drop]fields") void wasi_fields_drop(handle);

IMPORT(HTTP, "[constructor]outgoing-response") handle wasi_response_new(handle);
IMPORT(HTTP, "[method]outgoing-response.set-status-code") int32_t wasi_response_status(handle, int32_t);
IMPORT(HTTP, "[method]outgoing-response.body") void wasi_response_body(handle, wasi_handle_result *);
IMPORT(HTTP, "[resource-drop]outgoing-response") void wasi_response_drop(handle);
/* Behind `is_error` a response, or an error code with all that it may carry. */
IMPORT(HTTP, "[static]response-outparam.set")
void wasi_outparam_set(handle, int32_t is_error, handle, int32_t, int64_t, int32_t, int32_t, int32_t, int32_t);
IMPORT(HTTP, "[resource-drop]response-outparam") void wasi_outparam_drop(handle);
IMPORT(HTTP, "[method]outgoing-body.write") void wasi_outgoing_stream(handle, wasi_handle_result *);
IMPORT(HTTP, "[static]outgoing-body.finish")
void wasi_outgoing_finish(handle, int32_t has_trailers, handle, wasi_finish_result *);
IMPORT(HTTP, "[resource-drop]outgoing-body") void wasi_outgoing_drop(handle);

IMPORT(STREAMS, "[method]input-stream.blocking-read") void wasi_read(handle, uint64_t, wasi_read_result *);
IMPORT(STREAMS, "[resource-drop]input-stream") void wasi_input_drop(handle);
IMPORT(STREAMS, "[method]output-stream.check-write") void wasi_check_write(handle, wasi_permit_result *);
IMPORT(STREAMS, "[method]output-stream.write") void wasi_write(handle, const void *, size_t, wasi_write_result *);
IMPORT(STREAMS, "[method]output-stream.blocking-flush") void wasi_flush(handle, wasi_write_result *);
IMPORT(STREAMS, "[method]output-stream.subscribe") handle wasi_output_ready(handle);
IMPORT(STREAMS, "[resource-drop]output-stream") void wasi_output_drop(handle);
IMPORT("wasi:io/poll@0.2.10", "[method]pollable.block") void wasi_wait(handle);
IMPORT("wasi:io/poll@0.2.10", "[resource-drop]pollable") void wasi_pollable_drop(handle);
IMPORT("wasi:io/error@0.2.10", "[resource-drop]error") void wasi_error_drop(handle);

IMPORT(CONTEXT, "pattern") void wasi_pattern(wasi_text *);
IMPORT(CONTEXT, "params") void wasi_params_of(wasi_params *);
IMPORT(CONTEXT, "request-id") void wasi_request_id(wasi_text *);
IMPORT(CONTEXT, "client-address") void wasi_client_address(wasi_maybe_text *);

#endif
