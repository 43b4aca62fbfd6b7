/* A case of which every figure is another one, for the tests of what is written of it and read back. */
#pragma once

#include "catalog.h"
#include "probe/outcome.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct sample full_sample = {
    .time = 101,
    .phase = PHASE_DRAIN,
    .phase_ends = true,
    .sent = 102,
    .finished = 103,
    .refused = 104,
    .counts = {.tasks = 105,
               .waiting = {[WAIT_CHAN_RECEIVE] = 106, [WAIT_SLEEP] = 107},
               .timers = 108,
               .channels = 109,
               .contexts = 110,
               .heap = 114},
    .armed = 111,
    .stacks_used = 112,
    .stacks_reserved = 113,
    .heap = {114, 115, 116, 117},
    .memory =
        {.rss = 118,
         .anon = 119,
         .file = 120,
         .shared = 121,
         .page_tables = 122,
         .charged = 123,
         .swapped = 124,
         .exact = true,
         .mappings = {.stacks = 125, .heap = 126, .program = 127, .files = 128, .shared = 129}},
    .limited = 130,
};

static inline struct settings full_settings(void)
{
    return (struct settings){.arrivals = ARRIVALS_POISSON,
                             .rate = 1.5,
                             .requests = 201,
                             .duration = 202,
                             .warm_up = 203,
                             .baseline = 204,
                             .patience = 205,
                             .settle = 206,
                             .seed = 207,
                             .stack_bytes = 208,
                             .virtual_clock = 1,
                             .looks_per_second = 2.5,
                             .memory_limit = 209};
}

static struct gauges full_gauges;

/* Nothing stays of it: there is less at each moment than at the one before. */
static inline struct outcome full_outcome(void)
{
    static const struct twin go = {"go", "/x", "go1.99", NULL};
    memset(&full_gauges, 0, sizeof full_gauges);
    full_gauges.progress =
        (struct progress){.phase = PHASE_DONE,
                          .sent = 301,
                          .finished = 302,
                          .refused = 303,
                          .paused = 307,
                          .phase_began = {[PHASE_LOAD] = 1305, [PHASE_DRAIN] = 1306}};
    struct leg *load = &full_gauges.legs[LEG_LOAD];
    for (enum moment moment = 0; moment < MOMENTS; moment++)
        load->counts[moment] = (struct counts){.tasks = 312 - moment,
                                               .waiting = {[WAIT_SELECT] = 322 - moment},
                                               .timers = 332 - moment,
                                               .channels = 342 - moment,
                                               .contexts = 352 - moment,
                                               .heap = 362 - moment};
    load->gone[KIND_TASKS] = 303, load->gone[KIND_TIMERS] = 304;
    full_gauges.parked.length = 1;
    full_gauges.parked.omitted = 370;
    struct parked_group *group = &full_gauges.parked.groups[0];
    *group = (struct parked_group){
        .count = 371, .reason = WAIT_CHAN_SEND, .line = 372, .made_line = 373, .kept_awake = 1};
    snprintf(group->file, SITE_FILE, "a.c");
    snprintf(group->function, SITE_FUNCTION, "f");
    snprintf(group->made_file, SITE_FILE, "b.c");
    snprintf(group->made_function, SITE_FUNCTION, "g");
    return (struct outcome){
        .pair = catalog_find("wait_group"),
        .variant = VARIANT_LEAK,
        .twin = &go,
        .repetition = 308,
        .settings = full_settings(),
        .began = 1000,
        .gauges = &full_gauges,
        .limit_by = LIMIT_METER,
        .noise = {1.5, 0.25, 0.125, NAN},
        .killed_by_limit = true,
        .ending = {.how = ENDED_SIGNAL, .status = 9, .time = 309, .words = "why"},
    };
}

/* The same, come to its end: it was asked what stays, what is proven, what was made to end and what hibernates. Of two
 * requests each has left one more of everything. */
static inline struct outcome full_well(void)
{
    struct outcome outcome = full_outcome();
    struct leg *load = &full_gauges.legs[LEG_LOAD], *rehearsal = &full_gauges.legs[LEG_REHEARSAL];
    memset(load, 0, sizeof *load);
    load->counts[MOMENT_LEFT] = load->counts[MOMENT_HELD] =
        (struct counts){.tasks = 2, .heap = 900, .waiting = {[WAIT_SELECT] = 2}};
    load->counts[MOMENT_HELD].timers = 4;
    load->seconds[KIND_TIMERS] = 24;
    load->gone[KIND_TIMERS] = 7000000000;
    load->refused = 401;
    load->stack = -1;
    rehearsal->requests = 1;
    rehearsal->counts[MOMENT_LEFT].tasks = rehearsal->counts[MOMENT_HELD].tasks = 1;
    rehearsal->seconds[KIND_TIMERS] = 3;
    rehearsal->gone[KIND_TIMERS] = 3000000000;
    rehearsal->counts[MOMENT_HELD].timers = 1;
    for (int part = 0; part < LEG_PARTS; part++)
        for (enum kind kind = 0; kind < KINDS; kind++)
            load->least[part][kind] = load->most[part][kind] = INT64_MAX;
    struct progress *progress = &full_gauges.progress;
    progress->sent = progress->finished = 2;
    progress->refused = 0;
    progress->proven = (struct proven){
        .tasks = 420, .leaked = 421, .by_time = 422, .unsure = 423, .live = 424, .early = 425};
    progress->kept = (struct kept){431, 432, 433, 434, 435, 436, 437, 438};
    progress->recovered = (struct recovered){441, 442, 443, 444};
    full_gauges.runtime.hibernated = 451;
    full_gauges.runtime.hibernated_bytes = 452;
    full_gauges.runtime.hibernations = 453;
    full_gauges.runtime.awakenings = 454;
    full_gauges.ended.length = 1;
    full_gauges.ended.groups[0] =
        (struct parked_group){.count = 461, .reason = WAIT_SLEEP, .line = 462, .made_line = 463};
    full_gauges.passing.length = 1;
    full_gauges.passing.groups[0] =
        (struct parked_group){.count = 471, .reason = WAIT_SELECT, .line = 472, .made_line = 473};
    for (int stays = 0; stays < STAYS; stays++) {
        struct objects *objects = &full_gauges.objects[stays];
        objects->length = 1;
        objects->groups[0] = (struct object_group){
            .count = 481 + (unsigned)stays, .kind = KIND_HANDLES + (unsigned)stays, .line = 483};
        snprintf(objects->groups[0].file, SITE_FILE, "c.c");
        snprintf(objects->groups[0].function, SITE_FUNCTION, "h");
        if (stays == PASSING)
            snprintf(objects->groups[0].what, sizeof objects->groups[0].what, "a what");
    }
    outcome.twin = NULL;
    outcome.limit_by = LIMIT_NONE;
    outcome.settings.recover = 491;
    outcome.settings.hibernate = 492;
    outcome.settings.virtual_clock = 1;
    outcome.ending = (struct case_ending){.how = ENDED_WELL, .time = 309};
    return outcome;
}
