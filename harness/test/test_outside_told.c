/* What is said of a process that is looked at from outside: waits of every kind, and what a reader has to know to believe it. */
#include "test/outside.h"

#include "outside/forest.h"
#include "outside/forest_json.h"
#include "outside/list.h"
#include "outside/target.h"
#include "outside/words.h"
#include "task/ctx.h"
#include "task/io.h"
#include "task/loop.h"
#include "task/mutex.h"
#include "task/timer.h"
#include <stdlib.h>

#define HERE "harness/test/test_outside_told.c:[0-9]+ in "

static struct target *target;
static struct look seen;

static void look_at_us(void)
{
    char why[TARGET_WHY];
    target = target_of_process(getpid(), why);
    if (!target)
        fail_msg("%s", why);
    if (target && !look_at(&seen, target->memory, &target->layout, false, false, why))
        fail_msg("%s", why);
}

static void look_away(void)
{
    look_free(&seen);
    target_close(target);
}

/* What write() has to say, to be freed. */
static char *text_of(bool (*write)(FILE *out))
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_true(write(out));
    fclose(out);
    return text;
}

static bool write_list(FILE *out)
{
    return list_write(target, &seen, false, out);
}

static bool write_tasks(FILE *out)
{
    return list_write(target, &seen, true, out);
}

static bool write_tree_as(bool (*write)(const struct target *, const struct look *,
                                        const struct tree *, FILE *),
                          FILE *out)
{
    struct tree tree;
    bool done = tree_build(&tree, &seen, target->memory, &target->layout) &&
                write(target, &seen, &tree, out);
    tree_free(&tree);
    return done;
}

static bool write_tree(FILE *out)
{
    return write_tree_as(forest_write, out);
}

static bool write_json(FILE *out)
{
    return write_tree_as(forest_write_json, out);
}

static void expect_tree(const char *pattern)
{
    look_at_us();
    char *said = text_of(write_tree);
    expect_match(said, pattern);
    free(said);
    look_away();
}

static void expect_json(const char *part)
{
    look_at_us();
    char *said = text_of(write_json);
    expect_words(said, part);
    free(said);
    look_away();
}

/* --- Waits ---------------------------------------------------------------------------------- */

static void wait_for_timer(void *unused)
{
    (void)unused;
    chan_recv(timer_after(HOUR), NULL);
}

LEAKING_TASK_TEST(of_a_timers_channel_the_timer_is_told)
{
    go(wait_for_timer, NULL);
    settle();
    expect_tree("^   waits for a timer made at " HERE "wait_for_timer$");
}

static struct mutex lock, other;

static void lock_twice(void *mutex)
{
    mutex_lock(mutex);
    mutex_lock(mutex);
}

static void lock_and_end(void *mutex)
{
    mutex_lock(mutex);
}

static void lock_by_loop(uv_idle_t *idle)
{
    uv_idle_stop(idle);
    assert_true(mutex_try_lock(idle->data));
}

LEAKING_TASK_TEST(of_a_lock_it_is_told_who_can_not_unlock_it)
{
    go(lock_twice, &lock);
    settle();
    expect_tree("^ +waits for a mutex that task [0-9]+ locked at " HERE "lock_twice: itself$");
    go(lock_and_end, &other);
    go(lock_and_end, &other);
    settle();
    expect_tree("^ +waits for a mutex that task [0-9]+ locked at " HERE
                "lock_and_end, which has ended with it$");
    expect_json("\"lives\":false");
}

LEAKING_TASK_TEST(a_callback_of_the_loop_may_have_a_lock)
{
    static uv_idle_t idle;
    uv_idle_init(task_loop(), &idle);
    idle.data = &lock;
    uv_idle_start(&idle, lock_by_loop);
    task_sleep(SECOND);
    go(lock_and_end, &lock);
    settle();
    expect_tree("^ +waits for a mutex that a callback of the loop locked at " HERE "lock_by_loop$");
    expect_json("{\"task\":null,\"lives\":true,");
}

static void read_long(void *rw)
{
    rw_mutex_rlock(rw);
    task_sleep(HOUR);
}

static void write_lock(void *rw)
{
    rw_mutex_lock(rw);
}

LEAKING_TASK_TEST(readers_beyond_those_that_are_known_are_counted)
{
    static struct rw_mutex rw;
    for (int i = 0; i < OWNERS_MOST + 4; i++)
        go(read_long, &rw);
    settle();
    go(write_lock, &rw);
    settle();
    expect_tree("^ +waits for a readers-writer mutex that task [0-9]+ locked at " HERE
                "read_long, and task .*, and [0-9] more have to read");
}

static void wait_for_bell(void *cond)
{
    struct cond *c = cond;
    mutex_lock(c->mutex);
    cond_wait(c);
    mutex_unlock(c->mutex);
}

LEAKING_TASK_TEST(of_a_condition_its_signals_are_told)
{
    struct cond bell = {.mutex = &lock};
    cond_signal(&bell);
    go(wait_for_bell, &bell);
    settle();
    expect_tree("^ +waits for a condition, signalled 1 time, last at " HERE
                "of_a_condition.*; 1 time nobody waited");
    expect_json("\"signals\":1,\"unheard\":1,");
    cond_signal(&bell);
    go(wait_for_bell, &bell);
    settle();
    expect_tree("^ +waits for a condition, signalled 2 times, last at ");
}

static void read_socket(void *io)
{
    char byte;
    io_read(ctx_background(), io, &byte, 1);
}

LEAKING_TASK_TEST(of_a_connection_its_descriptor_is_told)
{
    struct io *ends[2];
    char wanted[64];
    assert_int_equal(io_pair(ends), 0);
    go(read_socket, ends[0]);
    settle();
    snprintf(wanted, sizeof wanted, "^ +waits for descriptor %d$", io_fd(ends[0]));
    expect_tree(wanted);
    snprintf(wanted, sizeof wanted, "\"descriptor\":%d", io_fd(ends[0]));
    expect_json(wanted);
}

static void select_many(void *c)
{
#define TWO on_recv((struct chan *)c, NULL), on_recv((struct chan *)c, NULL)
    chan_select(TWO, TWO, TWO, TWO, TWO, TWO, TWO, TWO, TWO, TWO);
}

LEAKING_TASK_TEST(cases_of_a_select_beyond_those_that_are_told_are_counted)
{
    go(select_many, chan_make(int, 0));
    settle();
    expect_tree("^ +or on 4 cases more");
}

/* --- Memory that is not what it says ------------------------------------------------------------ */

/* The tree, with a word planted where the target's memory has another. */
static char *tree_with(uint64_t at, uint64_t value)
{
    look_at_us();
    struct memory *own = target->memory;
    struct planted p = planted();
    plant(&p, at, value);
    target->memory = &p.memory;
    char *said = text_of(write_tree);
    target->memory = own;
    look_away();
    return said;
}

LEAKING_TASK_TEST(an_object_that_is_not_there_is_said_not_to_be)
{
    struct chan *c = chan_make(int, 0);
    go(wait_for, c);
    settle();
    struct seen_task t = parked_one();
    assert_int_equal(t.object, (uintptr_t)c);
    look_at_us();
    for (size_t i = 0; i < seen.length; i++)
        if (seen.tasks[i].object)
            seen.tasks[i].object = 8;
    char *said = text_of(write_tree);
    expect_match(said, "^   waits for a channel at 0x8, where there is none$");
    free(said);
    said = text_of(write_json);
    expect_words(said, "\"address\":\"0x8\",\"read\":false");
    free(said);
    look_away();
}

LEAKING_TASK_TEST(a_lock_that_nobody_has_is_said_to_be_free)
{
    mutex_lock(&lock);
    go(lock_and_end, &lock);
    settle();
    char *said = tree_with((uintptr_t)&lock + task_layout.field[LAYOUT_MUTEX_OWNER].at +
                               task_layout.field[LAYOUT_OWNER_ID].at,
                           0);
    expect_match(said, "^ +waits for a mutex that nobody has$");
    free(said);
}

LEAKING_TASK_TEST(places_that_are_not_known_are_said_not_to_be)
{
    struct chan *c = chan_make(int, 0);
    go(wait_for, c);
    settle();
    char *said = tree_with((uintptr_t)c + task_layout.field[LAYOUT_CHAN_MADE_AT].at, 0);
    expect_match(
        said, "^   waits to receive from a channel .*, made at a place that is not known; nobody");
    free(said);
}

/* --- What a reader has to know ------------------------------------------------------------------ */

LEAKING_TASK_TEST(what_makes_a_look_less_than_whole_is_told)
{
    make_waiters();
    look_at_us();
    char *said = text_of(write_tasks);
    expect_no_words(said, "while looked at");
    expect_no_words(said, "makes no sense");
    free(said);
    seen.changed = seen.broken = 1;
    seen.made = 2;
    seen.is_cut = true;
    seen.tasks[0].has_changed = true;
    seen.groups[0].is_broken = true;
    said = text_of(write_tasks);
    expect_match(said, "^\\*: changed while looked at$");
    expect_match(said, "^changed while looked at: 1 task\\. Of these");
    expect_match(said, "^made while looked at: 2 tasks, which need not be among these$");
    expect_match(said,
                 "^not shown: 1 stack in use whose record can not be read, or makes no sense$");
    expect_match(said, "^the runtime's lists end in what makes no sense: there may be more tasks$");
    expect_no_words(said, "gcore");
    free(said);
    target->is_core = true;
    said = text_of(write_list);
    expect_match(said, "wait_for \\(the stack can not be walked to its end\\) ");
    expect_match(said, "^gcore leaves out a mapping of stacks");
    expect_no_words(said, "*: ");
    free(said);
    look_away();
}

LEAKING_TASK_TEST(minutes_are_from_the_least_to_the_most)
{
    struct chan *c = chan_make(int, 0);
    for (int i = 0; i < 2; i++) {
        go(wait_for, c);
        task_sleep(2 * MINUTE + SECOND);
    }
    look_at_us();
    char *said = text_of(write_list);
    expect_match(said, "^ +2  chan receive +2-4  ");
    free(said);
    look_away();
}

/* --- Cycles ------------------------------------------------------------------------------------- */

static struct mutex pair[2];

static void take_both(void *first)
{
    struct mutex *one = first, *two = one == &pair[0] ? &pair[1] : &pair[0];
    mutex_lock(one);
    task_yield();
    mutex_lock(two);
}

static void lock_late(void *mutex)
{
    task_sleep(SECOND);
    mutex_lock(mutex);
}

/* Whoever waits for one of it is the first that is looked at, and leads into it anywhere. */
LEAKING_TASK_TEST(a_cycle_is_told_from_its_first_task_on)
{
    go(lock_late, &pair[0]);
    go(lock_late, &pair[1]);
    go(take_both, &pair[0]);
    go(take_both, &pair[1]);
    go(lock_late, &pair[0]);
    go(lock_late, &pair[1]);
    task_sleep(2 * SECOND);
    expect_tree("^│  cycle: task 4 -> task 5 -> task 4$");
}

static void hold_ready(void *c)
{
    struct chan *volatile held = c;
    task_yield();
    (void)held;
}

/* Who can run, or waits for something else, keeps it; who waits for it himself does not. */
LEAKING_TASK_TEST(who_holds_what_others_wait_for_is_above_them)
{
    struct chan *c = chan_make(int, 0);
    go(wait_for, c);
    settle();
    go(hold_ready, c);
    task_yield();
    expect_tree("^└─ task 2 \\[chan receive|^   waits to receive from a channel .*has its address "
                "on its stack");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_timers_channel_the_timer_is_told),
        cmocka_unit_test(of_a_lock_it_is_told_who_can_not_unlock_it),
        cmocka_unit_test(a_callback_of_the_loop_may_have_a_lock),
        cmocka_unit_test(readers_beyond_those_that_are_known_are_counted),
        cmocka_unit_test(of_a_condition_its_signals_are_told),
        cmocka_unit_test(of_a_connection_its_descriptor_is_told),
        cmocka_unit_test(cases_of_a_select_beyond_those_that_are_told_are_counted),
        cmocka_unit_test(an_object_that_is_not_there_is_said_not_to_be),
        cmocka_unit_test(a_lock_that_nobody_has_is_said_to_be_free),
        cmocka_unit_test(places_that_are_not_known_are_said_not_to_be),
        cmocka_unit_test(what_makes_a_look_less_than_whole_is_told),
        cmocka_unit_test(minutes_are_from_the_least_to_the_most),
        cmocka_unit_test(a_cycle_is_told_from_its_first_task_on),
        cmocka_unit_test(who_holds_what_others_wait_for_is_above_them),
    };
    if (task_set_stack_size(1024 * 1024)) /* libdw runs on it */
        return 1;
    return cmocka_run_group_tests_name("outside_told", tests, NULL, NULL);
}
