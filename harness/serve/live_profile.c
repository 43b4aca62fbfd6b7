/* A case's profile is asked of its process: the connection is suspended until it has answered. */
#include "serve/live_run.h"
#include "serve/reply.h"
#include <stdlib.h>
#include <string.h>

struct live_wait {
    struct request *request;
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

enum MHD_Result live_profile_resume(struct request *request)
{
    struct live_wait *wait = request->wait;
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

static enum MHD_Result ask(struct request *request, enum live_order order)
{
    const char *variant =
        MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, "variant");
    struct live_case *c = live_case_named(request->server->live, variant);
    if (!c)
        return reply_text(request, MHD_HTTP_BAD_REQUEST, "variant must be leak or fix\n");
    if (!live_case_is_there(c))
        return reply_text(request, MHD_HTTP_NOT_FOUND, "no such case runs on the live page\n");
    struct live_wait *wait = request->wait = calloc(1, sizeof *wait);
    if (!wait)
        return MHD_NO;
    *wait = (struct live_wait){.request = request, .of = c, .order = order};
    live_case_ask(c, order, on_answered, wait);
    if (wait->answered)
        return live_profile_resume(request);
    connection_suspend(connection_of(request->connection), on_gone, wait);
    return MHD_YES;
}

enum MHD_Result live_serve_profile(struct request *request)
{
    return ask(request, LIVE_PROFILE_JSON);
}

enum MHD_Result live_serve_goroutine(struct request *request, int debug)
{
    static const enum live_order orders[] = {LIVE_PROFILE_PPROF, LIVE_PROFILE_GROUPED,
                                             LIVE_PROFILE_FULL};
    return ask(request, orders[debug]);
}

void live_wait_forget(struct live_wait *wait)
{
    if (!wait)
        return;
    live_case_forget(wait->of, wait);
    free(wait->text);
    free(wait);
}
