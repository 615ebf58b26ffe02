// GET and DELETE /api/users/[id]: a param, JSON, and another status.
#include <routelet.h>
#include <string.h>

struct user {
    const char *id;
    const char *name;
};

static const struct user USERS[] = {{"1", "Ada"}, {"2", "Grace"}};

// NULL once the answer is 404.
static const struct user *find(routelet_request *request, routelet_response *response) {
    const char *id = routelet_param(request, "id");
    for (size_t at = 0; at < sizeof USERS / sizeof *USERS; at++) {
        if (strcmp(USERS[at].id, id) == 0) return &USERS[at];
    }
    routelet_status(response, 404);
    routelet_sendf(response, "no such user\n");
    return NULL;
}

ROUTELET_GET(request, response) {
    const struct user *user = find(request, response);
    if (user == NULL) return;
    routelet_set_header(response, "content-type", "application/json");
    routelet_sendf(response, "{\"id\":%s,\"name\":\"%s\"}", user->id, user->name);
}

// Every request runs in a fresh instance with its own memory, so that nothing is deleted for good.
ROUTELET_DELETE(request, response) {
    if (find(request, response) != NULL) routelet_status(response, 204);
}
