/* The live page in a browser: a pair is started, its curves are watched, it is paused, stopped and
 * judged; at the width of a desk and of a phone. SCREENSHOTS=FOLDER keeps pictures. */
#include "test/browser.h"
#include "test/port.h"
#include "test/service.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CURVE(chart, half) "Chart.getChart('chart-" chart "').data.datasets[" half "].data"
#define LAST(chart, half)  CURVE(chart, half) ".at(-1).y"
#define TEXT_OF(selector)  "document.querySelector('" selector "').textContent"

/* In *state, for end_browser() to end also where the case fails. */
static struct browser *start_or_skip(bool phone, void **state)
{
    const char *missing;
    struct browser *b = browser_start(phone, &missing);
    *state = b;
    if (b)
        return b;
    support_skip("%s is not installed (Debian: chromium, chromium-driver)", missing);
    return NULL;
}

static int end_browser(void **state)
{
    if (*state)
        browser_end(*state);
    return 0;
}

static void open_page(struct browser *b, const struct service *s, const char *query)
{
    char url[256];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/%s", s->port, query);
    browser_open(b, url);
    browser_await(b, "document.querySelectorAll('#source .hunk').length > 2");
}

static void expect_no_overflow(struct browser *b)
{
    assert_true(browser_is(b, "document.documentElement.scrollWidth <= innerWidth"));
}

/* The leak's line climbs and the fix's comes back, whatever is under way at one look or another. */
static void expect_the_curves(struct browser *b)
{
    browser_await(b, CURVE("tasks", "0") ".length > 10 && " CURVE("tasks", "1") ".length > 10");
    browser_await(b, LAST("tasks", "0") " - " CURVE("tasks", "0") "[0].y > 1000");
    browser_await(b, LAST("tasks", "1") " < 10");
    browser_await(b, LAST("rss", "0") " - " CURVE("rss", "0") "[0].y > 4");
    assert_true(browser_is(b, LAST("rss", "1") " - " CURVE("rss", "1") "[0].y < 2"));
    /* And they are drawn: each in its colour. */
    assert_true(
        browser_is(b, "(() => { const c = document.getElementById('chart-tasks'), seen = new Set();"
                      "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
                      "for (let i = 0; i < d.length; i += 4) if (d[i+3] > 200) "
                      "seen.add(d[i]+','+d[i+1]+','+d[i+2]);"
                      "return ['213,94,0', '0,114,178'].every((x) => seen.has(x)); })()"));
}

/* Paused, the page comes to show what the service counts: a last sample may be under way. */
static void expect_the_service_s_count(struct browser *b, struct service *s)
{
    enum { LOOKS = 20000 }; /* a few milliseconds each */
    bool same = false;
    for (int look = 0; look < LOOKS && !same; look++) {
        double shown = browser_number(b, "Number(" TEXT_OF("#leak .tasks") ".replaceAll(',', ''))");
        same = shown ==
               service_metric(s, "leaklab_live_tasks{pair=\"channel_receive\",variant=\"leak\"}");
    }
    assert_true(same);
}

static void a_pair_is_watched_paused_and_judged(void **state)
{
    struct browser *b = start_or_skip(false, state);
    struct service s = service_start("channel_receive");
    open_page(b, &s, "?pair=channel_receive&rate=500&limit=256");
    browser_picture(b, "desk-before");
    browser_click(b, "#start");
    expect_the_curves(b);
    browser_await(b, TEXT_OF("#leak .verdict") ".startsWith('Leaking: 1.0')");
    browser_await(b, TEXT_OF("#fix .verdict") ".startsWith('Clean so far')");
    browser_await(b, TEXT_OF("#leak .left") ".startsWith('Reaches its memory limit')");
    browser_await(b, TEXT_OF("#parked .leak") ".includes('leaks/pitfalls/channel_receive.c:')");
    browser_picture(b, "desk-running");
    expect_no_overflow(b);

    browser_click(b, "#pause");
    browser_await(b, TEXT_OF("#leak .state") " === 'paused'");
    expect_the_service_s_count(b, &s);
    browser_is(b, "(window.b = " TEXT_OF("#leak .requests") ") !== ''");
    browser_await(b, "document.getElementById('pause').textContent === 'Go on'");
    browser_click(b, "#pause");
    browser_await(b, "Number(" TEXT_OF(
                         "#leak .tasks") ".replaceAll(',', '')) > window.b.replaceAll(',', '')");

    browser_click(b, "#stop");
    browser_await(b,
                  TEXT_OF("#leak .verdict") ".includes('LEAK 1.000 task/request, chan receive at "
                                            "leaks/pitfalls/channel_receive.c:')");
    browser_await(b, TEXT_OF("#fix .verdict") ".includes('clean')");
    browser_picture(b, "desk-judged");
    browser_expect_silent_console(b);
    service_end(&s, SIGTERM);
}

static void the_url_keeps_what_is_chosen(void **state)
{
    struct browser *b = start_or_skip(false, state);
    struct service s = service_start("");
    open_page(b, &s, "?pair=wait_group&rate=100&limit=64");
    assert_true(browser_is(b, "document.getElementById('pair').value === 'wait_group'"));
    assert_true(browser_is(b, "document.getElementById('limit').value === '64'"));
    assert_string_equal(browser_text(b, TEXT_OF("#rate-words")), "100 requests/s");
    browser_type(b, "#pair",
                 "stops" BROWSER_ENTER); /* of its title; then it is chosen, not started */
    browser_await(b, "location.search.includes('pair=timer_stop')");
    browser_await(b, TEXT_OF(".paths .leak") " === 'leaks/strategies/timer_stop.c'");
    browser_click(b, "#start");
    browser_await(b, CURVE("tasks", "0") ".length > 5");
    browser_open(b, browser_text(b, "location.href"));
    browser_await(b, "typeof Chart === 'function' && Chart.getChart('chart-tasks') && " CURVE(
                         "tasks", "0") ".length > 5");
    assert_true(browser_is(b, "document.getElementById('pair').value === 'timer_stop'"));
    browser_expect_silent_console(b);
    service_end(&s, SIGTERM);
}

static void it_works_on_a_phone_and_by_keyboard(void **state)
{
    struct browser *b = start_or_skip(true, state);
    struct service s = service_start("");
    open_page(b, &s, "?pair=full_buffer&rate=500&limit=128");
    assert_true(browser_number(b, "innerWidth") == 390);
    browser_type(b, "#pair", BROWSER_TAB BROWSER_TAB BROWSER_TAB);
    browser_type(b, "#start", BROWSER_ENTER);
    expect_the_curves(b);
    expect_no_overflow(b);
    browser_picture(b, "phone-running");
    /* Both halves beside each other: comparing them is the point. */
    assert_true(browser_is(b, "document.getElementById('leak').getBoundingClientRect().top === "
                              "document.getElementById('fix').getBoundingClientRect().top"));
    browser_type(b, "#rate", "\xee\x80\x94"); /* arrow right */
    browser_await(b, TEXT_OF("#rate-words") " !== '500 requests/s'");
    browser_type(b, "#stop", BROWSER_ENTER);
    browser_await(
        b, TEXT_OF("#leak .verdict") ".includes('chan send at leaks/pitfalls/full_buffer.c:')");
    browser_picture(b, "phone-judged");
    browser_prefer(b, "prefers-color-scheme", "dark");
    browser_await(b, "Chart.getChart('chart-tasks').data.datasets[0].borderColor === '#ff8a4c'");
    browser_picture(b, "phone-dark");
    /* The figures of both are on one line, and within their cards. */
    assert_true(browser_is(b, "document.querySelector('#leak .tasks').getBoundingClientRect().top "
                              "=== document.querySelector('#fix .tasks').getBoundingClientRect()"
                              ".top"));
    assert_true(browser_is(b, "[...document.querySelectorAll('.case dd')].every((d) => "
                              "d.getBoundingClientRect().right <= "
                              "d.closest('dl').getBoundingClientRect().right + 1)"));
    browser_expect_silent_console(b);
    service_end(&s, SIGTERM);
}

static void it_is_named_for_those_who_do_not_see_it(void **state)
{
    static const char *const named[] = {
        "#pair",   "#rate", "#limit",       "#start",     "#pause",     "#stop",          "#look",
        "#source", "#leak", "#chart-tasks", "#chart-rss", "#chart-p99", "#chart-requests"};
    struct browser *b = start_or_skip(false, state);
    struct service s = service_start("");
    open_page(b, &s, "?pair=channel_close&rate=200&limit=64");
    browser_click(b, "#start");
    browser_await(b, TEXT_OF("#spoken") " !== ''");
    browser_await(
        b,
        "document.getElementById('chart-tasks').getAttribute('aria-label').includes('leak from')");
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (!*browser_label(b, named[i]))
            fail_msg("%s has no name", named[i]);
    /* Light and dark are both there. */
    char light[64];
    snprintf(light, sizeof light, "%s",
             browser_text(b, "getComputedStyle(document.body).backgroundColor"));
    browser_prefer(b, "prefers-color-scheme", "dark");
    assert_string_not_equal(light,
                            browser_text(b, "getComputedStyle(document.body).backgroundColor"));
    browser_await(b, "Chart.getChart('chart-tasks').data.datasets[0].borderColor === '#ff8a4c'");
    browser_picture(b, "desk-dark");
    service_end(&s, SIGTERM);
}

static void it_asks_nobody_else_and_runs_nothing_foreign(void **state)
{
    struct browser *b = start_or_skip(false, state);
    struct service s = service_start("");
    open_page(b, &s, "?pair=channel_close&rate=200&limit=64");
    assert_true(browser_is(b, "performance.getEntriesByType('resource').length >= 6"));
    assert_true(browser_is(b, "performance.getEntriesByType('resource')"
                              ".every((r) => r.name.startsWith(location.origin + '/'))"));
    assert_true(browser_is(b, "document.querySelectorAll('script:not([src]), style, "
                              "[style*=color], [onclick]').length === 0"));
    browser_expect_silent_console(b);
    /* The policy stops what gets in all the same. */
    json_decref(browser_ask(b, "const s = document.createElement('script');"
                               "s.textContent = 'window.foreign = 1'; document.body.append(s);"));
    assert_true(browser_is(b, "window.foreign === undefined"));
    service_end(&s, SIGTERM);
}

/* The page is that of the pair that runs, whatever is chosen meanwhile. */
static void another_choice_changes_nothing_but_the_choice(void **state)
{
    struct browser *b = start_or_skip(false, state);
    struct service s = service_start("");
    open_page(b, &s, "?pair=full_buffer&rate=500&limit=128");
    assert_true(browser_is(b, "document.getElementById('other').hidden"));
    browser_click(b, "#start");
    browser_await(b, TEXT_OF("#parked .leak") ".includes('leaks/pitfalls/full_buffer.c:')");
    assert_string_equal(browser_text(b, TEXT_OF("#parked-title")),
                        "Who is parked where: full_buffer");
    browser_type(b, "#pair", "channel_close" BROWSER_ENTER);
    browser_await(b, "document.getElementById('pair').value === 'channel_close'");
    browser_await(b, TEXT_OF("#instead") " === 'Start channel_close instead'");
    assert_true(browser_is(b, "document.title.startsWith('full_buffer')"));
    assert_true(browser_is(b, "location.search.includes('pair=full_buffer')"));
    assert_string_equal(browser_text(b, TEXT_OF(".paths .leak")), "leaks/pitfalls/full_buffer.c");
    browser_picture(b, "desk-other");
    /* Opened with another pair in the address, the page says so too. */
    open_page(b, &s, "?pair=wait_group&rate=10&limit=64");
    browser_await(b, TEXT_OF("#other p") " === 'full_buffer runs here now, and is what this page "
                                         "shows. wait_group is chosen, and not started.'");
    assert_true(browser_is(b, "document.title.startsWith('full_buffer')"));
    browser_click(b, "#look-at");
    browser_await(b, "document.getElementById('other').hidden");
    assert_true(browser_is(b, "document.getElementById('pair').value === 'full_buffer'"));
    browser_type(b, "#pair", "wait_group" BROWSER_ENTER);
    browser_await(b, "!document.getElementById('other').hidden");
    browser_click(b, "#instead");
    browser_await(b, "document.title.startsWith('wait_group')");
    browser_await(b, TEXT_OF(".paths .leak") " === 'leaks/strategies/wait_group.c'");
    /* Cleared at once: nothing of the other pair is left. */
    browser_await(b, "!" TEXT_OF("#parked") ".includes('full_buffer') && " TEXT_OF(
                         "#parked .leak") ".includes('wait_group.c:')");
    browser_expect_silent_console(b);
    service_end(&s, SIGTERM);
}

static void a_dead_half_says_its_last(void **state)
{
    struct browser *b = start_or_skip(false, state);
    if (support_is_instrumented())
        support_skip("the checkers alone take more than the limit");
    struct service s = service_start("");
    open_page(b, &s, "?pair=defer_myth&rate=2000&limit=64");
    browser_click(b, "#start");
    browser_await(b, TEXT_OF("#leak .verdict") ".startsWith('Dead: killed: its resident set')");
    browser_await(b, TEXT_OF("#parked .leak") ".startsWith('Its last word, after ') || " TEXT_OF(
                         "#parked .leak") " === 'It had died before it was asked.'");
    assert_true(browser_is(b, TEXT_OF("#leak .left") " === ''"));
    browser_picture(b, "desk-dead");
    service_end(&s, SIGTERM);
}

static void a_connection_that_drops_is_taken_up_again(void **state)
{
    char at[64], words[96];
    struct browser *b = start_or_skip(false, state);
    int kept = keep_port(at);
    snprintf(words, sizeof words, "--listen %s", at);
    struct service s = service_start(words);
    open_page(b, &s, "?pair=channel_close&rate=100&limit=64");
    browser_click(b, "#start");
    browser_await(b, CURVE("tasks", "0") ".length > 3");
    service_end(&s, SIGTERM);
    browser_await(b, TEXT_OF("#problem") ".includes('does not answer')");
    browser_await(b, TEXT_OF("#leak .state") ".includes('last seen')");
    s = service_start(words); /* which knows of no run */
    browser_await(b, "document.getElementById('problem').hidden");
    browser_await(b, TEXT_OF("#leak .verdict") " === 'Not started'");
    browser_await(b, CURVE("tasks", "0") ".length === 0");
    service_end(&s, SIGTERM);
    close(kept);
}

/* Five looks a second for an hour, while nobody sees the page: it keeps what a screen can show, draws
 * nothing, and is up to date when it is seen again. */
static void an_hour_in_a_hidden_tab_is_caught_up(void **state)
{
    struct browser *b = start_or_skip(false, state);
    struct service s = service_start("");
    open_page(b, &s, "?pair=channel_close&rate=100&limit=64");
    browser_click(b, "#start");
    browser_await(b, CURVE("tasks", "0") ".length > 3");
    browser_click(b, "#stop");
    browser_await(b, TEXT_OF("#leak .state") " === 'settled'");
    json_decref(browser_ask(
        b, "let hidden = true; window.before = " CURVE(
               "tasks", "0") ".length;"
                             "Object.defineProperty(document, 'hidden', {get: () => hidden, "
                             "configurable: true});"
                             "for (let i = 1; i <= 18000; i++) Charts.add({leak: [100 + i / 5, i, "
                             "i, 1e6, 0.001, 0],"
                             "fix: [100 + i / 5, 1, i, 1e6, 0.001, 0]});"
                             "window.drawn = " CURVE(
                                 "tasks",
                                 "0") ".length; hidden = false;"
                                      "document.dispatchEvent(new Event('visibilitychange'));"));
    assert_true(browser_is(b, "window.drawn === window.before"));
    assert_true(browser_is(
        b, CURVE("tasks", "0") ".length <= 960 && " CURVE("tasks", "0") ".length > 400"));
    assert_true(browser_is(b, LAST("tasks", "0") " >= 17900"));
    service_end(&s, SIGTERM);
}

/* --- axe-core, where it is there ---------------------------------------------------------------- */

static char *read_axe(void)
{
    static const char path[] = "build/axe/node_modules/axe-core/axe.min.js";
    FILE *file = fopen(path, "re");
    if (!file) {
        support_skip("axe-core is not there (make axe)");
    }
    static char text[2 << 20];
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = 0;
    return text;
}

static void expect_no_violation(struct browser *b, const char *axe, const char *when)
{
    json_decref(browser_ask(b, axe));
    json_decref(browser_ask(b, "window.found = null; axe.run(document, {resultTypes: "
                               "['violations']}).then((r) => { window.found = r.violations.map((v) "
                               "=> v.id + ' at ' + v.nodes[0].target).join('; '); });"));
    browser_await(b, "typeof window.found === 'string'");
    const char *found = browser_text(b, "window.found");
    if (*found)
        fail_msg("%s: %s", when, found);
}

static void axe_finds_nothing(void **state)
{
    const char *axe = read_axe();
    struct browser *b = start_or_skip(false, state);
    struct service s = service_start("");
    open_page(b, &s, "?pair=full_buffer&rate=500&limit=128");
    expect_no_violation(b, axe, "before");
    browser_type(b, "#pair", "timer");
    browser_await(b, "document.querySelectorAll('#pair-list [role=option]').length > 1");
    expect_no_violation(b, axe, "searching");
    browser_type(b, "#pair", "\xee\x80\x8c"); /* escape */
    browser_click(b, "#start");
    browser_await(b, TEXT_OF("#parked .leak") ".includes('leaks/pitfalls/full_buffer.c:')");
    browser_type(b, "#pair", "wait_group" BROWSER_ENTER);
    browser_await(b, "!document.getElementById('other').hidden");
    expect_no_violation(b, axe, "running, another one chosen");
    browser_prefer(b, "prefers-color-scheme", "dark");
    expect_no_violation(b, axe, "dark");
    expect_no_overflow(b);
    service_end(&s, SIGTERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_pair_is_watched_paused_and_judged, end_browser),
        cmocka_unit_test_teardown(the_url_keeps_what_is_chosen, end_browser),
        cmocka_unit_test_teardown(it_works_on_a_phone_and_by_keyboard, end_browser),
        cmocka_unit_test_teardown(it_is_named_for_those_who_do_not_see_it, end_browser),
        cmocka_unit_test_teardown(another_choice_changes_nothing_but_the_choice, end_browser),
        cmocka_unit_test_teardown(a_dead_half_says_its_last, end_browser),
        cmocka_unit_test_teardown(a_connection_that_drops_is_taken_up_again, end_browser),
        cmocka_unit_test_teardown(an_hour_in_a_hidden_tab_is_caught_up, end_browser),
        cmocka_unit_test_teardown(axe_finds_nothing, end_browser),
        cmocka_unit_test_teardown(it_asks_nobody_else_and_runs_nothing_foreign, end_browser),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
