/* What the tests of the proof share: a look at all tasks with the verdict on those of one line, and steps whose
 * pointers do not stay behind in the test's own frame. */
#pragma once

#include "test/support.h"

#include "proof/look.h"
#include "proof/marker.h"
#include "task/chan.h"
#include "task/defer.h"
#include "task/task.h"
#include <stdlib.h>

/* Makes a step a function of its own: what it had in its hands is nobody's once it has returned. */
#define STEP static __attribute__((noinline)) void

/* What steps have left below the caller's frame, where the frames of a look are going to have holes: overwritten
 * twice, the second time by a frame that lies otherwise, as the first has holes of its own. */
static __attribute__((noinline)) void proof_wipe(size_t size)
{
    volatile char *below = __builtin_alloca(size);
    for (size_t i = 0; i < size; i++)
        below[i] = 0;
}

static __attribute__((noinline)) void proof_wipe_deeper(void)
{
    volatile uintptr_t shift[16];
    for (int i = 0; i < 16; i++)
        shift[i] = 0;
    (void)shift[0];
    proof_wipe(16 * 1024);
}

static __attribute__((noinline, unused)) void proof_wipe_stack(void)
{
    proof_wipe(16 * 1024);
    proof_wipe_deeper();
}

struct tally {
    struct proof *proof;
    size_t by_verdict[PROOF_LEAKED + 1];
    uint64_t caller, cause; /* of the last that is not leaked */
};

static inline bool proof_tally(const struct task_info *t, void *arg)
{
    struct tally *tally = arg;
    if (t->id == tally->caller)
        return true;
    enum proof_verdict v = proof_of(tally->proof, t);
    tally->by_verdict[v]++;
    if (v != PROOF_LEAKED)
        tally->cause = proof_cause(tally->proof, t);
    return true;
}

/* Of all tasks but the caller, once all are parked. */
static inline struct tally proof_look(void)
{
    struct tally tally = {.caller = task_id()};
    settle();
    tally.proof = proof_take();
    assert_non_null(tally.proof);
    const struct task_leaks *c = proof_counts(tally.proof);
    if (c->refused)
        fail_msg("refused: %s", c->refused);
    task_each(proof_tally, &tally);
    assert_int_equal(c->leaked, tally.by_verdict[PROOF_LEAKED]);
    assert_int_equal(c->by_time, tally.by_verdict[PROOF_BY_TIME]);
    assert_int_equal(c->unsure, tally.by_verdict[PROOF_UNSURE]);
    assert_int_equal(c->tasks, task_count());
    assert_int_equal(c->contradicted, 0);
    proof_free(tally.proof);
    return tally;
}

#define EXPECT_VERDICTS(live, timed, unsure, leaked)                                               \
    (proof_wipe_stack(),                                                                           \
     proof_expect((size_t[]){(live), (timed), (unsure), (leaked)}, __FILE__, __LINE__))

static __attribute__((noinline, unused)) uint64_t proof_expect(const size_t wanted[],
                                                               const char *file, int line)
{
    struct tally t = proof_look();
    const size_t *v = t.by_verdict;
    for (int i = 0; i <= PROOF_LEAKED; i++)
        if (v[i] != wanted[i]) {
            print_error("%zu live, %zu by time, %zu unsure, %zu leaked; not %zu, %zu, %zu, %zu; "
                        "cause %#llx\n",
                        v[0], v[1], v[2], v[3], wanted[0], wanted[1], wanted[2], wanted[3],
                        (unsigned long long)t.cause);
            _fail(file, line);
        }
    return t.cause;
}

#define expect_leaked(n)  EXPECT_VERDICTS(0, 0, 0, n)
#define expect_live(n)    EXPECT_VERDICTS(n, 0, 0, 0)
#define expect_by_time(n) EXPECT_VERDICTS(0, n, 0, 0)
#define expect_unsure(n)  EXPECT_VERDICTS(0, 0, n, 0)

/* Waits in a channel, whose reference it has, and drops it. */
static inline void receive(void *c)
{
    defer(chan_drop, c);
    chan_recv(c, NULL);
}

static inline void send_one(void *c)
{
    defer(chan_drop, c);
    chan_send(c, &(int){1});
}

/* --- Ending -------------------------------------------------------------------------------------- */

static __attribute__((noinline, unused)) size_t end_now(task_leak_told *tell, void *arg)
{
    struct task_leaks leaks;
    size_t ended = task_end_leaked(&leaks, tell, arg);
    if (leaks.refused)
        fail_msg("refused: %s", leaks.refused);
    assert_int_equal(leaks.contradicted, 0);
    return ended;
}

/* So many begin to end, and all of them have when all that can has gone on. */
static inline void expect_ended(size_t n)
{
    uint64_t before = task_stats.ended;
    proof_wipe_stack();
    settle();
    assert_int_equal(end_now(NULL, NULL), n);
    settle();
    assert_int_equal(task_stats.ended - before, n);
}

static inline void say(const char *word)
{
    note("%s", word);
}

static inline struct chan *leave_receiver(void)
{
    struct chan *c = chan_make(int, 0);
    go(receive, chan_ref(c));
    return c;
}

static inline struct task_leaks look_now(void)
{
    struct task_leaks leaks;
    task_leaks(&leaks);
    return leaks;
}
