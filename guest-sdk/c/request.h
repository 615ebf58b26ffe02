/* A request while it is answered. */
#ifndef ROUTELET_REQUEST_H
#define ROUTELET_REQUEST_H

#include "memory.h"
#include "routelet.h"
#include "wasi.h"

struct routelet_request {
    handle self;
    /* The resources below are zero as long as nobody asked for them. */
    handle headers;
    handle body;
    handle stream;
    enum { BODY_UNTOUCHED, BODY_OPEN, BODY_ENDED, BODY_BROKEN } progress;
    char *path;
    const char *query;
    bool has_params;
    wasi_params params;
    memory memory;
};

void request_close(routelet_request *request);

#endif
