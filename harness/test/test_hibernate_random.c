/* Random programs, each run twice: as it is, and with everybody who may put to sleep before each step that anyone
 * makes. Both must do the same, in the same order, whatever they touch on each other's stacks. */
#include "test/support.h"

#include "task/chan.h"
#include "task/hibernate.h"
#include "task/mutex.h"
#include "task/wait_group.h"
#include <string.h>

enum { PROGRAMS = 60, TASKS = 90, STEPS = 12, CHANS = 6, WORDS = 24 };

static struct {
    bool hibernates;
    uint64_t seed, trace;
    struct chan *chans[CHANS];
    struct mutex mutex;
    struct wait_group all;
    long *words[TASKS]; /* on their stacks; NULL: not there */
} program;

static uint32_t below(uint32_t n)
{
    return support_random(&program.seed) % n;
}

static void trace(uint64_t what)
{
    program.trace = (program.trace ^ what) * UINT64_C(0x100000001B3);
    program.trace ^= program.trace >> 29;
}

/* Reads and writes on the stack of somebody, who may be asleep. */
static void touch(void)
{
    long *words = program.words[below(TASKS)];
    uint32_t i = below(WORDS);
    if (!words)
        return;
    trace((uint64_t)words[i]);
    words[i] += (long)below(1000);
}

static void use_channels(long *mine)
{
    struct chan *c = program.chans[below(CHANS)], *d = program.chans[below(CHANS)];
    bool ok = true;
    switch (below(4)) {
    case 0:
        trace((uint64_t)chan_try_send(c, &mine[0]));
        break;
    case 1:
        trace((uint64_t)chan_try_recv(c, &mine[1], &ok));
        break;
    default:
        trace((uint64_t)chan_select(on_send(c, &mine[2]), on_recv_ok(d, &mine[3], &ok)));
        trace(ok);
    }
}

static void recurse(long *mine, uint32_t depth)
{
    volatile char room[200];
    memset((void *)room, (int)depth, sizeof room);
    if (depth)
        recurse(mine, depth - 1);
    else
        task_sleep((int64_t)below(5) * MILLISECOND);
    for (size_t i = 0; i < sizeof room; i += 50)
        trace((uint64_t)room[i]);
}

static void step(long *mine)
{
    if (program.hibernates)
        task_hibernate();
    switch (below(6)) {
    case 0:
        use_channels(mine);
        break;
    case 1:
        task_sleep((int64_t)below(20) * MICROSECOND);
        break;
    case 2:
        mutex_lock(&program.mutex);
        task_yield();
        touch();
        task_sleep(MICROSECOND);
        mutex_unlock(&program.mutex);
        break;
    case 3:
        recurse(mine, below(12));
        break;
    default:
        touch();
    }
}

static void live(void *arg)
{
    size_t number = (size_t)(uintptr_t)arg;
    long mine[WORDS];
    for (long i = 0; i < WORDS; i++)
        mine[i] = (long)number * 1000 + i;
    program.words[number] = mine;
    for (int i = 0; i < STEPS; i++) {
        step(mine);
        trace(number);
    }
    program.words[number] = NULL;
    for (int i = 0; i < WORDS; i++)
        trace((uint64_t)mine[i]);
    wait_group_done(&program.all);
}

/* Whoever waits on a channel is let go until all are through. */
static void serve(void)
{
    bool ok;
    long value = 0;
    while (task_count() > 1) {
        if (program.hibernates)
            task_hibernate();
        for (int i = 0; i < CHANS; i++)
            while (chan_try_recv(program.chans[i], &value, &ok))
                trace((uint64_t)value);
        for (int i = 0; i < CHANS; i++)
            trace((uint64_t)chan_try_send(program.chans[i], &value));
        task_sleep(MILLISECOND);
    }
}

static uint64_t run(uint64_t seed, bool hibernates)
{
    memset(&program, 0, sizeof program);
    program.seed = seed;
    program.hibernates = hibernates;
    task_seed(seed);
    for (size_t i = 0; i < CHANS; i++)
        program.chans[i] = chan_make(long, i % 3);
    wait_group_add(&program.all, TASKS);
    for (size_t i = 0; i < TASKS; i++)
        go(live, (void *)(uintptr_t)i);
    serve();
    wait_group_wait(&program.all);
    for (int i = 0; i < CHANS; i++)
        chan_drop(program.chans[i]);
    return program.trace;
}

TASK_TEST(random_programs_do_the_same_with_hibernation_at_every_step)
{
    uint64_t before = task_stats.hibernations;
    assert_int_equal(task_hibernate_after(SECOND), 0);
    task_hibernate_after(0);
    for (uint64_t seed = 1; seed <= PROGRAMS; seed++) {
        int64_t start = clock_now();
        uint64_t plain = run(seed, false);
        int64_t took = clock_now() - start;
        assert_int_equal(run(seed, false), plain); /* else this test tells nothing */
        assert_int_equal(run(seed, true), plain);
        assert_int_equal(clock_now() - start, 3 * took);
        assert_int_equal(task_stats.hibernated, 0); /* no page is lost, none came back twice */
        assert_int_equal(task_stats.awakenings, task_stats.hibernations);
    }
    assert_true(task_stats.hibernations - before > PROGRAMS * TASKS);
    task_hibernate();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_programs_do_the_same_with_hibernation_at_every_step),
    };
    return cmocka_run_group_tests_name("hibernate_random", tests, NULL, NULL);
}
