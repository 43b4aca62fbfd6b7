/* What pages are put together from: escaped text, coloured code, round scales, drawings made small, and
 * figures in words. */
#include "test/words.h"

#include "page/axis.h"
#include "page/edition.h"
#include "page/highlight.h"
#include "page/plot.h"
#include "page/svg.h"
#include "result/html.h"
#include <math.h>

/* --- Text ----------------------------------------------------------------------------------- */

static const char *escaped(const char *text)
{
    static char written[512];
    memset(written, 0, sizeof written);
    FILE *out = fmemopen(written, sizeof written - 1, "w");
    html_text(out, text);
    fclose(out);
    return written;
}

static void what_means_something_is_escaped(void **state)
{
    (void)state;
    assert_string_equal(escaped("a & b < c > d \" e ' f"),
                        "a &amp; b &lt; c &gt; d &quot; e &#39; f");
    assert_string_equal(escaped("tab\tline\nbell\a\033[2J \x1f!"),
                        "tab\tline\nbell\\x07\\x1b[2J \\x1f!");
    assert_string_equal(escaped("\xc3\xa4"), "\xc3\xa4");
}

static const char *coloured(const char *line)
{
    static char written[1024];
    struct highlight state = {false};
    memset(written, 0, sizeof written);
    FILE *out = fmemopen(written, sizeof written - 1, "w");
    highlight_line(out, &state, line);
    fclose(out);
    return written;
}

static void the_parts_of_code_have_their_classes(void **state)
{
    (void)state;
    assert_string_equal(coloured("  #  define X"), "  <span class=\"p\">#  define</span> X");
    assert_string_equal(coloured("x # y"), "x # y");
    assert_string_equal(coloured("interior go(f)"), "interior <span class=\"k\">go</span>(f)");
    assert_string_equal(coloured("f(x); g (y)"), "<span class=\"f\">f</span>(x); g (y)");
    assert_string_equal(coloured("a1 1.5e3 0xff"),
                        "a1 <span class=\"n\">1.5e3</span> <span class=\"n\">0xff</span>");
    assert_string_equal(coloured("\"a\\"), "<span class=\"s\">&quot;a\\</span>");
    assert_string_equal(coloured("/**/x/*/y"),
                        "<span class=\"c\">/**/</span>x<span class=\"c\">/*/y</span>");
    assert_string_equal(coloured("a / b"), "a / b");
}

/* --- Scales --------------------------------------------------------------------------------- */

static void expect_axis(double greatest, double end, int ticks, double step)
{
    struct axis axis = axis_to(greatest);
    assert_true(fabs(axis.end - end) < 1e-9 * end);
    assert_int_equal(axis.ticks, ticks);
    for (int i = 0; i < ticks; i++)
        assert_true(fabs(axis.tick[i] - i * step) < 1e-9 * end);
}

static void a_scale_has_round_numbers(void **state)
{
    (void)state;
    expect_axis(0, 1, 6, 0.2);
    expect_axis(-5, 1, 6, 0.2);
    expect_axis(100, 106, 5, 25);
    expect_axis(90, 95.4, 5, 20);
    expect_axis(47, 49.82, 5, 10);
    expect_axis(2000, 2120, 5, 500);
    expect_axis(4, 4.24, 5, 1);
    double greatest = 0.001;
    for (int i = 0; i < 500; i++, greatest *= 1.07) {
        struct axis axis = axis_to(greatest);
        assert_true(axis.end > greatest && axis.end < 1.07 * greatest);
        assert_in_range(axis.ticks, 2, 6);
        assert_true(axis.tick[axis.ticks - 1] <= axis.end);
        assert_true(axis.tick[axis.ticks - 1] + axis.tick[1] > axis.end);
    }
}

static void figures_on_a_scale_are_short(void **state)
{
    (void)state;
    char text[AXIS_LABEL];
    static const struct {
        double value;
        const char *text;
    } labels[] = {{0, "0"},       {0.25, "0.25"}, {999, "999"},    {1000, "1k"},
                  {1500, "1.5k"}, {1e6, "1M"},    {2.5e6, "2.5M"}, {1e9, "1G"}};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        assert_string_equal(axis_label(text, labels[i].value), labels[i].text);
}

/* --- Drawings ------------------------------------------------------------------------------- */

static char *tidied(const char *drawing)
{
    char svg[2048];
    snprintf(svg, sizeof svg, "<svg viewBox=\"0 0 4 3\"><defs></defs>%s</svg>", drawing);
    char *tidy = svg_tidy(svg, "t", "");
    assert_non_null(tidy);
    return tidy;
}

static void expect_tidied(const char *drawing, const char *left)
{
    char *tidy = tidied(drawing), wanted[2048];
    snprintf(wanted, sizeof wanted, "fill=\"#fefefe\"/>\n<g>\n%s</svg>", left);
    expect_words(tidy, wanted);
    free(tidy);
}

static void a_drawing_loses_what_nobody_sees(void **state)
{
    (void)state;
    expect_tidied("rgb(  1, 20,255)", "#0114ff");
    expect_tidied("rgb(1, 20, 256)", "rgb(1, 20, 256)");
    expect_tidied("rgb(a)", "rgb(a)");
    expect_tidied("<g a=\"b\">\n \t</g>x", "x");
    expect_tidied("<g a=\"b\">y</g>", "<g a=\"b\">y</g>");
    expect_tidied("<path id=\"gnuplot_plot_12\" d=\"\"/>", "<path d=\"\"/>");
    expect_tidied("<path id=\"other_1\"/>", "<path id=\"other_1\"/>");
    expect_tidied("<title>leak</title>x", "x");
    expect_tidied("<title>leak", "<title>leak");
    expect_tidied("<tspan font-family=\"a\">x</tspan>", "x");
    expect_tidied("a\n   b", "a\nb");
    assert_null(svg_tidy("<svg viewBox=\"0 0 4 3\">", "t", "")); /* no drawing in it */
    assert_null(svg_tidy("<svg><defs></defs></svg>", "t", ""));  /* of no size */
    assert_null(svg_tidy("<svg viewBox=\"0 0 4\"><defs></defs></svg>", "t", ""));
}

static void within_a_page_it_has_no_style_of_its_own(void **state)
{
    (void)state;
    char *in = svg_inline("<svg>\n<!-- gnuplot 5 -->\n<style>x</style>\n<rect/></svg>");
    assert_string_equal(in, "<svg>\n<rect/></svg>");
    free(in);
    static const char *const as_they_are[] = {"<svg/>", "<!-- only", "</style>\n",
                                              "</style>\n<!-- "};
    for (size_t i = 0; i < sizeof as_they_are / sizeof *as_they_are; i++) {
        in = svg_inline(as_they_are[i]);
        assert_string_equal(in, as_they_are[i]);
        free(in);
    }
}

static void a_figure_has_its_name(void **state)
{
    (void)state;
    char path[EDITION_FIGURE];
    assert_string_equal(edition_figure(path, "a_pair", PLOT_LIVE), "figures/a_pair-live.svg");
    assert_string_equal(edition_figure(path, "a_pair", PLOT_MEMORY), "figures/a_pair-memory.svg");
    assert_string_equal(edition_figure(path, "micro", PLOT_COST), "figures/micro-cost.svg");
}

/* --- In words ------------------------------------------------------------------------------- */

static void expect_plot_words(const struct measured_pair *pair, enum plot plot, const char *text)
{
    char *words = plot_words(pair, NULL, plot);
    assert_string_equal(words, text);
    free(words);
}

static void figures_are_told_to_who_does_not_see_them(void **state)
{
    (void)state;
    struct run_figures leak = {.requests = 1000,
                               .tasks_left = 1000,
                               .timers_held = 30,
                               .timers_left = 20,
                               .rss_growth = 4096000,
                               .rss_left = 2048000};
    struct run_figures fix = {.requests = 1000, .rss_growth = 4096};
    struct measured_pair pair = {.id = (char *)"a_pair"};
    pair.variants[VARIANT_LEAK] =
        (struct measured){.run_count = 1, .runs = &leak, .expected.parked = {[1] = 1}};
    pair.variants[VARIANT_FIX] = (struct measured){.run_count = 1, .runs = &fix};
    expect_plot_words(
        &pair, PLOT_LIVE,
        "a_pair: live tasks over 1,000 requests; leak: 1,000 more tasks under load, 1,000 after "
        "settle; fix: 0 more tasks under load, 0 after settle");
    expect_plot_words(
        &pair, PLOT_MEMORY,
        "a_pair: resident memory over 1,000 requests; leak: grows by 3.9 MiB under load, 2.0 MiB "
        "of "
        "it left after settle; fix: grows by 4.0 KiB under load, 0 B of it left after settle");
    pair.variants[VARIANT_LEAK].expected = (struct expectation){.timers_held = 10};
    pair.variants[VARIANT_FIX].run_count = 0;
    expect_plot_words(&pair, PLOT_LIVE,
                      "a_pair: timers over 1,000 requests; leak: 30 more timers under load, 20 "
                      "after settle; fix: "
                      "not measured");
    pair.variants[VARIANT_LEAK].run_count = 0;
    pair.variants[VARIANT_LEAK].death_count = 1;
    expect_plot_words(&pair, PLOT_MEMORY,
                      "a_pair: resident memory over its requests; leak: until the memory limit "
                      "killed it; fix: not "
                      "measured");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_means_something_is_escaped),
        cmocka_unit_test(the_parts_of_code_have_their_classes),
        cmocka_unit_test(a_scale_has_round_numbers),
        cmocka_unit_test(figures_on_a_scale_are_short),
        cmocka_unit_test(a_drawing_loses_what_nobody_sees),
        cmocka_unit_test(within_a_page_it_has_no_style_of_its_own),
        cmocka_unit_test(a_figure_has_its_name),
        cmocka_unit_test(figures_are_told_to_who_does_not_see_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
