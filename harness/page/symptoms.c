#include "page/symptoms.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- What is told apart --------------------------------------------------------------------- */

static const struct expectation *expected_of(const struct edition_pair *pair)
{
    return pair->listed ? &pair->listed->expected[VARIANT_LEAK]
                        : &pair->pair->variants[VARIANT_LEAK].expected;
}

static bool parks(const struct edition_pair *pair)
{
    return expectation_parks(expected_of(pair));
}

static bool timers_pile_up(const struct edition_pair *pair)
{
    return !parks(pair) && expected_of(pair)->timers;
}

static bool timers_level_off(const struct edition_pair *pair)
{
    return !parks(pair) && expected_of(pair)->timers_held && !expected_of(pair)->timers;
}

static bool contexts_pile_up(const struct edition_pair *pair)
{
    return !parks(pair) && expected_of(pair)->contexts;
}

static bool channels_pile_up(const struct edition_pair *pair)
{
    return !parks(pair) && expected_of(pair)->channels;
}

static bool heap_alone(const struct edition_pair *pair)
{
    struct expectation rest = *expected_of(pair);
    bool heap = rest.heap;
    rest.heap = 0;
    return heap && !expectation_is_any(&rest);
}

static bool tasks_and_timers(const struct edition_pair *pair)
{
    return parks(pair) && expected_of(pair)->timers;
}

/* Of plain C on libuv's loop or in threads of its own: what it leaves is no task. */
static bool handles_pile_up(const struct edition_pair *pair)
{
    for (int type = 0; type < HANDLE_TYPES; type++)
        if (expected_of(pair)->handles[type])
            return true;
    return false;
}

static bool requests_pile_up(const struct edition_pair *pair)
{
    return expected_of(pair)->requests;
}

static bool threads_pile_up(const struct edition_pair *pair)
{
    return expected_of(pair)->threads;
}

/* What time wakes again and again takes a little of the processor each time. */
static bool keeps_busy(const struct edition_pair *pair)
{
    const struct expectation *expected = expected_of(pair);
    return expected->parked[WAIT_NONE] || expected->parked[WAIT_SLEEP] || expected->timers;
}

static bool keeps_descriptors(const struct edition_pair *pair)
{
    return expected_of(pair)->parked[WAIT_IO] || expected_of(pair)->descriptors;
}

/* By what was measured: none of its requests came to an end. */
static bool never_answers(const struct edition_pair *pair)
{
    const struct measured *leak = &pair->pair->variants[VARIANT_LEAK];
    double service = summary_median(leak, offsetof(struct run_figures, service_p50));
    double response = summary_median(leak, offsetof(struct run_figures, p50)); /* of before */
    return leak->run_count && (isinf(service) || isinf(response));
}

static bool dies(const struct edition_pair *pair)
{
    return pair->pair->variants[VARIANT_LEAK].death_count;
}

/* --- The table ------------------------------------------------------------------------------ */

struct sign {
    enum symptom_seen seen;
    const char *id, *words, *hint;
    bool (*fits)(const struct edition_pair *pair);
};

static const struct sign signs[] = {
    {SEEN_METRIC, "tasks-and-timers", "the counts of tasks and of timers climb together",
     "Each task has a ticker or timer of its own that nobody stops.", tasks_and_timers},
    {SEEN_METRIC, "processor",
     "the processor has more to do from hour to hour, under the same load",
     "Something is woken by time again and again, and there is more of it after each request.",
     keeps_busy},
    {SEEN_METRIC, "descriptors", "open descriptors climb, until `EMFILE`",
     "A task that waits for a peer, a handle or a way out has left one open.", keeps_descriptors},
    {SEEN_METRIC, "timers", "the count of tasks is flat, that of timers climbs without an end",
     "A timer that arms itself again is not stopped. A dump of tasks does not show it.",
     timers_pile_up},
    {SEEN_METRIC, "timers-level-off",
     "the count of tasks is flat, timers and memory climb, and level off",
     "Each timer is kept until it fires, long after its request.", timers_level_off},
    {SEEN_METRIC, "contexts", "the count of tasks is flat, that of contexts climbs, and memory",
     "Children stay with a parent that lives on. A dump of tasks does not show it.",
     contexts_pile_up},
    {SEEN_METRIC, "channels", "the count of tasks is flat, that of channels climbs, and memory",
     "A reference is not dropped.", channels_pile_up},
    {SEEN_METRIC, "memory-alone",
     "the count of tasks is flat, and so are all others; memory climbs",
     "What is kept is reachable and in use, so no detector of leaks calls it one: ask the heap "
     "profile who allocated.",
     heap_alone},
    {SEEN_METRIC, "handles", "libuv's open handles climb; at the end `uv_loop_close` says `EBUSY`",
     "A handle that is done with is not closed: `uv_walk` names its type.", handles_pile_up},
    {SEEN_METRIC, "requests", "libuv's requests in flight climb, and the loop does not end",
     "Something is waited for in the thread pool or by a peer who does not read.",
     requests_pile_up},
    {SEEN_METRIC, "threads", "threads, or the address space that they leave, climb",
     "A thread neither ends nor is joined.", threads_pile_up},
    {SEEN_USER, "no-answer", "a request is never answered, and is not refused either",
     "As measured: the handler itself waits with what it waits for.", never_answers},
    {SEEN_USER, "killed", "the process is killed, and nothing is in its log",
     "As measured under a memory limit.", dies},
};
enum { SIGNS = sizeof signs / sizeof *signs };

/* Where to look, of tasks that wait like that. */
static const char *const hints[WAIT_REASONS] = {
    [WAIT_NONE] = "They are ready, not parked: each runs again and again.",
    [WAIT_CHAN_RECEIVE] = "Who was to send, and who was to close? The dump names who did so last.",
    [WAIT_CHAN_SEND] =
        "Who was to receive, and has left? A buffer that has room for every answer ends it.",
    [WAIT_CHAN_RECEIVE_NIL] = "The channel was never made: nobody can ever send.",
    [WAIT_SELECT] = "None of the cases will ever be ready: is the request's context among them?",
    [WAIT_SELECT_NO_CASES] = "Nothing is left to wait for.",
    [WAIT_SLEEP] = "They wake and sleep again: what would make them stop?",
    [WAIT_WAIT_GROUP] =
        "Somebody does not say done, or waits for itself. A wait group stops nobody.",
    [WAIT_MUTEX] = "The dump names the owner: is it gone, or does it wait too?",
    [WAIT_RW_MUTEX_READ] = "A writer waits in between: who reads already?",
    [WAIT_RW_MUTEX_WRITE] = "Who reads, and does it wait for this one?",
    [WAIT_COND] = "The signal came before, or for another one.",
    [WAIT_IO] = "The peer is silent and still there: who sets a deadline, who closes?",
    [WAIT_SEMAPHORE] = "Who has the slots? The dump names them where they are tasks.",
};

/* --- By number ------------------------------------------------------------------------------ */

const char *symptom_seen_text(enum symptom_seen seen)
{
    static const char *const texts[] = {
        [SEEN_DUMP] = "In a dump or a profile: many tasks at one place",
        [SEEN_METRIC] = "In the metrics",
        [SEEN_USER] = "By a user",
    };
    return texts[seen];
}

/* "chan receive (nil chan)" as "chan-receive-nil-chan" */
static void name_reason(char *id, size_t size, enum wait_reason reason)
{
    size_t length = 0;
    for (const char *at = wait_reason_text(reason); *at && length + 2 < size; at++)
        if (isalnum((unsigned char)*at))
            id[length++] = (char)tolower((unsigned char)*at);
        else if (length && id[length - 1] != '-')
            id[length++] = '-';
    while (length && id[length - 1] == '-')
        length--;
    id[length] = 0;
}

bool symptom_at(struct symptom *symptom, size_t number)
{
    if (number < WAIT_REASONS) {
        enum wait_reason reason = (enum wait_reason)number;
        *symptom = (struct symptom){.seen = SEEN_DUMP, .hint = hints[reason] ? hints[reason] : ""};
        name_reason(symptom->id, sizeof symptom->id, reason);
        snprintf(symptom->words, sizeof symptom->words, "many in `%s`", wait_reason_text(reason));
        return true;
    }
    if (number - WAIT_REASONS >= SIGNS)
        return false;
    const struct sign *sign = &signs[number - WAIT_REASONS];
    *symptom = (struct symptom){.seen = sign->seen, .hint = sign->hint};
    snprintf(symptom->id, sizeof symptom->id, "%s", sign->id);
    snprintf(symptom->words, sizeof symptom->words, "%s", sign->words);
    return true;
}

bool symptom_fits(size_t number, const struct edition_pair *pair)
{
    if (number < WAIT_REASONS)
        return expected_of(pair)->parked[number];
    return number - WAIT_REASONS < SIGNS && signs[number - WAIT_REASONS].fits(pair);
}

bool symptom_is_any(size_t number, const struct edition *edition)
{
    for (size_t i = 0; i < edition->pair_count; i++)
        if (symptom_fits(number, &edition->pairs[i]))
            return true;
    return false;
}
