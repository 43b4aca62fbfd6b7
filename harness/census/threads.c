/* Threads by pthread_create() and uv_thread_create(): a record from then until the thread has ended and was joined or detached. That is when its
 * stack is given back. */
#include "census/threads.h"
#include "census/layout.h"
#include "census/recording.h"
#include "census/table.h"
#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

struct thread {
    struct thread *next;
    pthread_t id;
    void *(*run)(void *arg);    /* by pthread_create(), */
    uv_thread_cb run_for_libuv; /* or by libuv's */
    void *arg;
    uint32_t made, mark;
    int64_t since;
    int number; /* gettid(); 0: it has not begun */
    bool named, ended, detached;
};

static struct thread *there, *unused;

/* Of these two, apart from the census' own: threads end anywhere. */
static atomic_flag locked;

static void lock(void)
{
    while (atomic_flag_test_and_set_explicit(&locked, memory_order_acquire))
        sched_yield();
}

static void unlock(void)
{
    atomic_flag_clear_explicit(&locked, memory_order_release);
}

enum { THREADS_AT_ONCE = 512 };

/* Not from the heap: it is given back by whatever thread. */
static struct thread *take(void)
{
    if (!unused) {
        struct thread *more = table_map(THREADS_AT_ONCE * sizeof *more);
        for (int i = 0; more && i < THREADS_AT_ONCE; i++) {
            more[i].next = unused;
            unused = &more[i];
        }
    }
    struct thread *thread = unused;
    if (thread)
        unused = thread->next;
    return thread;
}

/* With the lock. */
static void forget(struct thread *thread)
{
    struct thread **at = &there;
    while (*at != thread)
        at = &(*at)->next;
    *at = thread->next;
    thread->next = unused;
    unused = thread;
    census_counts.threads--;
}

static struct thread *find(pthread_t id)
{
    for (struct thread *thread = there; thread; thread = thread->next)
        if (thread->named && pthread_equal(thread->id, id))
            return thread;
    return NULL;
}

static void on_end(void *arg)
{
    struct thread *thread = arg;
    lock();
    thread->ended = true;
    if (thread->detached)
        forget(thread);
    unlock();
}

static void *run(void *arg)
{
    struct thread *thread = arg;
    void *result;
    thread->number = gettid();
    pthread_cleanup_push(on_end, thread);
    result = thread->run(thread->arg);
    pthread_cleanup_pop(1);
    return result;
}

static void run_for_libuv(void *arg)
{
    struct thread *thread = arg;
    thread->number = gettid();
    pthread_cleanup_push(on_end, thread);
    thread->run_for_libuv(thread->arg);
    pthread_cleanup_pop(1);
}

static bool is_detached(const pthread_attr_t *attributes)
{
    int state = PTHREAD_CREATE_JOINABLE;
    if (attributes)
        pthread_attr_getdetachstate(attributes, &state);
    return state == PTHREAD_CREATE_DETACHED;
}

/* A record of one that is about to be made by `frame`. NULL: it is not asked for, or there is no memory. */
static struct thread *add(void *arg, bool detached, const void *frame)
{
    if (!recording.on)
        return NULL;
    census_lock();
    uint32_t made = stacks_number(frame, CENSUS_FRAMES), mark = recording.next++;
    census_unlock();
    lock();
    struct thread *thread = take();
    if (thread) {
        *thread = (struct thread){.next = there,
                                  .arg = arg,
                                  .made = made,
                                  .mark = mark,
                                  .since = (int64_t)(uv_hrtime() / 1000000),
                                  .detached = detached};
        there = thread;
        census_counts.threads++;
    }
    unlock();
    return thread;
}

/* It is there, or it failed. One that is detached may be gone already. */
static void begun(struct thread *thread, bool detached, int failed, const pthread_t *id)
{
    lock();
    if (failed)
        forget(thread);
    else if (!detached) {
        thread->id = *id;
        thread->named = true;
    }
    unlock();
}

int __real_pthread_create(pthread_t *id, const pthread_attr_t *attributes, void *(*begin)(void *),
                          void *arg);
int __wrap_pthread_create(pthread_t *id, const pthread_attr_t *attributes, void *(*begin)(void *),
                          void *arg);
int __wrap_pthread_create(pthread_t *id, const pthread_attr_t *attributes, void *(*run_it)(void *),
                          void *arg)
{
    bool detached = is_detached(attributes);
    struct thread *thread = add(arg, detached, __builtin_frame_address(0));
    if (!thread)
        return __real_pthread_create(id, attributes, run_it, arg);
    thread->run = run_it;
    int failed = __real_pthread_create(id, attributes, run, thread);
    begun(thread, detached, failed, id);
    return failed;
}

int __real_uv_thread_create(uv_thread_t *id, uv_thread_cb entry, void *arg);
int __wrap_uv_thread_create(uv_thread_t *id, uv_thread_cb entry, void *arg);
int __wrap_uv_thread_create(uv_thread_t *id, uv_thread_cb entry, void *arg)
{
    struct thread *thread = add(arg, false, __builtin_frame_address(0));
    if (!thread)
        return __real_uv_thread_create(id, entry, arg);
    thread->run_for_libuv = entry;
    int failed = __real_uv_thread_create(id, run_for_libuv, thread);
    begun(thread, false, failed, id);
    return failed;
}

int __real_uv_thread_create_ex(uv_thread_t *id, const uv_thread_options_t *options,
                               uv_thread_cb entry, void *arg);
int __wrap_uv_thread_create_ex(uv_thread_t *id, const uv_thread_options_t *options,
                               uv_thread_cb entry, void *arg);
int __wrap_uv_thread_create_ex(uv_thread_t *id, const uv_thread_options_t *options,
                               uv_thread_cb entry, void *arg)
{
    struct thread *thread = add(arg, false, __builtin_frame_address(0));
    if (!thread)
        return __real_uv_thread_create_ex(id, options, entry, arg);
    thread->run_for_libuv = entry;
    int failed = __real_uv_thread_create_ex(id, options, run_for_libuv, thread);
    begun(thread, false, failed, id);
    return failed;
}

/* The record of one that is about to be joined. Afterwards another thread may have its name already. */
static struct thread *about_to_join(pthread_t id)
{
    lock();
    struct thread *thread = find(id);
    unlock();
    return thread;
}

/* One that has told its name itself may be joined before its maker has noted it: that is looked for once more. */
static int joined(struct thread *thread, pthread_t id, int failed)
{
    if (failed)
        return failed;
    lock();
    if (!thread)
        thread = find(id);
    if (thread)
        forget(thread);
    unlock();
    return 0;
}

int __real_pthread_join(pthread_t id, void **result);
int __wrap_pthread_join(pthread_t id, void **result);
int __wrap_pthread_join(pthread_t id, void **result)
{
    struct thread *thread = about_to_join(id);
    return joined(thread, id, __real_pthread_join(id, result));
}

int __real_pthread_tryjoin_np(pthread_t id, void **result);
int __wrap_pthread_tryjoin_np(pthread_t id, void **result);
int __wrap_pthread_tryjoin_np(pthread_t id, void **result)
{
    struct thread *thread = about_to_join(id);
    return joined(thread, id, __real_pthread_tryjoin_np(id, result));
}

int __real_pthread_timedjoin_np(pthread_t id, void **result, const struct timespec *until);
int __wrap_pthread_timedjoin_np(pthread_t id, void **result, const struct timespec *until);
int __wrap_pthread_timedjoin_np(pthread_t id, void **result, const struct timespec *until)
{
    struct thread *thread = about_to_join(id);
    return joined(thread, id, __real_pthread_timedjoin_np(id, result, until));
}

int __real_pthread_clockjoin_np(pthread_t id, void **result, clockid_t clock,
                                const struct timespec *until);
int __wrap_pthread_clockjoin_np(pthread_t id, void **result, clockid_t clock,
                                const struct timespec *until);
int __wrap_pthread_clockjoin_np(pthread_t id, void **result, clockid_t clock,
                                const struct timespec *until)
{
    struct thread *thread = about_to_join(id);
    return joined(thread, id, __real_pthread_clockjoin_np(id, result, clock, until));
}

int __real_uv_thread_join(uv_thread_t *id);
int __wrap_uv_thread_join(uv_thread_t *id);
int __wrap_uv_thread_join(uv_thread_t *id)
{
    pthread_t name = *id;
    struct thread *thread = about_to_join(name);
    return joined(thread, name, __real_uv_thread_join(id));
}

static void forget_detached(pthread_t id)
{
    lock();
    struct thread *thread = find(id);
    if (thread && thread->ended)
        forget(thread);
    else if (thread)
        thread->detached = true, thread->named = false;
    unlock();
}

int __real_pthread_detach(pthread_t id);
int __wrap_pthread_detach(pthread_t id);
int __wrap_pthread_detach(pthread_t id)
{
    forget_detached(id);
    return __real_pthread_detach(id);
}

/* Of libuv 1.50 and later. */
int __real_uv_thread_detach(uv_thread_t *id) __attribute__((weak));
int __wrap_uv_thread_detach(uv_thread_t *id);
int __wrap_uv_thread_detach(uv_thread_t *id)
{
    forget_detached(*id);
    return __real_uv_thread_detach(id);
}

bool threads_each(census_visit *each, void *arg)
{
    bool more = true;
    lock();
    for (const struct thread *thread = there; thread && more; thread = thread->next) {
        struct census_entry entry = {.kind = CENSUS_THREAD,
                                     .number = thread->ended ? 0 : thread->number,
                                     .ended = thread->ended,
                                     .detached = thread->detached,
                                     .mark = thread->mark,
                                     .stack = thread->made,
                                     .since = thread->since};
        entry.depth = stacks_frames(thread->made, &entry.frames);
        more = each(&entry, arg);
    }
    unlock();
    return more;
}

/* --- For readers from outside -------------------------------------------------------------------- */

#define AT(member)                                                                                 \
    {                                                                                              \
        offsetof(struct thread, member), sizeof(((struct thread *)0)->member)                      \
    }

const struct census_part census_threads = {
    .first = &there,
    .size = sizeof(struct thread),
    .field = {[CENSUS_FIELD_OBJECT] = AT(next),
              [CENSUS_FIELD_MADE] = AT(made),
              [CENSUS_FIELD_MARK] = AT(mark),
              [CENSUS_FIELD_SINCE] = AT(since),
              [CENSUS_FIELD_THREAD] = AT(number),
              [CENSUS_FIELD_ENDED] = AT(ended),
              [CENSUS_FIELD_DETACHED] = AT(detached)},
};
