/* Results measured again: what is met and what is missed, how that is kept beside the result, and who is believed
 * of it. */
#include "test/planted.h"
#include "test/words.h"

#include "page/verify_results.h"
#include "result/confirm.h"
#include "result/confirmed.h"
#include "result/result.h"
#include "result/summarize.h"
#include <math.h>
#include <unistd.h>

/* --- What is met ---------------------------------------------------------------------------- */

static struct summary *measured(const char *file, const struct planted *planted, size_t count)
{
    char why[512];
    const char *path = planted_path("%s", file);
    unlink(path);
    planted_record(path, planted, count);
    struct recorded *recorded = recorded_read(path, why, sizeof why);
    struct summary *summary = recorded ? summary_of(recorded) : NULL;
    assert_non_null(summary);
    recorded_free(recorded);
    return summary;
}

static const struct confirm_row *row_of(const struct confirmation *all, enum variant variant,
                                        const char *what)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->rows[i].variant == variant && strcmp(all->rows[i].what, what) == 0)
            return &all->rows[i];
    fail_msg("no row %s", what);
    return NULL;
}

static const struct planted published = {
    .id = "channel_receive", .runs = 5, .requests = 1000, .bytes = {4200, 0}, .spread = 2};

static void bytes_are_held_to_the_interval(void **state)
{
    (void)state;
    static const struct {
        double leak, fix;
        enum confirmed leak_is, fix_is;
    } all[] = {
        {4200, 0, CONFIRMED_MET, CONFIRMED_MET},
        {4202, 5, CONFIRMED_MET, CONFIRMED_MET}, /* it is known to a page in 750 requests */
        {4290, 80, CONFIRMED_CLOSE, CONFIRMED_MISSED},
        {4400, 0, CONFIRMED_MISSED, CONFIRMED_MET},
        {4000, 0, CONFIRMED_MISSED, CONFIRMED_MET},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct planted again = published;
        again.bytes[VARIANT_LEAK] = all[i].leak;
        again.bytes[VARIANT_FIX] = all[i].fix;
        struct summary *was = measured("was", &published, 1), *is = measured("is", &again, 1);
        json_object_set_new(json_object_get(is->about, "machine"), "processor",
                            json_string("Another")); /* that they hold there is what is asked */
        struct confirmation *made = confirm(was, is);
        assert_non_null(made);
        const struct confirm_row *leak = row_of(made, VARIANT_LEAK, "bytes a request");
        assert_int_equal(leak->confirmed, all[i].leak_is);
        assert_true(leak->low < leak->published && leak->published < leak->high);
        assert_int_equal(row_of(made, VARIANT_FIX, "bytes a request")->confirmed, all[i].fix_is);
        struct confirm_counts counts = confirm_counts(made, NULL);
        assert_int_equal(counts.rows, 4);
        assert_int_equal(confirm_holds(&counts), counts.missed == 0);
        confirmation_free(made);
        summary_free(was);
        summary_free(is);
    }
}

enum change_of { ANOTHER_LOAD, NOISE, ONE_RUN, FEWER_TASKS };

/* How the leak's tasks and bytes are confirmed where this is so. */
static void expect_found(enum change_of change, enum confirmed tasks, enum confirmed bytes)
{
    struct planted one = published;
    one.runs = change == ONE_RUN ? 1 : one.runs;
    struct summary *was = measured("was", &one, 1), *is = measured("is", &published, 1);
    struct measured *leak = &is->pairs[0].variants[VARIANT_LEAK];
    for (size_t i = 0; i < leak->run_count; i++) {
        leak->runs[i].noise.others = change == NOISE ? 0.9 : 0;
        leak->runs[i].tasks_left *= change == FEWER_TASKS ? 0.999 : 1;
    }
    is->pairs[0].settings.rate *= change == ANOTHER_LOAD ? 2 : 1;
    struct confirmation *made = confirm(was, is);
    assert_non_null(made);
    assert_int_equal(row_of(made, VARIANT_LEAK, "tasks left a request")->confirmed, tasks);
    assert_int_equal(row_of(made, VARIANT_LEAK, "bytes a request")->confirmed, bytes);
    assert_true(row_of(made, VARIANT_LEAK, "bytes a request")->here > 4000); /* told all the same */
    confirmation_free(made);
    summary_free(was);
    summary_free(is);
}

static void what_can_not_be_held_is_open(void **state)
{
    (void)state;
    expect_found(ANOTHER_LOAD, CONFIRMED_NOT_COMPARABLE, CONFIRMED_NOT_COMPARABLE);
    expect_found(NOISE, CONFIRMED_MET, CONFIRMED_NOISY);
    expect_found(ONE_RUN, CONFIRMED_MET, CONFIRMED_NO_INTERVAL);
    expect_found(FEWER_TASKS, CONFIRMED_MISSED, CONFIRMED_MET); /* counts are exact */
}

/* A report of one row, five processes. */
static void plant_report(const char *name, const char *processor, double cost)
{
    char text[2048];
    int length =
        snprintf(text, sizeof text,
                 "{\"context\": {\"num_cpus\": 2, \"date\": \"2026-01-31T00:30:0%d+01:00\", "
                 "\"processor\": \"%s\"}, \"benchmarks\": [",
                 (int)strlen(name), processor);
    for (int i = 0; i < 5; i++)
        length += snprintf(text + length, sizeof text - (size_t)length,
                           "%s{\"name\": \"row/a\", \"run_name\": \"row/a\", \"run_type\": "
                           "\"iteration\", \"invocation\": %d, \"cpu_time\": %.9g, \"real_time\": "
                           "1, \"time_unit\": \"ns\"}",
                           i ? "," : "", i, cost + i);
    length += snprintf(text + length, sizeof text - (size_t)length, "]}");
    planted_write(planted_path("%s", name), text, (size_t)length);
}

static void times_of_another_machine_are_not_comparable(void **state)
{
    (void)state;
    plant_report("was", "One", 100);
    plant_report("here", "One", 101);
    plant_report("there", "Another", 101);
    const struct ran *ran = planted_shell("$LAB confirm was here");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^row/a: 101\\.99 published .[0-9.]+ to [0-9.]+., 102\\.99 here: met$");
    ran = planted_shell("$LAB confirm was there");
    assert_int_equal(ran->status, 1);
    expect_match(ran->said, "^row/a: .* not comparable$");
    expect_words(ran->said, "0 of 1 figure met, 1 open");
    assert_int_equal(planted_shell("$LAB save --machine m was")->status, 0);
    ran = planted_shell("$LAB save --machine n --confirms 20260130-m there");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "there confirms nothing of 20260130-m: 1 figures in both, and none");
    ran = planted_shell("$LAB save --machine n --confirms 20260130-m here && $LAB verify");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "2 results, all as they say");
}

/* --- Keeping it ----------------------------------------------------------------------------- */

/* A result, and one that measures it again; the name of the first, and of the other in *again. */
static const char *plant_both(const char **again)
{
    static char second[RESULT_NAME];
    struct planted two[2] = {planted_two[0], planted_two[1]};
    const char *name = planted_saved("m");
    two[0].seed = two[1].seed = 8;
    two[1].bytes[VARIANT_LEAK] = 4700;
    planted_record(planted_path("again.ndjson"), two, 2);
    const struct ran *ran = planted_shell(
        "cp -r results before; $LAB save --machine again --confirms %s again.ndjson", name);
    if (ran->status != 0)
        fail_msg("%s", ran->said);
    assert_int_equal(sscanf(ran->said, "saved results/%95s", second), 1);
    *again = second;
    return name;
}

static void expect_kept(const char *name, const char *again)
{
    const struct ran *ran = planted_shell(
        "cd results/%s && sha256sum --quiet --check SHA256SUMS && grep -c confirmation SHA256SUMS "
        "&& cd ../.. && for f in SHA256SUMS result.json record.ndjson.gz tables/pairs.csv "
        "figures/SHA256SUMS; do cmp before/%s/$f results/%s/$f || exit; done && $LAB verify",
        again, name, name);
    assert_string_equal(ran->said, "1\n2 results, all as they say\n");
    char *kept = planted_read(planted_path("results/%s/confirmation.json", again), NULL);
    json_t *json = json_loads(kept, 0, NULL);
    struct taker taker = {{0}};
    struct confirmation *read = confirmation_of_json(json, &taker);
    assert_non_null(read);
    assert_string_equal(read->of, name);
    struct confirm_counts one = confirm_counts(read, "channel_receive");
    struct confirm_counts other = confirm_counts(read, "worker_loop");
    assert_int_equal(one.met, 4);
    assert_int_equal(other.missed, 1);
    confirmation_free(read);
    json_decref(json);
    free(kept);
}

static void expect_on_pages(const char *name, const char *again)
{
    char words[512];
    snprintf(words, sizeof words,
             "confirmed 1 time: [%s](../%s/README.md) (4 of 4 figures met, on ", again, again);
    char *text = planted_read(planted_path("results/pairs/channel_receive.md"), NULL);
    expect_words(text, words);
    free(text);
    text = planted_read(planted_path("results/pairs/worker_loop.md"), NULL);
    expect_words(text, "confirmed by 0 of 1 that measured it again: [");
    expect_words(text, "(3 of 4 figures met, 1 missed, on ");
    free(text);
    text = planted_read(planted_path("results/pairs/channel_receive.html"), NULL);
    snprintf(words, sizeof words,
             "</a>; confirmed 1 time: <a href=\"../%s/README.md\">%s</a> (4 of", again, again);
    expect_words(text, words);
    free(text);
    static const char *const indices[] = {"index.html", "README.md"};
    for (size_t i = 0; i < 2; i++) {
        text = planted_read(planted_path("results/%s", indices[i]), NULL);
        expect_words(text, "; confirmed by 0 of 1 that measured it again: ");
        expect_words(text, " again: 7 of 8 figures met, 1 missed; not confirmed yet");
        free(text);
    }
    text = planted_read(planted_path("results/%s/README.md", name), NULL);
    expect_words(text, "This result is confirmed by 0 of 1 that measured it again: [");
    free(text);
    text = planted_read(planted_path("results/%s/README.md", again), NULL);
    expect_words(text, " again: 7 of 8 figures met, 1 missed.");
    expect_match(text,
                 "^\\| worker._loop leak, bytes a request \\| 4[0-9.]+ \\| .* \\| missed \\|$");
    free(text);
}

static void expect_said(const char *name, const char *again)
{
    char words[256];
    const struct ran *ran = planted_shell("$LAB cite channel_receive");
    snprintf(words, sizeof words, "results/%s/README.md#channel_receive\nConfirmed by %s (4 of 4",
             name, again);
    expect_words(ran->said, words); /* of the one that was confirmed, though the other is newer */
    ran = planted_shell("$LAB cite worker_loop");
    expect_words(ran->said, "\nNot confirmed by ");
    ran = planted_shell("$LAB cite channel_receive --short");
    expect_no_words(ran->said, "onfirmed");
    ran = planted_shell("$LAB confirm %s", name);
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "by:\n  leaklab run --json 'a file.ndjson'\n");
    expect_words(ran->said, "\nNot confirmed by ");
    ran = planted_shell("$LAB confirm %s", again);
    expect_words(ran->said, "\nNobody has confirmed it yet.\n");
    ran = planted_shell("$LAB confirm %s again.ndjson", name);
    assert_int_equal(ran->status, 1);
    snprintf(words, sizeof words,
             "7 of 8 figures met, 1 missed\nTo keep that beside the result: "
             "leaklab save --confirms %s again.ndjson\n",
             name);
    expect_words(ran->said, words);
}

static void it_is_kept_shown_and_said(void **state)
{
    (void)state;
    const char *again, *name = plant_both(&again);
    expect_kept(name, again);
    expect_on_pages(name, again);
    expect_said(name, again);
}

static void what_confirms_nothing_is_refused(void **state)
{
    (void)state;
    const char *name = planted_saved("m");
    static const struct planted other = {
        .id = "done_channel", .runs = 3, .requests = 1000, .bytes = {4200, 0}, .seed = 9};
    planted_record(planted_path("other"), &other, 1);
    const struct ran *ran = planted_shell("$LAB save --machine n --confirms %s other", name);
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "other confirms nothing of ");
    expect_words(ran->said, ": 0 figures in both");
    ran = planted_shell("$LAB save --machine n --confirms %s m.ndjson", name);
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "a result does not confirm itself");
    assert_int_equal(planted_shell("$LAB save --machine n --confirms 20200101-x other")->status, 1);
    assert_int_equal(planted_shell("$LAB save --machine n --confirms ../x other")->status, 2);
    assert_string_equal(planted_shell("ls -A results | grep -e '-n$' -e unfinished")->said, "");
}

/* --- Strangers ------------------------------------------------------------------------------ */

struct damage {
    const char *what, *words; /* a shell's words, and what has to be said then */
};

/* The shell's words change r, a copy of the results, where $C is the file; then this command fails by these words. */
static void expect_found_damage(const char *again, const struct damage *damage, const char *command)
{
    const struct ran *ran =
        planted_shell("rm -rf r; cp -r results r; C=r/%s/confirmation.json; %s; "
                      "$LAB %s",
                      again, damage->what, command);
    if (ran->status != 1)
        fail_msg("after %s: status %d: %s", damage->what, ran->status, ran->said);
    expect_words(ran->said, damage->words);
}

#define SUM "; cd r/*-again; sha256sum re*.gz result.json confirmation.json >SHA256SUMS; cd ../.."

static void every_damage_is_found(void **state)
{
    (void)state;
    static const struct damage to_read[] = {
        {"sed -i '/\"of\"/s/-m\"/-again\"/' $C", "a result does not confirm itself"},
        {"sed -i '/\"of\"/s/: .*/: \"..\\/..\\/x\",/' $C", "\"of\" is no name of a result"},
        {"sed -i '/\"of\"/d' $C", "\"of\" is missing"},
        {"sed -i 's/\"schema\": 1/\"schema\": 9/' $C", "read it with a newer leaklab"},
        {"sed -i 's/\"met\"/\"<script>\"/' $C", "\"found\" is none of its words"},
        {"sed -i 's/\"leak\"/\"both\"/' $C", "\"variant\" is neither leak nor fix"},
        {"sed -i 's/\"here\": .*,/\"here\": \"4\",/' $C", "\"here\" is no number"},
        {"sed -i 's/\"here\": .*,/\"here\": 1e999,/' $C", "no JSON: line"},
        {"echo '[]' >$C", "it is no object"},
        {"echo '{\"schema\": 1, \"of\": \"20260101-x\", \"figures\": [7]}' >$C", "is no object"},
        {"echo '{\"schema\": 1, \"of\": \"20260101-x\"}' >$C", "\"figures\" is no array"},
        {"yes '[' | head -9999 | tr -d '\\n' >$C", "no JSON: line 1"},
        {": >$C", "no JSON"},
    };
    /* And what can be read, and is not so. */
    static const struct damage to_hold[] = {
        {"sed -i 's/\"missed\"/\"met\"/' $C" SUM, "does not say what both results make of it"},
        {"sed -i '/\"of\"/s/-m\"/-x\"/' $C" SUM, "-x/result.json"},
        /* a copy under another name is the same measurement */
        {"cp r/*-m/re* r/*-again; sed -i 's/\\(\"name\": \".*-\\)m\"/\\1again\"/' "
         "r/*-again/result.json" SUM,
         "is the same measurement as "},
    };
    char command[128];
    const char *again;
    plant_both(&again);
    snprintf(command, sizeof command, "confirm --results r %s", again);
    for (size_t i = 0; i < sizeof to_read / sizeof *to_read; i++)
        expect_found_damage(again, &to_read[i], command);
    for (size_t i = 0; i < sizeof to_hold / sizeof *to_hold; i++)
        expect_found_damage(again, &to_hold[i], "verify --results r");
}

static void a_strangers_words_stay_words(void **state)
{
    (void)state;
    const char *name = planted_saved("m");
    struct planted one = planted_two[0];
    one.seed = 8;
    planted_record(planted_path("plain"), &one, 1);
    const struct ran *ran = planted_shell(
        "sed '1s/\"processor\": *\"[^\"]*\"/\"processor\":\"\\\\u001b[2J<script>[x](y)|\"/' plain "
        ">evil; $LAB save --machine evil --confirms %s evil; $LAB confirm %s; $LAB cite "
        "channel_receive; $LAB cite channel_receive --format markdown; $LAB cite channel_receive "
        "--format bibtex; grep -h evil results/README.md results/pairs/channel_receive.*",
        name, name);
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "Confirmed by 2");
    expect_words(ran->said, "on \\x1b[2J<script>[x](y)|, ");               /* a terminal */
    expect_words(ran->said, "on \\x1b\\[2J&lt;script&gt;\\[x\\](y)\\|, "); /* Markdown */
    expect_no_words(ran->said, "\033");
    ran = planted_shell("grep evil results/index.html");
    expect_words(ran->said, "on \\x1b[2J&lt;script&gt;[x](y)|, "); /* a page */
    expect_no_words(ran->said, "<script>[");
}

/* Whatever its bytes are: it is read, or refused in words. */
static void whatever_is_in_it_is_read_or_refused(void **state)
{
    (void)state;
    static const char text[] =
        "{\"schema\": 1, \"of\": \"20260131-m\", \"figures\": [{\"pair\": \"a\", \"variant\": "
        "\"leak\", \"figure\": \"bytes\", \"published\": 4194.2, \"low\": 4190, \"high\": null, "
        "\"here\": 4195, \"found\": \"met\"}, {\"benchmark\": \"b\", \"found\": \"missed\"}]}";
    uint64_t seed = 5;
    int read = 0, refused = 0;
    for (int i = 0; i < 4000; i++) {
        char changed[sizeof text];
        struct taker taker = {{0}};
        memcpy(changed, text, sizeof text);
        for (uint32_t n = 1 + support_random(&seed) % 2; n; n--)
            changed[support_random(&seed) % (sizeof text - 1)] =
                "\"{}[]:,0e-x\\ "[support_random(&seed) % 13];
        json_t *json = json_loadb(changed, sizeof changed - 1, JSON_REJECT_DUPLICATES, NULL);
        struct confirmation *one = json ? confirmation_of_json(json, &taker) : NULL;
        read += one != NULL;
        refused += json && !one;
        assert_int_equal(one == NULL, !json || taker.wrong[0]);
        if (one) {
            json_t *again = confirmation_json(one);
            struct taker none = {{0}};
            struct confirmation *same = confirmation_of_json(again, &none);
            assert_non_null(same);
            assert_int_equal(same->count, one->count);
            confirmation_free(same);
            json_decref(again);
        }
        confirmation_free(one);
        json_decref(json);
    }
    assert_true(read > 100 && refused > 100);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bytes_are_held_to_the_interval),
        TEST(what_can_not_be_held_is_open),
        TEST(times_of_another_machine_are_not_comparable),
        TEST(it_is_kept_shown_and_said),
        TEST(what_confirms_nothing_is_refused),
        TEST(every_damage_is_found),
        TEST(a_strangers_words_stay_words),
        cmocka_unit_test(whatever_is_in_it_is_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
