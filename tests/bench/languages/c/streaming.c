#include <routelet.h>
#include <time.h>

ROUTELET_GET(request, response) {
    const struct timespec pause = {.tv_nsec = 200000000};
    if (!routelet_writef(response, "one\n")) return;
    nanosleep(&pause, NULL);
    routelet_writef(response, "two\n");
}
