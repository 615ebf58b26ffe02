// GET /: the smallest route.
#include <routelet.h>

// The macro declares the method, the directory is the URL; HEAD and OPTIONS come for free.
ROUTELET_GET(request, response) {
    routelet_sendf(response, "Hello, World!\n");
}
