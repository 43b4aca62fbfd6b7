/* A look-up is shared by its task and its request: who lets go last frees it. */
#include "serve/symbols.h"
#include "profile/symbol.h"
#include "serve/reply.h"
#include "task/task.h"
#include "task/time.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SLICE = 16, TABLE = 1024 };

struct look_up {
    struct http_request *request; /* NULL once the library is done with it */
    FILE *out;                    /* NULL once it is answered */
    bool done;                    /* the task is */
    size_t length;
    const void *addresses[];
};

static unsigned at_once; /* look-ups */

/* --- The table -------------------------------------------------------------------------------- */

static struct name {
    const void *address;
    const char *name;
} table[TABLE];

static struct name *place_of(const void *address)
{
    return &table[((uintptr_t)address * 0x9e3779b97f4a7c15u) >> 54]; /* the upper ten bits */
}

static const char *known_name(const void *address)
{
    const struct name *place = place_of(address);
    return place->address == address ? place->name : NULL;
}

/* --- Looking up ------------------------------------------------------------------------------- */

static void write_slice(struct look_up *l, size_t from)
{
    const void *wanted[SLICE];
    const char *names[SLICE], *found[SLICE];
    size_t wishes = 0, length = l->length - from < SLICE ? l->length - from : SLICE;
    const void *const *addresses = l->addresses + from;
    for (size_t i = 0; i < length; i++)
        if (!(names[i] = known_name(addresses[i])))
            wanted[wishes++] = addresses[i];
    if (wishes)
        symbol_names(wanted, wishes, found);
    for (size_t i = 0, next = 0; i < length; i++) {
        if (!names[i] && (names[i] = found[next++]))
            *place_of(addresses[i]) = (struct name){addresses[i], names[i]};
        if (names[i])
            fprintf(l->out, "%#" PRIxPTR " %s\n", (uintptr_t)addresses[i], names[i]);
    }
}

static void let_go(struct look_up *l)
{
    if (l->request || !l->done)
        return;
    if (l->out)
        fclose(l->out);
    free(l);
}

static void run(void *arg)
{
    struct look_up *l = arg;
    for (size_t i = 0; i < l->length && l->request && !l->request->server->draining; i += SLICE) {
        write_slice(l, i);
        task_sleep(
            1); /* the others' turn, clients' too: a yield alone is for tasks that are ready */
    }
    at_once--;
    l->done = true;
    if (l->request)
        connection_resume(connection_of(l->request->connection));
    let_go(l);
}

/* --- Serving ---------------------------------------------------------------------------------- */

static enum MHD_Result go_on(struct http_request *request)
{
    struct look_up *l = request->pending;
    FILE *out = l->out;
    if (!l->done) /* its client is gone */
        return MHD_NO;
    if (request->server->draining)
        return reply_text(request, MHD_HTTP_SERVICE_UNAVAILABLE, "the service is shutting down\n");
    l->out = NULL;
    return reply_with_file(request, out, TEXT_PLAIN, NULL, NULL);
}

static void forget(void *pending)
{
    struct look_up *l = pending;
    l->request = NULL;
    let_go(l);
}

static void on_gone(void *arg)
{
    struct look_up *l = arg;
    connection_resume(connection_of(l->request->connection));
}

static enum MHD_Result begin(struct http_request *request, struct look_up *l)
{
    l->request = request;
    l->out = reply_file();
    if (l->out)
        fputs("num_symbols: 1\n", l->out); /* any number but 0: names are known here */
    if (!l->out || !go(run, l)) {
        l->done = true;
        forget(l);
        return reply_text(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "no memory for the answer\n");
    }
    at_once++;
    request->pending = l;
    request->go_on = go_on;
    request->forget = forget;
    connection_suspend(connection_of(request->connection), on_gone, l);
    return MHD_YES;
}

static size_t count(const char *at)
{
    size_t length = *at != 0;
    for (; *at; at++)
        length += *at == '+';
    return length;
}

/* What is no number is left out. */
static void read_addresses(struct look_up *l, const char *at)
{
    while (*at) {
        char *end;
        uintptr_t address = strtoull(at, &end, 16);
        if (end != at)
            l->addresses[l->length++] = (const void *)address;
        at = end + strcspn(end, "+");
        at += *at == '+';
    }
}

enum MHD_Result symbols_serve(struct http_request *request)
{
    const char *body = request->body ? request->body : "";
    size_t length = count(body);
    if (length > SYMBOLS_MOST)
        return reply_text(request, MHD_HTTP_CONTENT_TOO_LARGE,
                          "no more than 4096 addresses at once\n");
    if (at_once >= SYMBOLS_AT_ONCE)
        return reply_text(request, MHD_HTTP_SERVICE_UNAVAILABLE,
                          "others' addresses are being looked up: ask again\n");
    struct look_up *l = calloc(1, sizeof *l + length * sizeof *l->addresses);
    if (!l)
        return MHD_NO;
    read_addresses(l, body);
    return begin(request, l);
}
