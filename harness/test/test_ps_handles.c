/* `leaklab ps` of a program that has the census: its handles, descriptors and threads, from another process and from a
 * core, as it would tell them itself. */
#include "census/census.h"
#include "census/layout.h"
#include "outside/handles.h"
#include "test/shell.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

/* Past the census: what libuv has of it stands under the handle. */
int __real_socketpair(int domain, int type, int protocol, int pair[2]);

/* --- The program ------------------------------------------------------------------------------------------ */

enum { DEADLINES = 70, PAIRS = 2, THREADS = 3, POOL = 4, JOBS = 6, WRITES = 3 };

static uv_loop_t loop;

static void ring(uv_timer_t *timer)
{
    (void)timer;
}

static void make_deadlines(void)
{
    static uv_timer_t deadlines[DEADLINES];
    for (int i = 0; i < DEADLINES; i++) {
        uv_timer_init(&loop, &deadlines[i]);
        uv_timer_start(&deadlines[i], ring, 30000, 0);
        uv_timer_stop(&deadlines[i]);
    }
}

static void make_heartbeat(void)
{
    static uv_timer_t heartbeat, closing;
    uv_timer_init(&loop, &heartbeat);
    uv_timer_start(&heartbeat, ring, 1000, 1000);
    uv_unref((uv_handle_t *)&heartbeat);
    uv_timer_init(&loop, &closing);
    uv_close((uv_handle_t *)&closing, NULL);
}

/* As a program does that forgets uv_close(): others have the memory then. */
static void free_without_close(void)
{
    static uv_idle_t freed;
    uv_idle_init(&loop, &freed);
    memset(&freed, 0xDB, sizeof freed);
}

/* Of the last pair one is closed again. */
static void open_pairs(void)
{
    int pair[2] = {0};
    for (int i = 0; i < PAIRS; i++)
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
            _exit(1);
    close(pair[1]);
}

static void *wait_for_ever(void *unused)
{
    pause();
    return unused;
}

static void begin_threads(void)
{
    pthread_t id;
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&id, NULL, wait_for_ever, NULL))
            _exit(1);
}

static int go_on_at; /* the pipe that ends the program */
static atomic_int running;

static void work(uv_work_t *job)
{
    char byte;
    atomic_fetch_add(&running, 1);
    while (read(go_on_at, &byte, 1) > 0)
        continue;
    (void)job;
}

static void worked(uv_work_t *job, int status)
{
    (void)job, (void)status;
}

/* As many as the pool has threads run, the others wait. */
static void queue_jobs(void)
{
    static uv_work_t jobs[JOBS];
    for (int i = 0; i < JOBS; i++)
        uv_queue_work(&loop, &jobs[i], work, worked);
    while (atomic_load(&running) < POOL)
        sched_yield();
}

static void written(uv_write_t *request, int status)
{
    (void)request, (void)status;
}

/* To a peer who does not read: what the kernel does not take is queued, by two buffers of a million bytes each. One request is freed
 * in flight. */
static void queue_writes(void)
{
    static char much[1000000];
    static uv_pipe_t peer;
    static uv_write_t writes[WRITES];
    uv_buf_t parts[2] = {uv_buf_init(much, sizeof much), uv_buf_init(much, sizeof much)};
    int pair[2];
    if (__real_socketpair(AF_UNIX, SOCK_STREAM, 0, pair) || uv_pipe_init(&loop, &peer, 0) ||
        uv_pipe_open(&peer, pair[0]))
        _exit(1);
    for (int i = 0; i < WRITES; i++)
        uv_write(&writes[i], (uv_stream_t *)&peer, parts, 2, written);
    memset(&writes[WRITES - 1], 0xDB, sizeof writes[0]);
}

/* Tells that all is there, and waits for the end. */
static void program(int ready, int go_on)
{
    char byte;
    uv_loop_init(&loop);
    census_start();
    make_deadlines();
    make_heartbeat();
    free_without_close();
    open_pairs();
    begin_threads();
    go_on_at = go_on;
    queue_jobs();
    queue_writes();
    if (write(ready, "r", 1) != 1 || read(go_on, &byte, 1) != 0)
        _exit(3);
}

struct other {
    pid_t pid;
    int ready, go_on;
};

static struct other start(void)
{
    char byte;
    int ready[2], told[2];
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    assert_int_equal(pipe2(told, O_CLOEXEC), 0);
    fflush(NULL);
    struct other other = {fork(), ready[0], told[1]};
    if (other.pid == 0) {
        close(ready[0]);
        close(told[1]);
        alarm(HANG_SECONDS);
        if (chdir(shell_folder))
            _exit(1);
        program(ready[1], told[0]);
        _exit(0);
    }
    close(ready[1]);
    close(told[0]);
    assert_int_equal(read(other.ready, &byte, 1), 1);
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

/* Its jobs end when they are told to: not before it has died. */
static int end_by_abort(const struct other *other)
{
    int status = 0;
    kill(other->pid, SIGABRT);
    waitpid(other->pid, &status, 0);
    close(other->go_on);
    close(other->ready);
    return status;
}

/* --- What is said ------------------------------------------------------------------------------------------- */

#define HERE "harness/test/test_ps_handles.c:[0-9]+ in "

static void expect_list(const char *said, const char *descriptors)
{
    char head[128];
    snprintf(
        head, sizeof head,
        "^74 handles, 9 requests in flight, %s descriptors and 3 threads are open, by its census$",
        descriptors);
    expect_match(said, head);
    expect_match(said, "^70 timer handles, stopped$");
    expect_match(said, "^    made at " HERE "make_deadlines$");
    expect_match(said, "^    called at " HERE "program$");
    expect_match(said, "^1 timer handle, unreferenced$");
    expect_match(said, "^1 timer handle, closing$");
    expect_match(said, "^    made at " HERE "make_heartbeat$");
    expect_match(said, "^1 idle handle, freed without uv_close\\(\\)$");
    expect_match(said, "^    made at " HERE "free_without_close$");
    expect_match(said, "^    made at " HERE "open_pairs$");
    expect_match(said, "^4 work requests, running in the thread pool$");
    expect_match(said, "^2 work requests, waiting in the thread pool$");
    expect_match(said, "^    made at " HERE "queue_jobs$");
    expect_match(said, "^2 write requests, [0-9,]+ bytes queued$");
    expect_match(said, "^1 write request, freed in flight$");
    expect_match(said, "^    made at " HERE "queue_writes$");
    expect_match(said, "^3 threads, running$");
    expect_match(said, "^    made at " HERE "begin_threads$");
    expect_no_words(said, "there may be more");
}

static void handles_are_listed_with_their_lines(void **state)
{
    (void)state;
    struct other other = start();
    char *said = shell(0, "leaklab ps %d", other.pid);
    expect_list(said, "3");
    free(said);
    said = shell(0, "leaklab ps --json --stop %d", other.pid);
    expect_match(said, "\"census\": ?\\{\"on\": ?true, ?\"handles\": ?74, ?\"requests\": ?9, "
                       "?\"descriptors\": ?3");
    expect_match(said, "\"pool\": ?\"waits\"");
    expect_match(said, "\"freed\": ?true");
    expect_match(said, "\"function\": ?\"make_deadlines\"");
    free(said);
    assert_int_equal(end(&other), 0);
}

static void a_census_that_has_not_begun_says_nothing(void **state)
{
    (void)state;
    char *said = shell(0, "leaklab ps --json %d; leaklab ps %d", getpid(), getpid());
    expect_match(said, "\"on\": ?false");
    expect_no_words(said, "census$");
    free(said);
}

/* --- A core ------------------------------------------------------------------------------------------------- */

static void handles_are_in_a_core(void **state)
{
    (void)state;
    struct rlimit limit, before;
    support_need_cores();
    assert_int_equal(getrlimit(RLIMIT_CORE, &before), 0);
    limit = (struct rlimit){before.rlim_max, before.rlim_max};
    setrlimit(RLIMIT_CORE, &limit);
    struct other other = start();
    setrlimit(RLIMIT_CORE, &before);
    if (!WCOREDUMP(end_by_abort(&other)))
        support_skip("the kernel makes no core here (ulimit -c)");
    shell_quietly("[ -f core ] || mv core* core");
    char *said = shell(0, "leaklab ps --core core");
    expect_list(said, "3");
    expect_words(said, "a core does not say which descriptors are open");
    free(said);
}

/* --- Tables that lead astray ---------------------------------------------------------------------------------- */

/* Our own memory, but for one bit in so many reads. */
struct turned {
    struct memory memory; /* first: a memory * is one of these */
    struct memory *own;
    uint64_t seed, one_in;
};

static void read_turned(struct memory *memory, struct piece *pieces, size_t n)
{
    struct turned *t = (struct turned *)memory;
    t->own->read(t->own, pieces, n);
    for (size_t i = 0; i < n; i++)
        if (pieces[i].read && t->one_in && support_random(&t->seed) % t->one_in == 0) {
            size_t bit = support_random(&t->seed) % (8 * pieces[i].size);
            ((char *)pieces[i].to)[bit / 8] ^= (char)(1 << bit % 8);
        }
}

static void whatever_bits_turn_a_look_ends(void **state)
{
    (void)state;
    enum { ROUNDS = 60 };
    char why[TARGET_WHY];
    struct other other = start();
    struct target *target = target_of_process(other.pid, why);
    assert_non_null(target);
    struct turned turned = {.memory = {read_turned}, .own = target->memory};
    target->memory = &turned.memory;
    size_t same = 0, refused = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        struct handles_seen seen;
        turned.seed = round * 7919 + 1;
        turned.one_in = round ? 2 + round % 30 : 0;
        bool done = handles_look(&seen, target, why);
        same += done && !seen.is_cut && seen.of_kind[THING_HANDLE] == DEADLINES + 4 &&
                seen.of_kind[THING_REQUEST] == JOBS + WRITES;
        refused += !done;
        if (!round)
            assert_int_equal(same, 1);
        handles_free(&seen);
    }
    assert_in_range(refused, 1, ROUNDS - 1);
    assert_in_range(same, 1, ROUNDS - 1);
    target->memory = turned.own;
    target_close(target);
    end(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handles_are_listed_with_their_lines),
        cmocka_unit_test(a_census_that_has_not_begun_says_nothing),
        cmocka_unit_test(handles_are_in_a_core),
        cmocka_unit_test(whatever_bits_turn_a_look_ends),
    };
    setenv("UV_THREADPOOL_SIZE", "4", 1); /* POOL, whatever the environment says */
    return cmocka_run_group_tests_name("ps_handles", tests, shell_begin, shell_end);
}
