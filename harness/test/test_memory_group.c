/* Memory cgroups of runs that were killed: the next one takes them away, and only them. And planted ones, folders with a
 * cgroup's files: what is written to which of them. */
#include "test/support.h"

#include "load/memory_group.h"
#include "probe/cgroup.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
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

static int version;        /* of the only control groups that there are */
static const char *within; /* where groups are made; NULL: where this process is */

/* In a group of the test's own: whoever makes one where this process is clears that, too. */
static void the_next_run_clears_what_a_killed_one_left(void **state)
{
    (void)state;
    struct memory_group own, first, next;
    char *left =
        mmap(NULL, sizeof first.path, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(left != MAP_FAILED);
    make_or_skip(&own);
    version = own.by == LIMIT_CGROUP_V2 ? 2 : 1;
    within = own.path;
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
    within = NULL;
    memory_group_end(&own);
}

/* --- Planted ------------------------------------------------------------------------------------- */

static char root[64];              /* "": none is planted */
static char own_path[CGROUP_PATH]; /* this process's */
static const char *forbidden;      /* no group can be made in this folder */
static int busy;                   /* so often a group is not taken away, as someone is in it */
static int tries;

static const char *const files[] = {"memory.max",           "memory.swap.max",
                                    "memory.current",       "memory.events",
                                    "cgroup.procs",         "memory.limit_in_bytes",
                                    "memory.oom_control",   "memory.memsw.limit_in_bytes",
                                    "memory.usage_in_bytes"};
enum { FILES = sizeof files / sizeof *files };

/* In the place of the originals, by the linker. */
void __real_cgroup_own(int of, const char *controller, char path[CGROUP_PATH]);
void __wrap_cgroup_own(int of, const char *controller, char path[CGROUP_PATH]);
int __real_mkdir(const char *path, mode_t mode);
int __wrap_mkdir(const char *path, mode_t mode);
int __real_rmdir(const char *path);
int __wrap_rmdir(const char *path);

void __wrap_cgroup_own(int of, const char *controller, char path[CGROUP_PATH])
{
    if (root[0])
        snprintf(path, CGROUP_PATH, "%s", of == version ? own_path : "");
    else if (within)
        snprintf(path, CGROUP_PATH, "%s", of == version ? within : "");
    else
        __real_cgroup_own(of, controller, path);
}

static void write_text(const char *folder, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static const char *text_of(const char *folder, const char *name)
{
    static char text[256];
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "re");
    text[file ? fread(text, 1, sizeof text - 1, file) : 0] = 0;
    if (file)
        fclose(file);
    return text;
}

static bool is_in(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return !strncmp(path, folder, length) && path[length] == '/' && !strchr(path + length + 1, '/');
}

int __wrap_mkdir(const char *path, mode_t mode)
{
    if (root[0] && forbidden && is_in(path, forbidden)) {
        errno = EACCES;
        return -1;
    }
    int failed = __real_mkdir(path, mode);
    for (size_t i = 0; root[0] && !failed && i < FILES; i++)
        write_text(path, files[i], "");
    return failed;
}

int __wrap_rmdir(const char *path)
{
    tries++;
    if (root[0] && busy) {
        busy--;
        errno = EBUSY;
        return -1;
    }
    for (size_t i = 0; root[0] && i < FILES; i++) {
        char file[512];
        snprintf(file, sizeof file, "%s/%s", path, files[i]);
        unlink(file);
    }
    return __real_rmdir(path);
}

static int plant(void **state)
{
    (void)state;
    snprintf(root, sizeof root, "/tmp/leaklab-groups-XXXXXX");
    assert_non_null(mkdtemp(root));
    snprintf(own_path, sizeof own_path, "%s/own", root);
    busy = tries = 0;
    forbidden = NULL;
    if (__real_mkdir(own_path, 0700))
        return 1;
    write_text(root, "cgroup.subtree_control", "");
    write_text(own_path, "cgroup.subtree_control", "");
    return 0;
}

/* Nothing but what was planted is left. */
static int uproot(void **state)
{
    (void)state;
    char path[512];
    snprintf(path, sizeof path, "%s/own/cgroup.subtree_control", root);
    unlink(path);
    snprintf(path, sizeof path, "%s/cgroup.subtree_control", root);
    unlink(path);
    int failed = __real_rmdir(own_path) || __real_rmdir(root);
    root[0] = 0;
    return failed;
}

static void expect_group(const struct memory_group *group, enum limit_by by, const char *folder)
{
    assert_int_equal(group->by, by);
    assert_true(is_in(group->path, folder));
    assert_int_equal(group->limit, LIMIT);
    assert_true(group->join >= 0 && group->usage >= 0 && group->events >= 0);
    assert_int_equal(write(group->join, "0", 1), 1);
    assert_string_equal(text_of(group->path, "cgroup.procs"), "0");
}

static void expect_none(const struct memory_group *group)
{
    assert_int_equal(group->by, LIMIT_NONE);
    assert_true(group->join == -1 && group->usage == -1 && group->events == -1);
}

static void of_version_2_it_is_a_child_or_a_sibling(void **state)
{
    (void)state;
    struct memory_group group;
    char why[256];
    version = 2;
    assert_true(memory_group_make(&group, LIMIT, why, sizeof why));
    expect_group(&group, LIMIT_CGROUP_V2, own_path);
    assert_string_equal(text_of(own_path, "cgroup.subtree_control"), "+memory");
    assert_string_equal(text_of(root, "cgroup.subtree_control"), "");
    assert_string_equal(text_of(group.path, "memory.max"), "67108864");
    assert_string_equal(text_of(group.path, "memory.swap.max"), "0");
    memory_group_end(&group);
    expect_none(&group);
    assert_int_not_equal(access(group.path, F_OK), 0);
    forbidden = own_path;
    assert_true(memory_group_make(&group, LIMIT, why, sizeof why));
    expect_group(&group, LIMIT_CGROUP_V2, root);
    assert_string_equal(text_of(root, "cgroup.subtree_control"), "+memory");
    memory_group_end(&group);
}

static void of_version_1_it_is_a_child(void **state)
{
    (void)state;
    struct memory_group group;
    char why[256];
    version = 1;
    assert_true(memory_group_make(&group, LIMIT, why, sizeof why));
    expect_group(&group, LIMIT_CGROUP_V1, own_path);
    assert_string_equal(text_of(group.path, "memory.limit_in_bytes"), "67108864");
    assert_string_equal(text_of(group.path, "memory.memsw.limit_in_bytes"), "67108864");
    assert_string_equal(text_of(own_path, "cgroup.subtree_control"), "");
    memory_group_end(&group);
    forbidden = own_path;
    assert_false(memory_group_make(&group, LIMIT, why, sizeof why));
    assert_string_equal(why, "no memory cgroup can be made: Permission denied");
    expect_none(&group);
}

static void where_there_is_none_it_is_said(void **state)
{
    (void)state;
    struct memory_group group;
    char why[256];
    version = 0;
    assert_false(memory_group_make(&group, LIMIT, why, sizeof why));
    assert_string_equal(why, "no memory cgroup can be made: No such file or directory");
    expect_none(&group);
    version = 2;
    snprintf(own_path, sizeof own_path, "%s/gone", root); /* and its parent takes none */
    forbidden = root;
    assert_false(memory_group_make(&group, LIMIT, why, sizeof why));
    expect_none(&group);
    snprintf(own_path, sizeof own_path, "%s/own", root);
}

/* Where it is charged for more or less than is held against it; small steps are left. */
static void a_limit_moves_with_what_is_charged(void **state)
{
    (void)state;
    static const struct {
        const char *charged;
        int64_t room;
        const char *limit;
    } cases[] = {
        {"1000000\n", (64 << 20) - 1000000 + 32768, "67108864"},
        {"1000000\n", (64 << 20) - 1000000 + 32769, "67141633"},
        {"1000000\n", (64 << 20) - 1000000 + 1, "67141633"}, /* 32768 less */
        {"1000000\n", (64 << 20) - 1000000, "67108864"},
        {"1000000\n", 0, "67108864"},
        {"", 5000000, "67108864"},
        {"0\n", 50000000, "50000000"},
    };
    struct memory_group group;
    char why[256];
    version = 2;
    assert_true(memory_group_make(&group, LIMIT, why, sizeof why));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_text(group.path, "memory.current", cases[i].charged);
        memory_group_move(&group, cases[i].room);
        assert_string_equal(text_of(group.path, "memory.max"), cases[i].limit);
        assert_int_equal(group.limit, strtoll(cases[i].limit, NULL, 10));
    }
    write_text(group.path, "memory.max", "");
    memory_group_lift(&group);
    assert_string_equal(text_of(group.path, "memory.max"), "9223372036854771712"); /* all pages */
    write_text(group.path, "memory.max", "");
    group.by = LIMIT_NONE;
    memory_group_lift(&group);
    assert_string_equal(text_of(group.path, "memory.max"), "");
    group.by = LIMIT_CGROUP_V2;
    memory_group_end(&group);
}

static void whom_the_kernel_has_killed_is_counted(void **state)
{
    (void)state;
    static const struct {
        const char *events;
        uint64_t kills;
    } cases[] = {
        {"low 0\nhigh 0\nmax 31\noom 2\noom_kill 19\noom_group_kill 4\n", 19},
        {"oom_kill 8\n", 8},
        {"oom_kill_disable 0\nunder_oom 0\noom_kill 9\n", 9},
        {"oom 3\n", 0},
        {"", 0},
    };
    struct memory_group group;
    char why[256];
    version = 2;
    assert_true(memory_group_make(&group, LIMIT, why, sizeof why));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_text(group.path, "memory.events", cases[i].events);
        assert_int_equal(memory_group_kills(&group), cases[i].kills);
    }
    memory_group_end(&group);
    assert_int_equal(memory_group_kills(&group), 0);
}

/* For a second, in steps of ten milliseconds. */
static void one_that_is_busy_is_tried_again(void **state)
{
    (void)state;
    struct memory_group group;
    char why[256];
    version = 2;
    assert_true(memory_group_make(&group, LIMIT, why, sizeof why));
    busy = 3;
    tries = 0;
    memory_group_end(&group);
    assert_int_equal(tries, 4);
    assert_int_not_equal(access(group.path, F_OK), 0);
    expect_none(&group);
    memory_group_end(&group); /* once */
    assert_int_equal(tries, 4);
}

int main(void)
{
#define PLANTED(name) cmocka_unit_test_setup_teardown(name, plant, uproot)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_run_clears_what_a_killed_one_left),
        PLANTED(of_version_2_it_is_a_child_or_a_sibling),
        PLANTED(of_version_1_it_is_a_child),
        PLANTED(where_there_is_none_it_is_said),
        PLANTED(a_limit_moves_with_what_is_charged),
        PLANTED(whom_the_kernel_has_killed_is_counted),
        PLANTED(one_that_is_busy_is_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
