#include "probe/apart.h"
#include <math.h>
#include <unistd.h>

static const struct apart unknown = {NAN, NAN, NAN};

/* All of the growth: what came once is in it. */
static struct apart shared_out(const struct standing *s)
{
    return (struct apart){(s->after - s->before) / s->requests, NAN, s->step / s->requests};
}

struct apart apart_of(const struct standing *s)
{
    double later = s->requests - s->opening;
    if (!(s->requests > 0) || isnan(s->before) || isnan(s->after))
        return unknown;
    if (isnan(s->opened) || !(s->opening > 0) || !(later > 0))
        return shared_out(s);
    double each = (s->after - s->opened) / later, first = (s->opened - s->before) / s->opening;
    double once = s->after - s->before - each * s->requests;
    double within = fmax(s->step, fabs(once)) / later;
    return (struct apart){each, once, fmax(within, each - first)};
}

double apart_rss(const struct sample *sample)
{
    return sample->memory.rss < 0 ? NAN : (double)sample->memory.rss;
}

double apart_page_tables(const struct sample *sample)
{
    return sample->memory.page_tables < 0 ? NAN : (double)sample->memory.page_tables;
}

static double started(const struct sample *sample)
{
    return sample->sent > sample->refused ? (double)(sample->sent - sample->refused) : 0;
}

struct apart apart_between(const struct sample *before, const struct sample *opened,
                           const struct sample *after,
                           double (*figure)(const struct sample *sample))
{
    if (!before || !after)
        return unknown;
    return apart_of(&(struct standing){
        .before = figure(before),
        .opened = opened ? figure(opened) : NAN,
        .after = figure(after),
        .opening = opened ? started(opened) : 0,
        .requests = started(after),
        .step = (double)sysconf(_SC_PAGESIZE),
    });
}

struct apart apart_of_outcome(const struct outcome *outcome)
{
    const struct sample *after = outcome_phase_end(outcome, PHASE_DRAIN);
    if (!after && outcome->sample_count)
        after = &outcome->samples[outcome->sample_count - 1];
    return apart_between(outcome_phase_end(outcome, PHASE_BASELINE),
                         outcome_phase_end(outcome, PHASE_LOAD), after, apart_rss);
}
