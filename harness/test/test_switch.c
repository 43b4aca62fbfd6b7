/* The context switch: what a task computes with is its own, whoever runs in between. Which registers
 * the compiler holds it in is the compiler's choice, so this says most where it may choose among many:
 * `make OPTIMIZE='-O2 -march=native -mtune=intel'`, and on arm64. */
#include "test/support.h"

#include "task/chan.h"
#include "task/defer.h"
#include <signal.h>
#include <sys/time.h>

/* --- Registers ----------------------------------------------------------------------------------- */

enum { NUMBERS = 12, TURNS = 50 };

typedef double eight_doubles __attribute__((vector_size(64)));

struct worker {
    uint64_t seed;
    void (*park)(struct worker *w);
    struct chan *to, *from;
    int rounds;
};

static void park_by_yield(struct worker *w)
{
    (void)w;
    task_yield();
}

static void park_by_sleep(struct worker *w)
{
    task_sleep((int64_t)(w->seed % 3) + 1);
}

/* In turn with another worker of the same two channels. */
static void park_by_channels(struct worker *w)
{
    uint64_t got;
    chan_select(on_send(w->to, &w->seed), on_recv(w->from, &got));
}

#define EACH_NUMBER(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)

/* More values of each kind than there are registers that a callee keeps, all alive over a park. Park is
 * called here, so that an inlined one is inlined beside them. */
#define HOLD_VALUES(w, park)                                                                       \
    do {                                                                                           \
        uint64_t seed = (w)->seed;                                                                 \
        eight_doubles wide = {(double)seed, 1, 2, 3, 4, 5, 6, 7}, wider = wide * 3.0;              \
        long double longer = (long double)seed / 3;                                                \
        bool odd = seed & 1, large = seed > 7;                                                     \
        EACH_NUMBER(MAKE)                                                                          \
        park;                                                                                      \
        EACH_NUMBER(CHECK)                                                                         \
        for (int i = 0; i < 8; i++) {                                                              \
            assert_true(wide[i] == (i ? (double)i : (double)(w)->seed));                           \
            assert_true(wider[i] == wide[i] * 3.0);                                                \
        }                                                                                          \
        assert_true(longer == (long double)(w)->seed / 3);                                         \
        assert_true(odd == ((w)->seed & 1) && large == ((w)->seed > 7));                           \
    } while (0)
#define MAKE(i)                                                                                    \
    uint64_t n##i = seed * (i + 7);                                                                \
    double d##i = (double)seed / (i + 3);
#define CHECK(i)                                                                                   \
    assert_int_equal(n##i, (w)->seed *(i + 7));                                                    \
    assert_true(d##i == (double)(w)->seed / (i + 3));

static void work(void *arg)
{
    struct worker *w = arg;
    for (int turn = 0; turn < TURNS; turn++, w->rounds++) {
        HOLD_VALUES(w, w->park(w));
        HOLD_VALUES(w, task_yield());
    }
}

TASK_TEST(what_a_task_computes_with_is_its_own)
{
    enum { WORKERS = 12 };
    struct chan *one = chan_make(uint64_t, 0), *other = chan_make(uint64_t, 0);
    defer(chan_drop, one);
    defer(chan_drop, other);
    void (*parks[])(struct worker *) = {park_by_yield, park_by_sleep, park_by_channels};
    struct worker workers[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        bool first = i / 3 % 2;
        workers[i] = (struct worker){.seed = (uint64_t)i * 5 + 1,
                                     .park = parks[i % 3],
                                     .to = first ? one : other,
                                     .from = first ? other : one};
        go(work, &workers[i]);
    }
    task_sleep(SECOND);
    for (int i = 0; i < WORKERS; i++)
        assert_int_equal(workers[i].rounds, TURNS);
}

/* --- Outcomes ------------------------------------------------------------------------------------ */

enum { SELECTS = 8, CASES = 4 };

struct choice {
    struct chan *cases[CASES];
    int chosen, value;
    bool ok;
};

static void choose(void *arg)
{
    struct choice *c = arg;
    int got[CASES] = {0};
    bool ok[CASES] = {false};
    c->chosen = chan_select(
        on_recv_ok(c->cases[0], &got[0], &ok[0]), on_recv_ok(c->cases[1], &got[1], &ok[1]),
        on_recv_ok(c->cases[2], &got[2], &ok[2]), on_recv_ok(c->cases[3], &got[3], &ok[3]));
    c->value = got[c->chosen];
    c->ok = ok[c->chosen];
}

/* All are parked, then all are woken before the first of them runs. */
TASK_TEST(each_select_is_told_its_own_outcome)
{
    struct choice choices[SELECTS];
    for (int i = 0; i < SELECTS; i++) {
        for (int k = 0; k < CASES; k++)
            choices[i].cases[k] = chan_make(int, 0);
        go(choose, &choices[i]);
    }
    settle();
    for (int i = 0; i < SELECTS; i++) {
        struct chan *served = choices[i].cases[i * 3 % CASES];
        int value = 100 + i;
        if (i % 3 == 2)
            chan_close(served);
        else
            chan_send(served, &value);
    }
    settle();
    for (int i = 0; i < SELECTS; i++) {
        assert_int_equal(choices[i].chosen, i * 3 % CASES);
        assert_int_equal(choices[i].value, i % 3 == 2 ? 0 : 100 + i);
        assert_int_equal(choices[i].ok, i % 3 != 2);
        for (int k = 0; k < CASES; k++)
            chan_drop(choices[i].cases[k]);
    }
}

/* --- Signals -------------------------------------------------------------------------------------- */

enum { SIGNALS = 300 };

static volatile sig_atomic_t signals;

static void count_signal(int number)
{
    (void)number;
    signals++;
}

static void live(void *ended)
{
    task_yield();
    ++*(int64_t *)ended;
}

static void ring_every(suseconds_t microseconds)
{
    struct itimerval often = {{0, microseconds}, {0, microseconds}};
    assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
}

/* On the stack of whichever task runs, in the middle of its birth, too: what a stack pointer has below itself is
 * the signal's. As long as it takes for so many to come. */
TASK_TEST(a_signal_may_come_at_any_time)
{
    int64_t made = 0, ended = 0;
    signal(SIGALRM, count_signal);
    ring_every(50);
    while (signals < SIGNALS) {
        go(live, &ended);
        made++;
        task_yield();
    }
    ring_every(0);
    settle();
    assert_int_equal(ended, made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_task_computes_with_is_its_own),
        cmocka_unit_test(each_select_is_told_its_own_outcome),
        cmocka_unit_test(a_signal_may_come_at_any_time),
    };
    return cmocka_run_group_tests_name("switch", tests, NULL, NULL);
}
