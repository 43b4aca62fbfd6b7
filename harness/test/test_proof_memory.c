/* Proof: where a pointer may lie, and is seen; where it is not seen, and nothing is proven by that; and what can not
 * be looked at. */
#include "test/proof_cases.h"

#include "task/inspect.h"
#include "task/loop.h"
#include "task/time.h"
#include "task/timer.h"
#include "task/wait_group.h"
#include <malloc.h>
#include <pthread.h>
#include <search.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* --- Where it is seen --------------------------------------------------------------------------- */

static _Thread_local struct chan *volatile in_thread_data;

STEP keep_in_thread_data(void)
{
    in_thread_data = leave_receiver();
}

LEAKING_TASK_TEST(in_data_of_the_thread)
{
    keep_in_thread_data();
    expect_live(1);
}

enum { KEYS = 40 /* more than a thread's record has room for */ };

STEP keep_under_keys(void)
{
    pthread_key_t key;
    for (int i = 0; i < KEYS; i++) {
        assert_int_equal(pthread_key_create(&key, NULL), 0);
        pthread_setspecific(key, leave_receiver());
    }
}

LEAKING_TASK_TEST(under_a_key_of_the_thread)
{
    keep_under_keys();
    expect_live(KEYS);
}

static void *volatile tree;

static int by_address(const void *a, const void *b)
{
    return (a > b) - (a < b);
}

STEP keep_in_tree(int n)
{
    for (int i = 0; i < n; i++)
        tsearch(leave_receiver(), (void **)&tree, by_address);
}

LEAKING_TASK_TEST(in_a_tree_of_the_c_librarys)
{
    keep_in_tree(50);
    expect_live(50);
}

struct record {
    char name[24];
    struct chan *c;
};

static char *volatile text;

/* A block that the C library has made, and written over. */
STEP keep_in_duplicated_text(void)
{
    text = strdup("a text of exactly the length that a record has.");
    ((struct record *)text)->c = leave_receiver();
}

LEAKING_TASK_TEST(in_a_block_that_the_c_library_has_made)
{
    keep_in_duplicated_text();
    expect_live(1);
}

STEP keep_in_moved_block(void)
{
    struct chan **all = malloc(sizeof *all);
    for (size_t n = 1; n < 5000; n += 100) {
        struct chan **larger = realloc(all, n * sizeof *all);
        assert_non_null(larger);
        all = larger;
        all[n - 1] = leave_receiver();
    }
    text = (char *)all;
}

LEAKING_TASK_TEST(in_a_block_that_grows)
{
    keep_in_moved_block();
    expect_live(50);
}

STEP keep_in_aligned_blocks(void)
{
    static void *volatile blocks[4];
    void *block = NULL;
    assert_int_equal(posix_memalign(&block, 4096, 64), 0);
    blocks[0] = block;
    blocks[1] = aligned_alloc(64, 128);
    blocks[2] = memalign(1 << 16, 1 << 17);
    blocks[3] = valloc(10);
    for (int i = 0; i < 4; i++)
        *(struct chan **)blocks[i] = leave_receiver();
}

LEAKING_TASK_TEST(in_blocks_of_every_alignment)
{
    keep_in_aligned_blocks();
    expect_live(4);
}

/* Of up to eight bytes two would share what tells where one begins. */
STEP keep_in_tiny_blocks(int n)
{
    struct chan ***all = calloc((size_t)n, sizeof *all);
    for (int i = 0; i < n; i++) {
        all[i] = malloc(sizeof(struct chan *));
        *all[i] = leave_receiver();
    }
    text = (char *)all;
}

LEAKING_TASK_TEST(in_the_smallest_blocks)
{
    keep_in_tiny_blocks(100);
    expect_live(100);
}

static void say_and_drop(void *c)
{
    chan_drop(c);
}

STEP keep_until_the_end(void)
{
    on_exit((void (*)(int, void *))(void (*)(void))say_and_drop, leave_receiver());
}

LEAKING_TASK_TEST(in_what_is_called_at_exit)
{
    keep_until_the_end();
    expect_live(1);
}

static void never_begun(void *c)
{
    chan_send(c, &(int){1});
    chan_drop(c);
}

STEP start_with_argument(void)
{
    struct chan *c = leave_receiver();
    settle();
    go(never_begun, c);
}

LEAKING_TASK_TEST(in_the_argument_of_a_task_that_has_not_begun)
{
    start_with_argument();
    proof_wipe_stack();
    struct task_leaks leaks = look_now();
    assert_int_equal(leaks.live, 3);
}

/* --- Where it is not seen ----------------------------------------------------------------------- */

static volatile uintptr_t disguised;

STEP disguise(void)
{
    disguised = (uintptr_t)leave_receiver() ^ UINTPTR_MAX;
}

LEAKING_TASK_TEST(a_reference_that_is_disguised_was_counted)
{
    disguise();
    expect_unsure(1);
}

static int ends[2];

STEP send_through_pipe(void)
{
    assert_int_equal(pipe(ends), 0);
    struct chan *c = leave_receiver();
    assert_int_equal(write(ends[1], &c, sizeof c), sizeof c);
}

LEAKING_TASK_TEST(a_reference_in_a_pipe_was_counted)
{
    send_through_pipe();
    expect_unsure(1);
}

static void wait_for(void *group)
{
    wait_group_wait(group);
}

STEP disguise_a_group(void)
{
    struct wait_group *group = calloc(1, sizeof *group);
    wait_group_add(group, 1);
    go(wait_for, group);
    disguised = (uintptr_t)group ^ UINTPTR_MAX;
    assert_true(task_keep(group));
}

STEP unkeep_disguised(void)
{
    assert_true(task_unkeep((void *)(disguised ^ UINTPTR_MAX)));
    assert_false(task_unkeep((void *)(disguised ^ UINTPTR_MAX)));
}

LEAKING_TASK_TEST(what_is_kept_is_reachable)
{
    disguise_a_group();
    assert_true(expect_live(1) == CAUSE_KEPT);
    unkeep_disguised();
    expect_leaked(1);
}

STEP keep_many(int n, bool keep)
{
    for (int i = 0; i < n; i++)
        assert_true(keep ? task_keep((void *)(uintptr_t)(i + 1))
                         : task_unkeep((void *)(uintptr_t)(i + 1)));
}

LEAKING_TASK_TEST(many_may_be_kept)
{
    keep_many(5000, true);
    expect_live(0);
    keep_many(5000, false);
    assert_false(task_unkeep((void *)1));
}

/* --- What is not a pointer ---------------------------------------------------------------------- */

STEP free_what_is_reached(void)
{
    struct chan *c = leave_receiver();
    text = malloc(200);
    *(struct chan **)text = c;
    free(text); /* the pointer to it stays, and what it has in it */
}

LEAKING_TASK_TEST(a_block_that_was_freed_holds_nothing)
{
    free_what_is_reached();
    expect_unsure(1); /* its reference is lost: somebody may have it, as far as counting goes */
}

/* --- Much, and too much ------------------------------------------------------------------------- */

struct tree_node {
    struct tree_node *left, *right;
    struct chan *c;
};

static struct tree_node *volatile root;
static int made;

static struct tree_node *grow(int depth)
{
    if (!depth)
        return NULL;
    struct tree_node *n = malloc(sizeof *n);
    *n = (struct tree_node){grow(depth - 1), grow(depth - 1), NULL};
    if (made++ % 64 == 0)
        n->c = leave_receiver();
    return n;
}

struct link {
    struct link *next;
    struct tree_node *branch;
};

static struct link *volatile long_list;

STEP grow_much(int depth, int length)
{
    root = grow(depth);
    for (int i = 0; i < length; i++) {
        struct link *link = malloc(sizeof *link);
        *link = (struct link){long_list, i % 100 ? NULL : grow(3)};
        long_list = link;
    }
}

LEAKING_TASK_TEST(what_finds_no_room_to_be_followed_is_found_again)
{
    grow_much(14, 20000);
    size_t all = task_count() - 1;
    expect_live(all);
    static const size_t rooms[] = {1, 2, 3, 17, 100};
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        proof_mark_entries = rooms[i];
        expect_live(all);
    }
}

LEAKING_TASK_TEST(without_memory_nothing_is_proven)
{
    go(receive, chan_make(int, 0));
    expect_leaked(1);
    setrlimit(RLIMIT_AS, &(struct rlimit){1 << 20, RLIM_INFINITY});
    struct task_leaks leaks = look_now();
    assert_non_null(strstr(leaks.refused, "no memory"));
    assert_int_equal(leaks.leaked, 0);
    assert_int_equal(leaks.live, leaks.tasks);
    setrlimit(RLIMIT_AS, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
    expect_leaked(1);
}

/* --- Asked from where --------------------------------------------------------------------------- */

static struct task_leaks from_the_loop;

static void look_in_the_loop(void *unused)
{
    (void)unused;
    from_the_loop = look_now();
}

LEAKING_TASK_TEST(asked_in_a_callback_of_the_loop)
{
    keep_in_thread_data();
    go(receive, chan_make(int, 0));
    struct timer *t = timer_func(1, look_in_the_loop, NULL);
    task_sleep(2);
    timer_drop(t);
    assert_null(from_the_loop.refused);
    assert_int_equal(from_the_loop.leaked, 1);
    assert_int_equal(from_the_loop.live, 1);
    assert_int_equal(from_the_loop.by_time, 1); /* who asked for the callback */
}

static void leave_one_of_each(void *unused)
{
    (void)unused;
    keep_in_thread_data();
    go(receive, chan_make(int, 0));
    settle();
}

static void ask_outside_of_a_run(void *unused)
{
    (void)unused;
    struct task_leaks leaks = look_now();
    assert_int_equal(leaks.tasks, 0);
    assert_int_equal(task_run(leave_one_of_each, NULL), 0);
    leaks = look_now();
    assert_null(leaks.refused);
    assert_int_equal(leaks.tasks, 2);
    assert_int_equal(leaks.leaked, 1);
}

static void asked_outside_of_a_run(void **state)
{
    (void)state;
    support_run_outside(ask_outside_of_a_run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_data_of_the_thread),
        cmocka_unit_test(under_a_key_of_the_thread),
        cmocka_unit_test(in_a_tree_of_the_c_librarys),
        cmocka_unit_test(in_a_block_that_the_c_library_has_made),
        cmocka_unit_test(in_a_block_that_grows),
        cmocka_unit_test(in_blocks_of_every_alignment),
        cmocka_unit_test(in_the_smallest_blocks),
        cmocka_unit_test(in_what_is_called_at_exit),
        cmocka_unit_test(in_the_argument_of_a_task_that_has_not_begun),
        cmocka_unit_test(a_reference_that_is_disguised_was_counted),
        cmocka_unit_test(a_reference_in_a_pipe_was_counted),
        cmocka_unit_test(what_is_kept_is_reachable),
        cmocka_unit_test(many_may_be_kept),
        cmocka_unit_test(a_block_that_was_freed_holds_nothing),
        cmocka_unit_test(what_finds_no_room_to_be_followed_is_found_again),
        cmocka_unit_test(without_memory_nothing_is_proven),
        cmocka_unit_test(asked_in_a_callback_of_the_loop),
        cmocka_unit_test(asked_outside_of_a_run),
    };
    return cmocka_run_group_tests_name("proof and memory", tests, NULL, NULL);
}
