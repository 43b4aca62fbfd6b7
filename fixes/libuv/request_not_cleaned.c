/* Request not cleaned, cured: the list goes back when the address is taken from
 * it. Of file requests it is uv_fs_req_cleanup(), on every way out.
 * Decision matrix: owner closes.
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
    take(backend, request.addrinfo);
    uv_freeaddrinfo(request.addrinfo); /* the cure */
    return 0;
}

void fix_request_not_cleaned(uv_loop_t *loop)
{
    struct backend backend = {.known = 0};

    look_up(loop, &backend, "127.0.0.1");
}
