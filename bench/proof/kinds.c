/* The kinds of leak that were tried on Go's profile, in C. Those that are no leak, or can not be decided, are among
 * them. */
#include "bench/proof/proof_bench.h"
#include "profile/symbol.h"
#include "proof/cause.h"
#include "proof/look.h"
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/io.h"
#include "task/mutex.h"
#include "task/semaphore.h"
#include "task/time.h"
#include "task/timer.h"
#include "task/wait_group.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MADE = 10 };

/* --- Channels ------------------------------------------------------------------------------------- */

static void receive(void *c)
{
    chan_recv(c, NULL);
}

static void receive_from_own(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    chan_recv(c, NULL);
}

static void receive_from_none(void *unused)
{
    (void)unused;
    chan_recv(NULL, NULL);
}

static struct chan *volatile global_channel, *volatile table[MADE];

static void receive_from_global(void)
{
    global_channel = chan_make(int, 0);
    for (int i = 0; i < MADE; i++)
        go(receive, global_channel);
}

static void receive_from_table(void)
{
    for (int i = 0; i < MADE; i++)
        go(receive, table[i] = chan_make(int, 0));
}

static void feed_after_a_sleep(void *c)
{
    task_sleep(HOUR);
    chan_send(c, &(int){1});
}

/* One feeder, who serves one of those that wait. */
static void share_with_feeder(void)
{
    struct chan *c = chan_make(int, 0);
    for (int i = 0; i < MADE; i++)
        go(receive, c);
    go(feed_after_a_sleep, c);
}

static void yield_one(void *c)
{
    for (int i = 0;; i++)
        chan_send(c, &i);
}

/* A generator that hands out one value at a time, and is not told to stop. */
static void generate(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 0);
    go(yield_one, c);
    chan_recv(c, NULL);
}

/* --- Locks ---------------------------------------------------------------------------------------- */

struct pair_of_locks {
    struct mutex *first, *second;
};

static void lock_both(void *arg)
{
    const struct pair_of_locks *p = arg;
    mutex_lock(p->first);
    task_yield();
    mutex_lock(p->second);
}

static void cross(struct mutex *locks)
{
    struct pair_of_locks *p = calloc(2, sizeof *p);
    p[0] = (struct pair_of_locks){&locks[0], &locks[1]};
    p[1] = (struct pair_of_locks){&locks[1], &locks[0]};
    go(lock_both, &p[0]);
    go(lock_both, &p[1]);
}

static void cross_local(void)
{
    for (int i = 0; i < MADE / 2; i++)
        cross(calloc(2, sizeof(struct mutex)));
}

static struct mutex global_locks[2], forgotten;

static void cross_global(void)
{
    cross(global_locks);
}

static void lock_and_return(void *m)
{
    mutex_lock(m);
}

static void forget_to_unlock(void)
{
    for (int i = 0; i <= MADE; i++) /* the first has it */
        go(lock_and_return, &forgotten);
}

static struct mutex twice;

static void lock_twice(void *m)
{
    mutex_lock(m);
    mutex_lock(m);
}

static struct rw_mutex read_twice;

static void read_and_read(void *m)
{
    rw_mutex_rlock(m);
    task_yield();
    rw_mutex_rlock(m);
}

static void write_between(void *m)
{
    rw_mutex_lock(m);
}

static void read_again_behind_a_writer(void)
{
    go(read_and_read, &read_twice);
    go(write_between, &read_twice);
}

static struct semaphore *slots;

static void take_all_slots_twice(void *unused)
{
    (void)unused;
    struct semaphore *s = calloc(1, sizeof *s);
    s->size = 1;
    semaphore_acquire(ctx_background(), s, 1);
    semaphore_acquire(ctx_background(), s, 1);
}

static void take_a_slot(void *s)
{
    semaphore_acquire(ctx_background(), s, 1);
}

/* Who has the units has ended; anybody who comes to the semaphore may give them back. */
static void keep_slots(void)
{
    slots = calloc(1, sizeof *slots);
    slots->size = 1;
    for (int i = 0; i <= MADE; i++)
        go(take_a_slot, slots);
}

/* --- Groups and conditions ------------------------------------------------------------------------ */

static struct wait_group global_group;

static void wait_for_group(void *g)
{
    wait_group_wait(g);
}

static void wait_for_global_group(void)
{
    wait_group_add(&global_group, 1);
    for (int i = 0; i < MADE; i++)
        go(wait_for_group, &global_group);
}

static void wait_for_own_group(void *unused)
{
    (void)unused;
    struct wait_group group = {0};
    wait_group_add(&group, 1);
    wait_group_wait(&group);
}

static void wait_for_own_condition(void *unused)
{
    (void)unused;
    struct mutex m = {0};
    struct cond condition = {.mutex = &m};
    mutex_lock(&m);
    cond_wait(&condition);
}

/* --- Contexts and time ---------------------------------------------------------------------------- */

static void select_on_background(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 0);
    chan_select(on_recv(c, NULL), on_recv(ctx_done(ctx_background()), NULL));
}

static struct ctx *volatile parent;

static void select_below(void *ctx)
{
    struct chan *c = chan_make(int, 0);
    chan_select(on_recv(c, NULL), on_recv(ctx_done(ctx), NULL));
}

static void select_with_live_parent(void)
{
    parent = ctx_with_cancel(ctx_background());
    for (int i = 0; i < MADE; i++)
        go(select_below, ctx_with_cancel(parent));
}

static void send_later(void *c)
{
    chan_send(c, &(int){1});
}

/* The nearest to a finalizer: a call after the end of what never ends. */
static void receive_from_a_last_call(void *unused)
{
    (void)unused;
    struct ctx *ctx = ctx_with_cancel(ctx_background());
    struct chan *c = chan_make(int, 0);
    ctx_after_drop(ctx_after_func(ctx, send_later, c));
    chan_recv(c, NULL);
}

static void follow_ticker(void *unused)
{
    (void)unused;
    struct ticker *t = ticker_new(HOUR);
    for (;;)
        chan_recv(ticker_chan(t), NULL);
}

static void sleep_again_and_again(void *unused)
{
    (void)unused;
    for (;;)
        task_sleep(HOUR);
}

static void select_with_an_hour(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 0);
    chan_select(on_recv(c, NULL), on_recv(timer_after(HOUR), NULL));
}

static void read_from_silent_pipe(void *unused)
{
    (void)unused;
    struct io *ends[2];
    char byte;
    if (io_pipe(ends))
        abort();
    io_read(ctx_background(), ends[0], &byte, 1);
}

/* --- The list ------------------------------------------------------------------------------------- */

static const struct kind {
    const char *name;
    int made;                /* tasks that are left */
    void (*task)(void *arg); /* as many of it; else: */
    void (*begin)(void);
    void *arg;
} kinds[] = {
    {"receive on a local channel", MADE, receive_from_own, NULL, NULL},
    {"nil channel", MADE, receive_from_none, NULL, NULL},
    {"local condition", MADE, wait_for_own_condition, NULL, NULL},
    {"select on a background context", MADE, select_on_background, NULL, NULL},
    {"AB-BA with local locks", MADE, NULL, cross_local, NULL},
    {"a local channel shared with a feeder that sleeps", MADE + 1, NULL, share_with_feeder, NULL},
    {"receive on a global channel", MADE, NULL, receive_from_global, NULL},
    {"channel kept in a global table", MADE, NULL, receive_from_table, NULL},
    {"AB-BA with global locks", 2, NULL, cross_global, NULL},
    {"global lock never given back", MADE, NULL, forget_to_unlock, NULL},
    {"recursive read lock with a writer between, global", 2, NULL, read_again_behind_a_writer,
     NULL},
    {"global wait group without done", MADE, NULL, wait_for_global_group, NULL},
    {"generator without stop", MADE, generate, NULL, NULL},
    {"ticker loop never stopped", MADE, follow_ticker, NULL, NULL},
    {"sleep loop", MADE, sleep_again_and_again, NULL, NULL},
    {"I/O that never comes", MADE, read_from_silent_pipe, NULL, NULL},
    {"select with a live parent context", MADE, NULL, select_with_live_parent, NULL},
    {"channel reachable only from a finalizer", MADE, receive_from_a_last_call, NULL, NULL},
    {"select with an hour's timer (no leak)", MADE, select_with_an_hour, NULL, NULL},
    {"global lock taken twice", 1, lock_twice, NULL, &twice},
    {"local wait group without done", MADE, wait_for_own_group, NULL, NULL},
    {"local semaphore taken twice", MADE, take_all_slots_twice, NULL, NULL},
    {"global semaphore never given back", MADE, NULL, keep_slots, NULL},
};

/* --- The proof ------------------------------------------------------------------------------------ */

struct seen {
    struct proof *proof;
    uint64_t caller, why; /* of the last that is live */
    size_t by_verdict[PROOF_LEAKED + 1];
};

static bool see(const struct task_info *t, void *arg)
{
    struct seen *seen = arg;
    if (t->id == seen->caller)
        return true;
    enum proof_verdict verdict = proof_of(seen->proof, t);
    seen->by_verdict[verdict]++;
    if (verdict != PROOF_LEAKED)
        seen->why = proof_cause(seen->proof, t);
    return true;
}

static void print_why(uint64_t cause)
{
    static const char *const words[CAUSES] = {
        [CAUSE_CLOCK] = "a time will come", [CAUSE_IO] = "the outside world may wake it"};
    char line[512];
    if (cause < CAUSES) {
        fputs(words[cause] ? words[cause] : "", stdout);
        return;
    }
    symbol_describe_data((const void *)(uintptr_t)cause, line, sizeof line);
    printf("reachable from static data %s", line);
}

static __attribute__((noinline)) void begin(const struct kind *k)
{
    if (k->begin)
        k->begin();
    for (int i = 0; k->task && i < k->made; i++)
        go(k->task, k->arg);
}

static void try(void *kind)
{
    const struct kind *k = kind;
    struct seen seen = {.caller = task_id()};
    begin(k);
    for (int i = 0; i < 100; i++)
        task_yield();
    proof_prepare();
    seen.proof = proof_take();
    if (!seen.proof || proof_counts(seen.proof)->refused)
        abort();
    task_each(see, &seen);
    const size_t *n = seen.by_verdict;
    printf("kind\t%s\t%d\t%zu\t%zu\t%zu\t%zu\t", k->name, k->made, n[PROOF_LEAKED],
           n[PROOF_BY_TIME], n[PROOF_UNSURE], n[PROOF_LIVE]);
    if (n[PROOF_BY_TIME] || n[PROOF_LIVE])
        print_why(seen.why);
    putchar('\n');
    fflush(stdout);
    _exit(0); /* leaks are what it is for */
}

void kinds_run(void)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        in_own_process(try, (void *)&kinds[i]);
}
