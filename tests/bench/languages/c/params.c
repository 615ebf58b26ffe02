#include <routelet.h>

ROUTELET_GET(request, response) {
    const char *q = routelet_query(request, "q");
    routelet_sendf(response, "%s %s", routelet_param(request, "id"), q ? q : "");
}
