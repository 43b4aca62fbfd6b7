/* Who hibernates is seen from another process, and in a core, as it was before; nobody wakes for it. */
#include "outside/look.h"
#include "outside/target.h"
#include "outside/tree.h"
#include "task/chan.h"
#include "task/hibernate.h"
#include "task/mutex.h"
#include "task/wait_group.h"
#include "test/shell.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- The program ------------------------------------------------------------------------------------------ */

enum { EACH = 70 /* more than a slab has */, DEEPEST = 24 };

static struct mutex lock;

static void wait_alike(void *channel)
{
    chan_recv(channel, NULL);
}

/* Each at another depth, with other words on its stack. */
__attribute__((noinline)) static void wait_deep(struct chan *channel, uint64_t seed, long depth)
{
    volatile uint64_t words[4];
    for (size_t i = 0; i < 4; i++)
        words[i] = support_random(&seed);
    if (depth)
        wait_deep(channel, seed, depth - 1);
    else
        chan_recv(channel, NULL);
    if (words[0] == words[1])
        abort();
}

static struct chan *shared;

static void wait_unlike(void *number)
{
    char text[16];
    long n = (long)number;
    snprintf(text, sizeof text, "%ld", n);
    task_label("number", text);
    wait_deep(shared, (uint64_t)n + 1, n % DEEPEST);
}

static void wait_in_select(void *channel)
{
    int value = 0;
    struct chan *own = chan_make(int, 0);
    chan_select(on_recv(own, &value), on_send((struct chan *)channel, &value));
}

static void wait_for_lock(void *unused)
{
    (void)unused;
    mutex_lock(&lock);
}

static void wait_for_group(void *unused)
{
    (void)unused;
    struct wait_group own = {0}; /* what is asked about it lies on a stack that hibernates */
    wait_group_add(&own, 1);
    wait_group_wait(&own);
}

static void make_crowd(void)
{
    struct chan *nobody_sends = chan_make(int, 0), *nobody_receives = chan_make(int, 0);
    shared = chan_make(int, 0);
    mutex_lock(&lock);
    for (long i = 0; i < EACH; i++) {
        go(wait_alike, nobody_sends);
        go(wait_unlike, (void *)i);
        go(wait_in_select, nobody_receives);
        go(wait_for_lock, NULL);
        go(wait_for_group, NULL);
    }
    settle();
}

struct hands {
    int ready, go_on; /* where it tells, and where it is told */
};

static void tell(const struct hands *hands, char what)
{
    char byte;
    if (write(hands->ready, &what, 1) != 1 || read(hands->go_on, &byte, 1) != 1)
        _exit(3);
}

/* Tells that all wait; then that they hibernate; then whether somebody woke. */
static void program(void *arg)
{
    make_crowd();
    tell(arg, 'w');
    size_t n = task_hibernate();
    tell(arg, n ? 'h' : '-');
    tell(arg, task_stats.hibernated == n && !task_stats.awakenings ? 's' : 'a');
}

struct other {
    pid_t pid;
    int ready, go_on;
};

static void expect_answer(const struct other *other, char what)
{
    char byte = 0;
    assert_int_equal(read(other->ready, &byte, 1), 1);
    if (byte == '-')
        support_skip("nobody hibernates here: %s", task_hibernate_error());
    assert_int_equal(byte, what);
}

static void go_on(const struct other *other, char what)
{
    assert_int_equal(write(other->go_on, "g", 1), 1);
    expect_answer(other, what);
}

static struct other start(void)
{
    int ready[2], told[2];
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    assert_int_equal(pipe2(told, O_CLOEXEC), 0);
    fflush(NULL);
    struct other other = {fork(), ready[0], told[1]};
    if (other.pid == 0) {
        struct hands hands = {ready[1], told[0]};
        close(ready[0]);
        close(told[1]);
        alarm(HANG_SECONDS);
        if (chdir(shell_folder))
            _exit(1);
        clock_set_virtual(true);
        task_run(program, &hands);
        _exit(0);
    }
    close(ready[1]);
    close(told[0]);
    expect_answer(&other, 'w');
    return other;
}

static int end(const struct other *other)
{
    int status = 0;
    close(other->go_on);
    waitpid(other->pid, &status, 0);
    close(other->ready);
    return status;
}

/* --- What is seen ----------------------------------------------------------------------------------------- */

enum { STACK_MOST = 8192 };

/* All that can be known: the tasks, their groups, and the words of each stack that are in use. */
struct seen_all {
    struct target *target;
    struct look look;
    struct tree tree;
    unsigned char (*stacks)[STACK_MOST];
};

static void read_stacks(struct seen_all *seen)
{
    const struct task_layout *l = &seen->target->layout;
    seen->stacks = calloc(seen->look.length, sizeof *seen->stacks);
    assert_non_null(seen->stacks);
    for (size_t i = 0; i < seen->look.length; i++) {
        const struct seen_task *t = &seen->look.tasks[i];
        uint64_t from = t->state == TASK_PARKED ? t->parked_at : t->at;
        size_t size = t->at + l->task_size - from;
        assert_in_range(size, l->task_size, STACK_MOST);
        /* in pieces that lie across each other's ends */
        for (size_t at = 0, step; at < size; at += step) {
            step = size - at < 100 ? size - at : 100;
            assert_true(memory_read(seen->target->memory, from + at, seen->stacks[i] + at, step));
        }
    }
}

/* no_target: why there is none, where target is NULL. */
static struct seen_all see(struct target *target, const char *no_target)
{
    char why[LOOK_WHY];
    if (!target) {
        fail_msg("%s", no_target);
        abort(); /* never: the analyzer does not know that fail_msg() ends the test */
    }
    struct seen_all seen = {.target = target};
    if (!look_at(&seen.look, target->memory, &target->layout, !target->is_core, target->is_core,
                 why))
        fail_msg("%s", why);
    assert_true(tree_build(&seen.tree, &seen.look, target->memory, &target->layout));
    read_stacks(&seen);
    return seen;
}

static struct seen_all see_process(pid_t pid)
{
    char why[TARGET_WHY];
    struct target *target = target_of_process(pid, why);
    return see(target, why);
}

static void forget(struct seen_all *seen)
{
    tree_free(&seen->tree);
    look_free(&seen->look);
    free(seen->stacks);
    target_close(seen->target);
}

static void expect_same_group(const struct seen_group *a, const struct seen_group *b)
{
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->state, b->state);
    assert_int_equal(a->depth, b->depth);
    assert_false(b->is_broken);
    assert_memory_equal(a->frames, b->frames, a->depth * sizeof *a->frames);
    assert_string_equal(a->site->function, b->site->function);
    assert_int_equal(a->labels != NULL, b->labels != NULL);
    if (a->labels)
        assert_memory_equal(a->labels->text, b->labels->text, a->labels->size);
}

static void expect_same(const struct seen_all *awake, const struct seen_all *asleep)
{
    assert_int_equal(awake->look.hibernated, 0);
    assert_in_range(asleep->look.hibernated, 5 * EACH - 5 * EACH / 64 - 2, 5 * EACH);
    assert_int_equal(asleep->look.broken, 0);
    assert_false(asleep->look.is_cut);
    assert_int_equal(asleep->look.changed, 0);
    assert_int_equal(asleep->look.length, awake->look.length);
    assert_int_equal(asleep->look.group_count, awake->look.group_count);
    for (size_t i = 0; i < awake->look.length; i++) {
        const struct seen_task *a = &awake->look.tasks[i], *b = &asleep->look.tasks[i];
        assert_int_equal(a->id, b->id);
        assert_int_equal(a->at, b->at);
        assert_int_equal(a->state, b->state);
        expect_same_group(&awake->look.groups[a->group], &asleep->look.groups[b->group]);
        assert_int_equal(awake->tree.nodes[i].tie, asleep->tree.nodes[i].tie);
        if (a->state == TASK_PARKED)
            assert_memory_equal(awake->stacks[i], asleep->stacks[i], STACK_MOST);
    }
}

static void who_hibernates_is_seen_and_not_woken(void **state)
{
    (void)state;
    struct other other = start();
    struct seen_all awake = see_process(other.pid);
    assert_int_equal(awake.look.length, 5 * EACH + 1);
    go_on(&other, 'h');
    struct seen_all asleep = see_process(other.pid);
    expect_same(&awake, &asleep);
    go_on(&other, 's');
    forget(&awake);
    forget(&asleep);
    assert_int_equal(WEXITSTATUS(end(&other)), 3);
}

static void they_are_listed(void **state)
{
    (void)state;
    struct other other = start();
    go_on(&other, 'h');
    char *said = shell(0, "leaklab ps %d", other.pid);
    expect_match(said, ": 351 tasks in ");
    expect_match(said, "^ +70  chan receive .* wait_alike ");
    expect_match(said, "^ +70  select .* wait_in_select ");
    expect_match(said, "^ +1  chan receive .* wait_deep .*\\{\"number\":\"59\"\\}");
    expect_match(said, "^of these, 3[0-9][0-9] hibernate: ");
    expect_no_words(said, "makes no sense");
    free(said);
    said = shell(0, "leaklab pstree %d", other.pid);
    expect_match(said, "holds the lock|sync.Mutex.Lock");
    free(said);
    go_on(&other, 's');
    end(&other);
}

/* --- A core ------------------------------------------------------------------------------------------------- */

static void who_hibernates_is_seen_in_a_core(void **state)
{
    (void)state;
    char why[TARGET_WHY], path[PATH_MAX];
    struct rlimit limit, before;
    support_need_cores();
    assert_int_equal(getrlimit(RLIMIT_CORE, &before), 0);
    limit = (struct rlimit){before.rlim_max, before.rlim_max};
    setrlimit(RLIMIT_CORE, &limit);
    struct other other = start();
    setrlimit(RLIMIT_CORE, &before);
    struct seen_all awake = see_process(other.pid);
    go_on(&other, 'h');
    kill(other.pid, SIGABRT);
    if (!WCOREDUMP(end(&other)))
        support_skip("the kernel makes no core here (ulimit -c)");
    shell_quietly("[ -f core ] || mv core* core");
    snprintf(path, sizeof path, "%s/core", shell_folder);
    struct target *target = target_of_core(path, NULL, why);
    struct seen_all asleep = see(target, why);
    expect_same(&awake, &asleep);
    forget(&awake);
    forget(&asleep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_hibernates_is_seen_and_not_woken),
        cmocka_unit_test(they_are_listed),
        cmocka_unit_test(who_hibernates_is_seen_in_a_core),
    };
    return cmocka_run_group_tests_name("ps_hibernated", tests, shell_begin, shell_end);
}
