#include "result/death.h"
#include "probe/figures.h"
#include "probe/finding.h"
#include "result/stream.h"
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

/* What the limit was held against. Records of before say it in none of their samples: then, all that the kernel
 * charged, or what comes next to it. */
static double used(const struct sample *sample)
{
    const struct memory *memory = &sample->memory;
    if (sample->limited >= 0)
        return (double)sample->limited;
    if (memory->charged >= 0)
        return (double)memory->charged;
    if (memory->rss < 0)
        return NAN;
    return (double)memory->rss + (memory->page_tables > 0 ? (double)memory->page_tables : 0);
}

/* The samples of load up to a moment, in seconds since it began. */
static size_t take(const struct life *life, int64_t until, double *x, double *y)
{
    size_t count = 0;
    for (size_t i = 0; i < life->count; i++) {
        const struct sample *sample = &life->samples[i];
        if (sample->phase != PHASE_LOAD || sample->time < life->load_began ||
            sample->time > until || isnan(used(sample)))
            continue;
        x[count] = (double)(sample->time - life->load_began) / 1e9;
        y[count++] = used(sample);
    }
    return count;
}

/* Where the line through the points has its foot. */
static double foot(const double *x, const double *y, double *room, size_t count, double slope)
{
    for (size_t i = 0; i < count; i++)
        room[i] = y[i] - slope * x[i];
    return gsl_stats_median(room, 1, count);
}

static void foretell(struct death *death, const struct life *life, uint64_t seed)
{
    int64_t third = life->load_began + (life->ended - life->load_began) / 3;
    double *x = calloc(life->count + 1, sizeof *x), *y = calloc(life->count + 1, sizeof *y);
    double *room = calloc(life->count + 1, sizeof *room);
    size_t count = x && y && room ? take(life, third, x, y) : 0;
    if (count >= 2) {
        struct series series = {count, x, y};
        struct estimate slope = interval_of_slope(&series, 1, seed);
        death->forecast = forecast_from(&slope, foot(x, y, room, count, slope.value), 0,
                                        (double)life->settings->memory_limit);
    }
    free(x);
    free(y);
    free(room);
}

/* The resident set of a clean case goes up and down, on no line; and what is held goes on growing for as long as
 * it is held. */
static void correct(struct forecast *forecast, const struct life *life)
{
    double limit = (double)life->settings->memory_limit;
    double room = limit - forecast->start, per_second = room / forecast->seconds;
    if (forecast->fate != FATE_DIES && forecast->fate != FATE_NO_GROWTH)
        return;
    forecast->level = forecast->start + per_second * life->held_for;
    if (life->held_for > 0 && forecast->level > limit)
        return;
    forecast->fate = life->held_for > 0 ? FATE_LEVELS : FATE_NO_GROWTH;
    forecast->soonest = INFINITY;
}

struct death death_of(const struct life *life, uint64_t seed)
{
    struct death death = {.killed = life->killed, .error = NAN};
    if (!life->settings->memory_limit || life->load_began <= 0 || life->ended <= life->load_began)
        return death;
    death.limited = true;
    death.seconds = (double)(life->ended - life->load_began) / 1e9;
    death.looked = death.seconds / 3;
    foretell(&death, life, seed);
    if (life->grows_not)
        correct(&death.forecast, life);
    if (death.killed && death.forecast.fate == FATE_DIES)
        death.error = (death.forecast.seconds - death.seconds) / death.seconds;
    return death;
}

static void know(struct life *life, const struct outcome *outcome)
{
    struct finding finding = finding_of(outcome);
    life->grows_not = true;
    for (enum kind kind = 0; kind < KINDS; kind++) {
        life->grows_not &= finding.of[kind].stays == 0 && !finding.of[kind].longer;
        life->held_for = fmax(life->held_for, finding.of[kind].held_for);
    }
}

/* The same, as the record has it. */
static void know_recorded(struct life *life, const json_t *found)
{
    const char *key;
    json_t *of;
    life->grows_not = json_is_object(found);
    json_object_foreach((json_t *)found, key, of)
    {
        life->grows_not &= json_number_value(json_object_get(of, "stays")) == 0 &&
                           !json_is_true(json_object_get(of, "longer"));
        life->held_for = fmax(life->held_for, json_number_value(json_object_get(of, "held_for_s")));
    }
}

struct life death_life_of_outcome(const struct outcome *outcome)
{
    struct life life = {.samples = outcome->samples,
                        .count = outcome->sample_count,
                        .settings = &outcome->settings,
                        .killed = outcome->killed_by_limit,
                        .ended = outcome->ending.time};
    if (!outcome->gauges)
        return life;
    if (outcome->ending.how == ENDED_WELL && !outcome->twin && outcome_started(outcome))
        know(&life, outcome);
    const int64_t *began = outcome->gauges->progress.phase_began;
    if (began[PHASE_LOAD])
        life.load_began = began[PHASE_LOAD] - outcome->began;
    if (began[PHASE_DRAIN])
        life.ended = began[PHASE_DRAIN] - outcome->began;
    return life;
}

struct life death_life_of_recorded(const struct recorded_case *c)
{
    const json_t *began = json_object_get(c->end, "phase_began_ns");
    const json_t *drain = json_object_get(began, phase_text(PHASE_DRAIN));
    struct life life = {
        .samples = c->samples,
        .count = c->sample_count,
        .settings = &c->settings,
        .killed = c->killed_by_limit,
        .load_began = json_integer_value(json_object_get(began, phase_text(PHASE_LOAD))),
        .ended = drain ? json_integer_value(drain) : c->ended_at,
    };
    know_recorded(&life, json_object_get(c->end, "found"));
    return life;
}

bool death_figures_of(const struct recorded_case *c, uint64_t seed, struct death_figures *figures)
{
    struct life life = death_life_of_recorded(c);
    struct death death = death_of(&life, seed);
    if (!death.limited)
        return false;
    bool known = death.forecast.fate != FATE_UNKNOWN;
    *figures = (struct death_figures){
        .repetition = c->repetition,
        .killed = death.killed,
        .limit = (double)c->settings.memory_limit,
        .seconds = death.seconds,
        .foretold = !known                                  ? NAN
                    : death.forecast.fate == FATE_NO_GROWTH ? INFINITY
                                                            : death.forecast.seconds,
        .soonest = known ? death.forecast.soonest : NAN,
        .latest = known ? death.forecast.latest : NAN,
    };
    return true;
}

static void say_error(FILE *out, double error)
{
    if (!isnan(error))
        fprintf(out, ": the forecast was %.1f %% %s", 100 * fabs(error),
                error < 0 ? "early" : "late");
}

char *death_words(const struct death *death)
{
    char time[FORECAST_TEXT];
    struct stream_text held;
    char *forecast = forecast_words(&death->forecast);
    FILE *out = forecast ? stream_open(&held) : NULL;
    if (!out) {
        free(forecast);
        return NULL;
    }
    fprintf(out, "forecast after the first %s: %s; ", forecast_time(time, death->looked), forecast);
    fprintf(out, death->killed ? "it died after %s" : "it outlived the %s of load",
            forecast_time(time, death->seconds));
    say_error(out, death->error);
    free(forecast);
    return stream_close(out, &held);
}

char *death_figures_words(const struct death_figures *figures)
{
    char limit[FIGURE], *text = NULL;
    struct death death = {
        .limited = true,
        .killed = figures->killed,
        .seconds = figures->seconds,
        .looked = figures->seconds / 3,
        .forecast = {.fate = isnan(figures->foretold)   ? FATE_UNKNOWN
                             : isinf(figures->foretold) ? FATE_NO_GROWTH
                                                        : FATE_DIES,
                     .seconds = figures->foretold,
                     .soonest = figures->soonest,
                     .latest = figures->latest,
                     .basis = INTERVAL_BLOCKS},
        .error = NAN,
    };
    if (death.killed && death.forecast.fate == FATE_DIES)
        death.error = (figures->foretold - figures->seconds) / figures->seconds;
    char *words = death_words(&death);
    if (!words || asprintf(&text, "with %s: %s", figure_bytes(limit, figures->limit), words) < 0)
        text = NULL;
    free(words);
    return text;
}
