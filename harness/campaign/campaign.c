#include "campaign/campaign.h"
#include "campaign/plan.h"
#include "campaign/process.h"
#include "probe/yardstick.h"
#include "record/bench_about.h"
#include "record/bench_pieces.h"
#include "record/built.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is known of a run that goes on. */
struct going {
    const struct campaign_run *run;
    struct journal *journal;
    struct campaign_progress progress;
    unsigned char
        *tries;  /* of all processes of all blocks, by their place in rows and sides; all: done */
    int *pieces; /* of a repetition of each row; 0: not known yet */
    bool measures_core;        /* the suite takes a yardstick beside each piece */
    double least;              /* of that, nanoseconds */
    struct yardstick_best own; /* of ours */
    size_t *order;
    size_t per_block;
    char *why;
    size_t size;
};

/* --- What is there ------------------------------------------------------------------------------ */

static size_t row_number(const struct design *design, const char *name)
{
    for (size_t i = 0; i < design->row_count; i++)
        if (name && strcmp(design->rows[i], name) == 0)
            return i;
    return SIZE_MAX;
}

/* A place is done by a process that nothing disturbed, or by as many tries as there are. */
static void count_try(struct going *going, size_t place, bool noisy)
{
    unsigned char *tries = &going->tries[place], all = (unsigned char)going->run->tries;
    going->progress.noisy += noisy;
    *tries = noisy && *tries < all ? *tries + 1 : all;
    going->progress.process += *tries == all;
}

static void mark(struct going *going, const json_t *process)
{
    const struct design *design = going->run->design;
    size_t row = row_number(design, json_string_value(json_object_get(process, "row")));
    size_t side = (size_t)json_integer_value(json_object_get(process, "side"));
    size_t block = (size_t)json_integer_value(json_object_get(process, "invocation"));
    const json_t *least = json_object_get(process, YARDSTICK_TOOK);
    going->progress.spent += json_number_value(json_object_get(process, "seconds")) +
                             json_number_value(json_object_get(process, "waited"));
    going->least = fmin(going->least, least ? json_number_value(least) : INFINITY);
    if (row < design->row_count && side < design->side_count && block < design_blocks(design))
        count_try(going, block * going->per_block + row * design->side_count + side,
                  json_is_true(json_object_get(process, "noisy")));
}

static bool begin(struct going *going)
{
    const struct design *design = going->run->design;
    json_t *process;
    size_t i;
    going->per_block = design->row_count * design->side_count;
    going->progress.blocks = design_blocks(design);
    going->progress.processes = going->progress.blocks * going->per_block;
    going->tries = calloc(going->progress.processes + 1, sizeof *going->tries);
    going->order = calloc(going->per_block + 1, sizeof *going->order);
    going->pieces = calloc(design->row_count + 1, sizeof *going->pieces);
    going->least = INFINITY;
    if (!going->tries || !going->order || !going->pieces) {
        snprintf(going->why, going->size, "no memory for the campaign");
        return false;
    }
    json_array_foreach(going->journal->campaign.processes, i, process)
    {
        mark(going, process);
    }
    return true;
}

static bool is_whole(const struct going *going, size_t block)
{
    for (size_t i = 0; i < going->per_block; i++)
        if (going->tries[block * going->per_block + i] < going->run->tries)
            return false;
    return true;
}

/* --- One process -------------------------------------------------------------------------------- */

static int repetitions_of(const struct going *going, const char *row)
{
    const json_t *plan = json_object_get(going->journal->campaign.plan, "repetitions");
    json_int_t planned = json_integer_value(json_object_get(plan, row));
    if (going->run->design->repetitions)
        return going->run->design->repetitions;
    return planned >= 1 && planned <= REPETITIONS_MOST ? (int)planned : PILOT_REPETITIONS;
}

/* Whether a result can be made of it: asked of a side's first process, not when all have been measured. */
static bool is_usable(struct going *going, const char *program, const json_t *context)
{
    struct taker taker = {""};
    json_decref(bench_about(context, &taker));
    if (take_failed(&taker))
        snprintf(going->why, going->size, "%s: of its report no result can be made: %s", program,
                 taker.wrong);
    return !take_failed(&taker);
}

/* The core is the design's; what a report says of its host is left out. */
static bool keep_context(struct going *going, size_t side, const char *program, json_t *context)
{
    json_t *line;
    size_t i;
    json_array_foreach(going->journal->campaign.contexts, i, line)
    {
        if ((size_t)json_integer_value(json_object_get(line, "side")) == side)
            return true;
    }
    if (!context)
        return true;
    if (!is_usable(going, program, context))
        return false;
    json_object_del(context, "host_name");
    json_object_del(context, "executable");
    line = json_pack("{s:s, s:i, s:O}", "type", "context", "side", (int)side, "context", context);
    line = built_with(line, "pinned_to_core", json_integer(going->run->design->core));
    return journal_add(going->journal, line, going->why, going->size);
}

static bool keep(struct going *going, const struct process_wish *wish, size_t place, int build,
                 const struct measured_process *measured, double waited)
{
    size_t side = place % going->run->design->side_count;
    bool noisy = noise_flagged(&measured->noise) || measured->shared;
    json_t *line =
        json_pack("{s:s, s:i, s:i, s:i, s:s, s:f, s:f, s:i, s:b, s:i, s:o, s:o, s:O}", "type",
                  "process", "side", (int)side, "build", build, "invocation",
                  (int)going->progress.block, "row", wish->row, "seconds", measured->seconds,
                  "waited", waited, "padding", (int)wish->padding, "noisy", noisy, "shared",
                  (int)measured->shared, "others", built_number(measured->noise.others), "stolen",
                  built_number(measured->noise.stolen), "runs", measured->runs);
    if (!isinf(measured->least))
        line = built_with(line, YARDSTICK_TOOK, json_real(measured->least));
    bool kept = keep_context(going, side, wish->program, measured->context) &&
                journal_add(going->journal, line, going->why, going->size);
    going->progress.spent += measured->seconds + waited;
    going->least = fmin(going->least, measured->least);
    count_try(going, going->progress.block * going->per_block + place, noisy);
    return kept;
}

/* What the suite says of its core, by its first row; a suite that says nothing is measured as it comes. */
static int pieces_of(struct going *going, size_t row, struct process_wish *wish)
{
    if (going->pieces[row])
        return going->pieces[row];
    bool first = !going->own.count;
    double least = INFINITY;
    if (first || going->measures_core)
        going->pieces[row] = process_pieces(wish, &least);
    if (first) {
        going->measures_core = !isinf(least);
        yardstick_learn(&going->own, going->measures_core ? 0.2 : 0);
    }
    going->least = fmin(going->least, least);
    return going->pieces[row] ? going->pieces[row] : 1;
}

/* What a signal ended is not kept where the campaign is to stop: it was the same signal's. */
static enum campaign_end measure(struct going *going, size_t place, int build)
{
    const struct design *design = going->run->design;
    size_t row = place / design->side_count, side = place % design->side_count;
    double waited = 0;
    struct measured_process measured;
    struct process_wish wish = {
        .program = design->sides[side].builds[build],
        .row = design->rows[row],
        .repetitions = repetitions_of(going, design->rows[row]),
        .core = design->core,
        .seconds = design->seconds,
        .words = design->words,
    };
    going->progress.row = wish.row;
    if (going->run->told)
        going->run->told(&going->progress);
    wish.pieces = pieces_of(going, row, &wish);
    wish.padding = design_padding(design, going->progress.block, place);
    wish.least = going->least;
    if (going->measures_core)
        waited = yardstick_wait(&going->own, going->run->wait);
    if (!process_measure(&wish, &measured, going->why, going->size))
        return CAMPAIGN_FAILED;
    enum campaign_end end = CAMPAIGN_WHOLE;
    if (measured.signal && *going->run->stop)
        end = CAMPAIGN_STOPPED;
    else if (!keep(going, &wish, place, build, &measured, waited))
        end = CAMPAIGN_FAILED;
    json_decref(measured.context);
    json_decref(measured.runs);
    return end;
}

/* --- Blocks ------------------------------------------------------------------------------------- */

static enum campaign_end measure_block(struct going *going, size_t block)
{
    int build, invocation;
    going->progress.block = block;
    design_block(going->run->design, block, &build, &invocation);
    if (!design_order(going->run->design, block, going->order)) {
        snprintf(going->why, going->size, "no memory for the order of a block");
        return CAMPAIGN_FAILED;
    }
    for (size_t i = 0; i < going->per_block; i++) {
        size_t place = going->order[i];
        while (going->tries[block * going->per_block + place] < going->run->tries) {
            if (*going->run->stop)
                return CAMPAIGN_STOPPED;
            enum campaign_end end = measure(going, place, build);
            if (end != CAMPAIGN_WHOLE)
                return end;
        }
    }
    return CAMPAIGN_WHOLE;
}

static bool plan_when_due(struct going *going, size_t block)
{
    const struct design *design = going->run->design;
    struct campaign *campaign = &going->journal->campaign;
    if (design->repetitions || campaign->plan || block != PILOT_BLOCKS)
        return true;
    const json_t *rows = json_object_get(json_object_get(campaign->header, "design"), "rows");
    json_t *plan = plan_of(campaign->processes, rows);
    json_t *line = json_pack("{s:s, s:o}", "type", "plan", "repetitions", plan);
    return journal_add(going->journal, line, going->why, going->size);
}

/* By what a process took so far; those of the pilot are no longer or shorter than others by much. */
static void foresee(struct going *going)
{
    struct campaign_progress *p = &going->progress;
    p->left = NAN;
    if (p->process < going->per_block)
        return;
    double each = p->spent / (double)p->process;
    p->left = each * (double)(p->processes - p->process);
    if (going->run->budget > 0)
        p->left = fmin(p->left, fmax(going->run->budget - p->spent, 0));
}

static bool fits(const struct going *going, size_t block)
{
    const struct campaign_progress *p = &going->progress;
    if (going->run->budget <= 0 || block < 2 || !p->process)
        return true;
    double each = p->spent / (double)p->process;
    return p->spent + each * (double)going->per_block <= going->run->budget;
}

static enum campaign_end go_on(struct going *going)
{
    for (size_t block = 0; block < going->progress.blocks; block++) {
        foresee(going);
        if (!plan_when_due(going, block))
            return CAMPAIGN_FAILED;
        if (is_whole(going, block))
            continue;
        if (!fits(going, block))
            return CAMPAIGN_BUDGET;
        enum campaign_end end = measure_block(going, block);
        if (end != CAMPAIGN_WHOLE)
            return end;
    }
    return CAMPAIGN_WHOLE;
}

enum campaign_end campaign_go_on(const struct campaign_run *run, struct journal *journal, char *why,
                                 size_t size)
{
    struct going going = {.run = run, .journal = journal, .why = why, .size = size};
    enum campaign_end end = begin(&going) ? go_on(&going) : CAMPAIGN_FAILED;
    free(going.tries);
    free(going.order);
    free(going.pieces);
    return end;
}
