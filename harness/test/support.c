#include "test/support.h"

#include "task/wait_reason.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif
#ifndef RUNNING_ON_VALGRIND
#define RUNNING_ON_VALGRIND 0
#endif

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

/* jemalloc's, where it is linked. */
int mallctl(const char *name, void *old, size_t *old_size, void *new_value, size_t new_size)
    __attribute__((weak));

static char noted[16384];

bool support_is_instrumented(void)
{
    return SANITIZED || RUNNING_ON_VALGRIND;
}

void support_need_memory_limit(void)
{
    struct rlimit before;
    bool limited = !support_is_instrumented() && !getrlimit(RLIMIT_AS, &before) &&
                   !setrlimit(RLIMIT_AS, &(struct rlimit){1 << 20, before.rlim_max});
    if (limited) {
        void *memory = mmap(0, 1 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        limited = memory == MAP_FAILED;
        if (!limited)
            munmap(memory, 1 << 20);
        setrlimit(RLIMIT_AS, &before);
    }
    if (limited)
        return;
    print_message("# the address space can not be limited here\n");
    skip();
}

/* TEST_CASES=PATTERN in the environment takes only the cases whose name matches. */
static __attribute__((constructor)) void choose_cases(void)
{
    const char *pattern = getenv("TEST_CASES");
    if (pattern && *pattern)
        cmocka_set_test_filter(pattern);
}

/* A narrow terminal of who starts the tests, or that options shall stand before all words, is nobody's of the programs
 * that they start. */
static __attribute__((constructor)) void forget_caller(void)
{
    unsetenv("COLUMNS");
    unsetenv("POSIXLY_CORRECT");
}

/* A child's failed assertion must end the child, not jump back into its copy of cmocka's loop. */
static pid_t fork_case(void)
{
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        fail_msg("fork: %s", strerror(errno));
    if (child > 0)
        return child;
    setenv("CMOCKA_TEST_ABORT", "1", 1);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0});
    alarm(HANG_SECONDS);
    return 0;
}

static int wait_for(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            fail_msg("waitpid: %s", strerror(errno));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void expect_success(pid_t child)
{
    int status = wait_for(child);
    if (status == 0)
        return;
    fputc('\n', stderr);
    if (status > 128)
        fail_msg("the case's process was ended by signal %d (%s)", status - 128,
                 strsignal(status - 128));
    else
        fail_msg("the case's process ended with exit status %d", status);
}

/* Bytes of heap that this thread holds; 0 without jemalloc. Without what the runtime keeps for itself: how much that
 * is may depend on the real clock, and on the build. */
static uint64_t heap_held(void)
{
    uint64_t allocated = 0, freed = 0;
    size_t size = sizeof allocated;
    if (!mallctl)
        return 0;
    if (mallctl("thread.allocated", &allocated, &size, NULL, 0) ||
        mallctl("thread.deallocated", &freed, &size, NULL, 0))
        fail_msg("jemalloc does not tell what the thread has allocated");
    return allocated - freed - task_stats.own_heap;
}

uint64_t parked(void)
{
    uint64_t sum = 0;
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        sum += task_stats.waiting[reason];
    return sum;
}

void settle(void)
{
    while (task_stats.live - parked() > 1)
        task_yield();
}

static void body_then_settle(void *body)
{
    (*(void (**)(void *))body)(NULL);
    settle();
}

/* A case's process never returns to who called the case. What these frames have is nobody's any more, but a proof
 * would take it for the program's: it is cleared, from the caller's frame upwards. */
__attribute__((no_sanitize("address", "undefined"))) static void forget_callers(void *frame)
{
    if (SANITIZED)
        return; /* there is no proof with the sanitizers, and their shadow knows these frames */
    extern void *__libc_stack_end;
    volatile uintptr_t *word = (volatile uintptr_t *)frame + 2;
    while (word < (volatile uintptr_t *)__libc_stack_end)
        *word++ = 0;
}

static void run_body(void (*body)(void *), void *arg)
{
    noted[0] = 0;
    if (task_run(body, arg) != 0)
        fail_msg("task_run: %s", task_error());
}

static void expect_balance(const struct task_stats *before)
{
    assert_int_equal(task_stats.live, 0);
    assert_int_equal(task_stats.spawned, task_stats.finished);
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        if (task_stats.waiting[reason] != 0)
            fail_msg("%llu tasks count as waiting: %s",
                     (unsigned long long)task_stats.waiting[reason],
                     wait_reason_text((enum wait_reason)reason));
    assert_int_equal(task_stats.timers, before->timers);
    assert_int_equal(task_stats.armed, before->armed);
    assert_int_equal(task_stats.channels, before->channels);
    assert_int_equal(task_stats.contexts, before->contexts);
    assert_int_equal(task_stats.ios, before->ios);
}

static void run_balanced(void (*body)(void *))
{
    clock_set_virtual(true);
    struct task_stats before = task_stats;
    run_body(body_then_settle, &body);
    expect_balance(&before);
    uint64_t held = heap_held();
    run_body(body_then_settle, &body);
    expect_balance(&before);
    assert_int_equal(heap_held() - held, 0);
}

void support_run_balanced(void (*body)(void *))
{
    pid_t child = fork_case();
    if (child == 0) {
        forget_callers(__builtin_frame_address(0));
        run_balanced(body);
        exit(0); /* not _exit: LeakSanitizer looks at exit */
    }
    expect_success(child);
}

/* _exit: what the tasks left behind hold is not a leak of the test. */
void support_run_once(void (*body)(void *))
{
    pid_t child = fork_case();
    if (child == 0) {
        forget_callers(__builtin_frame_address(0));
        clock_set_virtual(true);
        run_body(body, NULL);
        fflush(NULL);
        _exit(0);
    }
    expect_success(child);
}

void support_run_outside(void (*body)(void *))
{
    pid_t child = fork_case();
    if (child == 0) {
        forget_callers(__builtin_frame_address(0));
        body(NULL);
        fflush(NULL);
        _exit(0);
    }
    expect_success(child);
}

const struct ending *support_ending(void (*body)(void *))
{
    static struct ending ending;
    int ends[2];
    if (pipe(ends) != 0)
        fail_msg("pipe: %s", strerror(errno));
    pid_t child = fork_case();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        clock_set_virtual(true);
        run_body(body, NULL);
        _exit(0);
    }
    close(ends[1]);
    size_t length = 0;
    ssize_t got;
    char rest[4096];
    while ((got = read(ends[0], rest, sizeof rest)) > 0) {
        size_t room = sizeof ending.words - 1 - length;
        size_t taken = (size_t)got < room ? (size_t)got : room;
        memcpy(ending.words + length, rest, taken);
        length += taken;
    }
    ending.words[length] = 0;
    close(ends[0]);
    ending.status = wait_for(child);
    return &ending;
}

void support_expect_stop(void (*body)(void *), const char *words)
{
    const struct ending *ending = support_ending(body);
    if (!strstr(ending->words, words))
        fail_msg("the last words should have \"%s\", they are:\n%s", words, ending->words);
    if (ending->status != 2)
        fail_msg("exit status %d instead of 2, last words:\n%s", ending->status, ending->words);
}

void support_expect_panic(void (*body)(void *), const char *message)
{
    char words[256];
    snprintf(words, sizeof words, "panic: %s\n", message);
    support_expect_stop(body, words);
}

void note(const char *format, ...)
{
    size_t length = strlen(noted);
    va_list arguments;
    va_start(arguments, format);
    if (length > 0 && length + 1 < sizeof noted)
        noted[length++] = ' ';
    int added = vsnprintf(noted + length, sizeof noted - length, format, arguments);
    va_end(arguments);
    if (added < 0 || (size_t)added >= sizeof noted - length)
        fail_msg("the notes of one case are longer than %zu bytes", sizeof noted);
}

void support_expect_notes(const char *words, const char *file, int line)
{
    _assert_string_equal(noted, words, file, line);
    noted[0] = 0;
}

void support_skip(const char *why, ...)
{
    char words[512];
    va_list arguments;
    va_start(arguments, why);
    vsnprintf(words, sizeof words, why, arguments);
    va_end(arguments);
    words[strcspn(words, "\n")] = 0;
    print_message("# %s\n", words);
    skip();
}

void support_need_cores(void)
{
    char pattern[256] = "";
    FILE *file = fopen("/proc/sys/kernel/core_pattern", "re");
    if (file && !fgets(pattern, sizeof pattern, file))
        pattern[0] = 0;
    if (file)
        fclose(file);
    pattern[strcspn(pattern, "\n")] = 0;
    if (support_is_instrumented())
        support_skip("no core of a program with shadow memory");
    if (strncmp(pattern, "core", 4) || strchr(pattern, '/'))
        support_skip("kernel.core_pattern is %s: cores do not come here", pattern);
}

uint32_t support_random(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)(z >> 32);
}
