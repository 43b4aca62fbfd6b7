/* Noise: what else the machine did is read from the kernel's counters, and flagged from its bounds on. */
#include "test/words.h"

#include "probe/noise.h"
#include "result/noise.h"
#include <math.h>
#include <unistd.h>

/* --- What the counters say ------------------------------------------------------------------ */

static struct noise_mark mark(const char *stat, const char *load, double time, double own)
{
    struct noise_mark mark = {.time = time, .own = own};
    mark.known = noise_mark_of(stat, -1, 100, load, &mark);
    return mark;
}

static void shares_are_of_all_processors_time(void **state)
{
    (void)state;
    /* Two processors for ten seconds: 400 ticks of work, 60 kept back, the rest idle; 1 s of the work is ours. */
    struct noise_mark from = mark("cpu 100 0 0 1000 0 0 0 0 0 0\n", "0.50 1 2 1/9 7\n", 5, 2);
    struct noise_mark to = mark("cpu 300 50 100 2500 40 20 30 60 0 0\n", "9 9 9 1/9 7\n", 15, 3);
    struct noise noise = noise_between(&from, &to, 0.4);
    assert_true(from.known && to.known);
    assert_float_equal(noise.load_average, 0.5, 1e-9);
    assert_float_equal(noise.others, (4.0 - 1 - 0.02) / 20, 1e-9); /* less two ticks */
    assert_float_equal(noise.stolen, (0.6 - 0.02) / 20, 1e-9);
    assert_float_equal(noise.waited, 0.04, 1e-9);
}

/* Counters go in ticks of 10 ms, and so ours may be more than all of them. */
static void a_share_is_none_below_zero_and_none_above_all(void **state)
{
    (void)state;
    struct noise_mark from = mark("cpu 0 0 0 0 0 0 0 0", "1", 0, 0);
    struct noise_mark to = mark("cpu 100 0 0 100 0 0 0 0", "1", 1, 1.2);
    struct noise noise = noise_between(&from, &to, 3);
    assert_float_equal(noise.others, 0, 0);
    assert_float_equal(noise.waited, 1, 0);
    noise = noise_between(&from, &from, 0);
    assert_true(isnan(noise.others) && isnan(noise.stolen) && isnan(noise.waited));
}

/* What is measured may be pinned to a core; what another one does is no noise to it. */
static void of_a_core_its_own_line_counts(void **state)
{
    (void)state;
    static const char stat[] = "cpu 1 0 0 1 0 0 0 0 0 0\ncpu0 300 0 0 0 0 0 0 0 0 0\n"
                               "cpu1 100 0 0 50 0 0 0 7 0 0\ncpu10 9 0 0 9 0 0 0 0 0 0\nintr 5\n";
    struct noise_mark one, ten, none;
    assert_true(noise_mark_of(stat, 1, 100, "1", &one));
    assert_float_equal(one.busy, 1, 1e-9);
    assert_float_equal(one.stolen, 0.07, 1e-9);
    assert_float_equal(one.all, 1.57, 1e-9);
    assert_true(noise_mark_of(stat, 10, 100, "1", &ten));
    assert_float_equal(ten.busy, 0.09, 1e-9);
    assert_false(noise_mark_of(stat, 2, 100, "1", &none));
    noise_mark_core(0, &one);
    assert_true(one.known && one.all > 0);
}

static void what_the_kernel_does_not_say_is_not_known(void **state)
{
    (void)state;
    struct noise_mark from = mark("", "", 0, 0), to = mark("cpu 1 2 3", "", 1, 0);
    struct noise noise = noise_between(&from, &to, NAN);
    assert_false(from.known || to.known || noise_is_known(&noise) || noise_flagged(&noise));
    assert_true(isnan(noise_waited(-1)));
    assert_false(noise_is_known(&noise_unknown));
}

/* This process, which does nothing: the real counters are read, and are shares. */
static void the_counters_of_this_machine_are_read(void **state)
{
    (void)state;
    struct noise_mark from, to;
    noise_mark(&from);
    noise_mark(&to);
    assert_true(from.known && to.known);
    assert_true(to.busy >= from.busy && to.own >= from.own);
    assert_true(to.all >= to.busy + to.stolen); /* what is idle may go back: proc(5), of iowait */
    assert_true(from.load_average >= 0 && from.own > 0);
    if (access("/proc/self/schedstat", R_OK) == 0)
        assert_true(noise_waited(getpid()) >= 0);
}

/* --- The flag ------------------------------------------------------------------------------- */

static void flagged_is_what_is_above_a_bound(void **state)
{
    (void)state;
    static const struct {
        struct noise noise;
        const char *words;
    } all[] = {
        {{9, NOISE_OTHERS, NOISE_STOLEN, NOISE_WAITED}, ""}, /* the load is of the past */
        {{0, 0.43, 0, 0}, "others kept 43 % of the processors busy"},
        {{0, 0, 0.03, 0}, "the hypervisor kept 3 % of them back"},
        {{0, NAN, NAN, 0.12}, "it waited for a processor in 12 % of its time"},
        {{0, 0.43, 0, 0.12},
         "others kept 43 % of the processors busy, it waited for a processor in 12 % of its time"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char words[NOISE_WORDS];
        assert_string_equal(noise_words(words, &all[i].noise), all[i].words);
        assert_int_equal(noise_flagged(&all[i].noise), *all[i].words != 0);
    }
}

static void one_noisy_run_flags_them_all(void **state)
{
    (void)state;
    char words[NOISY_WORDS];
    struct run_figures runs[3] = {{.noise = noise_unknown}, {.noise = noise_unknown}};
    struct measured measured = {.run_count = 2, .runs = runs};
    assert_string_equal(noisy_words(words, &measured), "noise was not recorded");
    assert_false(is_noisy(&measured));
    runs[0].noise = runs[1].noise = runs[2].noise = (struct noise){1, 0.01, 0, 0};
    measured.run_count = 3;
    assert_string_equal(noisy_words(words, &measured), "");
    runs[1].noise.others = 0.4;
    assert_true(is_noisy(&measured));
    assert_int_equal(noisy_runs(&measured), 1);
    assert_string_equal(noisy_words(words, &measured),
                        "noisy: in 1 of 3 runs others kept 40 % of the processors busy");
    measured.run_count = 1;
    runs[0].noise.waited = 0.5;
    assert_string_equal(noisy_words(words, &measured),
                        "noisy: it waited for a processor in 50 % of its time");
    measured.run_count = 0;
    assert_string_equal(noisy_words(words, &measured), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_of_all_processors_time),
        cmocka_unit_test(a_share_is_none_below_zero_and_none_above_all),
        cmocka_unit_test(of_a_core_its_own_line_counts),
        cmocka_unit_test(what_the_kernel_does_not_say_is_not_known),
        cmocka_unit_test(the_counters_of_this_machine_are_read),
        cmocka_unit_test(flagged_is_what_is_above_a_bound),
        cmocka_unit_test(one_noisy_run_flags_them_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
