#include "load/recovering.h"
#include "load/awake.h"
#include "profile/proven.h"
#include "profile/quiescence.h"
#include "task/time.h"
#include <stdio.h>
#include <uv.h>

static struct {
    struct gauges *gauges; /* NULL: nothing is made to end */
    int64_t due;
    uint64_t task_before;
    struct task_places there,
        for_ever; /* of the warm-up: before settle, and what its own ticker woke for ever */
    struct task_places ended; /* of the leg */
} state = {.due = INT64_MAX};

struct learning {
    const struct task_places *left;
    uint64_t requests;
};

void recovering_begin(struct gauges *gauges)
{
    bool wanted = gauges->settings.recover > 0;
    state.gauges = wanted ? gauges : NULL;
    state.due = wanted ? clock_now() + gauges->settings.recover : INT64_MAX;
}

int64_t recovering_due(void)
{
    return state.due;
}

void recovering_begin_leg(uint64_t task_before)
{
    state.task_before = task_before;
    state.ended.length = state.ended.omitted = 0;
    if (!state.gauges)
        return;
    state.gauges->progress.recovered = (struct recovered){0};
    state.due = clock_now() + state.gauges->settings.recover; /* the clock may be another one */
}

/* Of those that nobody but a time can wake. */
static bool spins_for_ever(const struct task_info *task, void *arg)
{
    (void)arg;
    return task->id > state.task_before && places_like(&state.for_ever, task, AWAKE_BY_OWN_TICKER);
}

static void tell(const struct task_info *task, void *arg)
{
    const struct proof *proof = arg;
    struct recovered *recovered = &state.gauges->progress.recovered;
    bool leaked = proven_verdict(proof, task) == PROOF_LEAKED;
    if (task->id <= state.task_before)
        return;
    recovered->ended += leaked;
    recovered->spinning += !leaked;
    places_add_task(&state.ended, task, leaked ? AWAKE_NOT : AWAKE_BY_OWN_TICKER);
}

static __attribute__((noinline)) uint64_t end_all(void)
{
    size_t ended;
    struct proof *proof = proven_take();
    struct proof_ending ending = {
        .also = state.for_ever.length ? spins_for_ever : NULL, .tell = tell, .arg = proof};
    bool done = proven_end(proof, &ending, &ended);
    const char *refused = proven_refused(proof);
    char *said = state.gauges->progress.proven.refused;
    if (refused || !done)
        snprintf(said, sizeof state.gauges->progress.proven.refused, "%s",
                 refused ? refused : "no memory to end with");
    proven_free(proof);
    return ended;
}

uint64_t recovering_look(void)
{
    if (!state.gauges)
        return 0;
    struct recovered *recovered = &state.gauges->progress.recovered;
    int64_t before = (int64_t)uv_hrtime();
    proven_prepare();
    uint64_t ended = end_all();
    int64_t took = (int64_t)uv_hrtime() - before;
    recovered->looks++;
    recovered->longest = took > recovered->longest ? took : recovered->longest;
    state.due = clock_now() + state.gauges->settings.recover;
    if (ended)
        quiescence_let_park();
    return ended;
}

bool recovering_all(void)
{
    enum { ROUNDS = 64 }; /* deferred calls that park for ever take one each */
    int rounds = 0;
    while (rounds < ROUNDS && recovering_look())
        rounds++;
    return rounds > 0;
}

/* --- What goes on for ever ------------------------------------------------------------------------ */

void recovering_watch(uint64_t requests)
{
    if (!state.gauges || !requests)
        return;
    recovering_all();
    places_of_tasks(&state.there, 0, INT64_MAX);
}

static bool goes_on_for_ever(const struct task_info *task, void *arg)
{
    const struct learning *l = arg;
    uint64_t left = places_like(l->left, task, AWAKE_BY_OWN_TICKER);
    if (left < l->requests / 2 || left < places_like(&state.there, task, AWAKE_NOT))
        return true;
    if (!places_like(&state.for_ever, task, AWAKE_BY_OWN_TICKER))
        places_add_task(&state.for_ever, task, AWAKE_BY_OWN_TICKER);
    return true;
}

void recovering_learn(uint64_t requests, int64_t spinning_from)
{
    static struct task_places left;
    if (!state.gauges)
        return;
    state.for_ever.length = state.for_ever.omitted = 0;
    places_of_tasks(&left, 0, spinning_from);
    task_each(goes_on_for_ever, &(struct learning){&left, requests});
    recovering_all();
}

void recovering_tell(void)
{
    if (state.gauges)
        places_name_tasks(&state.ended, NULL, &state.gauges->ended);
}
