#include "census/closable.h"
#include "census/census.h"
#include "profile/symbol.h"
#include "proof/cause.h"
#include "proof/look.h"
#include <stdio.h>
#include <stdlib.h>

#pragma weak plain_begin
#pragma weak plain_end
#pragma weak plain_prove
#pragma weak proof_prepare

enum { LOOPS = 256 };

/* --- Asking -------------------------------------------------------------------------------------- */

struct numbers {
    size_t things, requests;
};

static bool count(const struct census_entry *entry, void *arg)
{
    struct numbers *numbers = arg;
    numbers->things += entry->kind == CENSUS_HANDLE || entry->kind == CENSUS_THREAD;
    numbers->requests += entry->kind == CENSUS_REQUEST;
    return true;
}

/* False: there is no room for it. */
static bool add_loop(struct plain_question *q, const uv_loop_t *loop)
{
    for (size_t i = 0; i < q->loops_length; i++)
        if (q->loops[i] == loop)
            return true;
    if (q->loops_length == q->loops_room)
        return false;
    q->loops[q->loops_length++] = (uv_loop_t *)loop;
    return true;
}

static bool add_thing(struct plain_question *q, const struct census_entry *entry)
{
    if (q->things_length == q->things_room)
        return false;
    q->things[q->things_length++] = (struct plain_thing){
        .handle = entry->object,
        .thread = entry->kind == CENSUS_THREAD ? entry->number : 0,
        .mark = entry->mark,
        .type = entry->type,
    };
    return true;
}

static bool add(const struct census_entry *entry, void *arg)
{
    struct closable *closable = arg;
    struct plain_question *q = &closable->question;
    bool done = !entry->loop || add_loop(q, entry->loop);
    if (entry->kind == CENSUS_REQUEST) {
        done &= q->requests_length < q->requests_room;
        if (done)
            q->requests[q->requests_length++] = entry->object;
    }
    bool asks = (entry->kind == CENSUS_HANDLE && !entry->freed) ||
                (entry->kind == CENSUS_THREAD && entry->number);
    done = done && (!asks || add_thing(q, entry));
    if (!done)
        closable->refused = "more was made meanwhile, or there are too many loops";
    return done;
}

/* In frames of its own, which hold pointers to all that is asked for. */
static __attribute__((noinline)) void gather(struct closable *closable)
{
    struct numbers numbers = {0};
    census_each(count, &numbers);
    if (plain_begin(&closable->question, numbers.things + 64, LOOPS, numbers.requests + 64))
        census_each(add, closable);
    else
        closable->refused = "no memory to look with";
}

static int by_mark(const void *a, const void *b)
{
    const struct plain_thing *x = a, *y = b;
    return (x->mark > y->mark) - (x->mark < y->mark);
}

void closable_ask(struct closable *closable)
{
    *closable = (struct closable){.is_asked = plain_prove != NULL};
    if (!closable->is_asked)
        return;
    gather(closable);
    proof_prepare();
    if (!closable->refused && plain_prove)
        closable->refused = plain_prove(&closable->question);
    qsort(closable->question.things, closable->question.things_length,
          sizeof *closable->question.things, by_mark);
}

void closable_free(struct closable *closable)
{
    if (closable->is_asked)
        plain_end(&closable->question);
}

/* --- Told ---------------------------------------------------------------------------------------- */

/* By the mark, which no later one has that may be at the same address. */
const struct plain_thing *closable_of(const struct closable *closable,
                                      const struct census_entry *entry)
{
    struct plain_thing wanted = {.mark = entry->mark};
    if (!closable->is_asked || closable->refused ||
        (entry->kind != CENSUS_HANDLE && entry->kind != CENSUS_THREAD))
        return NULL;
    return bsearch(&wanted, closable->question.things, closable->question.things_length,
                   sizeof wanted, by_mark);
}

static const char *const words[] = {
    [PLAIN_UNKNOWN] = "unknown",
    [PLAIN_LIVE] = "live",
    [PLAIN_REACHABLE] = "reachable",
    [PLAIN_PROVEN] = "proven",
};

const char *closable_word(const struct plain_thing *thing)
{
    return words[thing->verdict];
}

static void say_cause(const struct closable *closable, uint64_t cause, char *text, size_t size)
{
    static const char *const causes[CAUSES] = {
        [CAUSE_IO] = "a request in flight",
        [CAUSE_HANDLE] = "the loop",
        [CAUSE_THREAD] = "a thread's stack, or its own data",
        [CAUSE_MAPPED] = "memory that the program has mapped for itself",
        [CAUSE_PROGRAM] = "the stack of the thread that asks",
        [CAUSE_KEPT] = "task_keep()",
    };
    char place[512];
    if (cause < CAUSES) {
        snprintf(text, size, "%s", causes[cause] ? causes[cause] : "what is live");
        return;
    }
    for (size_t i = 0; i < closable->question.things_length; i++)
        if ((uintptr_t)closable->question.things[i].handle == cause &&
            closable->question.things[i].verdict == PLAIN_LIVE) {
            snprintf(text, size, "an active %s handle",
                     census_type(closable->question.things[i].type));
            return;
        }
    symbol_describe_data((const void *)(uintptr_t)cause, place, sizeof place);
    snprintf(text, size, "static data %s", place);
}

static void say_thread(enum plain_verdict verdict, uint64_t count, char *text, size_t size)
{
    const char *it = count == 1 ? "it" : "them", *waits = count == 1 ? "it waits" : "they wait";
    if (verdict == PLAIN_PROVEN)
        snprintf(text, size, "proven: nobody can wake %s: what %s for is reached from nowhere else",
                 it, waits);
    else
        snprintf(text, size, "not known whether anybody wakes %s: %s for no word of memory", it,
                 waits);
}

static void say_handle(enum plain_verdict verdict, uint64_t count, char *text, size_t size)
{
    const char *it = count == 1 ? "it" : "them";
    if (verdict == PLAIN_PROVEN)
        snprintf(text, size, "proven: nobody can close %s, but by uv_walk()", it);
    else if (verdict == PLAIN_LIVE)
        snprintf(text, size, "live: the loop may call back with %s", it);
    else
        snprintf(text, size, "not known who can close %s: in no block of the heap", it);
}

void closable_say(const struct closable *closable, const struct plain_thing *thing, uint64_t count,
                  char *text, size_t size)
{
    char cause[600];
    text[0] = 0;
    if (!thing)
        return;
    if (thing->verdict == PLAIN_REACHABLE) {
        say_cause(closable, thing->cause, cause, sizeof cause);
        snprintf(text, size, "%s reachable from %s%s",
                 thing->handle ? "live:" : "what it waits for is", cause,
                 count > 1 ? " (the first of them)" : "");
    } else if (thing->handle) {
        say_handle(thing->verdict, count, text, size);
    } else {
        say_thread(thing->verdict, count, text, size);
    }
}
