#include "serve/debug.h"
#include "census/listing.h"
#include "profile/dump.h"
#include "serve/reply.h"
#include "serve/symbols.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Weak: sanitizer builds bring an allocator of their own. */
int mallctl(const char *name, void *old, size_t *old_size, void *new_value, size_t new_size)
    __attribute__((weak));

enum { PREFIX_LENGTH = sizeof "/debug/pprof" - 1 };

static const char index_page[] =
    "<!doctype html>\n<html lang=\"en\">\n<head><meta "
    "charset=\"utf-8\"><title>/debug/pprof/</title>"
    "</head>\n<body>\n<h1>/debug/pprof/</h1>\n<ul>\n"
    "<li><a href=\"goroutine?debug=1\">goroutine</a>: who is parked where, grouped"
    " (<a href=\"goroutine?debug=2\">each task</a>;"
    " <code>go tool pprof http://HOST/debug/pprof/goroutine</code>)</li>\n"
    "<li><a href=\"goroutineleak?debug=1\">goroutineleak</a>: who can never be woken, proven"
    " (<a href=\"goroutineleak?debug=2\">each task</a>)</li>\n"
    "<li><a href=\"census?debug=1\">census</a>: of a pair of plain C, what is open and who made it"
    " (<code>go tool pprof http://HOST/debug/pprof/census</code>)</li>\n"
    "<li><a href=\"heap\">heap</a>: what the heap holds, for jemalloc's <code>jeprof</code></li>\n"
    "<li><a href=\"cmdline\">cmdline</a>: the command that runs here</li>\n"
    "</ul>\n</body>\n</html>\n";

static enum MHD_Result answer_index(struct http_request *request)
{
    return reply_constant(request, MHD_HTTP_OK, "text/html; charset=utf-8", index_page,
                          sizeof index_page - 1);
}

/* The index's links are relative. */
static enum MHD_Result answer_redirect(struct http_request *request)
{
    struct MHD_Response *response = response_of(
        MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT), TEXT_PLAIN);
    if (response)
        MHD_add_response_header(response, MHD_HTTP_HEADER_LOCATION, "/debug/pprof/");
    return reply(request, MHD_HTTP_MOVED_PERMANENTLY, response);
}

static const char *argument(const struct http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

/* --- Profiles --------------------------------------------------------------------------------- */

static enum MHD_Result send_tasks(struct http_request *request, int debug, enum dump_proof proof)
{
    static const enum dump_format formats[] = {DUMP_PPROF, DUMP_GO_TEXT, DUMP_FULL};
    struct dump dump = {.format = formats[debug], .proof = proof};
    FILE *out = reply_file();
    if (!out || dump_write(&dump, out) != 0) {
        char words[128];
        snprintf(words, sizeof words, "no memory for the profile: %s\n", strerror(errno));
        if (out)
            fclose(out);
        return reply_text(request, MHD_HTTP_INTERNAL_SERVER_ERROR, words);
    }
    if (debug)
        return reply_with_file(request, out, TEXT_PLAIN, NULL, NULL);
    return reply_with_file(
        request, out, "application/octet-stream", MHD_HTTP_HEADER_CONTENT_DISPOSITION,
        proof ? "attachment; filename=\"goroutineleak\"" : "attachment; filename=\"goroutine\"");
}

static const char wrong_debug[] = "debug must be 0, 1 or 2\n";

/* 0 to 2, and 0 where nothing is said; -1: something else is. */
static int debug_of(const struct http_request *request)
{
    const char *text = argument(request, "debug");
    char *rest = NULL;
    long debug = text ? strtol(text, &rest, 10) : 0;
    return text && (rest == text || *rest || debug < 0 || debug > 2) ? -1 : (int)debug;
}

/* Handles, requests, descriptors and threads of the pair's: for pprof, in words (1), as JSON (2). */
static enum MHD_Result answer_census(struct http_request *request)
{
    static const enum listing_format formats[] = {LISTING_PPROF, LISTING_SUMMARY, LISTING_JSON};
    const struct pair *pair = request->server->settings->pair;
    int debug = debug_of(request);
    if (debug < 0)
        return reply_text(request, MHD_HTTP_BAD_REQUEST, wrong_debug);
    if (!pair || !pair_is_plain(pair))
        return reply_text(request, MHD_HTTP_NOT_FOUND,
                          "no pair of plain C is served: its tasks are in goroutine\n");
    struct listing listing = {.format = formats[debug], .subject = pair->id, .callers = "harness/"};
    FILE *out = reply_file();
    if (!out || listing_write(&listing, out) < 0) {
        if (out)
            fclose(out);
        return reply_text(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "no memory for the census\n");
    }
    return reply_with_file(request, out, debug ? TEXT_PLAIN : "application/octet-stream", NULL,
                           NULL);
}

/* proof: whether it is /goroutineleak, as Go has it since 1.26: of all tasks those that are proven. */
static enum MHD_Result answer_tasks(struct http_request *request, enum dump_proof proof)
{
    const char *seconds = argument(request, "seconds");
    int debug = debug_of(request);
    if (debug < 0)
        return reply_text(request, MHD_HTTP_BAD_REQUEST, wrong_debug);
    if (seconds)
        return reply_text(request, MHD_HTTP_BAD_REQUEST,
                          "no profile over a time is served: take two, and compare them with "
                          "`go tool pprof -base`\n");
    if (argument(request, "variant") && !proof)
        return request->server->settings->extension->answer_goroutine(request, debug);
    return send_tasks(request, debug, proof);
}

/* --- The heap, as jemalloc writes it ---------------------------------------------------------- */

static bool heap_flag(const char *name)
{
    bool value = false;
    size_t size = sizeof value;
    return mallctl && mallctl(name, &value, &size, NULL, 0) == 0 && value;
}

static enum MHD_Result answer_heap(struct http_request *request)
{
    if (!heap_flag("config.prof"))
        return reply_text(request, MHD_HTTP_NOT_IMPLEMENTED,
                          "this build's allocator takes no heap profiles\n");
    if (!heap_flag("opt.prof"))
        return reply_text(request, MHD_HTTP_NOT_IMPLEMENTED,
                          "heap profiling is off: start the service with "
                          "MALLOC_CONF=prof:true in its environment\n");
    FILE *out = reply_file();
    if (!out)
        return reply_text(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "no memory for the profile\n");
    char path[64];
    const char *name = path;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(out));
    if (mallctl("prof.dump", NULL, NULL, &name, sizeof name) != 0) {
        fclose(out);
        return reply_text(request, MHD_HTTP_INTERNAL_SERVER_ERROR,
                          "jemalloc could not write its profile\n");
    }
    return reply_with_file(request, out, TEXT_PLAIN, NULL, NULL);
}

/* --- The command line ------------------------------------------------------------------------- */

/* Words apart by zero bytes, none at the end, as in Go. */
static enum MHD_Result answer_command_line(struct http_request *request)
{
    FILE *out = reply_file(), *in = fopen("/proc/self/cmdline", "re");
    int byte, held = EOF;
    while (out && in && (byte = getc(in)) != EOF) {
        if (held != EOF)
            putc(held, out);
        held = byte;
    }
    if (in)
        fclose(in);
    if (!out)
        return reply_text(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "no memory for the answer\n");
    if (held > 0)
        putc(held, out);
    return reply_with_file(request, out, TEXT_PLAIN, NULL, NULL);
}

enum MHD_Result debug_serve(struct http_request *request)
{
    const char *name = request->path + PREFIX_LENGTH;
    if (*name == 0)
        return answer_redirect(request);
    if (strcmp(name, "/") == 0)
        return answer_index(request);
    if (strcmp(name, "/goroutine") == 0)
        return answer_tasks(request, DUMP_UNPROVEN);
    if (strcmp(name, "/goroutineleak") == 0)
        return answer_tasks(request, DUMP_LEAKED);
    if (strcmp(name, "/census") == 0)
        return answer_census(request);
    if (strcmp(name, "/heap") == 0)
        return answer_heap(request);
    if (strcmp(name, "/symbol") == 0)
        return symbols_serve(request);
    if (strcmp(name, "/cmdline") == 0)
        return answer_command_line(request);
    return reply_text(request, MHD_HTTP_NOT_FOUND, "there is no such profile\n");
}
