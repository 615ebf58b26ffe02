#include <routelet.h>
#include <stdio.h>
#include <stdlib.h>

ROUTELET_GET(request, response) {
    const char *before = routelet_cookie(request, "visits");
    long visits = (before ? strtol(before, NULL, 10) : 0) + 1;
    char cookie[64];
    snprintf(cookie, sizeof cookie, "visits=%ld; Path=/", visits);
    routelet_add_header(response, "set-cookie", cookie);
    routelet_sendf(response, "%ld", visits);
}
