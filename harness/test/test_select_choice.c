/* Which case a select chooses: any of the ready ones, and of those that park any of a queue's, as often as each other; and
 * the same again by the same seed. */
#include "test/support.h"

#include "task/chan.h"
#include "task/inspect.h"

static void expect_nobody_waits(struct chan *c)
{
    struct chan_info info = chan_inspect(c);
    assert_int_equal(info.receivers, 0);
    assert_int_equal(info.senders, 0);
}

/* Counts which of four cases is chosen; the mask tells which of them are ready. */
static void count_choices(unsigned ready, int turns, int counts[4])
{
    struct chan *chans[4];
    for (int i = 0; i < 4; i++) {
        chans[i] = chan_make(int, 1);
        if (ready & 1u << i)
            chan_send(chans[i], &i);
        counts[i] = 0;
    }
    for (int turn = 0; turn < turns; turn++) {
        int value = -1;
        int chosen = chan_select(on_recv(chans[0], &value), on_recv(chans[1], &value),
                                 on_recv(chans[2], &value), on_recv(chans[3], &value));
        assert_int_equal(value, chosen);
        counts[chosen]++;
        chan_send(chans[chosen], &chosen);
    }
    for (int i = 0; i < 4; i++)
        chan_drop(chans[i]);
}

TASK_TEST(the_choice_is_unbiased_for_every_set_of_ready_cases)
{
    enum { TURNS = 6000 };
    /* Chi-square's 99.99 percent points at 1, 2 and 3 degrees of freedom. */
    static const double bound[] = {0, 15.14, 18.42, 21.11};
    task_seed(20261124);
    for (unsigned ready = 1; ready < 16; ready++) {
        int counts[4], cases = __builtin_popcount(ready);
        count_choices(ready, TURNS, counts);
        double expected = (double)TURNS / cases, chi_square = 0;
        for (int i = 0; i < 4; i++) {
            double off = counts[i] - expected;
            if (ready & 1u << i)
                chi_square += off * off / expected;
            else
                assert_int_equal(counts[i], 0);
        }
        if (cases > 1 && chi_square > bound[cases - 1])
            fail_msg("ready mask %x: chosen %d %d %d %d times", ready, counts[0], counts[1],
                     counts[2], counts[3]);
    }
}

/* Of the cases of one parked select in one queue the first is served: who of n stands there? */

struct twins {
    struct chan *chan, *beside;
    int sends, counts[4];
};

/* Cases 0, 2 and 3 are over the same channel, 1 is not. */
static void park_thrice_in_one(void *arg)
{
    struct twins *t = arg;
    int value = 1;
    int chosen = t->sends ? chan_select(on_send(t->chan, &value), on_send(t->beside, &value),
                                        on_send(t->chan, &value), on_send(t->chan, &value))
                          : chan_select(on_recv(t->chan, &value), on_recv(t->beside, &value),
                                        on_recv(t->chan, &value), on_recv(t->chan, &value));
    t->counts[chosen]++;
}

static void recv_once(void *arg)
{
    chan_recv(arg, NULL);
}

static void send_once(void *arg)
{
    chan_send(arg, &(int){7});
}

static void count_twins(struct twins *t, int turns)
{
    for (int turn = 0; turn < turns; turn++) {
        /* Another waits before it, and another behind: only its own are mixed. */
        int before = turn % 2, behind = turn % 3 == 0;
        for (int i = 0; i < before; i++)
            go(t->sends ? send_once : recv_once, t->chan);
        go(park_thrice_in_one, t);
        for (int i = 0; i < behind; i++)
            go(t->sends ? send_once : recv_once, t->chan);
        settle();
        for (int i = 0; i < before + 1 + behind; i++) {
            int value = 7;
            if (!t->sends)
                assert_true(chan_try_send(t->chan, &value));
            else
                assert_true(chan_try_recv(t->chan, &value, NULL));
            if (t->sends)
                assert_int_equal(value, i == before ? 1 : 7);
        }
        settle();
        expect_nobody_waits(t->chan);
        expect_nobody_waits(t->beside);
    }
}

TASK_TEST(the_choice_is_unbiased_among_parked_cases_of_one_channel)
{
    enum { TURNS = 3000 };
    task_seed(20261124);
    for (int sends = 0; sends < 2; sends++) {
        struct twins t = {chan_make(int, 0), chan_make(int, 0), sends, {0}};
        count_twins(&t, TURNS);
        double expected = (double)TURNS / 3, chi_square = 0;
        for (int i = 0; i < 4; i++)
            if (i != 1)
                chi_square += (t.counts[i] - expected) * (t.counts[i] - expected) / expected;
        assert_int_equal(t.counts[1], 0);
        if (chi_square > 18.42) /* 99.99 percent at 2 degrees of freedom */
            fail_msg("chosen %d, %d and %d times", t.counts[0], t.counts[2], t.counts[3]);
        chan_drop(t.chan);
        chan_drop(t.beside);
    }
}

/* 64 choices between two ready cases, a bit each. */
static uint64_t choices_with_seed(uint64_t seed)
{
    struct chan *c = chan_make(int, 1);
    uint64_t bits = 0;
    task_seed(seed);
    chan_send(c, &(int){0});
    for (int turn = 0; turn < 64; turn++) {
        int chosen = chan_select(on_recv(c, NULL), on_recv(c, NULL));
        bits = bits << 1 | (uint64_t)chosen;
        chan_send(c, &(int){0});
    }
    chan_drop(c);
    return bits;
}

TASK_TEST(a_seed_repeats_the_choices)
{
    uint64_t one = choices_with_seed(1), two = choices_with_seed(2);
    assert_true(one != two);
    assert_true(choices_with_seed(1) == one);
    assert_true(choices_with_seed(2) == two);
    /* No seed is a bad one. */
    uint64_t zero = choices_with_seed(0);
    assert_true(zero != 0 && ~zero != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_choice_is_unbiased_for_every_set_of_ready_cases),
        cmocka_unit_test(the_choice_is_unbiased_among_parked_cases_of_one_channel),
        cmocka_unit_test(a_seed_repeats_the_choices),
    };
    return cmocka_run_group_tests_name("select: choice", tests, NULL, NULL);
}
