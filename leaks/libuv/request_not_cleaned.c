/* Request not cleaned, leaking: the lookup is done, its address was taken, and
 * the request is gone with the stack. What libuv had made for the answer is not
 * in it: a list, which is given back by a call of its own.
 * Decision matrix: owner closes. Seen in MoarVM#407; of a scandir that is left
 * early in libuv#3748.
 */
#include <string.h>
#include <uv.h>

struct backend {
    struct sockaddr_storage address;
    int known;
};

static void take(struct backend *backend, const struct addrinfo *found)
{
    memcpy(&backend->address, found->ai_addr, found->ai_addrlen);
    backend->known = 1;
}

static int look_up(uv_loop_t *loop, struct backend *backend, const char *name)
{
    uv_getaddrinfo_t request;
    struct addrinfo wish = {.ai_family = AF_INET,
                            .ai_socktype = SOCK_STREAM,
                            .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    int failed = uv_getaddrinfo(loop, &request, NULL, name, "80", &wish);
    if (failed)
        return failed;
    take(backend, request.addrinfo); /* nobody gives the list back */
    return 0;
}

void leak_request_not_cleaned(uv_loop_t *loop)
{
    struct backend backend = {.known = 0};

    look_up(loop, &backend, "127.0.0.1");
}
