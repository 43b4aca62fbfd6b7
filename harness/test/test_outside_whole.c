/* What is seen of a process from outside, whole: the list and the tree of tasks in each kind of wait, and both as JSON. */
#include "test/golden.h"
#include "test/outside.h"
#include "test/waits.h"

#include "outside/forest.h"
#include "outside/forest_json.h"
#include "outside/handles_text.h"
#include "outside/list.h"
#include "outside/list_json.h"
#include "outside/target.h"
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <uv.h>

/* What is this machine's and this build's: process and descriptor numbers, addresses, lines of the runtime, frames of stacks. */
static const char mask[] =
    "s/\"(program|module|build_id)\":\"[^\"]*\"/\"\\1\":\"\"/g; "
    "s/\"module_offset\":[0-9]+/\"module_offset\":0/g; "
    "s/process [0-9]+/process N/g; s/descriptor(\":|) [0-9]+/descriptor\\1 N/g; "
    "s/\"(pid|descriptor)\":[0-9]+/\"\\1\":0/g; "
    "s/0x[0-9a-f]+/0xN/g; s/\"frames\":\\[[^]]*\\]/\"frames\":[]/g; "
    "s/\"(file)\":\"harness\\/(task|test\\/support|test\\/test)([^\"]*)\",\"line\":[0-9]+/"
    "\"\\1\":\"harness\\/\\2\\3\",\"line\":0/g; "
    "s/(harness\\/(task|test\\/support|test\\/test)[a-z_\\/]*\\.c):[0-9]+/\\1:0/g";

LEAKING_TASK_TEST(each_kind_of_wait)
{
    char why[TARGET_WHY], *text;
    size_t size;
    struct look seen;
    struct tree tree;
    make_waits();
    struct target *target = target_of_process(getpid(), why);
    assert_non_null(target);
    assert_true(look_at(&seen, target->memory, &target->layout, false, false, why));
    assert_true(tree_build(&tree, &seen, target->memory, &target->layout));
    FILE *out = open_memstream(&text, &size);
    assert_true(list_write(target, &seen, false, out));
    fputs("=== tasks\n", out);
    assert_true(list_write(target, &seen, true, out));
    fputs("=== tree\n", out);
    assert_true(forest_write(target, &seen, &tree, out));
    fputs("=== list, JSON\n", out);
    assert_true(list_write_json(target, &seen, NULL, true, out));
    fputs("=== tree, JSON\n", out);
    assert_true(forest_write_json(target, &seen, &tree, out));
    fclose(out);
    char *said = golden_masked(text, mask);
    expect_golden("outside.txt", said);
    free(said);
    free(text);
    tree_free(&tree);
    look_free(&seen);
    target_close(target);
}

/* --- The census of another --------------------------------------------------------------------- */

static void write_things(FILE *out, const char *title, const struct target *target,
                         const struct handles_seen *seen)
{
    fprintf(out, "=== %s\n", title);
    assert_true(handles_write(target, seen, out));
    json_t *json = handles_json(target, seen);
    json_dumpf(json, out, JSON_COMPACT);
    fputc('\n', out);
    json_decref(json);
}

LEAKING_TASK_TEST(each_state_of_a_handle)
{
    static struct things all[] = {
        {.kind = THING_HANDLE,
         .type = UV_TIMER,
         .count = 1200,
         .active = true,
         .referenced = true,
         .oldest = 1000,
         .newest = 3500},
        {.kind = THING_HANDLE, .type = UV_TIMER, .count = 1, .referenced = true},
        {.kind = THING_HANDLE, .type = UV_TIMER, .count = 1, .active = true},
        {.kind = THING_HANDLE, .type = UV_PROCESS, .count = 2, .oldest = 7, .newest = 7},
        {.kind = THING_HANDLE, .type = UV_TCP, .count = 1, .closing = true},
        {.kind = THING_HANDLE, .type = UV_TCP, .count = 1, .closing = true, .freed = true},
        {.kind = THING_HANDLE, .type = UV_NAMED_PIPE, .count = 1, .freed = true},
        {.kind = THING_HANDLE,
         .type = UV_UDP,
         .count = 1,
         .active = true,
         .referenced = true,
         .queued = 1234},
        {.kind = THING_HANDLE, .type = 99, .count = 1, .queued = 5},
        {.kind = THING_REQUEST, .type = UV_WRITE, .count = 1},
        {.kind = THING_REQUEST, .type = UV_WORK, .count = 1, .pool = THING_POOL_WAITS},
        {.kind = THING_REQUEST, .type = UV_FS, .count = 1, .pool = THING_POOL_RUNS},
        {.kind = THING_REQUEST, .type = UV_FS, .count = 1, .pool = THING_POOL_DONE, .queued = 3},
        {.kind = THING_REQUEST,
         .type = UV_WORK,
         .count = 1,
         .pool = THING_POOL_WAITS,
         .freed = true},
        {.kind = THING_DESCRIPTOR, .count = 1},
        {.kind = THING_THREAD, .count = 1},
        {.kind = THING_THREAD, .count = 1, .ended = true},
        {.kind = THING_THREAD, .count = 1, .detached = true},
    };
    char why[TARGET_WHY], *text;
    size_t size;
    struct handles_seen seen = {.all = all, .length = sizeof all / sizeof *all, .is_on = true};
    uint64_t *const kinds = seen.of_kind;
    kinds[THING_HANDLE] = 1;
    struct target *target = target_of_process(getpid(), why);
    assert_non_null(target);
    FILE *out = open_memstream(&text, &size);
    write_things(out, "each state", target, &seen);
    seen.length = 0;
    kinds[THING_HANDLE] = 1001, kinds[THING_REQUEST] = 1, kinds[THING_DESCRIPTOR] = 1,
    kinds[THING_THREAD] = 2;
    seen.is_on = false;
    seen.is_cut = true;
    target->has_tasks = false;
    write_things(out, "not on, cut, of a program without tasks", target, &seen);
    target->is_core = seen.is_core = true;
    write_things(out, "a core", target, &seen);
    kinds[THING_DESCRIPTOR] = 0, kinds[THING_REQUEST] = 2;
    write_things(out, "a core, no descriptor", target, &seen);
    target->has_tasks = true;
    target->is_core = false;
    fclose(out);
    char *said = golden_masked(text, mask);
    expect_golden("outside_handles.txt", said);
    free(said);
    free(text);
    target_close(target);
}

/* --- Why not ----------------------------------------------------------------------------------------- */

static void expect_why(pid_t pid, int error, const char *pattern)
{
    char why[PROCESS_WHY];
    process_explain(pid, error, why);
    expect_match(why, pattern);
}

/* As root a process of somebody else's; else that of root. */
static pid_t process_of_another(void)
{
    int ready[2];
    char byte;
    if (geteuid() != 0)
        return 1;
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) { /* which may be looked at once more: else its files in /proc are root's */
        bool done =
            setuid(65534) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0 && write(ready[1], "", 1) == 1;
        while (done)
            done = pause() != 0; /* for ever */
        _exit(1);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return pid;
}

static void what_stands_in_the_way_is_told(void **state)
{
    (void)state;
    expect_why(7, ESRCH, "^there is no process 7$");
    expect_why(7, ENOENT, "^there is no process 7$");
    expect_why(7, EIO, "^can not read the memory of process 7: Input/output error$");
    pid_t other = process_of_another();
    expect_why(other, EPERM,
               "^no right to read the memory of process [0-9]+, which belongs to user (65534|0): "
               "run this as that user, or as "
               "root \\(sudo\\)$");
    if (other != 1) {
        kill(other, SIGKILL);
        waitpid(other, NULL, 0);
    }
    FILE *scope = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");
    bool fenced = scope && getc(scope) != '0'; /* this kernel's own fence; or there is none */
    if (scope)
        fclose(scope);
    expect_why(
        getpid(), EACCES,
        fenced ? "^no right to read the memory of process [0-9]+: kernel.yama.ptrace_scope allows "
                 "it to its parents "
                 "alone; run this as root \\(sudo\\), or set that to 0 by sysctl$"
               : "^no right to read the memory of process [0-9]+: it has given up being looked at "
                 "\\(PR_SET_DUMPABLE, set-user-ID\\), or a container forbids it "
                 "\\(CAP_SYS_PTRACE\\); run this as "
                 "root, outside of it$");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_wait),
        cmocka_unit_test(each_state_of_a_handle),
        cmocka_unit_test(what_stands_in_the_way_is_told),
    };
    task_set_stack_size(1 << 20); /* whoever looks up names wants more than a task has */
    return cmocka_run_group_tests_name("outside: whole", tests, NULL, NULL);
}
