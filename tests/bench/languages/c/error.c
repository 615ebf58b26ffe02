#include <routelet.h>

ROUTELET_GET(request, response) {
    routelet_fail(response, "of its own accord");
}
