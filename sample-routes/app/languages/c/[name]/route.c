// GET and POST /languages/c/[name]: a param, the query and a form, as in the directories beside it.
#include <errno.h>
#include <routelet.h>

// How long a form may be; a longer one is answered with 413.
#define FORM_BYTES_MAX (64 * 1024)

ROUTELET_GET(request, response) {
    const char *name = routelet_param(request, "name");
    const char *greeting = routelet_query(request, "greeting");
    routelet_sendf(response, "%s, %s, from C!\n", greeting ? greeting : "Hello", name);
}

ROUTELET_POST(request, response) {
    const char *body = routelet_body(request, FORM_BYTES_MAX, NULL);
    if (body == NULL) {
        routelet_status(response, errno == EMSGSIZE ? 413 : 400);
        return;
    }
    const char *text = routelet_form(request, body, "text");
    if (text == NULL) {
        routelet_status(response, 400);
        routelet_sendf(response, "expected a form with a field `text`\n");
        return;
    }
    routelet_status(response, 201);
    routelet_sendf(response, "%s said %s\n", routelet_param(request, "name"), text);
}
