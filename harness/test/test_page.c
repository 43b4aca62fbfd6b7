/* Pages: every pair has one, whatever a record says stays text, and they read
 * at every width, in light and dark, with a silent console. SCREENSHOTS=FOLDER keeps pictures. */
#include "test/browser.h"
#include "test/planted.h"
#include "test/words.h"

#include "page/highlight.h"
#include "page/svg.h"
#include "result/origin.h"
#include "source/prose.h"
#include "source/tag.h"
#include <ctype.h>

/* What its leak is planted to cost: each pair a little more than the one before. */
static double bytes_of(const struct pair *pair)
{
    return 4200 + 10 * (double)(pair - catalog);
}

/* All of the catalog, once for the cases that only look at its pages. */
static int save_all(void **state)
{
    if (planted_folder_make(state) != 0)
        return -1;
    struct planted *planted = calloc(catalog_length, sizeof *planted);
    assert_non_null(planted);
    FOR_EACH_PAIR (pair)
        planted[pair - catalog] = (struct planted){.id = pair->id,
                                                   .runs = 3,
                                                   .requests = 1000,
                                                   .bytes = {bytes_of(pair), 0},
                                                   .spread = 2,
                                                   .seed = 7};
    planted_record(planted_path("m.ndjson"), planted, catalog_length);
    free(planted);
    return planted_shell("$LAB save --machine m m.ndjson")->status;
}

/* --- Whole pages -------------------------------------------------------------------------- */

/* Every element that opens closes, in order; void ones excepted. */
static void expect_balanced(const char *html)
{
    static const char alone[] = " meta link br img input rect path polygon polyline use ";
    char open[256][24], name[24];
    int depth = 0;
    for (const char *at = html; (at = strchr(at, '<')); at++) {
        bool closes = at[1] == '/';
        size_t length = strcspn(at + 1 + closes, " />\n");
        if (!isalpha((unsigned char)at[1 + closes]))
            continue; /* <!doctype, a comment */
        snprintf(name, sizeof name, "%.*s", (int)length, at + 1 + closes);
        const char *end = strchr(at, '>');
        char padded[32];
        snprintf(padded, sizeof padded, " %s ", name);
        if (!end || end[-1] == '/' || strstr(alone, padded))
            continue;
        if (!closes) {
            assert_true(depth < 256);
            snprintf(open[depth++], sizeof open[0], "%s", name);
        } else {
            assert_true(depth-- > 0);
            if (strcmp(open[depth], name) != 0)
                fail_msg("</%s> closes <%s> at %.80s", name, open[depth], at);
        }
    }
    assert_int_equal(depth, 0);
}

static void every_pair_has_its_page(void **state)
{
    (void)state;
    char *index = planted_read(planted_path("results/index.html"), NULL);
    FOR_EACH_PAIR (pair) {
        char words[256];
        char *html = planted_read(planted_path("results/pairs/%s.html", pair->id), NULL);
        snprintf(words, sizeof words, "<section class=\"pair\" id=\"%s\"", pair->id);
        expect_words(html, words);
        snprintf(words, sizeof words, "fixes/%s/%s.c", pair->family, pair->id);
        expect_words(html, words);
        snprintf(words, sizeof words, "README.md#%s", pair->id);
        expect_words(html, words);
        if (!pair_is_plain(pair))
            expect_words(html, "1,000 tasks parked here");
        expect_words(html, "range over 3 repetitions of one invocation");
        expect_balanced(html);
        free(html);
        /* The anchor of before there were pages leads on. */
        snprintf(words, sizeof words, "<tr id=\"%s\"><th scope=\"row\"><a href=\"pairs/%s.html\">",
                 pair->id, pair->id);
        expect_words(index, words);
    }
    expect_balanced(index);
    free(index);
}

/* What a search engine reads is data, and no program: a page is looked at without it. It must end where it ends. */
static char *page_without_data(const char *name)
{
    static const char begins[] = "<script type=\"application/ld+json\">", ends[] = "</script>";
    char *html = planted_read(planted_path("results/%s", name), NULL);
    char *from = strstr(html, begins), *to = from ? strstr(from, ends) : NULL;
    if (to)
        memmove(from, to + strlen(ends), strlen(to + strlen(ends)) + 1);
    return html;
}

static void the_pages_need_nothing_else(void **state)
{
    (void)state;
    static const char *const pages[] = {"index.html", "symptoms.html", "claims.html",
                                        "pairs/worker_loop.html"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char *html = page_without_data(pages[i]);
        expect_no_words(html, "<script");
        expect_no_words(html, "javascript:");
        expect_no_words(html, "src=");
        expect_no_words(html, "@import");
        expect_no_words(html, "url(");
        /* The one address is a name: of the language of the figures. Citations may have that of the tree. */
        for (const char *at = html; (at = strstr(at, "://")); at += 3)
            if (!*origin_kept() || strncmp(at - 5, origin_kept(), strlen(origin_kept())) != 0)
                assert_memory_equal(at - 4, "http://www.w3.org/2000/svg", 26);
        free(html);
    }
}

/* --- Hostile words -------------------------------------------------------------------------- */

static void what_a_record_says_stays_text(void **state)
{
    (void)state;
    static const struct planted one = {
        .id = "channel_receive", .runs = 3, .requests = 100, .bytes = {4200, 0}, .seed = 7};
    planted_record(planted_path("m.ndjson"), &one, 1);
    const struct ran *ran = planted_shell(
        "sed -i 's/A receive that nobody serves/<script>alert(1)<\\/script>\\&\\\\\"`|x/; "
        "s/\"processor\":\"[^\"]*\"/\"processor\":\"<img src=x onerror=alert(2)>\"/; "
        "s/\"words\":\"LEAK/\"words\":\"<b onmouseover=alert(3)>LEAK/; "
        "s/a file.ndjson/$(touch pwned) `touch pwned` <i>/; "
        "s/Channel receive, leaking/<\\/p><script>alert(4)<\\/script>/' m.ndjson; "
        "$LAB save --machine m m.ndjson && $LAB verify && ls");
    assert_int_equal(ran->status, 0);
    expect_no_words(ran->said, "pwned");
    static const char *const pages[] = {"index.html", "symptoms.html",
                                        "pairs/channel_receive.html"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char *html = page_without_data(pages[i]);
        expect_words(html, "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;`|x");
        if (i != 1)
            expect_words(html, "&lt;img src=x onerror=alert(2)&gt;");
        if (i == 2)
            expect_words(html, "&lt;b onmouseover=alert(3)&gt;LEAK");
        expect_no_words(html, "<script");
        expect_no_words(html, "<img");
        expect_no_words(html, "<b on");
        expect_balanced(html);
        free(html);
    }
    static const char *const texts[] = {"README.md", "symptoms.md", "pairs/channel_receive.md"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *markdown = planted_read(planted_path("results/%s", texts[i]), NULL);
        expect_words(markdown, "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;\\`\\|x");
        expect_no_words(markdown, "\n<script");
        expect_no_words(markdown, "<b on");
        free(markdown);
    }
}

/* --- Parts ---------------------------------------------------------------------------------- */

static const char *highlighted(struct highlight *state, const char *line)
{
    static char text[1024];
    memset(text, 0, sizeof text);
    FILE *out = fmemopen(text, sizeof text - 1, "w");
    highlight_line(out, state, line);
    fclose(out);
    return text;
}

static void code_is_coloured(void **state)
{
    (void)state;
    struct highlight h = {false};
    assert_string_equal(highlighted(&h, "#include <a.h>"),
                        "<span class=\"p\">#include</span> &lt;a.h&gt;");
    assert_string_equal(highlighted(&h, "    int n = f(0x1F, 'a');"),
                        "    <span class=\"k\">int</span> n = <span class=\"f\">f</span>(<span "
                        "class=\"n\">0x1F</span>, <span class=\"s\">&#39;a&#39;</span>);");
    assert_string_equal(highlighted(&h, "s = \"a\\\"/*\"; // b"),
                        "s = <span class=\"s\">&quot;a\\&quot;/*&quot;</span>; <span "
                        "class=\"c\">// b</span>");
    assert_string_equal(highlighted(&h, "x /* y */ returned"),
                        "x <span class=\"c\">/* y */</span> returned");
    assert_string_equal(highlighted(&h, "/* on"), "<span class=\"c\">/* on</span>");
    assert_true(h.in_comment);
    assert_string_equal(highlighted(&h, "int */ int"),
                        "<span class=\"c\">int */</span> <span class=\"k\">int</span>");
    assert_string_equal(highlighted(&h, "\"open"), "<span class=\"s\">&quot;open</span>");
    assert_string_equal(highlighted(&h, ""), "");
}

static void the_first_comment_is_prose(void **state)
{
    (void)state;
    struct prose p =
        prose_of("/* One, leaking:\n * two words.\n * Decision matrix: channel close.\n "
                 "*/\n#include <a.h>\n");
    assert_string_equal(p.words, "One, leaking: two words.");
    assert_string_equal(p.place, "channel close");
    assert_int_equal(p.lines, 4);
    prose_free(&p);
    p = prose_of("int x; /* no */\n");
    assert_string_equal(p.words, "");
    assert_int_equal(p.lines, 0);
    prose_free(&p);
    p = prose_of("/* without an end");
    assert_string_equal(p.words, "");
    prose_free(&p);
}

static void a_line_is_known_by_its_comment(void **state)
{
    (void)state;
    char tag[TAG];
    static const char text[] =
        "/* first */\nint a; /* one */ int b;\nint c; /* parks here */\nint d;";
    assert_true(tag_of(tag, text, 1));
    assert_string_equal(tag, "first");
    assert_false(tag_of(tag, text, 2)); /* it is not at the end */
    assert_true(tag_of(tag, text, 3));
    assert_string_equal(tag, "parks here");
    assert_false(tag_of(tag, text, 4));
    assert_false(tag_of(tag, text, 5));
    assert_false(tag_of(tag, text, 0));
    assert_false(tag_of(tag, "", 1));
    assert_false(tag_of(tag, "/* open", 1));
    assert_false(tag_of(tag, "/* */", 1));
}

static void a_drawing_is_made_small(void **state)
{
    (void)state;
    char *svg = svg_tidy("<svg viewBox=\"0 0 40 30\">\n<desc>Produced by GNUPLOT 5.4 </desc><g "
                         "id=\"gnuplot_canvas\"><defs>x</defs><g fill=\"none\">\n\t</g>\n  <g "
                         "stroke=\"rgb(213,  94,   0)\"><text><tspan font-family=\"a\" > 5 "
                         "</tspan></text></g></g></svg>",
                         "a <b>", "rules");
    assert_string_equal(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 30\" role=\"img\">\n<title>a "
        "&lt;b&gt;</title>\n<!-- gnuplot 5.4  "
        "-->\n<style>@media(prefers-color-scheme:dark){rules}</style>\n<rect width=\"40\" "
        "height=\"30\" fill=\"#fefefe\"/>\n<g>\n<g stroke=\"#d55e00\"><text> 5 "
        "</text></g></g></svg>");
    char *in = svg_inline(svg);
    expect_no_words(in, "style");
    expect_no_words(in, "gnuplot");
    expect_words(in, "</title>\n<rect");
    free(in);
    free(svg);
    assert_null(svg_tidy("hello", "", ""));
}

/* --- In a browser --------------------------------------------------------------------------- */

static struct browser *start_or_skip(void)
{
    const char *missing;
    struct browser *b = browser_start(false, &missing);
    if (b)
        return b;
    support_skip("%s is not installed (Debian: chromium, chromium-driver)", missing);
    return NULL;
}

static void open_page(struct browser *b, const char *page)
{
    char url[600];
    snprintf(url, sizeof url, "file://%s", planted_path("results/%s", page));
    browser_open(b, url);
}

static const int widths[] = {1400, 768, 390};

/* What sticks out to the right, if anything makes the page wider than the window. */
static const char too_wide[] =
    "document.documentElement.scrollWidth <= innerWidth ? '' : innerWidth + ': ' + "
    "[...document.querySelectorAll('body *')].filter((e) => "
    "e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('pre') && "
    "!e.closest('.wide')).map((e) => e.tagName + '.' + e.className).slice(0, 9).join(' ')";

static void expect_fits(struct browser *b, const char *page, int width)
{
    char name[64];
    browser_resize(b, width, 1000);
    assert_string_equal(browser_text(b, too_wide), "");
    for (int dark = 0; dark < 2; dark++) {
        browser_prefer(b, "prefers-color-scheme", dark ? "dark" : "light");
        snprintf(name, sizeof name, "%s-%d-%s", page, width, dark ? "dark" : "light");
        browser_picture(b, name);
    }
}

static void the_index_reads_at_every_width(void **state)
{
    (void)state;
    struct browser *b = start_or_skip();
    open_page(b, "index.html");
    assert_int_equal(
        (int)browser_number(b, "document.querySelectorAll('.overview tbody tr').length"),
        (int)catalog_length);
    /* A bar is as long as its figure is large, beside the longest. */
    static const char proportions[] =
        "(() => { const width = (id) => document.querySelector(`#${id} .bar-row.leak i`)."
        "getBoundingClientRect().width;"
        "return width('channel_receive') / width('wait_group'); })()";
    double planted_share =
        bytes_of(catalog_find("channel_receive")) / bytes_of(catalog_find("wait_group"));
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        expect_fits(b, "index", widths[i]);
        double share = browser_number(b, proportions);
        assert_true(share > 0.985 * planted_share && share < 1.015 * planted_share);
    }
    /* The filter leaves one family, without a script. */
    browser_text(b, "document.querySelector('#show-locks').click(), ''");
    assert_string_equal(browser_text(b,
                                     "[...document.querySelectorAll('.group')].filter((e) => "
                                     "e.getBoundingClientRect().height).map((e) => e.id).join()"),
                        "family-locks");
    open_page(b, "symptoms.html");
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        expect_fits(b, "symptoms", widths[i]);
    open_page(b, "claims.html");
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        expect_fits(b, "claims", widths[i]);
    browser_expect_silent_console(b);
    browser_end(b);
}

static void a_pair_reads_at_every_width(void **state)
{
    (void)state;
    struct browser *b = start_or_skip();
    open_page(b, "pairs/worker_loop.html");
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        expect_fits(b, "worker_loop", widths[i]);
        /* The two sources stand side by side where there is room, else one beneath the other. */
        static const char beside[] =
            "(() => { const [a, b] = document.querySelectorAll('.side');"
            "return a.getBoundingClientRect().top === b.getBoundingClientRect().top; })()";
        assert_int_equal(browser_is(b, beside), widths[i] > 1040);
    }
    browser_expect_silent_console(b);
    browser_end(b);
}

/* Every text against what lies behind it, by the rule of WCAG: 4.5 to 1, in both schemes. */
static const char contrast[] =
    "(() => { const rgb = (c) => c.match(/[\\d.]+/g).map(Number);"
    "const light = ([r, g, b]) => [r, g, b].map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 "
    ": ((v + 0.055) / 1.055) ** 2.4; }).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], "
    "0);"
    "const ground = (e) => { for (; e; e = e.parentElement) { const c = "
    "rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0.9) return c; } return "
    "[255, 255, 255]; };"
    "let least = 99, which = ''; for (const e of document.querySelectorAll('main *, header *')) {"
    "if (e.closest('svg') || ![...e.childNodes].some((n) => n.nodeType === 3 && "
    "n.textContent.trim())) continue;"
    "const a = light(rgb(getComputedStyle(e).color)), b = light(ground(e));"
    "const c = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);"
    "if (c < least) { least = c; which = e.outerHTML.slice(0, 120); } }"
    "return least < 4.5 ? least.toFixed(2) + ' ' + which : ''; })()";

static void expect_for_everyone(struct browser *b)
{
    for (int dark = 0; dark < 2; dark++) {
        browser_prefer(b, "prefers-color-scheme", dark ? "dark" : "light");
        assert_string_equal(browser_text(b, contrast), "");
    }
    assert_true(browser_is(b, "document.documentElement.lang === 'en'"));
    assert_true(browser_is(b, "document.querySelectorAll('h1').length === 1"));
    assert_true(browser_is(b, "[...document.querySelectorAll('svg')].every((s) => s.getAttribute("
                              "'role') === 'img' && s.querySelector('title').textContent.length > "
                              "20)"));
    assert_true(browser_is(b, "[...document.querySelectorAll('[id]')].map((e) => e.id).every((id, "
                              "i, all) => all.indexOf(id) === i)"));
    assert_true(browser_is(b, "[...document.querySelectorAll('a[href^=\"#\"]')].every((a) => "
                              "document.getElementById(a.hash.slice(1)))"));
    assert_true(
        browser_is(b, "[...document.querySelectorAll('input')].every((i) => i.labels.length)"));
}

static void the_pages_are_for_everyone(void **state)
{
    (void)state;
    static const char *const pages[] = {"index.html", "symptoms.html", "claims.html",
                                        "pairs/worker_loop.html"};
    struct browser *b = start_or_skip();
    browser_resize(b, 1400, 1000);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        open_page(b, pages[i]);
        expect_for_everyone(b);
    }
    /* What is copied of the code is the code: no numbers, no notes. */
    static const char code[] = "document.querySelector('.side.leak pre code').textContent";
    char words[200];
    snprintf(words, sizeof words, "%s.includes('while (chan_recv(jobs, &job))')", code);
    assert_true(browser_is(b, words));
    snprintf(words, sizeof words, "%s.includes('parked here')", code);
    assert_false(browser_is(b, words));
    browser_end(b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest of_all[] = {
        cmocka_unit_test(every_pair_has_its_page),
        cmocka_unit_test(the_pages_need_nothing_else),
        cmocka_unit_test(the_index_reads_at_every_width),
        cmocka_unit_test(a_pair_reads_at_every_width),
        cmocka_unit_test(the_pages_are_for_everyone),
    };
    const struct CMUnitTest parts[] = {
        TEST(what_a_record_says_stays_text), TEST(code_is_coloured),
        TEST(the_first_comment_is_prose),    TEST(a_line_is_known_by_its_comment),
        TEST(a_drawing_is_made_small),
    };
    return cmocka_run_group_tests(of_all, save_all, planted_folder_remove) +
           cmocka_run_group_tests(parts, NULL, NULL);
}
