/* A random run of channel and select operations against a model that is simple enough to be
 * believed: a queue of values a channel, a line of who waits, and Go's rules word by word.
 *
 * Operations are made in batches, each a task of its own, and run in the order they were made. Then
 * everything settles, and the model does the same operations one after the other. It knows who must
 * wait, who is woken by whom, with which value and in which order; where a select may choose, the
 * model takes the choice it made, after checking that it was among the ready ones, and counts it: in the
 * end no case was chosen more often than others.
 */
#include "test/chan_model.h"

#include "task/chan.h"
#include "task/inspect.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ROUNDS = 400, RUNS = 1000 };

static struct chan *chans[CHANS];
static struct endings seen;
static int next_value;
static uint64_t seed, run;
static int round_of_run;

static int below(int n)
{
    return (int)(support_random(&seed) % (unsigned)n);
}

/* --- The real thing ------------------------------------------------------------------------------ */

static struct chan *chan_of(int index)
{
    return index < 0 ? NULL : chans[index];
}

static void do_select(struct operation *o)
{
    struct chan_case cases[CASES];
    for (int i = 0; i < o->count; i++)
        cases[i] = o->cases[i].sends
                       ? on_send(chan_of(o->cases[i].chan), (void *)&o->cases[i].value)
                       : on_recv_ok(chan_of(o->cases[i].chan), (void *)&o->cases[i].value,
                                    &o->cases[i].ok);
    o->chosen = o->kind == SELECT ? chan_select_cases(cases, (size_t)o->count)
                                  : chan_try_select_cases(cases, (size_t)o->count);
}

static void perform(void *arg)
{
    struct operation *o = arg;
    struct chan *c = chan_of(o->cases[0].chan);
    void *value = &o->cases[0].value; /* of one word or of two */
    o->chosen = 0;
    switch (o->kind) {
    case SEND:
        chan_send(c, value);
        break;
    case RECV:
        o->cases[0].ok = chan_recv(c, value);
        break;
    case TRY_SEND:
        o->chosen = chan_try_send(c, value) ? 0 : -1;
        break;
    case TRY_RECV:
        o->chosen = chan_try_recv(c, value, &o->cases[0].ok) ? 0 : -1;
        break;
    case CLOSE:
        chan_close(c);
        break;
    default:
        do_select(o);
    }
    o->done = true;
    endings_add(&seen, o);
}

/* --- Both side by side --------------------------------------------------------------------------- */

/* A send to a closed channel and a close over parked senders panic: another test's business. The
 * batch counts too, whatever it does later. */
static bool is_allowed(const struct operation *o)
{
    for (int i = 0; i < o->count; i++)
        if (o->cases[i].chan >= 0 && o->cases[i].sends && model[o->cases[i].chan].closed)
            return false;
    if (o->kind != CLOSE)
        return true;
    const struct model_chan *c = &model[o->cases[0].chan];
    return !c->closed && c->senders.length == 0;
}

static bool invent(struct operation *o)
{
    *o = (struct operation){.kind = (enum kind)below(KINDS), .count = 1};
    bool selects = o->kind == SELECT || o->kind == TRY_SELECT;
    if (o->kind == CLOSE && below(8) > 0)
        return false;
    if (selects)
        o->count = 1 + below(CASES);
    for (int i = 0; i < o->count; i++) {
        o->cases[i].chan = selects && below(8) == 0 ? -1 : below(CHANS);
        o->cases[i].sends = selects ? below(2) : o->kind == SEND || o->kind == TRY_SEND;
        o->cases[i].value = o->cases[i].beside = o->cases[i].sends ? ++next_value : -1;
    }
    bool null_only = true;
    for (int i = 0; i < o->count; i++)
        null_only &= o->cases[i].chan < 0;
    return !null_only && is_allowed(o);
}

static void check_operation(const struct operation *o)
{
    assert_int_equal(o->done, o->finished);
    if (!o->done || o->kind == CLOSE || o->chosen < 0)
        return;
    int i = o->chosen;
    assert_in_range(i, 0, o->count - 1);
    assert_int_equal(o->cases[i].chan, o->expected_chan);
    assert_int_equal(o->cases[i].sends, o->expected_send);
    for (int other = 0; other < o->count; other++)
        if (other != i && !o->cases[other].sends)
            assert_int_equal(o->cases[other].value, -1); /* not chosen, not touched */
    if (!o->expected_send) {
        assert_int_equal(o->cases[i].value, o->expected_value);
        assert_true(o->cases[i].beside == o->expected_value || o->cases[i].beside == -1);
        assert_int_equal(o->cases[i].ok, o->expected_ok);
    }
}

static void check_order(void)
{
    assert_int_equal(seen.length, at_once.length + woken_later.length);
    for (int i = 0; i < seen.length; i++)
        assert_int_equal(seen.operations[i], i < at_once.length
                                                 ? at_once.operations[i]
                                                 : woken_later.operations[i - at_once.length]);
    for (int i = 0; i < woken_later.length; i++) {
        const struct operation *o = &operations[woken_later.operations[i]];
        if (o->kind == SELECT)
            count_twins(o);
    }
    seen.length = at_once.length = woken_later.length = 0;
}

static void check_everything(void)
{
    int waits[2] = {0};
    check_order();
    for (int i = 0; i < OPERATIONS; i++) {
        struct operation *o = &operations[i];
        if (!o->used)
            continue;
        check_operation(o);
        if (o->waits)
            waits[o->kind == SELECT]++;
        o->used = !o->finished;
    }
    assert_int_equal(task_stats.waiting[WAIT_SELECT], waits[1]);
    assert_int_equal(task_stats.waiting[WAIT_CHAN_SEND] + task_stats.waiting[WAIT_CHAN_RECEIVE],
                     waits[0]);
    assert_int_equal(task_count(), waits[0] + waits[1] + 1);
    for (int c = 0; c < CHANS; c++) {
        struct chan_info info = chan_inspect(chans[c]);
        assert_int_equal(info.length, model[c].length);
        assert_int_equal(info.closed, model[c].closed);
        assert_int_equal(info.senders > 0, model[c].senders.length > 0);
        assert_int_equal(info.receivers > 0, model[c].receivers.length > 0);
    }
}

static struct operation *free_operation(void)
{
    for (int i = 0; i < OPERATIONS; i++)
        if (!operations[i].used)
            return &operations[i];
    return NULL;
}

static void one_batch(int most)
{
    struct operation *batch[8];
    int size = 0;
    bool closes = false, sends = false;
    for (int n = 1 + below(most); n > 0; n--) {
        struct operation *o = free_operation();
        if (!o || !invent(o))
            continue;
        /* Within one batch the model does not yet know who waits: no close beside sends. */
        bool close = o->kind == CLOSE, send = false;
        for (int i = 0; i < o->count; i++)
            send |= o->cases[i].sends;
        if ((close && (sends || closes)) || (send && closes))
            continue;
        closes |= close;
        sends |= send;
        o->used = true;
        batch[size++] = o;
        assert_true(go(perform, o) > 0);
    }
    settle();
    for (int i = 0; i < size; i++)
        model_perform(batch[i]);
    check_everything();
}

/* Serves whoever waits: receives from all senders, sends to all receivers. */
static void serve_all(void)
{
    for (int c = 0; c < CHANS; c++) {
        while (model[c].senders.length > 0) {
            int64_t value[2] = {-1, -1};
            bool ok = false, expected_ok;
            assert_true(chan_try_recv(chans[c], (void *)value, &ok));
            settle();
            assert_int_equal(value[0], model_recv(c, &expected_ok));
            assert_int_equal(ok, expected_ok);
            check_everything();
        }
        while (model[c].receivers.length > 0) {
            next_value++;
            int64_t value[2] = {next_value, next_value};
            assert_true(chan_try_send(chans[c], (void *)value));
            settle();
            model_send(c, value[0]);
            check_everything();
        }
    }
    assert_int_equal(task_count(), 1);
}

static void renew(int c)
{
    if (chans[c])
        chan_drop(chans[c]);
    model[c] = (struct model_chan){.capacity = (size_t)below(BUFFER + 1)};
    /* The two are not one path in the runtime. */
    size_t size = (size_t)(1 + below(2)) * sizeof(int64_t);
    chans[c] = chan_make_sized(size, model[c].capacity);
}

static void one_round(void)
{
    for (int c = 0; c < CHANS; c++)
        if (model[c].closed && below(10) == 0)
            renew(c);
    if (!free_operation())
        serve_all();
    one_batch(1 + (int)(run % 6));
}

static void one_run(void)
{
    seed = run;
    next_value = 0;
    task_seed(run);
    memset(operations, 0, sizeof operations);
    for (int c = 0; c < CHANS; c++)
        renew(c);
    for (round_of_run = 0; round_of_run < ROUNDS; round_of_run++)
        one_round();
    serve_all();
    for (int c = 0; c < CHANS; c++) {
        chan_drop(chans[c]);
        chans[c] = NULL;
    }
}

static void say_where(int number)
{
    (void)number;
    dprintf(STDERR_FILENO, "\nin run %d, round %d:\n", (int)run, round_of_run);
}

/* --- What was chosen ------------------------------------------------------------------------------- */

/* Chi-square's 99.999 percent points at 1, 2 and 3 degrees of freedom. Too few say nothing. */
static void expect_unbiased(const unsigned *counts, unsigned among, const char *what, unsigned set)
{
    enum { ENOUGH = 300 };
    static const double bound[] = {0, 0, 19.51, 23.03, 25.90};
    unsigned n = (unsigned)__builtin_popcount(among), total = 0;
    double chi_square = 0;
    for (int i = 0; i < CASES; i++)
        total += counts[i];
    if (n < 2 || total < ENOUGH)
        return;
    for (int i = 0; i < CASES; i++)
        if (among & 1u << i) {
            double off = counts[i] - (double)total / n;
            chi_square += off * off * n / total;
        }
    if (chi_square > bound[n])
        fail_msg("%s %u: chosen %u, %u, %u and %u times", what, set, counts[0], counts[1],
                 counts[2], counts[3]);
}

static void expect_no_bias(void)
{
    for (unsigned ready = 1; ready < CHOICES; ready++)
        expect_unbiased(ready_choices[ready], ready, "of the set of ready cases", ready);
    for (unsigned twins = 2; twins <= CASES; twins++)
        expect_unbiased(twin_choices[twins], (1u << twins) - 1, "of the cases in one queue,",
                        twins);
}

TASK_TEST(channels_and_selects_do_what_the_model_does)
{
    unsigned runs = support_is_instrumented() ? RUNS / 6 : RUNS;
    signal(SIGABRT, say_where); /* a failed assertion */
    memset(ready_choices, 0, sizeof ready_choices);
    memset(twin_choices, 0, sizeof twin_choices);
    for (run = 1; run <= runs; run++)
        one_run();
    expect_no_bias();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channels_and_selects_do_what_the_model_does),
    };
    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
