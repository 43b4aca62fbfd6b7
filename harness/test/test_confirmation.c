/* A measurement that was made again: what is kept of it, read back and refused; and in which words it is told, and by
 * whom. Nothing is measured. */
#include "test/quoted.h"
#include "test/words.h"

#include "result/confirm.h"
#include "result/confirmed.h"
#include <math.h>

/* One row of each word, of two pairs and a benchmark. */
static struct confirm_row rows[] = {
    {(char *)"a", VARIANT_LEAK, (char *)"bytes a request", 4200, 4190, 4210, 4201, CONFIRMED_MET},
    {(char *)"a", VARIANT_FIX, (char *)"bytes a request", 1, NAN, NAN, 2, CONFIRMED_NO_INTERVAL},
    {(char *)"a", VARIANT_LEAK, (char *)"tasks left a request", 1, 1, 1, 2, CONFIRMED_MISSED},
    {(char *)"b", VARIANT_LEAK, (char *)"bytes a request", 10, 9, 11, 12, CONFIRMED_CLOSE},
    {(char *)"b", VARIANT_FIX, (char *)"bytes a request", 10, 9, 11, 12, CONFIRMED_NOISY},
    {NULL, VARIANT_LEAK, (char *)"micro/x", 100, 90, 110, 50, CONFIRMED_NOT_COMPARABLE},
};
static struct confirmation all = {(char *)"20260131-m", 6, rows};

static const char kept[] =
    "{'schema':1,'of':'20260131-m','figures':["
    "{'pair':'a','variant':'leak','figure':'bytes a request','published':4200.0,'low':4190.0,"
    "'high':4210.0,'here':4201.0,'found':'met'},"
    "{'pair':'a','variant':'fix','figure':'bytes a request','published':1.0,'low':null,"
    "'high':null,'here':2.0,'found':'no interval'},"
    "{'pair':'a','variant':'leak','figure':'tasks left a request','published':1.0,'low':1.0,"
    "'high':1.0,'here':2.0,'found':'missed'},"
    "{'pair':'b','variant':'leak','figure':'bytes a request','published':10.0,'low':9.0,"
    "'high':11.0,'here':12.0,'found':'within 3 %'},"
    "{'pair':'b','variant':'fix','figure':'bytes a request','published':10.0,'low':9.0,"
    "'high':11.0,'here':12.0,'found':'too noisy'},"
    "{'benchmark':'micro/x','published':100.0,'low':90.0,'high':110.0,'here':50.0,"
    "'found':'not comparable'}]}";

/* --- Kept ------------------------------------------------------------------------------------ */

static void it_is_kept_and_read_again(void **state)
{
    (void)state;
    struct taker taker = {{0}};
    json_t *json = confirmation_json(&all);
    expect_json(json, kept);
    struct confirmation *read = confirmation_of_json(json, &taker);
    assert_string_equal(taker.wrong, "");
    assert_non_null(read);
    json_t *again = confirmation_json(read);
    expect_json(again, kept);
    confirmation_free(read);
    confirmation_free(NULL);
    json_decref(again);
    json_decref(json);
}

static void expect_refused(const char *text, const char *words)
{
    struct taker taker = {{0}};
    char *whole = quoted(text);
    json_t *json = json_loads(whole, JSON_DECODE_ANY, NULL);
    assert_non_null(json);
    struct confirmation *read = confirmation_of_json(json, &taker);
    assert_string_equal(taker.wrong, words);
    assert_int_equal(!read, *words != 0);
    confirmation_free(read);
    json_decref(json);
    free(whole);
}

#define OF(figures) "{'schema':1,'of':'r','figures':" figures "}"

static void what_is_amiss_is_told(void **state)
{
    (void)state;
    expect_refused("[]", "it is no object");
    expect_refused("{'schema':2}", "its schema is a newer one: read it with a newer leaklab");
    expect_refused("{'schema':0}", "\"schema\" is no whole number from 1 to 1048576");
    expect_refused("{'schema':1048577}", "\"schema\" is no whole number from 1 to 1048576");
    expect_refused("{'schema':1,'figures':[]}", "\"of\" is missing");
    expect_refused(OF("7"), "\"figures\" is no array");
    expect_refused(OF("[]"), "");
    expect_refused(OF("[7]"), "one of its \"figures\" is no object");
    expect_refused(OF("[{'found':'met'}]"), "\"benchmark\" is missing");
    expect_refused(OF("[{'found':'met','benchmark':'x'}]"), "");
    expect_refused(OF("[{'found':'well','benchmark':'x'}]"), "\"found\" is none of its words");
    expect_refused(OF("[{'found':'met','benchmark':'x','low':'1'}]"), "\"low\" is no number");
    expect_refused(OF("[{'found':'met','pair':'p','variant':'flood','figure':'f'}]"),
                   "\"variant\" is neither leak nor fix");
    expect_refused(OF("[{'found':'met','pair':'p','variant':'fix'}]"), "\"figure\" is missing");
    expect_refused(OF("[{'found':'met','pair':'','variant':'fix','figure':'f'}]"),
                   "\"pair\" is missing");
}

static void it_has_at_most_20000_figures(void **state)
{
    (void)state;
    for (size_t count = 20000; count <= 20001; count++) {
        struct taker taker = {{0}};
        json_t *figures = json_array(),
               *one = json_pack("{s:s, s:s}", "found", "met", "benchmark", "x");
        for (size_t i = 0; i < count; i++)
            json_array_append(figures, one);
        json_t *json = json_pack("{s:i, s:s, s:o}", "schema", 1, "of", "r", "figures", figures);
        struct confirmation *read = confirmation_of_json(json, &taker);
        assert_string_equal(taker.wrong,
                            count == 20000 ? "" : "\"figures\" has more than 20000 elements");
        confirmation_free(read);
        json_decref(one);
        json_decref(json);
    }
}

/* --- Judged ---------------------------------------------------------------------------------- */

enum { RUNS = 4 };

/* A pair, each half of which has four runs over 100 requests; what they took, and of the leak what it has left. */
struct made {
    struct run_figures runs[VARIANTS][RUNS];
    struct measured_pair pair;
};

static void make(struct made *made, double bytes, double spread, double within)
{
    *made = (struct made){.pair = {.id = (char *)"p", .twin = (char *)"", .settings.rate = 10}};
    for (enum variant v = 0; v < VARIANTS; v++) {
        for (int i = 0; i < RUNS; i++) {
            struct run_figures *run = &made->runs[v][i];
            *run = (struct run_figures){.requests = 100, .noise = noise_unknown};
            run->bytes =
                (struct apart){(v == VARIANT_LEAK ? bytes : 0) + spread * (i - 1.5), NAN, within};
            run->tasks_left = v == VARIANT_LEAK ? 100 : 0;
        }
        made->pair.variants[v] = (struct measured){.run_count = RUNS, .runs = made->runs[v]};
    }
    made->pair.variants[VARIANT_LEAK].expected.parked[WAIT_SLEEP] = 1;
}

static void expect_confirmed(const struct made *was, const struct made *is, const char *text)
{
    struct measured_pair before = was->pair, after = is->pair;
    struct summary published = {.pairs = &before, .pair_count = 1},
                   here = {.pairs = &after, .pair_count = 1};
    char told[2048] = "";
    struct confirmation *made = confirm(&published, &here);
    assert_non_null(made);
    for (size_t i = 0; i < made->count; i++) {
        const struct confirm_row *row = &made->rows[i];
        char *name = confirm_row_name(row);
        snprintf(told + strlen(told), sizeof told - strlen(told),
                 "%s: %.5g (%.5g to %.5g), here %.5g: %s\n", name, row->published, row->low,
                 row->high, row->here, confirmed_text(row->confirmed));
        free(name);
    }
    assert_string_equal(told, text);
    confirmation_free(made);
}

static void bytes_are_held_to_what_is_foretold(void **state)
{
    (void)state;
    struct made was, is;
    make(&was, 4000, 10, 3);
    make(&is, 4025, 10, 4);
    expect_confirmed(&was, &is,
                     "p leak, tasks left a request: 1 (1 to 1), here 1: met\n"
                     "p leak, bytes a request: 4000 (3964 to 4036.1), here 4025: met\n"
                     "p fix, tasks left a request: 0 (0 to 0), here 0: met\n"
                     "p fix, bytes a request: 0 (-36.052 to 36.052), here 0: met\n");
    is.runs[VARIANT_LEAK][0].bytes.each = NAN; /* of this run they are not known */
    is.runs[VARIANT_LEAK][1].bytes.within = NAN;
    is.runs[VARIANT_FIX][2].noise.others = 0.9;
    expect_confirmed(&was, &is,
                     "p leak, tasks left a request: 1 (1 to 1), here 1: met\n"
                     "p leak, bytes a request: 4000 (3962.7 to 4037.5), here 4030: met\n"
                     "p fix, tasks left a request: 0 (0 to 0), here 0: met\n"
                     "p fix, bytes a request: 0 (-38.379 to 38.379), here -1.6667: met\n");
    is.pair.settings.rate = 20;
    expect_confirmed(
        &was, &is,
        "p leak, tasks left a request: 1 (1 to 1), here 1: not comparable\n"
        "p leak, bytes a request: 4000 (3962.7 to 4037.5), here 4030: not comparable\n"
        "p fix, tasks left a request: 0 (0 to 0), here 0: not comparable\n"
        "p fix, bytes a request: 0 (-38.379 to 38.379), here -1.6667: not comparable\n");
    is.pair.settings.rate = 10;
    is.pair.variants[VARIANT_FIX].run_count = 0;
    expect_confirmed(&was, &is,
                     "p leak, tasks left a request: 1 (1 to 1), here 1: met\n"
                     "p leak, bytes a request: 4000 (3962.7 to 4037.5), here 4030: met\n");
    make(&was, 0.5, 0, 0); /* a byte is nothing */
    make(&is, 1.4, 0, 0);
    expect_confirmed(&was, &is,
                     "p leak, tasks left a request: 1 (1 to 1), here 1: met\n"
                     "p leak, bytes a request: 0.5 (0.5 to 0.5), here 1.4: within 3 %\n"
                     "p fix, tasks left a request: 0 (0 to 0), here 0: met\n"
                     "p fix, bytes a request: 0 (0 to 0), here 0: met\n");
    make(&is, 1.6, 0, 0);
    expect_confirmed(&was, &is,
                     "p leak, tasks left a request: 1 (1 to 1), here 1: met\n"
                     "p leak, bytes a request: 0.5 (0.5 to 0.5), here 1.6: missed\n"
                     "p fix, tasks left a request: 0 (0 to 0), here 0: met\n"
                     "p fix, bytes a request: 0 (0 to 0), here 0: met\n");
    make(&was, 1000, 0, 0); /* 3 % are close */
    make(&is, 1029.9, 0, 0);
    expect_confirmed(&was, &is,
                     "p leak, tasks left a request: 1 (1 to 1), here 1: met\n"
                     "p leak, bytes a request: 1000 (1000 to 1000), here 1029.9: within 3 %\n"
                     "p fix, tasks left a request: 0 (0 to 0), here 0: met\n"
                     "p fix, bytes a request: 0 (0 to 0), here 0: met\n");
    make(&is, 969.9, 0, 0);
    expect_confirmed(&was, &is,
                     "p leak, tasks left a request: 1 (1 to 1), here 1: met\n"
                     "p leak, bytes a request: 1000 (1000 to 1000), here 969.9: missed\n"
                     "p fix, tasks left a request: 0 (0 to 0), here 0: met\n"
                     "p fix, bytes a request: 0 (0 to 0), here 0: met\n");
}

/* A count is exact, or within what its runs have had; of handles a process has one or two of its own. */
static void counts_are_held_to_their_range(void **state)
{
    (void)state;
    struct made was, is;
    make(&was, 0, 0, 0);
    make(&is, 0, 0, 0);
    for (int i = 0; i < RUNS; i++)
        is.runs[VARIANT_LEAK][i].tasks_left = 99;
    expect_confirmed(&was, &is,
                     "p leak, tasks left a request: 1 (1 to 1), here 0.99: missed\n"
                     "p leak, bytes a request: 0 (0 to 0), here 0: met\n"
                     "p fix, tasks left a request: 0 (0 to 0), here 0: met\n"
                     "p fix, bytes a request: 0 (0 to 0), here 0: met\n");
    was.runs[VARIANT_LEAK][3].tasks_left = 98;
    expect_confirmed(&was, &is,
                     "p leak, tasks left a request: 0.995 (0.98 to 1), here 0.99: met\n"
                     "p leak, bytes a request: 0 (0 to 0), here 0: met\n"
                     "p fix, tasks left a request: 0 (0 to 0), here 0: met\n"
                     "p fix, bytes a request: 0 (0 to 0), here 0: met\n");
    struct expectation *expected = &was.pair.variants[VARIANT_LEAK].expected;
    *expected = (struct expectation){.timers_held = 10};
    for (int i = 0; i < RUNS; i++) {
        was.runs[VARIANT_LEAK][i].tasks_left = 0;
        was.runs[VARIANT_LEAK][i].timers_held = 1000;
        is.runs[VARIANT_LEAK][i].timers_held = 1000;
    }
    expect_confirmed(&was, &is,
                     "p leak, timers held a request: 10 (10 to 10), here 10: met\n"
                     "p leak, bytes a request: 0 (0 to 0), here 0: met\n"
                     "p fix, timers held a request: 0 (0 to 0), here 0: met\n"
                     "p fix, bytes a request: 0 (0 to 0), here 0: met\n");
    *expected = (struct expectation){.threads = 1};
    for (int i = 0; i < RUNS; i++) {
        was.runs[VARIANT_LEAK][i].timers_held = 0;
        was.runs[VARIANT_LEAK][i].left[LEFT_THREADS] = 100;
        is.runs[VARIANT_LEAK][i].left[LEFT_THREADS] = 100.04;
        was.runs[VARIANT_LEAK][i].left[LEFT_DESCRIPTORS] = 200;
        is.runs[VARIANT_LEAK][i].left[LEFT_DESCRIPTORS] = 200.06;
    }
    expect_confirmed(
        &was, &is,
        "p leak, descriptors left a request: 2 (1.9995 to 2.0005), here 2.0006: missed\n"
        "p leak, threads left a request: 1 (0.9995 to 1.0005), here 1.0004: met\n"
        "p leak, bytes a request: 0 (0 to 0), here 0: met\n"
        "p fix, descriptors left a request: 0 (-0.0005 to 0.0005), here 0: met\n"
        "p fix, threads left a request: 0 (-0.0005 to 0.0005), here 0: met\n"
        "p fix, bytes a request: 0 (0 to 0), here 0: met\n");
}

/* --- Told ------------------------------------------------------------------------------------ */

static void rows_have_their_names(void **state)
{
    (void)state;
    static const char *const names[] = {"a leak, bytes a request",      "a fix, bytes a request",
                                        "a leak, tasks left a request", "b leak, bytes a request",
                                        "b fix, bytes a request",       "micro/x"};
    for (size_t i = 0; i < all.count; i++) {
        char *name = confirm_row_name(&rows[i]);
        assert_string_equal(name, names[i]);
        free(name);
    }
}

static void expect_counts(const char *pair, const char *words, bool holds)
{
    char text[CONFIRM_COUNTS];
    struct confirm_counts counts = confirm_counts(&all, pair);
    assert_string_equal(confirm_counts_text(text, &counts), words);
    assert_int_equal(confirm_holds(&counts), holds);
}

static void figures_are_counted_by_their_words(void **state)
{
    (void)state;
    expect_counts(NULL, "1 of 6 figures met, 1 within 3 %, 1 missed, 3 open", false);
    expect_counts("a", "1 of 3 figures met, 1 missed, 1 open", false);
    expect_counts("b", "0 of 2 figures met, 1 within 3 %, 1 open", true);
    expect_counts("none", "0 of 0 figures met", false);
    struct confirmation one = {.count = 1, .rows = rows};
    struct confirm_counts counts = confirm_counts(&one, "a");
    char text[CONFIRM_COUNTS];
    assert_string_equal(confirm_counts_text(text, &counts), "1 of 1 figure met");
    assert_true(confirm_holds(&counts));
}

/* --- By whom --------------------------------------------------------------------------------- */

static json_t *about_of(const char *processor)
{
    return json_pack("{s:{s:s, s:i, s:s}}", "machine", "processor", processor, "cores", 2, "kernel",
                     "Linux 6.1");
}

static void who_measured_it_again_is_named(void **state)
{
    (void)state;
    static struct confirm_row met[1], missed[1];
    struct confirmation holds = {(char *)"r", 1, met}, misses = {(char *)"r", 1, missed},
                        other = {(char *)"another", 1, met};
    struct summary by[] = {
        {.name = (char *)"one", .confirmation = &holds, .about = about_of("P")},
        {.name = (char *)"two", .confirmation = &misses, .about = about_of("Q")},
        {.name = (char *)"three", .confirmation = &other},
        {.name = (char *)"four"},
        {.name = (char *)"five", .confirmation = &holds, .about = about_of("R")}};
    struct summary *each[] = {&by[0], &by[1], &by[2], &by[3], &by[4]};
    struct confirmers others = {each, 5};
    met[0] = rows[0];
    missed[0] = rows[2];
    static const struct {
        size_t count;
        const char *words, *sentence;
        const char *pair;
    } told[] = {
        {5, "confirmed by 2 of 3 that measured it again",
         "Confirmed by one (1 of 1 figure met, on P, 2 cores, Linux 6.1), five (1 of 1 figure met, "
         "on R, 2 cores, Linux 6.1). Not confirmed by two (0 of 1 figure met, 1 missed, on Q, 2 "
         "cores, Linux 6.1).",
         NULL},
        {5, "confirmed by 2 of 3 that measured it again",
         "Confirmed by one (1 of 1 figure met, on P, 2 cores, Linux 6.1), five (1 of 1 figure met, "
         "on R, 2 cores, Linux 6.1). Not confirmed by two (0 of 1 figure met, 1 missed, on Q, 2 "
         "cores, Linux 6.1).",
         "a"},
        {5, "not confirmed yet", "", "b"},
        {1, "confirmed 1 time", "Confirmed by one (1 of 1 figure met, on P, 2 cores, Linux 6.1).",
         NULL},
        {0, "not confirmed yet", "", NULL},
    };
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        size_t count;
        char text[CONFIRMED_WORDS_SIZE];
        others.count = told[i].count;
        struct confirmed_by *found = confirmed_by(&others, "r", told[i].pair, &count);
        assert_string_equal(confirmed_words(text, found, count), told[i].words);
        free(found);
        char *sentence = confirmed_sentence(&others, "r", told[i].pair);
        assert_string_equal(sentence, told[i].sentence);
        free(sentence);
    }
    size_t count;
    struct confirmed_by twice[2] = {{.counts = {.met = 1}}, {.counts = {.close = 1}}};
    char text[CONFIRMED_WORDS_SIZE];
    assert_string_equal(confirmed_words(text, twice, 2), "confirmed 2 times");
    others.count = 5;
    struct confirmed_by *found = confirmed_by(&others, "r", NULL, &count);
    assert_int_equal(count, 3);
    assert_ptr_equal(found[0].by, &by[0]);
    assert_ptr_equal(found[1].by, &by[1]);
    assert_ptr_equal(found[2].by, &by[4]);
    free(found);
    json_decref(by[0].about);
    json_decref(by[1].about);
    json_decref(by[4].about);
}

/* By when and how it was measured: a copy of it is the same one. */
static void a_copy_is_the_same_measurement(void **state)
{
    (void)state;
    static const char *const names[] = {"time", "seed", "command", "machine"};
    struct summary a = {.about = json_object()}, b = {.about = json_object()};
    assert_true(confirm_same_measurement(&a, &b));
    for (size_t i = 0; i < 4; i++) {
        json_object_set_new(a.about, names[i], json_integer(7));
        assert_false(confirm_same_measurement(&a, &b));
        assert_false(confirm_same_measurement(&b, &a));
        json_object_set_new(b.about, names[i], json_integer(8));
        assert_false(confirm_same_measurement(&a, &b));
        json_object_set_new(b.about, names[i], json_integer(7));
        assert_true(confirm_same_measurement(&a, &b));
    }
    json_object_set_new(a.about, "commit", json_integer(7));
    assert_true(confirm_same_measurement(&a, &b));
    json_decref(a.about);
    json_decref(b.about);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_kept_and_read_again),
        cmocka_unit_test(what_is_amiss_is_told),
        cmocka_unit_test(it_has_at_most_20000_figures),
        cmocka_unit_test(bytes_are_held_to_what_is_foretold),
        cmocka_unit_test(counts_are_held_to_their_range),
        cmocka_unit_test(rows_have_their_names),
        cmocka_unit_test(figures_are_counted_by_their_words),
        cmocka_unit_test(who_measured_it_again_is_named),
        cmocka_unit_test(a_copy_is_the_same_measurement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
