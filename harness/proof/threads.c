#include "proof/threads.h"
#include "proof/blocks.h"
#include "proof/heap_map.h"
#include "proof/malloc.h"
#include "proof/mapped.h"
#include "proof/marker.h"
#include "task/counted.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

enum { THREADS_MOST = 512, TRIES = 20 };

/* How long all others stand still for one that does not: one that blocks the signal would for ever, and one that has no
 * processor, or waits for a child of vfork(), comes to it. */
enum { BLOCKED_MS = 200, PATIENCE_MS = 2000, PAUSES_A_MS = 20 };

/* A thread that was sent the signal. */
struct stopped {
    pid_t id;
    uint32_t round;     /* in which it was */
    uintptr_t low;      /* of the handler's frame; 0: it has not come there yet */
    uintptr_t record;   /* the C library's, at the top of the thread's own stack */
    uintptr_t below;    /* where it was interrupted: its stack pointer, less what may lie below */
    uintptr_t waits;    /* for this word, and would go on to; 0: not so */
    struct range stack; /* of one that is held back, what there is to mark */
    bool is_held;
};

static NOT_SCANNED struct {
    struct stopped all[THREADS_MOST];
    size_t length;
    uint32_t round;  /* the handlers wait until it is another */
    uint32_t inside; /* handlers that look at any of this */
} threads;

/* --- In the other threads ----------------------------------------------------------------------- */

static uintptr_t interrupted_at(const void *context)
{
    const ucontext_t *at = context;
    enum { RED_ZONE = 128 };
#if defined(__x86_64__)
    return (uintptr_t)at->uc_mcontext.gregs[REG_RSP] - RED_ZONE;
#elif defined(__aarch64__)
    return (uintptr_t)at->uc_mcontext.sp - RED_ZONE;
#else
    (void)at;
    return 0;
#endif
}

/* A wait for a futex without a timeout, which the kernel begins again after the signal: it has put back all that the call
 * was given, and where it is made. Where the word has another value by now, the call will return. */
static uintptr_t waits_for(const void *context)
{
#if defined(__x86_64__) || defined(__aarch64__)
    const ucontext_t *at = context;
    enum { OPERATION = 127 };
#if defined(__x86_64__)
    const greg_t *r = at->uc_mcontext.gregs;
    static const unsigned char call[] = {0x0f, 0x05};
    uintptr_t number = (uintptr_t)r[REG_RAX], word = (uintptr_t)r[REG_RDI];
    uintptr_t operation = (uintptr_t)r[REG_RSI], timeout = (uintptr_t)r[REG_R10];
    uint32_t value = (uint32_t)r[REG_RDX];
    const void *code = (const void *)(uintptr_t)r[REG_RIP];
#else
    const unsigned long long *r = at->uc_mcontext.regs;
    static const unsigned char call[] = {0x01, 0x00, 0x00, 0xd4};
    uintptr_t number = r[8], word = r[0], operation = r[1], timeout = r[3];
    uint32_t value = (uint32_t)r[2];
    const void *code = (const void *)(uintptr_t)at->uc_mcontext.pc;
#endif
    operation &= OPERATION;
    bool waits = number == SYS_futex && timeout == 0 && word % sizeof value == 0 &&
                 (operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET) &&
                 memcmp(code, call, sizeof call) == 0;
    return waits && __atomic_load_n((const uint32_t *)word, __ATOMIC_ACQUIRE) == value ? word : 0;
#else
    (void)context;
    return 0;
#endif
}

static void stand_still(int number, siginfo_t *info, void *context)
{
    (void)number, (void)info;
    int before = errno;
    pid_t me = gettid();
    __atomic_add_fetch(&threads.inside, 1, __ATOMIC_SEQ_CST);
    struct stopped *s = threads.all, *end = threads.all + THREADS_MOST;
    while (s < end && __atomic_load_n(&s->id, __ATOMIC_ACQUIRE) != me)
        s++;
    uint32_t round = s < end ? s->round : 0;
    /* One that comes late, when the others have gone on already, does so too. */
    if (s < end && round == __atomic_load_n(&threads.round, __ATOMIC_SEQ_CST)) {
        s->below = interrupted_at(context);
        s->record = (uintptr_t)pthread_self();
        s->waits = waits_for(context);
        __atomic_store_n(&s->low, (uintptr_t)__builtin_frame_address(0), __ATOMIC_RELEASE);
        while (__atomic_load_n(&threads.round, __ATOMIC_ACQUIRE) == round)
            syscall(SYS_futex, &threads.round, FUTEX_WAIT_PRIVATE, round, 0, 0, 0);
    }
    __atomic_sub_fetch(&threads.inside, 1, __ATOMIC_SEQ_CST);
    errno = before;
}

/* --- Stopping ----------------------------------------------------------------------------------- */

static int stop_signal(void)
{
    return SIGRTMAX - 4;
}

static bool install(void)
{
    static bool installed;
    struct sigaction before,
        action = {.sa_sigaction = stand_still, .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};
    if (installed)
        return true;
    sigfillset(&action.sa_mask);
    if (sigaction(stop_signal(), 0, &before) || before.sa_handler != SIG_DFL)
        return false;
    return installed = !sigaction(stop_signal(), &action, 0);
}

struct entry64 { /* of a folder, as the kernel gives it */
    uint64_t inode;
    int64_t next;
    unsigned short size;
    unsigned char type;
    char name[];
};

/* Sends the signal to each thread that has not had it. Returns how many; -1 where there are too many. */
static int signal_others(void)
{
    _Alignas(struct entry64) char buffer[8192];
    int sent = 0, folder = open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    long n;
    if (folder < 0)
        return -1;
    while (sent >= 0 && (n = syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0)
        for (long at = 0; at < n; at += ((struct entry64 *)(buffer + at))->size) {
            pid_t id = atoi(((struct entry64 *)(buffer + at))->name);
            size_t i = 0;
            while (i < threads.length && threads.all[i].id != id)
                i++;
            if (!id || id == gettid() || i < threads.length)
                continue;
            if (threads.length == THREADS_MOST) {
                sent = -1;
                break;
            }
            /* The number last: by it a handler finds the whole record. */
            threads.all[threads.length] = (struct stopped){.round = threads.round};
            __atomic_store_n(&threads.all[threads.length].id, id, __ATOMIC_SEQ_CST);
            if (syscall(SYS_tgkill, getpid(), id, stop_signal()) == 0)
                threads.length++, sent++;
        }
    close(folder);
    return sent;
}

static void pause_briefly(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 50000}, 0);
}

static bool is_there(pid_t id)
{
    return syscall(SYS_tgkill, getpid(), id, 0) == 0;
}

static bool has_the_signal(const char *status, const char *set)
{
    const char *mask = strstr(status, set);
    return mask && strtoull(mask + strlen(set), NULL, 16) >> (stop_signal() - 1) & 1;
}

/* Whether it is kept waiting. In the handler it is blocked too, and waits no more. */
static bool blocks_the_signal(pid_t id)
{
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/self/task/%d/status", (int)id);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (file >= 0)
        close(file);
    text[length > 0 ? length : 0] = 0;
    return has_the_signal(text, "\nSigBlk:\t") && has_the_signal(text, "\nSigPnd:\t");
}

/* One that runs on; 0: all stand still. One that has ended meanwhile need not. */
static pid_t who_runs_on(void)
{
    for (size_t t = 0; t < threads.length; t++)
        if (!__atomic_load_n(&threads.all[t].low, __ATOMIC_ACQUIRE) && is_there(threads.all[t].id))
            return threads.all[t].id;
    return 0;
}

static const char *wait_for_all(void)
{
    for (int i = 0; i < PATIENCE_MS * PAUSES_A_MS; i++) {
        pid_t one = who_runs_on();
        if (!one)
            return 0;
        bool asks = i >= BLOCKED_MS * PAUSES_A_MS && i % PAUSES_A_MS == 0;
        if (asks && blocks_the_signal(one))
            return "another thread does not stop: it blocks the signal SIGRTMAX - 4";
        pause_briefly();
    }
    return "another thread does not stop: for 2 s it has had no processor, or waits in the kernel";
}

static const char *stop_all(void)
{
    for (int sent; (sent = signal_others()) != 0;) {
        if (sent < 0)
            return "there are too many threads to stop them";
        const char *refused = wait_for_all();
        if (refused)
            return refused;
    }
    return 0;
}

const char *threads_stop(void)
{
    threads.length = 0;
    if (heap_map_has_gaps)
        return "there was no memory to note where heap blocks begin";
    if (__libc_single_threaded)
        return 0;
    if (!install())
        return "there are other threads, and the signal that stops them, SIGRTMAX - 4, is in use";
    for (int i = 0; i < TRIES; i++) {
        const char *refused = stop_all();
        if (refused) {
            threads_resume();
            return refused;
        }
        if (!malloc_is_moving() && !mapped_is_busy())
            return 0;
        threads_resume();
        pause_briefly();
    }
    return "another thread moves a block of the heap all the time";
}

/* Whose signal is still on its way, as where there were too many, finds the round over. */
void threads_resume(void)
{
    if (!threads.length)
        return;
    __atomic_add_fetch(&threads.round, 1, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, &threads.round, FUTEX_WAKE_PRIVATE, INT_MAX, 0, 0, 0);
    while (__atomic_load_n(&threads.inside, __ATOMIC_SEQ_CST))
        pause_briefly();
    memset(threads.all, 0, sizeof threads.all);
    threads.length = 0;
}

/* --- What they have ----------------------------------------------------------------------------- */

static bool is_in(uintptr_t at, struct range r)
{
    return at >= r.low && at < r.high;
}

bool threads_stand_still(void)
{
    return threads.length > 0;
}

void threads_hold_back(void)
{
    for (size_t t = 0; t < threads.length; t++)
        threads.all[t].is_held = threads.all[t].waits && blocks_start(threads.all[t].waits);
}

/* All that it has lies here, and it is left out: so that is taken down. */
static bool hold_back(struct stopped *s, struct range r)
{
    s->is_held = s->is_held && is_in(s->low, r) && is_in(s->below, r) && is_in(s->record, r);
    if (s->is_held)
        s->stack = (struct range){s->below < s->low ? s->below : s->low, r.high};
    return s->is_held;
}

void threads_mark_reached(void)
{
    for (bool any = true; any;) {
        any = false;
        for (size_t t = 0; t < threads.length; t++) {
            struct stopped *s = &threads.all[t];
            if (!s->is_held || !blocks_is_marked(blocks_start(s->waits)))
                continue;
            s->is_held = false;
            marker_words((const void *)s->stack.low, (const void *)s->stack.high, CAUSE_THREAD);
            any = true;
        }
    }
}

uintptr_t threads_waits_for(int id, bool *held)
{
    for (size_t t = 0; t < threads.length; t++)
        if (threads.all[t].id == id) {
            *held = threads.all[t].is_held;
            return threads.all[t].waits;
        }
    *held = false;
    return 0;
}

bool threads_mark_within(struct range r)
{
    bool any = false;
    for (size_t t = 0; t < threads.length; t++) {
        struct stopped *s = &threads.all[t];
        bool is_here = is_in(s->low, r) || is_in(s->below, r) || is_in(s->record, r);
        if (s->low && s->is_held && is_here && hold_back(s, r)) {
            any = true;
            continue;
        }
        if (s->low && is_in(s->low, r))
            marker_words((const void *)s->low, (const void *)r.high, CAUSE_THREAD);
        if (s->low && is_in(s->below, r))
            marker_words((const void *)s->below, (const void *)r.high, CAUSE_THREAD);
        bool runs_here = s->low && (is_in(s->low, r) || is_in(s->below, r));
        if (s->low && is_in(s->record, r) && !runs_here) /* it runs on another stack for now */
            marker_words((const void *)r.low, (const void *)r.high, CAUSE_THREAD);
        any |= runs_here || (s->low && is_in(s->record, r));
    }
    return any;
}
