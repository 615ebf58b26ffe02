#include <routelet.h>
#include <stdlib.h>
#include <string.h>

ROUTELET_POST(request, response) {
    const char *body = routelet_body(request, 1000, NULL);
    const char *number = body ? strstr(body, "\"n\":") : NULL;
    routelet_status(response, number ? 201 : 400);
    if (number == NULL) return;
    routelet_set_header(response, "content-type", "application/json");
    routelet_sendf(response, "{\"twice\":%ld}", 2 * strtol(number + 4, NULL, 10));
}
