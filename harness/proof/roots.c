#include "proof/roots.h"
#include "proof/handles.h"
#include "proof/heap_map.h"
#include "proof/marker.h"
#include "proof/pages.h"
#include "task/clock.h"
#include "task/counted.h"
#include "task/sched.h"
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

/* --- Static data -------------------------------------------------------------------------------- */

struct range {
    uintptr_t low, high;
};

/* The linker's: what is declared NOT_SCANNED. */
extern char __start_task_not_scanned[], __stop_task_not_scanned[];

/* Parts of a range lie behind one another; what is left out is at most a few of them. */
static void mark_without(struct range r, const struct range *left_out, size_t n)
{
    if (r.low >= r.high)
        return;
    if (!n) {
        marker_static((const void *)r.low, (const void *)r.high);
        return;
    }
    struct range below = r, above = r;
    if (left_out->low < r.high)
        below.high = left_out->low;
    if (left_out->high > r.low)
        above.low = left_out->high;
    if (left_out->low >= r.high || left_out->high <= r.low) {
        mark_without(r, left_out + 1, n - 1);
        return;
    }
    mark_without(below, left_out + 1, n - 1);
    mark_without(above, left_out + 1, n - 1);
}

static struct range segment(const struct dl_phdr_info *info, const ElfW(Phdr) * p)
{
    uintptr_t low = info->dlpi_addr + p->p_vaddr;
    return (struct range){low, low + p->p_memsz};
}

/* What is read-only once the loader is done holds no pointer to the heap. */
static struct range relro_of(const struct dl_phdr_info *info)
{
    for (size_t i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_GNU_RELRO)
            return segment(info, &info->dlpi_phdr[i]);
    return (struct range){0, 0};
}

static int mark_module(struct dl_phdr_info *info, size_t size, void *arg)
{
    (void)arg;
    if (strstr(info->dlpi_name, "jemalloc"))
        return 0; /* the allocator's own: of blocks it has only free ones */
    struct range left_out[] = {
        relro_of(info),
        {(uintptr_t)__start_task_not_scanned, (uintptr_t)__stop_task_not_scanned},
        {(uintptr_t)heap_map, (uintptr_t)(heap_map + REGIONS)},
    };
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        if (p->p_type == PT_LOAD && p->p_flags & PF_W)
            mark_without(segment(info, p), left_out, sizeof left_out / sizeof *left_out);
        bool tells_tls =
            size >= offsetof(struct dl_phdr_info, dlpi_tls_data) + sizeof info->dlpi_tls_data;
        if (p->p_type == PT_TLS && tells_tls && info->dlpi_tls_data)
            marker_words(info->dlpi_tls_data, (const char *)info->dlpi_tls_data + p->p_memsz,
                         CAUSE_THREAD);
    }
    return 0;
}

/* --- The thread --------------------------------------------------------------------------------- */

/* The C library's record of a thread has its values of pthread_setspecific(). */
static void mark_thread_record(void)
{
    enum { AT_LEAST = 2304 };
    static const uint32_t *known_size;
    static bool asked;
    if (!asked)
        known_size = dlsym(RTLD_DEFAULT, "_thread_db_sizeof_pthread");
    asked = true;
    const char *record = (const char *)pthread_self();
    marker_words(record, record + (known_size ? *known_size : AT_LEAST), CAUSE_THREAD);
}

/* One past the highest byte of the stack of this thread, on which task_run() was called. */
static const void *stack_end(void)
{
    extern void *__libc_stack_end;
    static const void *end;
    static pthread_t of;
    if (end && pthread_equal(of, pthread_self()))
        return end;
    pthread_attr_t attributes;
    void *base = 0;
    size_t size = 0;
    of = pthread_self();
    if (gettid() == getpid())
        return end = __libc_stack_end;
    if (pthread_getattr_np(of, &attributes))
        return 0;
    pthread_attr_getstack(&attributes, &base, &size);
    pthread_attr_destroy(&attributes);
    return end = (const char *)base + size;
}

static void mark_program(const void *frames)
{
    const struct task *me = task_sched.current;
    if (me) {
        marker_task(me, CAUSE_RUNS);
        marker_words(frames, me, (uintptr_t)me);
        frames = frame_low(&task_sched.loop);
    }
    marker_words(frames, stack_end(), CAUSE_PROGRAM);
}

/* --- What is kept ------------------------------------------------------------------------------- */

enum { KEPT_PAGE = 4096 / sizeof(const void *) };

static NOT_SCANNED struct {
    const void **all;
    size_t length, room;
} kept;

bool roots_keep(const void *pointer)
{
    if (kept.length == kept.room) {
        size_t room = kept.room ? 2 * kept.room : KEPT_PAGE;
        const void **larger = pages_get(room * sizeof *larger);
        if (!larger)
            return false;
        if (kept.all)
            memcpy(larger, kept.all, kept.length * sizeof *larger);
        pages_put(kept.all, kept.room * sizeof *larger);
        kept.all = larger;
        kept.room = room;
    }
    kept.all[kept.length++] = pointer;
    return true;
}

bool roots_unkeep(const void *pointer)
{
    for (size_t i = kept.length; i-- > 0;)
        if (kept.all[i] == pointer) {
            kept.all[i] = kept.all[--kept.length];
            return true;
        }
    return false;
}

/* --- All ---------------------------------------------------------------------------------------- */

void roots_mark(const void *frames)
{
    mark_program(frames);
    for (const struct task *t = task_sched.ready_first; t; t = t->next)
        marker_task(t, CAUSE_RUNS);
    dl_iterate_phdr(mark_module, 0);
    mark_thread_record();
    handles_mark();
    for (size_t i = 0; i < kept.length; i++)
        marker_pointer(kept.all[i], CAUSE_KEPT);
}

static bool mark_deadline(struct deadline *d, void *arg)
{
    (void)arg;
    marker_waiter(d, CAUSE_CLOCK);
    return true;
}

void roots_mark_clock(void)
{
    task_clock_each(mark_deadline, 0);
}
