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
#include <string.h>
#include <ucontext.h>

/* --- A question ---------------------------------------------------------------------------------- */

static size_t places_for(size_t things)
{
    size_t places = 64;
    while (places < 2 * things)
        places *= 2;
    return places;
}

bool plain_begin(struct plain_question *q, size_t things, size_t loops, size_t requests)
{
    *q = (struct plain_question){.things_room = things,
                                 .loops_room = loops,
                                 .requests_room = requests,
                                 .places_length = places_for(things)};
    q->things = pages_get((things + 1) * sizeof *q->things);
    q->loops = pages_get((loops + 1) * sizeof *q->loops);
    q->requests = pages_get((requests + 1) * sizeof *q->requests);
    q->places = pages_get(q->places_length * sizeof *q->places);
    if (q->things && q->loops && q->requests && q->places)
        return true;
    plain_end(q);
    return false;
}

void plain_end(struct plain_question *q)
{
    pages_put(q->things, (q->things_room + 1) * sizeof *q->things);
    pages_put(q->loops, (q->loops_room + 1) * sizeof *q->loops);
    pages_put(q->requests, (q->requests_room + 1) * sizeof *q->requests);
    pages_put(q->places, q->places_length * sizeof *q->places);
    *q = (struct plain_question){0};
}

/* --- What is reached ----------------------------------------------------------------------------- */

/* The question that is asked, and how many of its things are watched. Others may stand still with the allocator's lock:
 * so nothing is sorted here, which takes memory, but found by its block. */
static NOT_SCANNED struct {
    struct plain_question *question;
    size_t watched;
} asked;

/* Where the first thing in this block stands, as its number + 1; 0 there: there is none. */
static uint32_t *place_of(uintptr_t block)
{
    const struct plain_question *q = asked.question;
    size_t at = (block >> GRANULE_BITS) * UINT64_C(0x9e3779b97f4a7c15) >> 32;
    for (;; at++) {
        uint32_t *place = &q->places[at & (q->places_length - 1)];
        if (!*place || q->things[*place - 1].block == block)
            return place;
    }
}

static void note_cause(uintptr_t block, uint64_t cause)
{
    struct plain_thing *things = asked.question->things;
    for (uint32_t number = *place_of(block); number; number = things[number - 1].next)
        if (things[number - 1].cause == CAUSE_NONE)
            things[number - 1].cause = cause;
}

static void nobody_lives(const struct task *t)
{
    (void)t;
}

static void nothing_again(void)
{
}

static const struct marker_watch watch = {&asked.watched, note_cause, nobody_lives, nothing_again};

/* --- The look ------------------------------------------------------------------------------------ */

static void watch_block(struct plain_thing *thing, uint32_t number)
{
    uint32_t *place = place_of(thing->block);
    thing->next = *place;
    *place = number;
    asked.watched++;
    region_of(thing->block)->watched[region_word(thing->block)] |= region_bit(thing->block);
}

static void find_blocks(struct plain_question *q)
{
    bool held;
    for (size_t i = 0; i < q->things_length; i++) {
        struct plain_thing *thing = &q->things[i];
        uintptr_t at =
            thing->handle ? (uintptr_t)thing->handle : threads_waits_for(thing->thread, &held);
        thing->cause = CAUSE_NONE;
        thing->next = 0;
        thing->block = blocks_start(at);
        if (thing->block)
            watch_block(thing, (uint32_t)i + 1);
    }
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

static const char *mark(struct plain_question *q, const void *frames)
{
    if (!blocks_open() || !marker_open(proof_mark_entries, &watch))
        return "no memory to look with";
    const char *refused = handles_hide(q->loops, q->loops_length);
    if (refused)
        return refused;
    threads_hold_back();
    find_blocks(q);
    for (size_t i = 0; i < q->requests_length; i++)
        marker_pointer(q->requests[i], CAUSE_IO);
    refused = roots_mark(frames, true);
    threads_mark_reached();
    handles_show();
    for (size_t i = 0; i < q->things_length && !refused; i++)
        if (q->things[i].handle)
            judge_handle(&q->things[i]);
        else
            judge_thread(&q->things[i]);
    return refused;
}

static const char *look(struct plain_question *q, const void *frames)
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
    asked.question = q;
    asked.watched = 0;
    getcontext(&registers);
    const char *refused = look(q, &registers);
    for (size_t i = 0; i < q->things_length && refused; i++)
        q->things[i].verdict = PLAIN_UNKNOWN;
    asked.question = NULL;
    __atomic_clear(&proof_is_looking, __ATOMIC_RELEASE);
    return refused;
}
