/* The article, answered: each claim has its row, each command can be given as it stands and each pair exists, and
 * what is said was measured. And a request beside leaked tasks, of which one of the claims is. */
#include "test/planted.h"
#include "test/words.h"

#include "command/command.h"
#include "page/claims.h"
#include "result/bystander.h"
#include <ctype.h>
#include <math.h>
#include <unistd.h>

enum { CLAIMS = 27, WORD = 96 };

/* --- Commands ------------------------------------------------------------------------------- */

/* Whether `make TARGET SETTING=..` is one: the target has a rule, and the setting is known. */
static bool is_make(const char *command)
{
    char target[WORD] = "", setting[WORD] = "", rule[2 * WORD];
    char *makefile = planted_read("Makefile", NULL);
    sscanf(command, "make %95s %95[A-Z_]", target, setting);
    snprintf(rule, sizeof rule, "\n%s: ", target);
    bool found = *target && strstr(makefile, rule);
    snprintf(rule, sizeof rule, "\n%s ", setting);
    found = found && (!*setting || strstr(makefile, rule));
    free(makefile);
    return found;
}

/* A program of the tree's own: build/gcc/NAME of NAME.c */
static bool is_program(const char *command)
{
    char source[WORD];
    snprintf(source, sizeof source, "%s.c", command + strlen("build/gcc/"));
    return access(source, R_OK) == 0;
}

static bool is_family(const char *word)
{
    FOR_EACH_PAIR (pair)
        if (strcmp(pair->family, word) == 0)
            return true;
    return false;
}

/* The options by the command's own parser, which comes to --help only where it takes what stands before; the words by
 * the catalog. */
static bool is_leaklab(const char *command)
{
    char words[600], options[600] = "", *rest, *name, *word;
    snprintf(words, sizeof words, "%s", command + strlen("leaklab "));
    name = strtok_r(words, " ", &rest);
    if (!name || !command_find(name))
        return false;
    for (bool value = false; (word = strtok_r(NULL, " ", &rest));) {
        if (value || *word == '-') {
            snprintf(options + strlen(options), sizeof options - strlen(options), " %s", word);
            value = !value && strcmp(word, "--recover") != 0 && !strchr(word, '=');
        } else if (!catalog_find(word) && !is_family(word))
            return false;
    }
    return planted_shell("$LAB %s%s --help", name, options)->status == 0;
}

static bool can_be_given(const char *command)
{
    return strncmp(command, "make ", 5) == 0         ? is_make(command)
           : strncmp(command, "build/gcc/", 10) == 0 ? is_program(command)
           : strncmp(command, "leaklab ", 8) == 0    ? is_leaklab(command)
                                                     : false;
}

static void each_command_can_be_given(void **state)
{
    (void)state;
    for (size_t i = 0; i < claim_count; i++)
        if (!can_be_given(claims[i].command))
            fail_msg("claim %u: `%s` can not be given", claims[i].number, claims[i].command);
    /* The check is one. */
    assert_false(can_be_given("leaklab forecast channel_receive --memory 12 --speed 3"));
    assert_false(can_be_given("leaklab forecast channel_receive --memory much"));
    assert_false(can_be_given("leaklab check no_such_pair"));
    assert_false(can_be_given("leaklab measure channel_receive"));
    assert_false(can_be_given("make no-such-target"));
    assert_false(can_be_given("make bench NO_SETTING=1"));
    assert_false(can_be_given("build/gcc/leaks/hard_errors/none"));
    assert_false(can_be_given("curl localhost"));
}

static void each_sample_exists(void **state)
{
    (void)state;
    char sample[CLAIM_SAMPLE];
    for (size_t i = 0; i < claim_count; i++) {
        assert_true(claim_sample(&claims[i], 0, sample));
        for (size_t k = 0; claim_sample(&claims[i], k, sample); k++)
            if (strchr(sample, '/') ? access(sample, R_OK) != 0 : !catalog_find(sample))
                fail_msg("claim %u: there is no %s", claims[i].number, sample);
    }
}

/* --- The page ------------------------------------------------------------------------------- */

static void each_claim_has_its_row(void **state)
{
    (void)state;
    assert_int_equal(claim_count, CLAIMS);
    planted_saved("m");
    char *html = planted_read(planted_path("results/claims.html"), NULL);
    char *markdown = planted_read(planted_path("results/claims.md"), NULL);
    for (unsigned i = 0; i < CLAIMS; i++) {
        char words[WORD];
        assert_int_equal(claims[i].number, i + 1);
        snprintf(words, sizeof words, "<section class=\"claim\" id=\"claim-%u\">", i + 1);
        expect_words(html, words);
        snprintf(words, sizeof words, "## <a id=\"claim-%u\"></a>%u. ", i + 1, i + 1);
        expect_words(markdown, words);
    }
    free(html);
    free(markdown);
}

/* From one claim to the next. */
static char *claim_in(const char *page, unsigned number)
{
    char begins[WORD];
    snprintf(begins, sizeof begins, "id=\"claim-%u\"", number);
    const char *at = strstr(page, begins);
    assert_non_null(at);
    const char *end = strstr(at, "</section>");
    return strndup(at, end ? (size_t)(end - at) : strlen(at));
}

static void what_is_said_was_measured(void **state)
{
    (void)state;
    static const struct planted one = {.id = "channel_receive",
                                       .runs = 3,
                                       .requests = 1000,
                                       .bytes = {4567, 0},
                                       .spread = 2,
                                       .seed = 7};
    planted_record(planted_path("m.ndjson"), &one, 1);
    assert_int_equal(planted_shell("$LAB save --machine m m.ndjson")->status, 0);
    char *html = planted_read(planted_path("results/claims.html"), NULL);
    char *death = claim_in(html, 1), *slow = claim_in(html, 2), *others = claim_in(html, 16);
    expect_words(death, "leaves 1.000 task");
    expect_match(death, "by 4,56[67].* bytes a request");
    expect_words(death, "dies after");
    expect_words(slow, "Not measured in a saved result yet.");
    expect_words(others, "1 task in chan send; the fix leaves nothing. By the catalog");
    free(death);
    free(slow);
    free(others);
    free(html);
}

/* No digit of a measurement stands in the table: only what a version or a limit of a command is called. */
static void no_figure_is_typed(void **state)
{
    (void)state;
    for (size_t i = 0; i < claim_count; i++)
        for (const char *at = claims[i].limits; *at; at++)
            if (isdigit((unsigned char)*at) && strncmp(at, "1.23", 4) != 0 &&
                strncmp(at, "23,", 3) != 0 && strncmp(at - 2, "1.23", 4) != 0 &&
                strncmp(at - 3, "1.23", 4) != 0 && strncmp(at, "2, and names", 12) != 0)
                fail_msg("claim %u has a figure: %s", claims[i].number, at);
}

/* --- A request beside leaked tasks ---------------------------------------------------------- */

static const struct beside_planted {
    const char *name;
    double p50, p99;
    int unanswered;
} planted_beside[] = {
    {"chan_receive/alone/1000000", 51000, 110000, 0},
    {"chan_receive/alone/0", 50000, 100000, 0},
    {"mutex/alone/0", 52000, 120000, 0},
    {"mutex/alone/1000", 50000, 9e6, 0},
    {"mutex/alone/1000000", 99000, 200000, 0},
    {"mutex/ticking/1000000", 1.7e6, 9e6, 0},
    {"io/alone/0", 50000, 100000, 0},
    {"io/alone/1000", 50000, 1, 0},
    {"busy/0", 50000, 100000, 0},
    {"busy/1000000", 2e9, 3e9, 17},
};

static void plant_bystander(void)
{
    FILE *out = fopen(planted_path("b.json"), "we");
    assert_non_null(out);
    fputs("{\"context\": {\"date\": \"2026-01-31T00:30:00+01:00\", \"num_cpus\": 2, \"processor\": "
          "\"P <b>\", \"kernel\": \"Linux 6.1\", \"commit\": \"abc123\", \"command\": "
          "\"benchmarks\", \"leaklab\": \"0.1.0\"}, \"benchmarks\": [",
          out);
    for (size_t i = 0; i < sizeof planted_beside / sizeof *planted_beside; i++) {
        const struct beside_planted *one = &planted_beside[i];
        fprintf(out,
                "%s{\"name\": \"x\", \"run_name\": \"bystander/%s/manual_time\", \"run_type\": "
                "\"iteration\", \"iterations\": 10000, \"real_time\": 9, \"cpu_time\": 9, "
                "\"time_unit\": \"ns\", \"p50_ns\": %g, \"p99_ns\": %g, \"most_ns\": 9e6, "
                "\"unanswered\": %d}",
                i ? ", " : "", one->name, one->p50, one->p99, one->unanswered);
    }
    fputs("]}", out);
    assert_int_equal(fclose(out), 0);
}

static void save_bystander(void)
{
    plant_bystander();
    const struct ran *ran = planted_shell("$LAB save --machine b b.json && $LAB verify");
    if (ran->status)
        fail_msg("%s", ran->said);
}

static struct bystander *read_bystander(void)
{
    char why[600];
    plant_bystander();
    struct benchmarks *b = benchmarks_read(planted_path("b.json"), why, sizeof why);
    assert_non_null(b);
    assert_true(bystander_is_in(b));
    struct bystander *made = bystander_of(b);
    benchmarks_free(b);
    return made;
}

static void a_bystander_is_read_and_judged(void **state)
{
    (void)state;
    struct bystander *made = read_bystander();
    assert_int_equal(made->count, 5);
    assert_string_equal(made->rows[0].kind, "chan receive");
    assert_int_equal(made->rows[0].beside, BESIDE_WAITING);
    assert_int_equal(made->rows[2].beside, BESIDE_TICKING);
    assert_int_equal(made->rows[4].beside, BESIDE_BUSY);
    assert_false(bystander_slower(made, &made->rows[1], &made->rows[1].points[1])); /* it alone */
    /* In the order of their numbers, whichever the report's. */
    assert_true(made->rows[0].points[0].n == 0 && made->rows[0].points[1].n == 1000000);
    assert_true(made->median == 52000 && made->p99 == 120000);
    struct bystander_sum waiting = bystander_sum(made, BESIDE_WAITING, 1000000);
    assert_int_equal(waiting.kinds, 2);
    assert_int_equal(waiting.slower, 0); /* not above twice the worst beside none */
    assert_true(waiting.median_least == 51000 && waiting.median_most == 99000);
    assert_int_equal(bystander_sum(made, BESIDE_TICKING, 1000000).slower, 1);
    assert_int_equal(bystander_sum(made, BESIDE_POLLING, 1000000).kinds, 0);
    char *words = bystander_words(made);
    expect_words(words, "Beside 1,000,000 leaked tasks that wait for ever, no request is slower: "
                        "median 51 us to 99 us");
    expect_words(words, "have left a ticker each, requests are slower: median 1.7 ms");
    expect_words(words, "that yield for ever, requests are slower: median 2.0 s");
    free(words);
    bystander_free(made);
}

static void a_bystander_has_its_page(void **state)
{
    (void)state;
    save_bystander();
    char *html = planted_read(planted_path("results/bystander.html"), NULL);
    char *markdown = planted_read(planted_path("results/bystander.md"), NULL);
    char *claims_page = planted_read(planted_path("results/claims.html"), NULL);
    char *slow = claim_in(claims_page, 2);
    expect_words(html, "<td>51 us, 110 us</td>");
    expect_words(html, "<td><b>at least 2.0 s, 3.0 s</b></td>");
    expect_words(html, "P &lt;b&gt;");
    expect_words(markdown, "| mutex | - | - | **1.7 ms, 9.0 ms** |");
    expect_words(markdown, "-b/figures/bystander-latency.svg");
    expect_words(slow, "no request is slower");
    expect_words(slow, "<a href=\"bystander.html\">");
    free(html);
    free(markdown);
    free(slow);
    free(claims_page);
    /* They are no costs of an operation. */
    assert_int_equal(planted_shell("grep -l 'What operations cost' results/*-b/README.md")->status,
                     1);
    assert_int_equal(planted_shell("ls results/*-b/figures/*-cost.svg")->status, 2);
    assert_int_equal(planted_shell("ls results/*-b/figures/bystander-latency.svg")->status, 0);
}

/* A figure that is none, or is missing, is not taken for one. */
static void a_bystander_without_figures_is_left_out(void **state)
{
    (void)state;
    plant_bystander();
    planted_shell(
        "sed -i 's/\"p50_ns\": [0-9e.]*,/\"p50_ns\": null,/; s/\"p99_ns\"/\"p9\"/g' b.json");
    assert_int_equal(planted_shell("$LAB save --machine b b.json")->status, 0);
    char *html = planted_read(planted_path("results/bystander.html"), NULL);
    expect_no_words(html, "nan");
    expect_no_words(html, "<td>");
    free(html);
}

/* Names of benchmarks and of kinds are from outside. */
static void names_stay_text(void **state)
{
    (void)state;
    static const char *const pages[] = {"claims.html", "claims.md", "bystander.html",
                                        "bystander.md"};
    plant_bystander();
    const struct ran *ran =
        planted_shell("sed -i 's,busy,<b onload=x>\\\\u001b[31m|`,g; s,bystander/mutex/ticking,"
                      "crowd/<script>,g' b.json; $LAB save --machine b b.json");
    if (ran->status)
        fail_msg("%s", ran->said);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char *text = planted_read(planted_path("results/%s", pages[i]), NULL);
        expect_no_words(text, "\033");
        if (strstr(pages[i], "html")) { /* in Markdown they are in code */
            expect_no_words(text, "<script");
            expect_no_words(text, "<b on");
        }
        free(text);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_command_can_be_given), TEST(each_sample_exists),
        TEST(each_claim_has_its_row),    TEST(what_is_said_was_measured),
        TEST(no_figure_is_typed),        TEST(a_bystander_is_read_and_judged),
        TEST(a_bystander_has_its_page),  TEST(a_bystander_without_figures_is_left_out),
        TEST(names_stay_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
