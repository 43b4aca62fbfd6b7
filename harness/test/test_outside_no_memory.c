/* No memory while another process is looked at: whatever allocation fails, what is said is whole, or is not said and a line
 * tells why. */
#include "test/no_memory.h"
#include "test/words.h"

#include "census/census.h"
#include "outside/core.h"
#include "outside/forest.h"
#include "outside/forest_json.h"
#include "outside/handles_text.h"
#include "outside/list.h"
#include "outside/list_json.h"
#include "outside/stop.h"
#include "task/chan.h"
#include "task/loop.h"
#include "task/mutex.h"
#include "task/stats.h"
#include <limits.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

/* --- The process ---------------------------------------------------------------------------- */

static struct mutex locks[2];

static void take_both(void *first)
{
    struct mutex *one = first, *other = one == &locks[0] ? &locks[1] : &locks[0];
    task_label("role", "philosopher");
    mutex_lock(one);
    task_yield();
    mutex_lock(other);
}

static void receive(void *c)
{
    chan_recv(c, NULL);
}

static void hold(void *c)
{
    struct chan *volatile held = c;
    task_sleep(HOUR);
    (void)held;
}

static int ready;

static void be_looked_at(void *unused)
{
    static uv_timer_t timers[3];
    (void)unused;
    census_start();
    for (int i = 0; i < 3; i++)
        uv_timer_init(task_loop(), &timers[i]);
    struct chan *c = chan_make(int, 0);
    go(take_both, &locks[0]);
    go(take_both, &locks[1]);
    for (int i = 0; i < 100; i++)
        go(receive, c);
    go(hold, c);
    settle();
    if (write(ready, "r", 1) == 1)
        pause();
}

static pid_t pid;
static struct target *target;

static int start(void **state)
{
    (void)state;
    int told[2];
    char byte, why[TARGET_WHY];
    assert_int_equal(pipe(told), 0);
    fflush(NULL);
    if ((pid = fork()) == 0) {
        alarm(HANG_SECONDS);
        ready = told[1];
        clock_set_virtual(true);
        task_run(be_looked_at, NULL);
        _exit(1);
    }
    close(told[1]);
    assert_int_equal(read(told[0], &byte, 1), 1);
    close(told[0]);
    target = target_of_process(pid, why);
    if (!target)
        fail_msg("%s", why);
    return 0;
}

static int end(void **state)
{
    (void)state;
    target_close(target);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return 0;
}

/* --- What is said of it --------------------------------------------------------------------- */

/* What write() puts there; the stream itself has memory. */
static char *told(bool (*write)(FILE *out))
{
    long now = failing_left;
    char *text = NULL;
    size_t size;
    failing_left = -1;
    FILE *out = __real_open_memstream(&text, &size);
    failing_left = now;
    bool done = write(out);
    now = failing_left;
    failing_left = -1;
    fclose(out);
    failing_left = now;
    if (done)
        return text;
    free(text);
    return NULL;
}

static bool look(struct look *seen)
{
    char why[LOOK_WHY] = "";
    bool done = look_at(seen, target->memory, &target->layout, true, false, why);
    if (!done)
        expect_words(why, "memory for");
    return done;
}

static bool is_all;

static bool write_list(FILE *out)
{
    struct look seen;
    bool done = look(&seen) && list_write(target, &seen, is_all, out);
    look_free(&seen);
    return done;
}

static bool write_list_json(FILE *out)
{
    struct look seen;
    bool done = look(&seen);
    json_t *census = json_pack("{s:b}", "on", 1);
    done = done && census && list_write_json(target, &seen, census, is_all, out);
    json_decref(census);
    look_free(&seen);
    return done;
}

static bool write_tree_as(bool (*write)(const struct target *, const struct look *,
                                        const struct tree *, FILE *),
                          FILE *out)
{
    struct look seen;
    struct tree tree = {0};
    bool done = look(&seen) && tree_build(&tree, &seen, target->memory, &target->layout) &&
                write(target, &seen, &tree, out);
    tree_free(&tree);
    look_free(&seen);
    return done;
}

static bool write_tree(FILE *out)
{
    return write_tree_as(forest_write, out);
}

static bool write_tree_json(FILE *out)
{
    return write_tree_as(forest_write_json, out);
}

static bool is_json;

static bool write_handles(FILE *out)
{
    char why[HANDLES_WHY] = "";
    struct handles_seen seen;
    bool done = handles_look(&seen, target, why);
    if (!done)
        expect_words(why, "no memory for");
    json_t *json = done && is_json ? handles_json(target, &seen) : NULL;
    if (done && is_json)
        done = json && !json_dumpf(json, out, JSON_COMPACT);
    else if (done)
        done = handles_write(target, &seen, out);
    json_decref(json);
    handles_free(&seen);
    return done;
}

static char *list(void)
{
    return told(write_list);
}

static char *list_json(void)
{
    return told(write_list_json);
}

static char *tree(void)
{
    return told(write_tree);
}

static char *tree_json(void)
{
    return told(write_tree_json);
}

static char *handles(void)
{
    return told(write_handles);
}

static void what_is_said_is_whole_or_not(void **state)
{
    (void)state;
    for (int all = 0; all < 2; all++) {
        is_all = all;
        free(list()); /* what stands where is known from then on */
        assert_true(try_all_kept("a list", list, 1) > 20);
    }
    is_json = false;
    free(handles());
    assert_true(try_all_kept("handles", handles, 1) > 2);
    free(tree());
    assert_true(try_all_kept("a tree", tree, 1) > 20);
}

static void json_is_whole_or_not(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("json_pack() loses what it is given behind what it has no memory for");
    is_json = true;
    free(handles());
    assert_true(try_all_kept("handles", handles, 1) > 20);
    free(tree_json());
    assert_true(try_all_kept("a tree", tree_json, 1) > 20);
    json_set_alloc_funcs(__real_malloc, free); /* without memory its writer leaves out keys */
    for (int all = 0; all < 2; all++) {
        is_all = all;
        free(list_json());
        assert_true(try_all_kept("a list", list_json, 1) > 20);
    }
    json_set_alloc_funcs(json_malloc, free);
}

/* --- Opening it ----------------------------------------------------------------------------- */

static const char *core;

static char *an_opened(void)
{
    char why[TARGET_WHY] = "", *text = NULL;
    struct target *opened = core ? target_of_core(core, NULL, why) : target_of_process(pid, why);
    if (opened && asprintf(&text, "%d %d", opened->pid, opened->has_tasks) < 0)
        text = NULL;
    if (!opened)
        assert_true(why[0]);
    if (opened)
        target_close(opened);
    return text;
}

static void a_process_is_opened_or_it_is_said_why_not(void **state)
{
    (void)state;
    core = NULL;
    assert_true(try_all_kept("a process", an_opened, 1) > 20);
}

static void what_was_stopped_for_it_goes_on(void **state)
{
    (void)state;
    char why[PROCESS_WHY] = "";
    failing_left = 0;
    bool stopped = process_stop(pid, why);
    failing_left = -1;
    assert_false(stopped);
    expect_words(why, strerror(ENOMEM));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_is_whole_or_not),
        cmocka_unit_test(json_is_whole_or_not),
        cmocka_unit_test(a_process_is_opened_or_it_is_said_why_not),
        cmocka_unit_test(what_was_stopped_for_it_goes_on),
    };
    json_set_alloc_funcs(json_malloc, free);
    return cmocka_run_group_tests_name("outside_no_memory", tests, start, end);
}
