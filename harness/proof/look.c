#include "proof/look.h"
#include "proof/blocks.h"
#include "proof/handles.h"
#include "proof/held.h"
#include "proof/kept.h"
#include "proof/malloc.h"
#include "proof/marker.h"
#include "proof/pages.h"
#include "proof/roots.h"
#include "proof/taken.h"
#include "proof/threads.h"
#include "proof/waits.h"
#include "task/announce.h"
#include "task/clock.h"
#include "task/counted.h"
#include "task/deadline.h"
#include "task/hibernate.h"
#include "task/loop.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ucontext.h>

size_t proof_mark_entries;
bool proof_is_looking;
static struct proof_kept *kept; /* NULL: nobody asks for it */
static size_t contradicted;

/* --- What a look finds -------------------------------------------------------------------------- */

static void note_by_time(void)
{
    for (size_t i = 0; i < shelves.length; i++)
        shelves.all[i].by_time = shelves.all[i].live;
    roots_mark_clock();
    for (size_t i = 0; i < shelves.length; i++)
        shelves.all[i].by_time ^= shelves.all[i].live;
}

static bool note_unsure(void)
{
    for (size_t i = 0; i < shelves.length; i++)
        shelves.all[i].unsure = shelves.all[i].live;
    bool done = held_mark_unseen();
    for (size_t i = 0; i < shelves.length; i++)
        shelves.all[i].unsure ^= shelves.all[i].live;
    return done;
}

/* The blocks that deadlines are kept in are not looked into: those that are armed are known. */
static void mark_own_block(const void *block)
{
    uintptr_t start = blocks_start((uintptr_t)block);
    if (start)
        heap_map[start >> REGION_BITS]->marks[region_word(start)] |= region_bit(start);
}

static const char no_memory[] = "no memory to look with";

/* Who goes on by time, who is unsure, and where it is asked for what else the leaked reach. */
static const char *mark_by_turns(void)
{
    if (kept)
        kept_take_off(kept);
    note_by_time();
    if (kept)
        kept_add(kept);
    if (!note_unsure())
        return no_memory;
    if (kept) {
        kept_take_off(kept);
        kept_mark_leaked();
        kept_add(kept);
    }
    return 0;
}

static const char *mark_all(const void *frames)
{
    uv_loop_t *loop = task_loop();
    if (!blocks_open() || !marker_open(proof_mark_entries, &waits_watch) || !held_open())
        return no_memory;
    const char *refused = handles_hide(&loop, 1);
    if (refused)
        return refused;
    task_deadline_memory(mark_own_block);
    refused = waits_open() ? 0 : no_memory;
    if (!refused)
        refused = roots_mark(frames, false);
    if (!refused)
        refused = mark_by_turns();
    handles_show();
    return refused;
}

/* While all other threads stand still; what takes a lock is done before. */
static const char *mark_alone(const void *frames)
{
    if (task_announce_under_valgrind())
        return "Valgrind holds every word that is looked at for a mistake";
    if (!malloc_is_seen())
        return "another allocator is in use, a sanitizer's or Valgrind's: heap blocks are not seen";
    if (!shelves_open())
        return no_memory;
    const char *refused = roots_open(frames);
    if (!refused)
        refused = threads_stop();
    if (refused)
        return refused;
    refused = mark_all(frames);
    threads_resume();
    return refused;
}

/* What an earlier look has proven stays proven: it may be reached again by a word that is left over. But who has
 * gone on since contradicts it. (One that has gone on and parks again is not noticed here; make DEBUG=1 stops the
 * program when it is woken.) */
static void remember(struct shelf *s)
{
    for (uint64_t bits = s->slab->proven & s->live; bits; bits &= bits - 1) {
        uint64_t bit = bits & -bits;
        if (shelf_task(s, __builtin_ctzll(bits))->state == TASK_PARKED) {
            s->proven |= bit;
        } else {
            contradicted++;
            s->slab->proven &= ~bit;
        }
    }
    s->slab->proven |= s->used & ~s->live;
}

static void count(struct task_leaks *c)
{
    for (size_t i = 0; i < shelves.length; i++) {
        struct shelf *s = &shelves.all[i];
        remember(s);
        uint64_t leaked = (s->used & ~s->live) | s->proven;
        c->leaked += (size_t)__builtin_popcountll(leaked);
        c->unsure += (size_t)__builtin_popcountll(s->unsure & ~leaked);
        c->by_time += (size_t)__builtin_popcountll(s->by_time & ~leaked);
        c->live += (size_t)__builtin_popcountll(s->live & ~(s->unsure | s->by_time | leaked));
    }
    c->tasks = c->live + c->by_time + c->unsure + c->leaked;
    c->contradicted = contradicted;
}

static int64_t monotonic(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

static __attribute__((noinline)) void look(struct proof *p, const void *frames)
{
    struct task_leaks *c = &p->counts;
    int64_t start = monotonic();
    sched_settle_states();
    task_look_begin();
    c->refused = mark_alone(frames);
    if (!c->refused)
        count(c);
    else
        c->tasks = c->live = task_count();
    c->bytes = shelves.bytes + marker_bytes() + waits_bytes() + blocks_bytes();
    waits_close();
    held_close();
    marker_close();
    blocks_close();
    p->shelves = shelves;
    shelves = (struct shelves){0};
    task_look_end();
    c->took = monotonic() - start;
}

struct proof *proof_take(void)
{
    ucontext_t registers; /* on the stack, where they are scanned too */
    memset(&registers, 0, sizeof registers);
    if (__atomic_test_and_set(&proof_is_looking, __ATOMIC_ACQUIRE)) {
        errno = EBUSY;
        return 0;
    }
    struct proof *p = pages_get(sizeof *p);
    if (p) {
        getcontext(&registers);
        look(p, &registers);
    }
    __atomic_clear(&proof_is_looking, __ATOMIC_RELEASE);
    errno = p ? errno : ENOMEM;
    return p;
}

struct proof *proof_take_kept(struct proof_kept *counted)
{
    *counted = (struct proof_kept){0};
    kept = counted;
    struct proof *p = proof_take();
    kept = 0;
    if (!p || p->counts.refused)
        *counted = (struct proof_kept){0};
    return p;
}

void proof_free(struct proof *p)
{
    if (!p)
        return;
    shelves_free(&p->shelves);
    pages_put(p, sizeof *p);
}

/* --- Asked afterwards --------------------------------------------------------------------------- */

const struct task_leaks *proof_counts(const struct proof *p)
{
    return &p->counts;
}

enum proof_verdict proof_of(const struct proof *p, const struct task_info *task)
{
    int place;
    const struct shelf *s = shelves_find_in(&p->shelves, (uintptr_t)task->stack_high, &place);
    if (p->counts.refused || !s)
        return PROOF_LIVE;
    if (!(s->live >> place & 1) || s->proven >> place & 1)
        return PROOF_LEAKED;
    if (s->unsure >> place & 1)
        return PROOF_UNSURE;
    return s->by_time >> place & 1 ? PROOF_BY_TIME : PROOF_LIVE;
}

uint64_t proof_cause(const struct proof *p, const struct task_info *task)
{
    int place;
    const struct shelf *s = shelves_find_in(&p->shelves, (uintptr_t)task->stack_high, &place);
    if (p->counts.refused || !s)
        return CAUSE_UNKNOWN;
    return p->shelves.causes[(size_t)(s - p->shelves.all) * SLAB_STACKS + (size_t)place];
}

bool proof_task_of_cause(const struct proof *p, uint64_t cause, struct task_info *task)
{
    int place;
    const struct shelf *s = shelves_find_in(&p->shelves, cause, &place);
    if (!s || (uint64_t)(uintptr_t)shelf_task(s, place) != cause)
        return false;
    *task = sched_inspect(shelf_task(s, place), shelf_stack_low(s, place));
    return true;
}

bool proof_owner(const struct proof *p, const struct lock_owner *owner, struct task_info *task)
{
    return proof_task_of_cause(p, (uintptr_t)owner->task, task) && task->id == owner->id;
}

void proof_report(const struct proof *p, struct task_leaks *report)
{
    if (p)
        *report = p->counts;
    else
        *report = (struct task_leaks){.tasks = task_count(),
                                      .live = task_count(),
                                      .refused = errno == EBUSY ? "a look is going on"
                                                                : "no memory to look with"};
}

bool task_leaks(struct task_leaks *report)
{
    proof_prepare();
    struct proof *p = proof_take();
    proof_report(p, report);
    proof_free(p);
    return !report->refused;
}

bool task_keep(const void *pointer)
{
    return roots_keep(pointer);
}

bool task_unkeep(const void *pointer)
{
    return roots_unkeep(pointer);
}
