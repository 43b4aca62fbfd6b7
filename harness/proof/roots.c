#include "proof/roots.h"
#include "proof/handles.h"
#include "proof/heap_map.h"
#include "proof/mapped.h"
#include "proof/mapped_mark.h"
#include "proof/marker.h"
#include "proof/pages.h"
#include "proof/threads.h"
#include "task/clock.h"
#include "task/counted.h"
#include "task/deadline.h"
#include "task/sched.h"
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

/* --- Static data -------------------------------------------------------------------------------- */

/* The linker's: what is declared NOT_SCANNED. */
extern char __start_task_not_scanned[], __stop_task_not_scanned[];

/* What is to be marked, taken down before other threads stand still: the loader's lists need a lock. */
enum { MODULE_RANGES = 4096 };

static struct {
    struct range statics[MODULE_RANGES], thread_data[MODULE_RANGES];
    size_t statics_length, thread_data_length;
    bool is_full;
} found;

static void add_range(struct range *all, size_t *length, struct range r)
{
    if (*length == MODULE_RANGES)
        found.is_full = true;
    else if (r.low < r.high)
        all[(*length)++] = r;
}

/* A range without some others. */
static void add_without(struct range r, const struct range *left_out, size_t n)
{
    if (!n) {
        add_range(found.statics, &found.statics_length, r);
        return;
    }
    if (left_out->low >= r.high || left_out->high <= r.low) {
        add_without(r, left_out + 1, n - 1);
        return;
    }
    add_without((struct range){r.low, left_out->low}, left_out + 1, n - 1);
    add_without((struct range){left_out->high, r.high}, left_out + 1, n - 1);
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

static struct range code_of(const struct dl_phdr_info *info)
{
    for (size_t i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_flags & PF_X)
            return segment(info, &info->dlpi_phdr[i]);
    return (struct range){0, 0};
}

static int add_module(struct dl_phdr_info *info, size_t size, void *arg)
{
    (void)arg;
    if (strstr(info->dlpi_name, "jemalloc")) {
        mapped_allocator_is(code_of(info));
        return 0; /* the allocator's own: of blocks it has only free ones */
    }
    struct range left_out[] = {
        relro_of(info),
        {(uintptr_t)__start_task_not_scanned, (uintptr_t)__stop_task_not_scanned},
        {(uintptr_t)heap_map, (uintptr_t)(heap_map + REGIONS)},
    };
    bool tells_tls =
        size >= offsetof(struct dl_phdr_info, dlpi_tls_data) + sizeof info->dlpi_tls_data;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        if (p->p_type == PT_LOAD && p->p_flags & PF_W)
            add_without(segment(info, p), left_out, sizeof left_out / sizeof *left_out);
        uintptr_t tls = p->p_type == PT_TLS && tells_tls ? (uintptr_t)info->dlpi_tls_data : 0;
        if (tls)
            add_range(found.thread_data, &found.thread_data_length,
                      (struct range){tls, tls + p->p_memsz});
    }
    return 0;
}

/* --- The thread --------------------------------------------------------------------------------- */

/* The C library's record of this thread has its values of pthread_setspecific(). */
static void add_thread_record(void)
{
    enum { AT_LEAST = 2304 };
    const uint32_t *size = dlsym(RTLD_DEFAULT, "_thread_db_sizeof_pthread");
    uintptr_t record = (uintptr_t)pthread_self();
    add_range(found.thread_data, &found.thread_data_length,
              (struct range){record, record + (size ? *size : AT_LEAST)});
}

/* The stack of this thread, on which task_run() was called. */
static struct range own_stack;
static pthread_t own_stack_of;

static void find_own_stack(void)
{
    pthread_attr_t attributes;
    void *base = 0;
    size_t size = 0;
    if (own_stack.high && pthread_equal(own_stack_of, pthread_self()))
        return;
    own_stack = (struct range){0, 0};
    own_stack_of = pthread_self();
    if (pthread_getattr_np(own_stack_of, &attributes))
        return;
    pthread_attr_getstack(&attributes, &base, &size);
    pthread_attr_destroy(&attributes);
    own_stack = (struct range){(uintptr_t)base, (uintptr_t)base + size};
}

/* The frames of the scheduler and of whoever called it; outside of a task, those from here upwards. */
static const void *program_frames(const void *frames)
{
    return task_sched.current ? frame_low(&task_sched.loop) : frames;
}

const char *roots_open(const void *frames)
{
    found.statics_length = found.thread_data_length = 0;
    dl_iterate_phdr(add_module, 0);
    add_thread_record();
    find_own_stack();
    uintptr_t at = (uintptr_t)program_frames(frames);
    if (found.is_full)
        return "there are too many modules";
    if (at < own_stack.low || at >= own_stack.high)
        return "task_run() was called on a stack that is not its thread's";
    return 0;
}

bool roots_is_static(uintptr_t at)
{
    for (size_t i = 0; i < found.statics_length; i++)
        if (at >= found.statics[i].low && at < found.statics[i].high)
            return true;
    return false;
}

static void mark_program(const void *frames)
{
    const struct task *me = task_sched.current;
    if (me) {
        marker_task(me, CAUSE_RUNS);
        marker_words(frames, me, (uintptr_t)me);
    }
    marker_words(program_frames(frames), (const void *)own_stack.high, CAUSE_PROGRAM);
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

const char *roots_mark(const void *frames, bool tells_which)
{
    mark_program(frames);
    for (const struct task *t = task_sched.ready_first; t; t = sched_after(t))
        marker_task(t, CAUSE_RUNS);
    if (tells_which) /* so that what a handle leads to is told by that, and not by where its loop lies */
        handles_mark(true);
    for (size_t i = 0; i < found.statics_length; i++)
        marker_static((const void *)found.statics[i].low, (const void *)found.statics[i].high);
    for (size_t i = 0; i < found.thread_data_length; i++)
        marker_words((const void *)found.thread_data[i].low,
                     (const void *)found.thread_data[i].high, CAUSE_THREAD);
    if (!tells_which)
        handles_mark(false);
    for (size_t i = 0; i < kept.length; i++)
        marker_pointer(kept.all[i], CAUSE_KEPT);
    return mapped_mark();
}

static bool mark_deadline(struct deadline *d, void *arg)
{
    (void)arg;
    marker_waiter(d, CAUSE_CLOCK);
    return true;
}

void roots_mark_clock(void)
{
    task_deadline_each(mark_deadline, 0);
}
