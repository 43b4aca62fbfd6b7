#include "live/live_profile.h"
#include "serve/reply.h"
#include <stdlib.h>
#include <string.h>

struct live_wait {
    struct http_request *request;
    struct live_case *of;
    enum live_order order;
    char *text;
    size_t length;
    bool answered, client_gone;
};

static void resume(const struct live_wait *wait)
{
    connection_resume(connection_of(wait->request->connection));
}

static void on_answered(void *arg, const char *text, size_t length)
{
    struct live_wait *wait = arg;
    wait->answered = true;
    wait->text = text ? malloc(length) : NULL;
    if (wait->text) {
        memcpy(wait->text, text, length);
        wait->length = length;
    }
    resume(wait);
}

static void on_gone(void *arg)
{
    struct live_wait *wait = arg;
    wait->client_gone = true;
    resume(wait);
}

static const char *type_of(enum live_order order)
{
    switch (order) {
    case LIVE_PROFILE_JSON:
        return "application/json";
    case LIVE_PROFILE_PPROF:
        return "application/octet-stream";
    default:
        return TEXT_PLAIN;
    }
}

static enum MHD_Result go_on(struct http_request *request)
{
    struct live_wait *wait = request->pending;
    if (wait->client_gone)
        return MHD_NO;
    if (!wait->text)
        return reply_text(request, MHD_HTTP_SERVICE_UNAVAILABLE,
                          "that case does not answer: it has ended, or has no memory\n");
    char *text = wait->text;
    wait->text = NULL; /* the response's, from now on */
    return reply(
        request, MHD_HTTP_OK,
        response_of(MHD_create_response_from_buffer(wait->length, text, MHD_RESPMEM_MUST_FREE),
                    type_of(wait->order)));
}

static void forget(void *pending)
{
    struct live_wait *wait = pending;
    live_case_forget(wait->of, wait);
    free(wait->text);
    free(wait);
}

enum MHD_Result live_profile_serve(struct http_request *request, struct live_case *c,
                                   enum live_order order)
{
    if (!c)
        return reply_text(request, MHD_HTTP_BAD_REQUEST,
                          "variant must be leak, fix or recovered\n");
    if (!live_case_is_there(c))
        return reply_text(request, MHD_HTTP_NOT_FOUND, "no such case runs on the live page\n");
    struct live_wait *wait = calloc(1, sizeof *wait);
    if (!wait)
        return MHD_NO;
    *wait = (struct live_wait){.request = request, .of = c, .order = order};
    request->pending = wait;
    request->go_on = go_on;
    request->forget = forget;
    live_case_ask(c, order, on_answered, wait);
    if (wait->answered)
        return go_on(request);
    connection_suspend(connection_of(request->connection), on_gone, wait);
    return MHD_YES;
}
