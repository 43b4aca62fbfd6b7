/* `leaklab ps` and `leaklab pstree`: a program with tasks whose waits are known, looked at from another process. */
#include "outside/stop.h"
#include "outside/target.h"
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/semaphore.h"
#include "task/wait_group.h"
#include "test/shell.h"

#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* --- The program ------------------------------------------------------------------------------------------ */

static struct mutex locks[2];
static struct rw_mutex read_lock;
static struct cond bell = {.mutex = &locks[0]};
static struct semaphore slots = {.size = 2};
static struct wait_group workers;

static void take_both(void *first)
{
    struct mutex *one = first, *other = one == &locks[0] ? &locks[1] : &locks[0];
    mutex_lock(one);
    task_yield();
    mutex_lock(other);
}

static void send_result(void *channel)
{
    int result = 1;
    task_label("request", "7\033[1m");
    chan_send(channel, &result);
}

static void select_news(void *channel)
{
    struct ctx *mine = ctx_with_cancel(ctx_background());
    chan_select(on_recv((struct chan *)channel, NULL), on_recv(ctx_done(mine), NULL));
}

static void sleep_long(void *unused)
{
    (void)unused;
    task_sleep(HOUR);
}

static void wait_for_workers(void *unused)
{
    (void)unused;
    wait_group_wait(&workers);
}

static void take_slot(void *unused)
{
    (void)unused;
    semaphore_acquire(ctx_background(), &slots, 2);
    semaphore_acquire(ctx_background(), &slots, 1);
}

static void write_after_reader(void *unused)
{
    (void)unused;
    rw_mutex_lock(&read_lock);
}

static struct mutex bell_lock;

static void wait_for_bell(void *unused)
{
    (void)unused;
    bell.mutex = &bell_lock;
    mutex_lock(&bell_lock);
    cond_wait(&bell);
}

static void keep_for_ever(void *channel)
{
    for (int alike = 0; alike < 3; alike++)
        go(send_result, channel);
    task_yield();
    chan_recv(channel, NULL); /* the last of them goes */
    task_sleep(2 * HOUR);
}

struct hands {
    int ready, go_on; /* where it tells, and where it is told */
};

/* All wait; three minutes later it tells so, and waits for a word, and answers each. */
static void program(void *arg)
{
    const struct hands *hands = arg;
    char byte;
    wait_group_add(&workers, 3);
    wait_group_done(&workers);
    rw_mutex_rlock(&read_lock);
    go(take_both, &locks[0]);
    go(take_both, &locks[1]);
    go(select_news, chan_make(int, 4));
    go(sleep_long, NULL);
    go(wait_for_workers, NULL);
    go(take_slot, NULL);
    go(write_after_reader, NULL);
    go(wait_for_bell, NULL);
    go(keep_for_ever, chan_make(int, 0));
    settle();
    task_sleep(3 * MINUTE + SECOND);
    do {
        if (write(hands->ready, "r", 1) != 1)
            return;
    } while (read(hands->go_on, &byte, 1) == 1);
}

struct other {
    pid_t pid;
    int ready, go_on;
};

static void expect_answer(const struct other *other)
{
    char byte;
    assert_int_equal(read(other->ready, &byte, 1), 1);
}

/* Starts it in a process of its own, in this folder or NULL, and waits until all its tasks wait. It ends with us. */
static struct other start(const char *folder)
{
    int ready[2], go_on[2];
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    assert_int_equal(pipe2(go_on, O_CLOEXEC), 0);
    fflush(NULL);
    struct other other = {fork(), ready[0], go_on[1]};
    if (other.pid == 0) {
        struct hands hands = {ready[1], go_on[0]};
        close(ready[0]);
        close(go_on[1]);
        alarm(HANG_SECONDS);
        if (folder && chdir(folder))
            _exit(1);
        clock_set_virtual(true);
        task_run(program, &hands);
        _exit(0);
    }
    close(ready[1]);
    close(go_on[0]);
    expect_answer(&other);
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

/* It still does what it is told. */
static void expect_goes_on(const struct other *other)
{
    assert_int_equal(write(other->go_on, "g", 1), 1);
    expect_answer(other);
}

/* --- What is said ------------------------------------------------------------------------------------------- */

#define HERE "harness/test/test_ps.c:[0-9]+ in "

static void expect_list(const char *said)
{
    expect_match(said, "\\(test_ps\\): 12 tasks in 11 groups$");
    expect_match(said, "^ +2  chan send +3  " HERE "send_result +" HERE "keep_for_ever +"
                       "\\{\"request\":\"7\\\\x1b\\[1m\"\\}$");
    expect_match(said, "^ +1  select +3  " HERE "select_news +" HERE "program");
    expect_match(said, "^ +1  running +" HERE "program +" HERE "start");
    expect_match(said, "^ +1  sync.WaitGroup.Wait +3  " HERE "wait_for_workers");
    expect_match(said, "^ +1  sync.RWMutex.Lock +3  " HERE "write_after_reader");
    expect_match(said, "^ +1  sync.Cond.Wait +3  " HERE "wait_for_bell");
    expect_match(said, "^ +1  semacquire +3  " HERE "take_slot");
    expect_words(said, "times are the virtual clock's");
    expect_no_words(said, "changed while");
    expect_no_words(said, "makes no sense");
    expect_no_words(said, "\033");
}

static void a_process_is_listed(void **state)
{
    (void)state;
    struct other other = start(NULL);
    char *said = shell(0, "leaklab ps %d", other.pid);
    expect_list(said);
    free(said);
    said = shell(0, "leaklab ps --all --stop %d", other.pid);
    expect_match(said, "^     TASK  STATE");
    expect_match(said, "^        1  running +" HERE "program");
    expect_match(said, "^        2  sync.Mutex.Lock +3  " HERE "take_both");
    expect_match(said, "^        3  sync.Mutex.Lock +3  " HERE "take_both");
    expect_match(said, "^       12  chan send +3  " HERE "send_result");
    free(said);
    expect_goes_on(&other);
    assert_int_equal(end(&other), 0);
}

static void expect_tree(const char *said)
{
    expect_match(said, "^task 1 \\[running\\] " HERE "program, made at " HERE "start");
    expect_match(said, "^└─ task 8 \\[sync.RWMutex.Lock, 3 minutes\\] " HERE "write_after_reader");
    expect_match(said, "waits for a readers-writer mutex that task 1 locked at " HERE "program$");
    expect_match(said, "^task 2 \\[sync.Mutex.Lock, 3 minutes\\] " HERE "take_both, made at");
    expect_match(said, "^│  waits for a mutex that task 3 locked at " HERE "take_both$");
    expect_match(said, "^│  cycle: task 2 -> task 3 -> task 2$");
    expect_match(said, "^└─ task 3 \\[sync.Mutex.Lock, 3 minutes\\] " HERE "take_both, made at");
    expect_match(said, "^      waits for a mutex that task 2 locked at " HERE "take_both$");
    expect_match(said,
                 "^   waits to receive from a channel \\(0 of 4, 1 reference\\), made at " HERE
                 "program; nobody has ever sent$");
    expect_match(said, "^   or for the end of a context made at " HERE "select_news");
    expect_match(said, "^   waits for another 57 minutes$");
    expect_match(said, "^   waits for a wait group: 2 of 3 not done, last added at " HERE
                       "program, last done at " HERE "program$");
    expect_match(said, "^   waits for a semaphore: 2 of 2 are taken$");
    expect_match(said, "^   waits for a condition that nobody has ever signalled$");
    expect_match(said, "^task 10 \\[sleep, 3 minutes\\] " HERE "keep_for_ever");
    expect_match(said, "^└─ 2 times: task 12 \\[chan send, 3 minutes\\] " HERE "send_result");
    expect_match(said, "waits to send to a channel \\(0 of 0, 1 reference\\), made at " HERE
                       "program; last received at " HERE
                       "keep_for_ever; task 10 has its address on its stack$");
    expect_match(said, "^2 tasks in cycles$");
}

static void who_waits_for_whom_is_a_tree(void **state)
{
    (void)state;
    struct other other = start(NULL);
    char *said = shell(0, "leaklab pstree %d", other.pid);
    expect_tree(said);
    free(said);
    end(&other);
}

static void both_are_json(void **state)
{
    (void)state;
    words_need("command -v jq", "jq");
    struct other other = start(NULL);
    char *said = shell(0,
                       "leaklab ps --all --json %d | jq -r '.total, .changed, .names, (.groups | "
                       "map(.count) | add), "
                       "(.tasks[] | select(.id == 2) | .waited_ns >= 180000000000), "
                       "(.groups[.tasks[0].group].state)'",
                       other.pid);
    expect_match(said, "^12$");
    expect_words(said, "12\n0\ntrue\n12\ntrue\n");
    free(said);
    said = shell(0,
                 "leaklab pstree --json %d | jq -r '.cycles, (.roots[] | select(.id == 2) | "
                 ".closes_cycle_to, .in_cycle, .waits[0].owners[0].task, .below[0].id, .tie), "
                 "(.roots[] | select(.id == 5) | .waits[0].kind)'",
                 other.pid);
    assert_string_equal(said, "1\n3\ntrue\n3\n3\nowns\nsleep\n");
    free(said);
    end(&other);
}

/* --- Standing in the way -------------------------------------------------------------------------------------- */

static void wrong_usage_is_refused(void **state)
{
    (void)state;
    shell_refuses("whose tasks?", "leaklab ps");
    shell_refuses("must be the number of a process", "leaklab ps self");
    shell_refuses("must be the number of a process", "leaklab pstree 0");
    shell_refuses("one word too many", "leaklab pstree 1 2");
    shell_refuses("a core file does not run", "leaklab ps --stop --core core");
}

static void expect_fails(const char *words, const char *line)
{
    char *said = shell(1, "%s", line);
    expect_words(said, words);
    assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
    free(said);
}

static void what_can_not_be_looked_at_is_said(void **state)
{
    (void)state;
    char line[64];
    expect_fails("there is no process 999999999", "leaklab ps 999999999");
    expect_fails("there is no process 999999999", "leaklab pstree --stop 999999999");
    expect_fails("can not open nothing", "leaklab ps --core nothing");
    expect_fails("is no core file", "leaklab ps --core $tree/README.md");
    expect_fails("is no core file", "leaklab ps --core \"$(command -v leaklab)\"");
    expect_fails("does not run on leaklab's tasks",
                 "mkfifo pipe && { cat pipe & } && leaklab ps $!; status=$?; : >pipe; "
                 "exit $status");
    pid_t gone = fork();
    if (gone == 0)
        _exit(0);
    assert_int_equal(waitid(P_PID, (id_t)gone, NULL, WEXITED | WNOWAIT), 0);
    snprintf(line, sizeof line, "leaklab ps %d", gone);
    expect_fails("it has ended", line);
    waitpid(gone, NULL, 0);
}

/* By one who is not root, of a process of root's; or of the first process, by who we are. */
static void who_may_not_is_told_what_to_do(void **state)
{
    (void)state;
    struct other other = start(NULL);
    pid_t whose = geteuid() ? 1 : other.pid;
    fflush(NULL);
    pid_t reader = fork();
    if (reader == 0) {
        char why[TARGET_WHY] = "";
        if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
            _exit(2);
        bool refused = !target_of_process(whose, why);
        if (!refused || !strstr(why, "no right to read the memory of process"))
            fprintf(stderr, "said: %s\n", why);
        _exit(refused && strstr(why, "no right to read the memory of process") &&
                      strstr(why, "root")
                  ? 0
                  : 1);
    }
    int status = 0;
    waitpid(reader, &status, 0);
    end(&other);
    assert_int_equal(status, 0);
}

static char state_of(pid_t pid)
{
    char path[64], state = '?';
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*d (%*[^)]) %c", &state), 1);
    fclose(file);
    return state;
}

/* Stops the process from another one, which tells, and then waits to be killed. */
static pid_t stop_by_other(const struct other *other)
{
    int told[2];
    char byte;
    assert_int_equal(pipe2(told, O_CLOEXEC), 0);
    fflush(NULL);
    pid_t stopper = fork();
    if (stopper == 0) {
        char why[PROCESS_WHY];
        alarm(HANG_SECONDS);
        if (process_stop(other->pid, why) && write(told[1], "s", 1) == 1)
            pause();
        _exit(1);
    }
    close(told[1]);
    assert_int_equal(read(told[0], &byte, 1), 1);
    close(told[0]);
    return stopper;
}

/* Also by a signal that nobody can catch. */
static void what_was_stopped_goes_on_however_we_end(void **state)
{
    (void)state;
    struct other other = start(NULL);
    pid_t stopper = stop_by_other(&other);
    assert_int_equal(state_of(other.pid), 't');
    char *said = shell(1, "leaklab ps --stop %d", other.pid);
    expect_words(said, "is tracing it");
    free(said);
    said = shell(0, "leaklab ps %d", other.pid); /* to read is no harm */
    expect_list(said);
    free(said);
    kill(stopper, SIGKILL);
    waitpid(stopper, NULL, 0);
    expect_goes_on(&other);
    assert_int_equal(end(&other), 0);
}

/* --- A program without names -------------------------------------------------------------------------------- */

static void a_stripped_program_has_tasks_without_names(void **state)
{
    (void)state;
    words_need("command -v strip", "strip (binutils)");
    char *said = shell(
        0,
        "strip -o stripped \"$(command -v leaklab)\" && mkfifo told && "
        "{ ./stripped serve channel_receive --listen 127.0.0.1:0 >told 2>&1 & } && exec 3<told && "
        "read -r line <&3 && { leaklab ps $!; leaklab pstree $! >/dev/null; status=$?; kill $!; }; "
        "exit $status");
    expect_match(said, "\\(stripped\\): [0-9]+ tasks? in");
    expect_match(said, "/stripped\\+0x[0-9a-f]+ +harness/");
    expect_words(said, "/stripped has no debug information: addresses as module+offset, no lines");
    free(said);
}

/* --- Cores ---------------------------------------------------------------------------------------------------- */

/* A core of the program, in the shell's folder under the name `core`. */
static void make_core(void)
{
    struct rlimit limit, before;
    assert_int_equal(getrlimit(RLIMIT_CORE, &before), 0);
    limit = (struct rlimit){before.rlim_max, before.rlim_max};
    setrlimit(RLIMIT_CORE, &limit);
    struct other other = start(shell_folder);
    setrlimit(RLIMIT_CORE, &before);
    kill(other.pid, SIGABRT);
    int status = end(&other);
    if (!WCOREDUMP(status))
        support_skip("the kernel makes no core here (ulimit -c)");
    shell_quietly("[ -f core ] || mv core* core");
}

static void a_core_says_the_same(void **state)
{
    char self[PATH_MAX];
    (void)state;
    support_need_cores();
    make_core();
    char *said = shell(0, "leaklab ps --core core");
    expect_words(said, "core of process ");
    expect_list(said);
    free(said);
    assert_non_null(realpath("/proc/self/exe", self));
    said = shell(0, "leaklab pstree --core core '%s'", self);
    expect_tree(said);
    free(said);
}

static void a_core_of_another_program_or_cut_is_said_to_be(void **state)
{
    (void)state;
    support_need_cores();
    make_core();
    char *said = shell(1, "leaklab ps --core core /bin/sh");
    expect_words(said, "it is another program, or another build");
    free(said);
    free(shell(1, "head -c 3000 core >cut; leaklab ps --core cut"));
    said = shell(0, "head -c $(($(wc -c <core) - 20000)) core >cut; leaklab ps --core cut");
    expect_words(said, "the core file is cut");
    free(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_is_listed),
        cmocka_unit_test(who_waits_for_whom_is_a_tree),
        cmocka_unit_test(both_are_json),
        cmocka_unit_test(wrong_usage_is_refused),
        cmocka_unit_test(what_can_not_be_looked_at_is_said),
        cmocka_unit_test(who_may_not_is_told_what_to_do),
        cmocka_unit_test(what_was_stopped_goes_on_however_we_end),
        cmocka_unit_test(a_stripped_program_has_tasks_without_names),
        cmocka_unit_test(a_core_says_the_same),
        cmocka_unit_test(a_core_of_another_program_or_cut_is_said_to_be),
    };
    return cmocka_run_group_tests_name("ps", tests, shell_begin, shell_end);
}
