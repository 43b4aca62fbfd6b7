#include "proof/plain.h"
#include "proof/blocks.h"
#include "proof/cause.h"
#include "proof/handles.h"
#include "proof/look.h"
#include "proof/malloc.h"
#include "proof/marker.h"
#include "proof/pages.h"
#include "proof/roots.h"
#include "proof/threads.h"
#include "task/announce.h"
#include "task/counted.h"
#include "task/sched.h"
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

/* --- A question ---------------------------------------------------------------------------------- */

bool plain_begin(struct plain_question *q, size_t things, size_t loops, size_t requests)
{
    *q = (struct plain_question){
        .things_room = things, .loops_room = loops, .requests_room = requests};
    q->things = pages_get((things + 1) * sizeof *q->things);
    q->loops = pages_get((loops + 1) * sizeof *q->loops);
    q->requests = pages_get((requests + 1) * sizeof *q->requests);
    if (q->things && q->loops && q->requests)
        return true;
    plain_end(q);
    return false;
}

void plain_end(struct plain_question *q)
{
    pages_put(q->things, (q->things_room + 1) * sizeof *q->things);
    pages_put(q->loops, (q->loops_room + 1) * sizeof *q->loops);
    pages_put(q->requests, (q->requests_room + 1) * sizeof *q->requests);
    *q = (struct plain_question){0};
}

/* --- What is reached ----------------------------------------------------------------------------- */

/* Those that are asked for, by block. */
static NOT_SCANNED struct {
    struct plain_thing *all;
    size_t length;
} asked;

static int by_block(const void *a, const void *b)
{
    const struct plain_thing *x = a, *y = b;
    return (x->block > y->block) - (x->block < y->block);
}

static void note_cause(uintptr_t block, uint64_t cause)
{
    size_t low = 0, high = asked.length;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (asked.all[middle].block < block)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < asked.length && asked.all[low].block == block; low++)
        if (asked.all[low].cause == CAUSE_NONE)
            asked.all[low].cause = cause;
}

static void nobody_lives(const struct task *t)
{
    (void)t;
}

static void nothing_again(void)
{
}

static const struct marker_watch watch = {&asked.length, note_cause, nobody_lives, nothing_again};

/* --- The look ------------------------------------------------------------------------------------ */

static void find_blocks(void)
{
    bool held;
    for (size_t i = 0; i < asked.length; i++) {
        struct plain_thing *thing = &asked.all[i];
        uintptr_t at =
            thing->handle ? (uintptr_t)thing->handle : threads_waits_for(thing->thread, &held);
        thing->cause = CAUSE_NONE;
        thing->block = blocks_start(at);
        if (thing->block)
            region_of(thing->block)->watched[region_word(thing->block)] |= region_bit(thing->block);
    }
    qsort(asked.all, asked.length, sizeof *asked.all, by_block);
}

/* Of what lies in no block. */
static void judge_elsewhere(struct plain_thing *thing, uintptr_t at)
{
    if (!at || !roots_is_static(at))
        return;
    thing->verdict = PLAIN_REACHABLE;
    thing->cause = at;
}

static void judge_handle(struct plain_thing *thing)
{
    if (uv_is_active(thing->handle) || uv_is_closing(thing->handle))
        thing->verdict = PLAIN_LIVE;
    else if (!thing->block)
        judge_elsewhere(thing, (uintptr_t)thing->handle);
    else
        thing->verdict = blocks_is_marked(thing->block) ? PLAIN_REACHABLE : PLAIN_PROVEN;
}

static void judge_thread(struct plain_thing *thing)
{
    bool held;
    uintptr_t word = threads_waits_for(thing->thread, &held);
    if (!thing->block)
        judge_elsewhere(thing, word);
    else
        thing->verdict = held ? PLAIN_PROVEN : PLAIN_REACHABLE;
}

static const char *mark(const struct plain_question *q, const void *frames)
{
    if (!blocks_open() || !marker_open(proof_mark_entries, &watch))
        return "no memory to look with";
    const char *refused = handles_hide(q->loops, q->loops_length);
    if (refused)
        return refused;
    threads_hold_back();
    find_blocks();
    for (size_t i = 0; i < q->requests_length; i++)
        marker_pointer(q->requests[i], CAUSE_IO);
    refused = roots_mark(frames, true);
    threads_mark_reached();
    handles_show();
    for (size_t i = 0; i < asked.length && !refused; i++)
        if (asked.all[i].handle)
            judge_handle(&asked.all[i]);
        else
            judge_thread(&asked.all[i]);
    return refused;
}

static const char *look(const struct plain_question *q, const void *frames)
{
    if (task_announce_under_valgrind())
        return "Valgrind holds every word that is looked at for a mistake";
    if (!malloc_is_seen())
        return "another allocator is in use, a sanitizer's or Valgrind's: heap blocks are not seen";
    if (task_sched.running || task_count())
        return "there are tasks, and what they reach is not looked at here";
    const char *refused = roots_open(frames);
    if (!refused)
        refused = threads_stop();
    if (refused)
        return refused;
    refused = mark(q, frames);
    marker_close();
    blocks_close();
    threads_resume();
    return refused;
}

const char *plain_prove(struct plain_question *q)
{
    ucontext_t registers; /* on the stack, where they are scanned too */
    memset(&registers, 0, sizeof registers);
    for (size_t i = 0; i < q->things_length; i++)
        q->things[i].verdict = PLAIN_UNKNOWN;
    if (__atomic_test_and_set(&proof_is_looking, __ATOMIC_ACQUIRE))
        return "another look goes on";
    asked.all = q->things;
    asked.length = q->things_length;
    getcontext(&registers);
    const char *refused = look(q, &registers);
    for (size_t i = 0; i < q->things_length && refused; i++)
        q->things[i].verdict = PLAIN_UNKNOWN;
    asked.length = 0;
    __atomic_clear(&proof_is_looking, __ATOMIC_RELEASE);
    return refused;
}
