/* Memory cgroups of runs that were killed: the next one takes them away, and only them. */
#include "test/support.h"

#include "load/memory_group.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIMIT = 64 << 20 };

static void make_or_skip(struct memory_group *group)
{
    char why[256];
    if (!memory_group_make(group, LIMIT, why, sizeof why)) {
        support_skip("%s", why);
    }
}

/* A process makes a group, and is killed. Where it was is in path. */
static void leave_one_behind(char *path)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct memory_group group;
        char why[256];
        if (memory_group_make(&group, LIMIT, why, sizeof why))
            snprintf(path, sizeof group.path, "%s", group.path);
        kill(getpid(), SIGKILL);
    }
    waitpid(child, NULL, 0);
}

static void the_next_run_clears_what_a_killed_one_left(void **state)
{
    (void)state;
    struct memory_group first, next;
    char *left =
        mmap(NULL, sizeof first.path, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(left != MAP_FAILED);
    make_or_skip(&first);
    leave_one_behind(left);
    assert_true(*left);
    assert_int_equal(access(left, F_OK), 0);
    make_or_skip(&next);
    assert_int_not_equal(access(left, F_OK), 0);
    assert_int_equal(access(first.path, F_OK), 0); /* whose process lives */
    memory_group_end(&first);
    memory_group_end(&next);
    assert_int_not_equal(access(next.path, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_run_clears_what_a_killed_one_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
