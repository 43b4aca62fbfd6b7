/* The pages as a whole: each link and anchor leads somewhere, every pair is in both indexes, those that nobody
 * measured say so, and what is wrong with one result leaves the other pages whole. */
#include "test/planted.h"
#include "test/words.h"

#include "source/source.h"
#include <glob.h>
#include <limits.h>
#include <unistd.h>

enum { LINK = 300, PAGE_MOST = 300 << 10 };

/* --- Links ---------------------------------------------------------------------------------- */

/* Whether a page has this anchor: an element's id, or a heading of one word in Markdown. */
static bool has_anchor(const char *path, const char *anchor)
{
    char *text = planted_read(path, NULL), word[LINK];
    bool found = false;
    snprintf(word, sizeof word, "id=\"%s\"", anchor);
    found |= strstr(text, word) != NULL;
    snprintf(word, sizeof word, "# %s\n", anchor);
    found |= strstr(text, word) != NULL;
    free(text);
    return found;
}

/* How a link of a page does not lead anywhere is told, and counted. */
static int check_link(const char *page, const char *link, int length)
{
    char to[LINK], path[PATH_MAX];
    snprintf(to, sizeof to, "%.*s", length, link);
    char *anchor = strchr(to, '#');
    if (anchor)
        *anchor++ = 0;
    int folder = (int)(strrchr(page, '/') + 1 - page);
    if (*to)
        snprintf(path, sizeof path, "%.*s%s", folder, page, to);
    else
        snprintf(path, sizeof path, "%s", page);
    if (strncmp(to, "data:", 5) == 0 ||
        (access(path, R_OK) == 0 && (!anchor || has_anchor(path, anchor))))
        return 0;
    print_error("%s: %s%s%s leads nowhere\n", page, to, anchor ? "#" : "", anchor ? anchor : "");
    return 1;
}

static int check_links(const char *page)
{
    static const struct {
        const char *begins, *end;
    } kinds[] = {{" href=\"", "\""}, {" src=\"", "\""}, {"](", ")"}};
    char *text = planted_read(page, NULL);
    int wrong = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (const char *at = text; (at = strstr(at, kinds[k].begins));) {
            at += strlen(kinds[k].begins);
            if (k < 2 || strstr(page, ".md")) /* code in a page has brackets too */
                wrong += check_link(page, at, (int)strcspn(at, kinds[k].end));
        }
    free(text);
    return wrong;
}

/* With what stands in the project beside the results. */
static void save_two_in_the_tree(void)
{
    char root[PATH_MAX];
    assert_non_null(realpath(".", root));
    planted_saved("m");
    planted_shell("ln -s '%s'/leaks '%s'/fixes '%s'/bench '%s'/harness .", root, root, root, root);
}

static void every_link_leads_somewhere(void **state)
{
    (void)state;
    glob_t pages;
    int wrong = 0;
    save_two_in_the_tree();
    assert_int_equal(glob(planted_path("results/*.*"), 0, NULL, &pages), 0);
    assert_int_equal(glob(planted_path("results/*/*.html"), GLOB_APPEND, NULL, &pages), 0);
    assert_int_equal(glob(planted_path("results/*/*.md"), GLOB_APPEND, NULL, &pages), 0);
    assert_true(pages.gl_pathc > 2 * catalog_length);
    for (size_t i = 0; i < pages.gl_pathc; i++)
        wrong += check_links(pages.gl_pathv[i]);
    assert_int_equal(wrong, 0);
    /* The check is one. */
    planted_write(planted_path("results/pairs/x.md"), "[a](../README.md#none) [b](no.md)", 33);
    assert_int_equal(check_links(planted_path("results/pairs/x.md")), 2);
    globfree(&pages);
}

/* --- Both indexes --------------------------------------------------------------------------- */

static void every_pair_is_in_both_indexes(void **state)
{
    (void)state;
    static const char *const indexes[] = {"index.html", "README.md", "symptoms.html",
                                          "symptoms.md"};
    save_two_in_the_tree();
    for (size_t i = 0; i < sizeof indexes / sizeof *indexes; i++) {
        char *text = planted_read(planted_path("results/%s", indexes[i]), NULL);
        FOR_EACH_PAIR (pair) {
            char link[LINK];
            snprintf(link, sizeof link, "pairs/%s.%s", pair->id,
                     strstr(indexes[i], "html") ? "html" : "md");
            expect_words(text, link);
        }
        free(text);
    }
}

/* From one heading to the next. */
static char *symptom(const char *text, const char *words)
{
    const char *begins = strstr(text, words);
    assert_non_null(begins);
    const char *ends = strstr(begins, "\n\n**");
    return strndup(begins, ends ? (size_t)(ends - begins) : strlen(begins));
}

static void a_symptom_has_the_pairs_that_look_like_it(void **state)
{
    (void)state;
    static const struct {
        const char *words, *with, *without;
    } symptoms[] = {
        {"many in `chan send`", "[full_buffer]", "[channel_receive]"},
        {"many in `sync.Mutex.Lock`", "[send_under_lock]", "[no_workers]"},
        {"timers climbs without an end", "[rearmed_timer]", "[timer_stop]"},
        {"climb, and level off", "[timer_in_loop]", "[rearmed_timer]"},
        {"that of contexts climbs", "[lost_cancel]", "[background_call]"},
        {"so are all others; memory climbs", "[cache_never_evicts]", "[watchdog_kept]"},
        {"open descriptors climb", "[half_closed]", "[poll_a_flag]"},
        {"more to do from hour to hour", "[poll_a_flag]", "[half_closed]"},
    };
    save_two_in_the_tree();
    char *text = planted_read(planted_path("results/symptoms.md"), NULL);
    for (size_t i = 0; i < sizeof symptoms / sizeof *symptoms; i++) {
        char *one = symptom(text, symptoms[i].words);
        expect_words(one, symptoms[i].with);
        expect_no_words(one, symptoms[i].without);
        free(one);
    }
    free(text);
}

/* --- A pair --------------------------------------------------------------------------------- */

static void what_nobody_measured_says_so(void **state)
{
    (void)state;
    save_two_in_the_tree();
    char *html = planted_read(planted_path("results/pairs/nil_channel.html"), NULL);
    expect_words(html, "Not measured yet");
    expect_words(html, "1 task in chan receive (nil chan)");
    expect_words(html, "leaklab run nil_channel --repeat 5");
    expect_words(html, "rel=\"prev\" href=\"reply_dropped.html\"");
    expect_words(html, "rel=\"next\" href=\"end_untold.html\"");
    expect_no_words(html, "<svg");
    expect_no_words(html, "Cite this");
    expect_no_words(html, "nan");
    free(html);
    char *markdown = planted_read(planted_path("results/pairs/nil_channel.md"), NULL);
    expect_words(markdown, "**Not measured yet**");
    expect_words(markdown, "\n-void leak_nil_channel(struct ctx *request)\n");
    expect_words(markdown, "\n+void fix_nil_channel(struct ctx *request)\n");
    free(markdown);
}

static void a_page_tells_where_it_was_seen_and_of_its_twin(void **state)
{
    (void)state;
    save_two_in_the_tree();
    char *html = planted_read(planted_path("results/pairs/early_return_sender.html"), NULL);
    expect_words(html, "Seen in</th><td>kubernetes#5316 and grpc-go#660</td>");
    free(html);
    FOR_EACH_PAIR (pair) {
        char path[LINK];
        snprintf(path, sizeof path, "bench/go/leaks/%s/%s.go", pair->family, pair->id);
        html = planted_read(planted_path("results/pairs/%s.html", pair->id), NULL);
        assert_int_equal(source_has_twin(pair), access(path, R_OK) == 0);
        assert_int_equal(strstr(html, path) != NULL, access(path, R_OK) == 0);
        free(html);
    }
}

/* Its page is of the fuller result; what a smaller one has besides stands there, beside that one's own figures. */
static void a_hibernated_leak_stands_beside_the_plain_one(void **state)
{
    (void)state;
    static const struct twin asleep = {"hibernated", "", "C", NULL};
    const struct planted plain = {
        .id = "channel_receive", .runs = 3, .requests = 2000, .bytes = {4200, 0}, .seed = 7};
    struct planted both[] = {plain, plain};
    both[0].requests = both[1].requests = 1000;
    both[0].bytes[VARIANT_LEAK] = 4231;
    both[1].bytes[VARIANT_LEAK] = 434;
    both[1].twin = &asleep;
    planted_record(planted_path("full.ndjson"), &plain, 1);
    planted_record(planted_path("asleep.ndjson"), both, 2);
    const struct ran *ran =
        planted_shell("$LAB save --machine full full.ndjson && $LAB save --machine "
                      "asleep asleep.ndjson && $LAB verify");
    if (ran->status)
        fail_msg("%s", ran->said);
    char *html = planted_read(planted_path("results/pairs/channel_receive.html"), NULL);
    const char *section = strstr(html, "id=\"hibernated\"");
    expect_match(html, "cite.*2,000 requests|Over 2,000 requests");
    expect_match(section, "leak</th><td>1.000</td><td><b>4,23[01]");
    expect_match(section, "hibernated</th><td>1.000</td><td><b>43[34]");
    expect_match(section, "-asleep/README.md#channel_receive");
    free(html);
    char *markdown = planted_read(planted_path("results/pairs/channel_receive.md"), NULL);
    expect_match(markdown, "\\| hibernated \\| 1.000 \\| 43[34]");
    free(markdown);
    html = planted_read(planted_path("results/pairs/worker_loop.html"), NULL);
    expect_no_words(html, "id=\"hibernated\"");
    free(html);
}

static void pages_are_small(void **state)
{
    (void)state;
    save_two_in_the_tree();
    const struct ran *ran = planted_shell("find results -maxdepth 2 \\( -name '*.html' -o -name "
                                          "'*.md' \\) -size +%dc",
                                          PAGE_MOST);
    assert_string_equal(ran->said, "");
}

/* --- What is wrong with a result ------------------------------------------------------------ */

static void a_pair_that_is_no_more_keeps_its_page(void **state)
{
    (void)state;
    planted_record(planted_path("m.ndjson"), planted_two, 2);
    const struct ran *ran =
        planted_shell("sed -i s/worker_loop/gone_long_ago/g m.ndjson; $LAB save "
                      "--machine m m.ndjson && $LAB verify");
    assert_int_equal(ran->status, 0);
    char *html = planted_read(planted_path("results/pairs/gone_long_ago.html"), NULL);
    expect_words(html, "no longer in the catalog");
    free(html);
    html = planted_read(planted_path("results/pairs/worker_loop.html"), NULL);
    expect_words(html, "Not measured yet");
    free(html);
}

/* An id that is no name can not become a path. */
static void an_id_that_is_no_name_is_refused(void **state)
{
    (void)state;
    planted_record(planted_path("m.ndjson"), planted_two, 2);
    const struct ran *ran = planted_shell("sed -i 's,worker_loop,../../x,g' m.ndjson; $LAB save "
                                          "--machine m m.ndjson");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "\"id\" is no name: small letters, digits and '_'");
}

static void a_newer_result_is_refused_by_name(void **state)
{
    (void)state;
    planted_saved("new");
    planted_saved("old");
    const struct ran *ran = planted_shell(
        "sed -i 's/\"schema\": [0-9]*/\"schema\": 9999/' results/*-new/result.json; $LAB report");
    assert_int_equal(ran->status, 1);
    expect_match(ran->said, "^leaklab report: results/[0-9]*-new/result.json: .*newer");
    expect_words(ran->said, "results/index.html\n");
    char *html = planted_read(planted_path("results/pairs/worker_loop.html"), NULL);
    expect_words(html, "-old/README.md#worker_loop");
    free(html);
}

/* A figure that can not be read is told; the pages are made without it. */
static void a_result_without_figures_has_pages(void **state)
{
    (void)state;
    const char *name = planted_saved("m");
    const struct ran *ran =
        planted_shell("cd results/%s/figures && rm worker_loop-live.svg && mkdir "
                      "worker_loop-live.svg && cd ../../.. && $LAB report",
                      name);
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "worker_loop-live.svg");
    expect_words(ran->said, "results/index.html\n");
    char *html = planted_read(planted_path("results/pairs/worker_loop.html"), NULL);
    expect_words(html, "LEAK");
    free(html);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_link_leads_somewhere),
        TEST(every_pair_is_in_both_indexes),
        TEST(a_symptom_has_the_pairs_that_look_like_it),
        TEST(what_nobody_measured_says_so),
        TEST(a_page_tells_where_it_was_seen_and_of_its_twin),
        TEST(a_hibernated_leak_stands_beside_the_plain_one),
        TEST(pages_are_small),
        TEST(a_pair_that_is_no_more_keeps_its_page),
        TEST(an_id_that_is_no_name_is_refused),
        TEST(a_newer_result_is_refused_by_name),
        TEST(a_result_without_figures_has_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
