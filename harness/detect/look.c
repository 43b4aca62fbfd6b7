#include "detect/look.h"
#include "detect/look_census.h"
#include "detect/serve.h"
#include "load/places.h"
#include "probe/gauges.h"
#include "profile/install.h"
#include "profile/verify_tasks.h"
#include "proof/proof.h"
#include "task/task.h"
#include "task/time.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

const char *const look_names[LOOKS] = {"count", "sites", "quiescence", "proof", "census"};

struct wish {
    const struct pair *pair;
    enum variant variant;
    enum look look;
    bool requests;
    int status;
};

static void serve(const struct wish *wish, uint64_t requests)
{
    serve_requests(wish->pair, wish->variant, wish->requests ? requests : 0);
}

static void say_findings(uint64_t findings)
{
    printf("findings %" PRIu64 "\n", findings);
}

/* Once more after more requests: what is there once, whoever came, is no growth. */
static void count(const struct wish *wish)
{
    serve(wish, LOOK_COUNT_FIRST);
    size_t before = task_count();
    serve(wish, LOOK_COUNT_THEN);
    size_t after = task_count();
    say_findings(after >= before + LOOK_COUNT_LEAST ? after - before : 0);
    printf("%zu tasks after %d requests, %zu after %d more\n", before, LOOK_COUNT_FIRST, after,
           LOOK_COUNT_THEN);
}

static void sites(const struct wish *wish)
{
    static struct task_places places;
    static struct parked parked;
    uint64_t findings = 0;
    serve(wish, LOOK_SITES_REQUESTS);
    places_of_tasks(&places, 0, INT64_MAX);
    places_name_tasks(&places, NULL, &parked);
    for (size_t i = 0; i < parked.length; i++)
        findings += parked.groups[i].count >= LOOK_SITES_LEAST;
    say_findings(findings);
    for (size_t i = 0; i < parked.length; i++)
        if (parked.groups[i].count >= LOOK_SITES_LEAST)
            printf("%" PRIu64 " tasks at %s:%" PRIu32 "\n", parked.groups[i].count,
                   parked.groups[i].file, parked.groups[i].line);
}

static void quiescence(const struct wish *wish)
{
    serve(wish, LOOK_QUIESCENCE_FIRST);
    struct verify mine = verify_begin();
    mine.horizon = INT64_MAX;
    serve(wish, LOOK_REQUESTS);
    char *left = task_verify_none(&mine);
    say_findings(left != NULL);
    fputs(left ? left : "", stdout);
    free(left);
}

static void proof(struct wish *wish)
{
    struct task_leaks leaks;
    struct verify all = verify_begin();
    all.before = 0;
    serve(wish, LOOK_REQUESTS);
    if (!task_leaks(&leaks)) {
        fprintf(stderr, "nothing is proven: %s\n", leaks.refused);
        wish->status = EXIT_FAILURE;
        return;
    }
    char *left = leaks.leaked ? task_verify_none_leaked(&all) : NULL;
    say_findings(leaks.leaked);
    fputs(left ? left : "", stdout);
    free(left);
}

static void look(void *arg)
{
    struct wish *wish = arg;
    switch (wish->look) {
    case LOOK_COUNT:
        count(wish);
        break;
    case LOOK_SITES:
        sites(wish);
        break;
    case LOOK_QUIESCENCE:
        quiescence(wish);
        break;
    default:
        proof(wish);
    }
}

int look_run(const struct pair *pair, enum variant variant, enum look at, bool requests)
{
    static struct wish wish;
    struct rlimit limit;
    wish = (struct wish){pair, variant, at, requests, EXIT_SUCCESS};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) { /* leaks of connections leave descriptors */
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (at == LOOK_CENSUS) {
        wish.status = look_census(pair, variant, requests ? LOOK_PLAIN_REQUESTS : 0);
        fflush(NULL);
        _exit(wish.status);
    }
    dump_install();
    clock_set_virtual(true);
    if (task_run(look, &wish) != 0) {
        fprintf(stderr, "%s\n", task_error());
        return EXIT_FAILURE;
    }
    /* What a leak has left is not told once more by a leak checker at this end. */
    fflush(NULL);
    _exit(wish.status);
}
