#include "detect/board.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHY = 600, VERSION = 160, THREADS_MOST = 64 };

struct looked {
    struct detection it;
    char why[WHY];
    bool done;
};

/* One detector's cases, which its threads take one by one. They are told of in their order. */
struct work {
    const struct board_plan *plan;
    const struct detector *detector;
    int64_t usual; /* findings where no request was served */
    size_t count, next, told;
    struct detect_case *cases;
    struct looked *looked; /* beside the cases */
    pthread_mutex_t lock;
};

static enum detected program_of(const struct detect_case *of)
{
    return of->pair->is_control          ? DETECTED_CONTROL
           : of->variant == VARIANT_LEAK ? DETECTED_LEAK
                                         : DETECTED_FIX;
}

/* --- Which cases ------------------------------------------------------------------------------ */

static bool is_known(const struct board_plan *plan, const struct detector *detector,
                     const struct detect_case *of)
{
    const struct detections *before = plan->before;
    for (size_t i = 0; before && i < before->detector_count; i++)
        if (strcmp(before->detectors[i].name, detector->name) == 0 &&
            before->detectors[i].plain == detector->plain &&
            detections_find(before, i, of->pair->id, program_of(of)))
            return true;
    return false;
}

static void add(struct work *work, const struct pair *pair, enum variant variant)
{
    const struct detector *detector = work->detector;
    struct detect_case of = {pair, variant, detector->requests, detector->plain};
    if (pair_is_plain(pair) != detector->plain || (pair->is_control && detector->go))
        return;
    if (!detector->plain && !pair->entry[variant]) /* of a control there is one program */
        return;
    if ((detector->knows && !detector->knows(pair, variant)) || is_known(work->plan, detector, &of))
        return;
    work->cases[work->count++] = of;
}

static bool add_all(struct work *work)
{
    const struct board_plan *plan = work->plan;
    work->cases = calloc(plan->pair_count * VARIANTS + 1, sizeof *work->cases);
    for (size_t i = 0; work->cases && i < plan->pair_count; i++)
        for (enum variant v = 0; v < VARIANTS; v++)
            add(work, plan->pairs[i], v);
    work->looked = calloc(work->count + 1, sizeof *work->looked);
    return work->cases && work->looked;
}

/* --- Looking ---------------------------------------------------------------------------------- */

/* Under the lock. */
static void tell_those_that_are_done(struct work *work)
{
    const struct board_observer *observer = &work->plan->observer;
    for (; work->told < work->count && work->looked[work->told].done; work->told++) {
        struct looked *looked = &work->looked[work->told];
        observer->detection(work->detector, &looked->it, work->told + 1, work->count,
                            observer->arg);
        free(looked->it.at);
    }
}

static void look_at(struct work *work, size_t number)
{
    const struct detect_case *of = &work->cases[number];
    struct looked *looked = &work->looked[number];
    struct detection *it = &looked->it;
    *it = (struct detection){
        .id = (char *)of->pair->id,
        .family = (char *)of->pair->family,
        .title = (char *)of->pair->title,
        .program = program_of(of),
        .findings = -1,
        .cpu = -1,
        .wall = -1,
        .peak = -1,
        .why = looked->why,
    };
    if (work->detector->look(of, it, looked->why, sizeof looked->why))
        looked->why[0] = 0;
    else
        it->findings = -1;
    it->found = it->findings > work->usual;
    if (!it->found) { /* what is there anyway names nothing */
        free(it->at);
        it->at = NULL;
    }
    pthread_mutex_lock(&work->lock);
    looked->done = true;
    tell_those_that_are_done(work);
    pthread_mutex_unlock(&work->lock);
}

static void *look_at_them(void *arg)
{
    struct work *work = arg;
    for (;;) {
        pthread_mutex_lock(&work->lock);
        size_t mine = work->next < work->count ? work->next++ : work->count;
        pthread_mutex_unlock(&work->lock);
        if (mine == work->count)
            return NULL;
        look_at(work, mine);
    }
}

static bool look_at_all(struct work *work, char *why, size_t size)
{
    pthread_t threads[THREADS_MOST];
    unsigned wanted = work->plan->at_once, count = 0;
    wanted = wanted < 1 ? 1 : wanted > THREADS_MOST ? THREADS_MOST : wanted;
    while (count < wanted && pthread_create(&threads[count], NULL, look_at_them, work) == 0)
        count++;
    for (unsigned i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    if (!count)
        snprintf(why, size, "no thread can be made");
    return count > 0;
}

/* --- A detector ------------------------------------------------------------------------------- */

/* What it says of a program that serves nothing; false where it can not even look at that. */
static bool look_at_nothing(const struct detector *detector, struct detector_said *said, char *why,
                            size_t size)
{
    struct detection it = {.findings = -1, .cpu = -1, .peak = -1};
    const struct detect_case nothing = {.plain = detector->plain};
    bool looked = detector->look(&nothing, &it, why, size);
    free(it.at);
    said->findings = looked ? it.findings : -1;
    said->cpu = it.cpu;
    said->peak = it.peak;
    return looked;
}

static bool run_one(const struct board_plan *plan, const struct detector *detector, char *why,
                    size_t size)
{
    char version[VERSION] = "", missing[WHY] = "";
    struct detector_said said = {
        .name = (char *)detector->name,
        .how = (char *)detector->how,
        .version = version,
        .skipped = missing,
        .go = detector->go,
        .plain = detector->plain,
        .stops = detector->stops,
        .reads = detector->reads,
        .findings = -1,
        .cpu = -1,
        .peak = -1,
    };
    if (detector->is_there(version, sizeof version, missing, sizeof missing) &&
        look_at_nothing(detector, &said, missing, sizeof missing))
        missing[0] = 0;
    else if (!missing[0])
        snprintf(missing, sizeof missing, "it can not be run");
    plan->observer.detector(&said, plan->observer.arg);
    if (missing[0])
        return true;
    struct work work = {.plan = plan,
                        .detector = detector,
                        .usual = said.findings,
                        .lock = PTHREAD_MUTEX_INITIALIZER};
    bool done = add_all(&work);
    if (!done)
        snprintf(why, size, "no memory for the cases");
    done = done && look_at_all(&work, why, size);
    free(work.cases);
    free(work.looked);
    return done;
}

/* Whether there is any pair for it. */
static bool asks(const struct board_plan *plan, const struct detector *detector)
{
    for (size_t i = 0; i < plan->pair_count; i++)
        if (pair_is_plain(plan->pairs[i]) == detector->plain)
            return true;
    return false;
}

bool board_run(const struct board_plan *plan, char *why, size_t size)
{
    bool done = true;
    for (const struct detector *const *d = plan->detectors; *d && done; d++)
        done = !asks(plan, *d) || run_one(plan, *d, why, size);
    return done;
}
