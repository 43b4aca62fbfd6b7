#include "plain/loop_clock.h"
#include <dlfcn.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS 1000000000

/* Where it is back at the system's, it stays ahead by what was let pass: no clock of a process goes back. */
static _Atomic int64_t virtual_now; /* 0: the system's */
static _Atomic int64_t ahead;

static int (*of_the_system)(clockid_t clock, struct timespec *time);

/* The loader's next one: the sanitizers have theirs, and the C library's costs no system call. */
static __attribute__((constructor)) void find_the_system_s(void)
{
    *(void **)&of_the_system = dlsym(RTLD_NEXT, "clock_gettime");
}

static int system_time(clockid_t clock, struct timespec *time)
{
    return of_the_system ? of_the_system(clock, time)
                         : (int)syscall(SYS_clock_gettime, clock, time);
}

static bool is_ours(clockid_t clock)
{
    return clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE ||
           clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_BOOTTIME;
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    int64_t now = atomic_load_explicit(&virtual_now, memory_order_relaxed);
    int64_t more = atomic_load_explicit(&ahead, memory_order_relaxed);
    if ((!now && !more) || !is_ours(clock))
        return system_time(clock, time);
    if (!now) {
        int failed = system_time(clock, time);
        now = (int64_t)time->tv_sec * SECOND_NS + time->tv_nsec + more;
        if (failed)
            return failed;
    }
    *time = (struct timespec){now / SECOND_NS, now % SECOND_NS};
    return 0;
}

int64_t loop_clock_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * SECOND_NS + time.tv_nsec;
}

int64_t loop_clock_of_system(void)
{
    struct timespec time;
    system_time(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * SECOND_NS + time.tv_nsec;
}

bool loop_clock_is_virtual(void)
{
    return atomic_load(&virtual_now) != 0;
}

void loop_clock_set_virtual(bool is_virtual)
{
    if (is_virtual == loop_clock_is_virtual())
        return;
    int64_t now = loop_clock_now();
    atomic_store(&ahead, now - loop_clock_of_system());
    atomic_store(&virtual_now, is_virtual ? now : 0);
}

void loop_clock_move(int64_t to)
{
    if (loop_clock_is_virtual() && to > atomic_load(&virtual_now))
        atomic_store(&virtual_now, to);
}
