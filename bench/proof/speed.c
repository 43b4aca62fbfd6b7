/* How long a look takes: over a million that are leaked, a million that are live, and a thousand. */
#include "bench/proof/proof_bench.h"
#include "profile/dump.h"
#include "proof/proof.h"
#include "task/chan.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/time.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void receive(void *c)
{
    defer(chan_drop, c);
    chan_recv(c, NULL);
}

static struct chan **volatile held;

static struct chan **make_channels(size_t n)
{
    struct chan **all = malloc(n * sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[i] = chan_make(int, 0);
    return all;
}

static void shuffle(struct chan **all, size_t n)
{
    uint64_t seed = 1;
    for (size_t i = n; i-- > 1;) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        size_t j = (size_t)((seed >> 33) % (i + 1));
        struct chan *c = all[i];
        all[i] = all[j];
        all[j] = c;
    }
}

enum how { LEAKED, LIVE, LIVE_SHUFFLED };

static const struct load {
    const char *name;
    size_t tasks;
    enum how how;
} loads[] = {
    {"all leaked", 1000000, LEAKED},
    {"all live", 1000000, LIVE},
    {"all live, shuffled", 1000000, LIVE_SHUFFLED},
    {"all leaked", 1000, LEAKED},
    {"all live", 1000, LIVE},
};

/* Of the processor: the machine is others' too. */
static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

static __attribute__((noinline)) void begin(const struct load *load)
{
    struct chan **all = make_channels(load->tasks);
    for (size_t i = 0; i < load->tasks; i++)
        go(receive, load->how == LEAKED ? all[i] : chan_ref(all[i]));
    if (load->how == LIVE_SHUFFLED)
        shuffle(all, load->tasks);
    if (load->how == LEAKED)
        free(all);
    else
        held = all;
}

/* The best of some looks: the machine is others' too. */
static void time_looks(void *arg)
{
    enum { LOOKS = 5 };
    const struct load *load = arg;
    struct task_leaks leaks;
    int64_t best = INT64_MAX, dumped = INT64_MAX, paused = INT64_MAX;
    begin(load);
    task_yield();
    for (int i = 0; i < LOOKS; i++) {
        int64_t start = now();
        if (!task_leaks(&leaks) || leaks.leaked != (load->how == LEAKED ? load->tasks : 0))
            abort();
        best = now() - start < best ? now() - start : best;
        paused = leaks.took < paused ? leaks.took : paused;
    }
    FILE *out = fopen("/dev/null", "w");
    for (int i = 0; i < LOOKS; i++) {
        int64_t start = now();
        if (!out || dump_write(&(struct dump){.format = DUMP_PPROF, .proof = DUMP_LEAKED}, out))
            abort();
        dumped = now() - start < dumped ? now() - start : dumped;
    }
    printf("speed\t%s\t%zu\t%lld\t%lld\t%lld\t%zu\n", load->name, load->tasks, (long long)best,
           (long long)paused, (long long)dumped, leaks.bytes);
    fflush(stdout);
    _exit(0);
}

/* Ending them, with all that they have deferred. */
static void time_ending(void *arg)
{
    const struct load *load = arg;
    struct task_leaks leaks;
    begin(load);
    task_yield();
    task_leaks(&leaks);
    int64_t start = now();
    size_t ended = task_end_leaked(&leaks, NULL, NULL);
    while (task_count() > 1)
        task_yield();
    printf("end\t%zu\t%lld\t%lld\n", ended, (long long)(now() - start), (long long)leaks.took);
    fflush(stdout);
    _exit(0);
}

/* A block of malloc() and free(), kept a while as programs do: with the proof's note of where it begins, and by the
 * allocator behind it alone. The two in turn. */
static int64_t time_pairs(void *(*get)(size_t size), void (*put)(void *block), int pairs)
{
    enum { KEPT = 64 };
    void *kept[KEPT] = {NULL};
    int64_t start = now();
    for (int i = 0; i < pairs; i++) {
        put(kept[i % KEPT]);
        kept[i % KEPT] = get(64);
    }
    int64_t took = now() - start;
    for (int i = 0; i < KEPT; i++)
        put(kept[i]);
    return took;
}

static void time_malloc(void *unused)
{
    (void)unused;
    enum { PAIRS = 5000000, ROUNDS = 9 };
    void *(*next_malloc)(size_t) = dlsym(RTLD_NEXT, "malloc");
    void (*next_free)(void *) = dlsym(RTLD_NEXT, "free");
    int64_t noted = INT64_MAX, plain = INT64_MAX;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t a = time_pairs(malloc, free, PAIRS), b = time_pairs(next_malloc, next_free, PAIRS);
        noted = a < noted ? a : noted;
        plain = b < plain ? b : plain;
    }
    printf("malloc\t%d\t%lld\t%lld\n", PAIRS, (long long)noted, (long long)plain);
    fflush(stdout);
    _exit(0);
}

void speed_run(void)
{
    for (size_t i = 0; i < sizeof loads / sizeof *loads; i++)
        in_own_process(time_looks, (void *)&loads[i]);
    in_own_process(time_ending, (void *)&loads[0]);
    in_own_process(time_malloc, NULL);
}
