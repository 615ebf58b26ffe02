#include <routelet.h>

ROUTELET_GET(request, response) {
    routelet_sendf(response, "Hello, World!\n");
}
