/* `leaklab serve`: a pair behind a real HTTP server, and the live page. */
#include "command/command.h"
#include "command/quantity.h"
#include "live/live.h"
#include "load/selection.h"
#include "serve/memory_limit.h"
#include "serve/origin.h"
#include "serve/run.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    OPTION_VARIANT = 0x100,
    OPTION_LISTEN,
    OPTION_HOST,
    OPTION_MEMORY_LIMIT,
    OPTION_DEADLINE,
    OPTION_CLIENT_TIMEOUT,
    OPTION_DRAIN,
    OPTION_CONNECTIONS,
    OPTION_NO_DEBUG,
    OPTION_UNWATCHED,
    OPTION_CASE_TIMEOUT,
    OPTION_RECOVER,
};

enum { WARM_UP = 10 };

static const struct argp_option options[] = {
    {"variant", OPTION_VARIANT, "leak|fix", 0, "Which half of the pair GET /work runs (leak)", 0},
    {"listen", OPTION_LISTEN, "ADDRESS:PORT", 0,
     "Where to listen (127.0.0.1:8080); port 0 takes a free one", 0},
    {"host", OPTION_HOST, "NAME[,NAME]", 0,
     "Go by this name too; others than this machine's numbers and localhost are refused", 0},
    {"memory-limit", OPTION_MEMORY_LIMIT, "SIZE", 0,
     "Kill the service when its resident set goes over this, as the system would", 0},
    {"deadline", OPTION_DEADLINE, "TIME", 0, "Of a request: its context is cancelled then (1s)", 0},
    {"client-timeout", OPTION_CLIENT_TIMEOUT, "TIME", 0,
     "For a client to send a whole request, and to take a whole answer (30s)", 0},
    {"drain", OPTION_DRAIN, "TIME", 0, "How long to wait at the end for tasks to go (5s)", 0},
    {"connections", OPTION_CONNECTIONS, "N", 0, "At most so many at once (4096)", 0},
    {"recover", OPTION_RECOVER, "TIME", OPTION_ARG_OPTIONAL,
     "After each such time have every task end of which it is proven that nobody can ever wake it, "
     "and tell (1s)",
     0},
    {"no-debug", OPTION_NO_DEBUG, 0, 0, "Without /debug/pprof/", 0},
    {"unwatched", OPTION_UNWATCHED, "TIME", 0,
     "End a run of the page that no page has watched for so long (1m)", 0},
    {"case-timeout", OPTION_CASE_TIMEOUT, "TIME", 0,
     "For a case of the page to start, to answer, and to settle; then it is ended (1m)", 0},
    {0},
};

static void choose_time(int64_t *time, const char *name, const char *arg,
                        const struct argp_state *state)
{
    if (!quantity_time(arg, time))
        command_refuse(state, "--%s '%s': " QUANTITY_TIME, name, arg);
}

static void choose_variant(struct serve_settings *settings, const char *arg,
                           const struct argp_state *state)
{
    if (strcmp(arg, "leak") != 0 && strcmp(arg, "fix") != 0)
        command_refuse(state, "--variant '%s': must be leak or fix", arg);
    settings->variant = strcmp(arg, "leak") == 0 ? VARIANT_LEAK : VARIANT_FIX;
}

static void choose_hosts(struct serve_settings *settings, const char *arg,
                         const struct argp_state *state)
{
    for (const char *name = arg;; name++) {
        size_t length = strcspn(name, ",");
        if (!origin_is_name(name, length))
            command_refuse(state, "--host '%s': must be a name without a port, like lab.example",
                           arg);
        name += length;
        if (!*name)
            break;
    }
    settings->hosts = arg;
}

static void choose_memory_limit(struct serve_settings *settings, const char *arg,
                                const struct argp_state *state)
{
    int64_t most = memory_limit_most();
    if (!quantity_size(arg, &settings->memory_limit))
        command_refuse(state, "--memory-limit '%s': " QUANTITY_SIZE, arg);
    if (settings->memory_limit > (uint64_t)most)
        command_refuse(state, "--memory-limit '%s': this machine has %" PRId64 " MiB free", arg,
                       most >> 20);
}

static void choose_connections(struct serve_settings *settings, const char *arg,
                               const struct argp_state *state)
{
    uint64_t count;
    if (!quantity_count(arg, &count) || count > 1000000)
        command_refuse(state, "--connections '%s': must be a whole number from 1 to 1000000", arg);
    settings->connections = (unsigned)count;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct serve_settings *settings = state->input;
    switch (key) {
    case OPTION_VARIANT:
        choose_variant(settings, arg, state);
        return 0;
    case OPTION_LISTEN:
        settings->listen = arg;
        return 0;
    case OPTION_HOST:
        choose_hosts(settings, arg, state);
        return 0;
    case OPTION_UNWATCHED:
        choose_time(&settings->unwatched, "unwatched", arg, state);
        return 0;
    case OPTION_CASE_TIMEOUT:
        choose_time(&settings->case_timeout, "case-timeout", arg, state);
        return 0;
    case OPTION_MEMORY_LIMIT:
        choose_memory_limit(settings, arg, state);
        return 0;
    case OPTION_DEADLINE:
        choose_time(&settings->deadline, "deadline", arg, state);
        return 0;
    case OPTION_CLIENT_TIMEOUT:
        choose_time(&settings->client_timeout, "client-timeout", arg, state);
        return 0;
    case OPTION_DRAIN:
        choose_time(&settings->drain, "drain", arg, state);
        return 0;
    case OPTION_CONNECTIONS:
        choose_connections(settings, arg, state);
        return 0;
    case OPTION_RECOVER:
        settings->recover = command_recover(state, arg);
        return 0;
    case OPTION_NO_DEBUG:
        settings->debug = false;
        return 0;
    case ARGP_KEY_ARG:
        if (settings->pair)
            command_refuse(state, "one id at a time, not also '%s'", arg);
        settings->pair = command_pair(state, arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[ID]",
    .doc =
        "Serves over HTTP until Ctrl-C: GET /work runs the pair once a request, in a task of its "
        "own, with a context that is cancelled when the client leaves and at the deadline (of "
        "plain C: "
        "on the service's loop, or in the threads that it makes); "
        "/debug/pprof/ and /metrics tell tools how it fares, / shows both halves of any pair "
        "under the same load, live. Without an ID there is no /work.\v"
        "At the end the service drains: it takes no more clients, cancels what is under way, "
        "and says what would not go. Exit status 1 where that is anything, 0 otherwise.",
};

static void say_ready(const struct server *server)
{
    const struct serve_settings *settings = server->settings;
    const char *name = server->listening.name;
    if (!server->listening.loopback)
        fprintf(stderr,
                "*** WARNING: listening on %s, which is not this machine alone.\n"
                "*** Whoever reaches it can load this service, read its profiles, and start\n"
                "*** and stop the cases of its page. There are no passwords.\n",
                name);
    if (settings->pair)
        printf("serving %s of %s\n  http://%s/work\n", variant_name(settings->variant),
               settings->pair->id, name);
    printf("  http://%s/\n  http://%s/metrics\n", name, name);
    if (settings->debug)
        printf("  http://%s/debug/pprof/\n", name);
    fflush(stdout);
}

static int run(int argc, char **argv)
{
    struct serve_settings settings = serve_settings_default();
    struct listening listening;
    char error[512];
    struct settings cases = settings_default();
    struct extension page = live_extension(&cases);
    cases.warm_up = WARM_UP;
    settings.extension = &page;
    command_parse(&argp, argc, argv, &settings);
    enum listen_error failed = listen_on(settings.listen, &listening, error, sizeof error);
    if (failed) {
        fprintf(stderr, "leaklab serve: --listen: %s\n", error);
        return failed == LISTEN_WORDS_WRONG ? EXIT_USAGE : EXIT_FAILED;
    }
    int status = serve_run(&settings, &listening, say_ready);
    if (status == EXIT_AS_CATALOGUED)
        return status;
    /* What is left was told; a leak checker that looks at exit would find it again. */
    fflush(NULL);
    _exit(status);
}

const struct command command_serve = {
    .name = "serve",
    .summary = "Put a pair behind a real HTTP server, and show both halves live on a page",
    .argp = &argp,
    .run = run,
};
