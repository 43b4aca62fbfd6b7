/* Threads by pthread_create(): a record from then until the thread has ended and was joined or detached. That is when its
 * stack is given back. */
#include "census/threads.h"
#include "census/layout.h"
#include "census/recording.h"
#include "census/table.h"
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

struct thread {
    struct thread *next;
    pthread_t id;
    void *(*run)(void *arg);
    void *arg;
    uint32_t made, mark;
    int64_t since;
    int number; /* gettid(); 0: it has not begun */
    bool named, ended, detached;
};

static struct thread *there, *unused;

enum { THREADS_AT_ONCE = 512 };

/* Not from the heap: it is given back by whatever thread. */
static struct thread *take(void)
{
    if (!unused) {
        struct thread *more = mmap(NULL, THREADS_AT_ONCE * sizeof *more, PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        for (int i = 0; more != MAP_FAILED && i < THREADS_AT_ONCE; i++) {
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
    census_lock();
    thread->ended = true;
    if (thread->detached)
        forget(thread);
    census_unlock();
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

static bool is_detached(const pthread_attr_t *attributes)
{
    int state = PTHREAD_CREATE_JOINABLE;
    if (attributes)
        pthread_attr_getdetachstate(attributes, &state);
    return state == PTHREAD_CREATE_DETACHED;
}

int __real_pthread_create(pthread_t *id, const pthread_attr_t *attributes, void *(*begin)(void *),
                          void *arg);
int __wrap_pthread_create(pthread_t *id, const pthread_attr_t *attributes, void *(*begin)(void *),
                          void *arg);
int __wrap_pthread_create(pthread_t *id, const pthread_attr_t *attributes, void *(*begin)(void *),
                          void *arg)
{
    if (!recording.on)
        return __real_pthread_create(id, attributes, begin, arg);
    census_lock();
    struct thread *thread = take();
    if (thread) {
        *thread = (struct thread){.next = there,
                                  .run = begin,
                                  .arg = arg,
                                  .made = stacks_number(__builtin_frame_address(0), CENSUS_FRAMES),
                                  .mark = recording.next++,
                                  .since = (int64_t)(uv_hrtime() / 1000000),
                                  .detached = is_detached(attributes)};
        there = thread;
        census_counts.threads++;
    }
    census_unlock();
    if (!thread)
        return __real_pthread_create(id, attributes, begin, arg);
    bool detached = thread->detached;
    int failed = __real_pthread_create(id, attributes, run, thread);
    census_lock();
    if (failed)
        forget(thread);
    else if (!detached) { /* one that is detached may be gone already */
        thread->id = *id;
        thread->named = true;
    }
    census_unlock();
    return failed;
}

int __real_pthread_join(pthread_t id, void **result);
int __wrap_pthread_join(pthread_t id, void **result);
int __wrap_pthread_join(pthread_t id, void **result)
{
    int failed = __real_pthread_join(id, result);
    census_lock();
    struct thread *thread = failed ? NULL : find(id);
    if (thread)
        forget(thread);
    census_unlock();
    return failed;
}

int __real_pthread_detach(pthread_t id);
int __wrap_pthread_detach(pthread_t id);
int __wrap_pthread_detach(pthread_t id)
{
    census_lock();
    struct thread *thread = find(id);
    if (thread && thread->ended)
        forget(thread);
    else if (thread)
        thread->detached = true, thread->named = false;
    census_unlock();
    return __real_pthread_detach(id);
}

bool threads_each(census_visit *each, void *arg)
{
    for (const struct thread *thread = there; thread; thread = thread->next) {
        struct census_entry entry = {.kind = CENSUS_THREAD,
                                     .number = thread->ended ? 0 : thread->number,
                                     .ended = thread->ended,
                                     .detached = thread->detached,
                                     .mark = thread->mark,
                                     .stack = thread->made,
                                     .since = thread->since};
        entry.depth = stacks_frames(thread->made, &entry.frames);
        if (!each(&entry, arg))
            return false;
    }
    return true;
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
