/* What a dump says where there is too much to tell, or too little is known. */
#include "test/looking.h"

#include "profile/flame_tree.h"
#include "profile/made.h"
#include "profile/shown.h"
#include "profile/summary.h"
#include "profile/symbol.h"
#include "task/mutex.h"

#include <signal.h>
#include <sys/mman.h>

/* --- Too much ----------------------------------------------------------------------------------- */

#define WAITER(name)                                                                               \
    __attribute__((noinline)) static void name(void *c)                                            \
    {                                                                                              \
        chan_recv(c, NULL);                                                                        \
        note(#name);                                                                               \
    }
WAITER(first)
WAITER(second)
WAITER(third)
WAITER(fourth)
WAITER(fifth)
WAITER(sixth)

static void (*const waiters[])(void *) = {first, second, third, fourth, fifth, sixth};
enum { WAITERS = sizeof waiters / sizeof *waiters };

TASK_TEST(groups_beyond_those_that_are_told_are_counted)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    for (int i = 0; i <= WAITERS; i++)
        go(waiters[i % WAITERS], c);
    settle();
    char *text = summary();
    expect_match(text, "^    there wait, too: .*, .*, .*, .* and 1 group more$");
    free(text);
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct profile *p = profile_collect(is_parked, NULL);
    summary_write(p, NULL, NULL, 1, out);
    fclose(out);
    expect_words(text, "7 tasks\n\n2 tasks parked in chan receive at ");
    expect_words(text, "\n5 tasks more in 5 groups\n");
    expect_no_words(text, "second");
    free(text);
    profile_free(p);
    chan_close(c);
    settle();
    expect_notes("first second third fourth fifth sixth first");
}

static void what_was_made_elsewhere_is_one_line(void **state)
{
    (void)state;
    char text[256] = "";
    struct made_groups made = {.omitted = 1200};
    FILE *out = fmemopen(text, sizeof text, "w");
    made_write(&made, "# ", out);
    fclose(out);
    assert_string_equal(text, "# 1,200 channels and contexts made elsewhere\n");
}

__attribute__((noinline)) static void deeper(struct chan *c, int more)
{
    if (more)
        deeper(c, more - 1);
    else
        chan_recv(c, NULL);
    note("%d", more);
}

static void go_deep(void *c)
{
    deeper(c, PROFILE_DEPTH + 10);
}

LEAKING_TASK_TEST(a_stack_that_is_too_deep_is_said_to_be)
{
    go(go_deep, chan_make(int, 0));
    settle();
    char *text = summary();
    expect_match(text, "^    additional frames elided$");
    free(text);
}

static void receive_labelled(void *c)
{
    task_label("role", "second");
    chan_recv(c, NULL);
}

/* Its label is inherited. */
static void make_labelled(void *c)
{
    task_label("role", "first");
    go(receive_labelled, c);
}

LEAKING_TASK_TEST(of_labels_the_later_counts_and_minutes_have_two_ends)
{
    struct chan *c = chan_make(int, 0);
    for (int i = 0; i < 2; i++) {
        go(make_labelled, c);
        task_sleep(2 * MINUTE + SECOND);
    }
    char *text = dump_text(&(struct dump){.format = DUMP_TEXT, .filter = is_parked});
    expect_words(text, "\n# labels: {\"role\":\"second\"}\n");
    expect_words(text, "# chan receive, 2 to 4 minutes; ");
    free(text);
}

enum { CHANNELS = 200 };

/* More objects than there is room for at first, by tasks of two kinds each. */
TASK_TEST(many_objects_have_their_peers)
{
    struct chan *channels[CHANNELS];
    for (int i = 0; i < CHANNELS; i++) {
        channels[i] = chan_make(int, 0);
        go(receive, chan_ref(channels[i]));
        go(first, channels[i]);
    }
    settle();
    look(is_parked);
    const struct waited *w = waited_by(receive);
    assert_int_equal(w->tasks, CHANNELS);
    assert_int_equal(w->objects, CHANNELS);
    expect_peer(&w->waiting, group_of(first), CHANNELS, CHANNELS);
    look_away();
    for (int i = 0; i < CHANNELS; i++) {
        chan_close(channels[i]);
        settle();
        chan_drop(channels[i]);
    }
    for (int i = 0; i < CHANNELS; i++)
        note("-");
}

/* --- Locks and conditions that are leaked --------------------------------------------------------- */

struct locked {
    struct mutex mutex, signals;
    struct cond cond;
};

static void wait_for_lock(void *mutex)
{
    mutex_lock(mutex);
}

static void wait_for_signal(void *cond)
{
    struct cond *c = cond;
    mutex_lock(c->mutex);
    cond_wait(c);
}

/* In a block that nobody has. */
static __attribute__((noinline)) void leave_locked(void)
{
    struct locked *l = calloc(1, sizeof *l);
    l->cond.mutex = &l->signals;
    go(wait_for_signal, &l->cond);
    go(wait_for_lock, &l->mutex);
}

static void expect_unheard(void *unused)
{
    (void)unused;
    leave_locked();
    settle();
    char *text = dump_text(&(struct dump){.format = DUMP_SUMMARY, .proof = DUMP_PROVEN});
    expect_match(text, "^    nobody has ever signalled it$");
    free(text);
}

static void of_a_condition_it_is_told_that_nobody_signalled_it(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("nothing is proven under the checkers");
    support_run_once(expect_unheard);
}

/* --- Names ------------------------------------------------------------------------------------------ */

static void what_is_no_utf8_is_replaced(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"a\xC3(b", "a\xEF\xBF\xBD(b"},
        {"\xE2\x82", "\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *clean = shown_utf8(texts[i][0]);
        assert_string_equal(clean, texts[i][1]);
        free(clean);
    }
}

static void a_function_without_lines_is_told_by_its_module(void **state)
{
    (void)state;
    char text[256] = "";
    struct symbol s = {.function = "f", .module = "lib.so", .offset = 0x1f};
    FILE *out = fmemopen(text, sizeof text, "w");
    shown_place(&s, out);
    fclose(out);
    assert_string_equal(text, "f (lib.so+0x1f)");
}

/* Names may have anything in them; one that is cut ends with a whole character. */
static void a_flame_graph_is_text_whatever_its_names_are(void **state)
{
    (void)state;
    char *text, long_name[2][402];
    size_t size;
    struct flame_tree tree = {.root = NULL};
    for (int i = 0; i < 200; i++) {
        memcpy(long_name[0] + 2 * i, "\xC3\xA9", 3);
        memcpy(long_name[1] + 1 + 2 * i, "\xC3\xA9", 3);
    }
    long_name[1][0] = 'x';
    assert_true(flame_tree_add(&tree, &(struct flame_frame){"a \"b\"\t<c>", NULL, 0}, 1, 8));
    for (int i = 0; i < 2; i++)
        assert_true(flame_tree_add(&tree, &(struct flame_frame){long_name[i], NULL, 0}, 1, 1));
    FILE *out = open_memstream(&text, &size);
    assert_true(flame_tree_svg(&tree, "t", out));
    fclose(out);
    expect_words(text, "<title>a &quot;b&quot;?&lt;c&gt;\n8 tasks, 80.00%</title>");
    expect_match(text, ">x(\xC3\xA9)+\\.\\.</text>");
    expect_match(text, ">(\xC3\xA9)+\\.\\.</text>");
    char *clean = shown_utf8(text);
    assert_string_equal(text, clean);
    free(clean);
    free(text);
    flame_tree_free(&tree);
}

static void names_are_looked_up_outside_of_tasks_too(void **state)
{
    (void)state;
    const char *names[2] = {"", ""};
    const void *places[] = {(const char *)what_is_no_utf8_is_replaced + 1, (const void *)1};
    symbol_names(places, 2, names);
    assert_string_equal(names[0], "what_is_no_utf8_is_replaced");
    assert_null(names[1]);
}

static char in_data[8];

static void places_in_data_have_names(void **state)
{
    (void)state;
    char line[256], wanted[256];
    symbol_describe_data(in_data + 3, line, sizeof line);
    assert_string_equal(line, "in_data+0x3");
    void *nowhere = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    symbol_describe_data(nowhere, line, sizeof line);
    snprintf(wanted, sizeof wanted, "%p", nowhere);
    assert_string_equal(line, wanted);
    munmap(nowhere, 4096);
}

/* --- On a signal stack ------------------------------------------------------------------------------ */

static char on_signal[3][256];

static void describe(int number)
{
    (void)number;
    symbol_describe((const char *)symbol_describe_data + 5, on_signal[0], sizeof on_signal[0]);
    symbol_describe((const void *)16, on_signal[1], sizeof on_signal[1]);
    symbol_describe((const char *)first + 5, on_signal[2], sizeof on_signal[2]);
}

/* libdw may not run there: the loader's names have to do. */
static void on_a_signal_stack_the_loaders_names_are_told(void **state)
{
    (void)state;
    size_t size = 256 * 1024;
    stack_t stack = {.ss_sp = malloc(size), .ss_size = size}, before;
    struct sigaction action = {.sa_handler = describe, .sa_flags = SA_ONSTACK}, old;
    assert_int_equal(sigaltstack(&stack, &before), 0);
    assert_int_equal(sigaction(SIGUSR2, &action, &old), 0);
    raise(SIGUSR2);
    sigaction(SIGUSR2, &old, NULL);
    sigaltstack(&before, NULL);
    free(stack.ss_sp);
    assert_string_equal(on_signal[0], "symbol_describe_data+0x5");
    assert_string_equal(on_signal[1], "0x10");
    expect_match(on_signal[2], "/test_profile_told\\+0x[0-9a-f]+$"); /* static: by its file */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_beyond_those_that_are_told_are_counted),
        cmocka_unit_test(what_was_made_elsewhere_is_one_line),
        cmocka_unit_test(a_stack_that_is_too_deep_is_said_to_be),
        cmocka_unit_test(of_labels_the_later_counts_and_minutes_have_two_ends),
        cmocka_unit_test(many_objects_have_their_peers),
        cmocka_unit_test(of_a_condition_it_is_told_that_nobody_signalled_it),
        cmocka_unit_test(what_is_no_utf8_is_replaced),
        cmocka_unit_test(a_function_without_lines_is_told_by_its_module),
        cmocka_unit_test(a_flame_graph_is_text_whatever_its_names_are),
        cmocka_unit_test(names_are_looked_up_outside_of_tasks_too),
        cmocka_unit_test(places_in_data_have_names),
        cmocka_unit_test(on_a_signal_stack_the_loaders_names_are_told),
    };
    return cmocka_run_group_tests_name("profile: told", tests, NULL, NULL);
}
