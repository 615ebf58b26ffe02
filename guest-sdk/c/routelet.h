/* Routes of routelet, written in C: one function for each HTTP method.
 *
 *     #include <routelet.h>
 *
 *     ROUTELET_GET(request, response) {
 *         const char *name = routelet_query(request, "name");
 *         routelet_sendf(response, "Hello, %s!\n", name ? name : "World");
 *     }
 *
 * Texts handed out are UTF-8, end with a zero byte, belong to the request and live until the handler
 * returns. A function that may find nothing answers NULL. */
#ifndef ROUTELET_H
#define ROUTELET_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The request being answered. */
typedef struct routelet_request routelet_request;
/* The answer to it. */
typedef struct routelet_response routelet_response;

/* Declares the handler of one method: its body follows, and the two names are its arguments. A route
 * answers exactly the methods it declares. HEAD runs GET, and OPTIONS is answered by the host, unless
 * they are declared themselves. */
#define ROUTELET_GET(request, response) ROUTELET_METHOD_(get, request, response)
#define ROUTELET_HEAD(request, response) ROUTELET_METHOD_(head, request, response)
#define ROUTELET_POST(request, response) ROUTELET_METHOD_(post, request, response)
#define ROUTELET_PUT(request, response) ROUTELET_METHOD_(put, request, response)
#define ROUTELET_PATCH(request, response) ROUTELET_METHOD_(patch, request, response)
#define ROUTELET_DELETE(request, response) ROUTELET_METHOD_(delete, request, response)
#define ROUTELET_OPTIONS(request, response) ROUTELET_METHOD_(options, request, response)

/* ---- The request ---- */

/* "GET". */
const char *routelet_method(routelet_request *request);
/* The path as the client sent it, without the query: "/users/a%20b". */
const char *routelet_path(routelet_request *request);
/* The query as the client sent it, without the "?"; "" where there is none. */
const char *routelet_query_string(routelet_request *request);

/* The value of a query parameter, decoded. The second form reads the values of a repeated one:
 * index 0, 1, ... until NULL. */
const char *routelet_query(routelet_request *request, const char *name);
const char *routelet_query_at(routelet_request *request, const char *name, size_t index);

/* What a dynamic segment captured, decoded: the value of [id], or the pieces of [...rest] one by one. */
const char *routelet_param(routelet_request *request, const char *name);
const char *routelet_param_at(routelet_request *request, const char *name, size_t index);

/* A request header, by its name in any case; the second form reads one sent several times. */
const char *routelet_header(routelet_request *request, const char *name);
const char *routelet_header_at(routelet_request *request, const char *name, size_t index);
/* A cookie, as the client sent it. */
const char *routelet_cookie(routelet_request *request, const char *name);

/* The next piece of the body into `buffer`: how many bytes, 0 at the end, -1 (errno EIO) where it broke off. */
ssize_t routelet_read(routelet_request *request, void *buffer, size_t size);
/* What is left of the body in one piece of at most `most` bytes, with a zero byte behind it, and its
 * length where `length` is not NULL. NULL where it is longer (errno EMSGSIZE: answer 413), broke off
 * (EIO) or found no memory (ENOMEM). */
const char *routelet_body(routelet_request *request, size_t most, size_t *length);
/* A field of a body of the type application/x-www-form-urlencoded, decoded. */
const char *routelet_form(routelet_request *request, const char *body, const char *name);

/* The pattern that matched: "/users/[id]". */
const char *routelet_pattern(routelet_request *request);
/* The identifier of this request in the host's log. */
const char *routelet_request_id(routelet_request *request);
/* The address of the client, without a port. */
const char *routelet_client_address(routelet_request *request);
/* Memory that is freed when the handler returns. NULL where there is none left. */
void *routelet_alloc(routelet_request *request, size_t size);

/* ---- The response ---- */

/* The status, 200 unless it is set. */
void routelet_status(routelet_response *response, int status);
/* Sets a header, replacing what was set before. False, with a line in the log, where HTTP or the host
 * forbids it, or the head has been sent. */
bool routelet_set_header(routelet_response *response, const char *name, const char *value);
/* The same, beside what was set before, as for several cookies. */
bool routelet_add_header(routelet_response *response, const char *name, const char *value);

/* Sends the whole answer. Its type is text/plain in UTF-8 unless the header was set. False where the
 * client has left. */
bool routelet_send(routelet_response *response, const void *bytes, size_t length);
/* The same with a text as printf makes it. */
bool routelet_sendf(routelet_response *response, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sends the head where it is not sent yet, then one more piece of the body at once. False where the
 * client has left. The body ends when the handler returns. */
bool routelet_write(routelet_response *response, const void *bytes, size_t length);
bool routelet_writef(routelet_response *response, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Gives up: the client gets 500, or a body that is visibly cut off. Return after it. */
void routelet_fail(routelet_response *response, const char *cause);

/* ---- What the macros above need ---- */

typedef void routelet_handler(routelet_request *request, routelet_response *response);
void routelet_answer_(int request, int response, routelet_handler *handler);

#define ROUTELET_METHOD_(method, request, response)                                                   \
    static void routelet_##method##_handler_(routelet_request *request, routelet_response *response); \
    __attribute__((export_name("routelet:route/" #method "@0.2.0#handle"))) void                      \
        routelet_##method##_export_(int in, int out) {                                                \
        routelet_answer_(in, out, routelet_##method##_handler_);                                      \
    }                                                                                                 \
    static void routelet_##method##_handler_(__attribute__((unused)) routelet_request *request,       \
                                             __attribute__((unused)) routelet_response *response)

#endif
