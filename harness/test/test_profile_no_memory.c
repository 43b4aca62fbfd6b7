/* No memory while tasks are dumped: whatever allocation fails, a dump is whole, or is not there and says why. */
#include "test/looking.h"
#include "test/no_memory.h"

#include "profile/diff.h"
#include "profile/symbol.h"
#include "profile/timers.h"
#include "profile/verify_tasks.h"
#include "task/ctx.h"
#include "task/mutex.h"
#include "task/timer.h"
#include <unistd.h>

static struct mutex lock;

static void lock_and_wait(void *c)
{
    mutex_lock(&lock);
    task_label("role", "owner");
    task_label("role", "owner \"1\""); /* the later one counts */
    chan_recv(c, NULL);
}

static void wait_for_lock(void *unused)
{
    (void)unused;
    mutex_lock(&lock);
}

static void select_either(void *c)
{
    struct ctx *mine = ctx_with_cancel(ctx_background());
    chan_select(on_recv((struct chan *)c, NULL), on_recv(ctx_done(mine), NULL));
}

static void hold_it(void *c)
{
    struct chan *volatile held = c;
    task_sleep(HOUR);
    (void)held;
}

/* Of every kind that a dump tells apart, and more groups than its tables begin with. */
static void make_tasks(void)
{
    struct chan *c = chan_make(int, 0);
    struct timer *timer = timer_new(HOUR);
    (void)timer;
    go(lock_and_wait, c);
    settle();
    go(wait_for_lock, NULL);
    go(select_either, c);
    go(select_either, c);
    for (int i = 0; i < 3; i++)
        go(hold_it, c);
    settle();
}

static struct dump dump;

/* What this task's own stack still holds of an address is chance: it goes from who has it. */
static void forget_ourselves(char *text)
{
    static const char begins[] = ", 1 task (running at ";
    for (char *at; (at = strstr(text, begins));) {
        const char *rest = strchr(at + strlen(begins), ')') + 1;
        memmove(at, rest, strlen(rest) + 1);
    }
}

static char *a_dump(void)
{
    errno = 0;
    char *text = dump_text(&dump);
    if (!text)
        assert_int_equal(errno, ENOMEM);
    else
        forget_ourselves(text);
    return text;
}

static void try_dumps(enum dump_proof proof, long least)
{
    make_tasks();
    for (int f = 0; f < DUMP_FORMATS; f++) {
        dump = (struct dump){.format = (enum dump_format)f, .proof = proof};
        long tried = try_all_kept(dump_format_name(dump.format), a_dump, 1);
        if (tried < least)
            fail_msg("%s: %ld allocations alone", dump_format_name(dump.format), tried);
    }
}

LEAKING_TASK_TEST(a_dump_is_whole_or_not)
{
    try_dumps(DUMP_UNPROVEN, 1);
}

static char before[] = "/tmp/test_no_memory.XXXXXX", after[] = "/tmp/test_no_memory.XXXXXX";

static void plant(char *path, const char *groups)
{
    FILE *out = fdopen(mkstemp(path), "w");
    fprintf(out, "{\"schema\":1,\"time\":1,\"groups\":[%s]}", groups);
    fclose(out);
}

#define GROUP(count)                                                                               \
    "{\"count\":" #count ",\"reason\":\"sleep\",\"created_by\":{\"file\":\"m.c\",\"line\":1,"      \
    "\"function\":\"main\"},\"frames\":[]}"

static char *a_difference(void)
{
    char *text = NULL, error[DIFF_ERROR] = "";
    size_t size, suspects;
    long now = failing_left;
    failing_left = -1;
    FILE *out = __real_open_memstream(&text, &size);
    failing_left = now;
    int refused = diff_write(&(struct diff){before, after, 1, false}, out, &suspects, error);
    failing_left = -1;
    fclose(out);
    if (!refused)
        return text;
    expect_words(error, "no memory for ");
    free(text);
    return NULL;
}

static void a_difference_is_whole_or_not(void **state)
{
    (void)state;
    plant(before, GROUP(1));
    plant(after, GROUP(2));
    json_set_alloc_funcs(__real_malloc, free); /* without memory its reader blames the text */
    assert_int_equal(try_all_kept("a difference", a_difference, 1), 3);
    json_set_alloc_funcs(json_malloc, free);
    unlink(before);
    unlink(after);
}

static void expect_told(const char *words)
{
    struct verify all = {0};
    char *told = task_verify_none(&all);
    expect_words(told, words);
    free(told);
}

/* Silence would say that none is. */
LEAKING_TASK_TEST(that_tasks_are_left_is_told_also_without_memory)
{
    make_tasks();
    expect_told("7 tasks left at quiescence");
    failing_left = 0;
    expect_told("tasks are left, and no memory to tell which\n");
    failing_left = -1;
}

/* What is not known for want of memory is looked for the next time. */
LEAKING_TASK_TEST(a_place_is_known_once_there_is_memory)
{
    const void *here = (const char *)try_dumps + 1;
    for (long number = 0; number < 3; number++) {
        failing_left = number;
        const struct symbol *s = symbol_of_return(here);
        failing_left = -1;
        assert_null(s->function);
    }
    assert_string_equal(symbol_of_return(here)->function, "try_dumps");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dump_is_whole_or_not),
        cmocka_unit_test(a_difference_is_whole_or_not),
        cmocka_unit_test(that_tasks_are_left_is_told_also_without_memory),
        cmocka_unit_test(a_place_is_known_once_there_is_memory),
    };
    json_set_alloc_funcs(json_malloc, free);
    return cmocka_run_group_tests_name("profile_no_memory", tests, NULL, NULL);
}
