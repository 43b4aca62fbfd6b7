#include "result/self_check.h"
#include "probe/growth.h"
#include "result/contrast.h"
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double planted_share = 0.05;

/* What is split: one of these a unit, and to which half it goes. */
struct place {
    int64_t build, invocation; /* of builds: no invocation */
    bool second;
};

struct checker {
    const struct self_check_row *given;
    size_t count; /* of them */
    double least;
    struct self_check *check;
    struct place *units;
    gsl_rng *random;
    struct draw *first, *second; /* room for the draws of a row */
    struct contrast *rows;       /* room for all rows */
    double *p, *adjusted;
};

/* --- Units -------------------------------------------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->build != y->build)
        return x->build < y->build ? -1 : 1;
    return (x->invocation > y->invocation) - (x->invocation < y->invocation);
}

static size_t all_draws(const struct checker *c, size_t *most)
{
    size_t all = 0;
    *most = 0;
    for (size_t i = 0; i < c->count; i++) {
        size_t count = c->given[i].count;
        all += count;
        *most = count > *most ? count : *most;
    }
    return all;
}

/* Every place there is, once. */
static size_t take_units(struct checker *c)
{
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < c->given[i].count; k++) {
            const struct draw *draw = &c->given[i].draws[k];
            if (!draw->noisy)
                c->units[count++] =
                    (struct place){.build = draw->build, .invocation = draw->invocation};
        }
    qsort(c->units, count, sizeof *c->units, by_place);
    for (size_t i = 0; i < count; i++)
        if (!i || by_place(&c->units[i], &c->units[kept - 1]) != 0)
            c->units[kept++] = c->units[i];
    return kept;
}

/* Builds in the place of invocations, where there are enough of them. */
static void take_builds(struct checker *c)
{
    size_t builds = 0;
    for (size_t i = 0; i < c->check->units; i++)
        builds += !i || c->units[i].build != c->units[i - 1].build;
    c->check->level = builds >= BUILDS_LEAST ? LEVEL_BUILDS : LEVEL_INVOCATIONS;
    if (c->check->level == LEVEL_INVOCATIONS)
        return;
    size_t kept = 0;
    for (size_t i = 0; i < c->check->units; i++)
        if (!kept || c->units[i].build != c->units[kept - 1].build)
            c->units[kept++] = (struct place){.build = c->units[i].build, .invocation = -1};
    c->check->units = kept;
}

/* --- Splits ------------------------------------------------------------------------------------- */

/* Halves of what lies from begin to end; the odd one goes to either. */
static void halve(struct checker *c, size_t begin, size_t end)
{
    size_t count = end - begin, half = (count + gsl_rng_uniform_int(c->random, 2)) / 2;
    gsl_ran_shuffle(c->random, &c->units[begin], count, sizeof *c->units);
    for (size_t i = begin; i < end; i++)
        c->units[i].second = i - begin < half;
}

/* Invocations are split build by build: the halves then have the same builds. */
static void split(struct checker *c)
{
    size_t count = c->check->units;
    if (c->check->level == LEVEL_BUILDS)
        halve(c, 0, count);
    for (size_t begin = 0, end; c->check->level == LEVEL_INVOCATIONS && begin < count;
         begin = end) {
        for (end = begin + 1; end < count && c->units[end].build == c->units[begin].build;)
            end++;
        halve(c, begin, end);
    }
    qsort(c->units, count, sizeof *c->units, by_place);
}

static bool is_second(const struct checker *c, const struct draw *draw)
{
    struct place key = {.build = draw->build,
                        .invocation = c->check->level == LEVEL_BUILDS ? -1 : draw->invocation};
    const struct place *place =
        bsearch(&key, c->units, c->check->units, sizeof *c->units, by_place);
    return place && place->second;
}

static void halves_of(struct checker *c, const struct self_check_row *row, struct side *first,
                      struct side *second)
{
    *first = (struct side){c->first, 0};
    *second = (struct side){c->second, 0};
    for (size_t i = 0; i < row->count; i++) {
        const struct draw *draw = &row->draws[i];
        if (draw->noisy)
            continue;
        struct side *to = is_second(c, draw) ? second : first;
        to->draws[to->count++] = *draw;
    }
}

static bool all_above(struct side side, double least)
{
    for (size_t i = 0; i < side.count; i++)
        if (!(side.draws[i].value > least))
            return false;
    return true;
}

/* Whether the first half foretells the second one's mean. */
static void foretell(struct checker *c, struct side first, struct side second, double within)
{
    bool logs = all_above(first, c->least) && all_above(second, c->least);
    struct group a = group_of(first.draws, first.count, logs, c->check->level);
    struct group b = group_of(second.draws, second.count, logs, c->check->level);
    double half = group_foretells(&a, group_units(&b));
    if (isnan(half) || a.level != c->check->level || b.level != a.level)
        return;
    half += logs ? within / exp(a.mean) : within;
    c->check->foretold++;
    c->check->within += fabs(b.mean - a.mean) <= half;
}

/* --- Verdicts ----------------------------------------------------------------------------------- */

static bool is_verdict(const struct contrast *row)
{
    return row->change == CHANGE_BETTER || row->change == CHANGE_WORSE;
}

static bool judge(struct checker *c, size_t rows)
{
    if (!contrast_holm(c->p, rows, c->adjusted))
        return false;
    for (size_t i = 0; i < rows; i++) {
        contrast_judge(&c->rows[i], c->adjusted[i]);
        c->check->verdicts++;
        c->check->wrong += is_verdict(&c->rows[i]);
    }
    return true;
}

/* Each row alone is slower, beside all others as they are. Of nothing there is no 5 %. */
static bool plant(struct checker *c, size_t rows)
{
    for (size_t i = 0; i < rows; i++) {
        struct contrast slower = c->rows[i];
        if (!slower.logs)
            continue;
        double was = c->p[i];
        contrast_shift(&slower, log1p(planted_share));
        c->p[i] = slower.differs;
        if (!contrast_holm(c->p, rows, c->adjusted))
            return false;
        c->p[i] = was;
        contrast_judge(&slower, c->adjusted[i]);
        c->check->planted++;
        c->check->found += slower.change == CHANGE_WORSE;
    }
    return true;
}

static bool check_once(struct checker *c)
{
    size_t rows = 0;
    split(c);
    for (size_t i = 0; i < c->count; i++) {
        const struct self_check_row *row = &c->given[i];
        struct side first, second;
        halves_of(c, row, &first, &second);
        foretell(c, first, second, row->within);
        halves_of(c, row, &first, &second);
        c->rows[rows] = contrast_at(first, second, c->least, c->check->level);
        c->p[rows] = c->rows[rows].differs;
        rows += !isnan(c->p[rows]);
    }
    c->check->rows = rows;
    return judge(c, rows) && plant(c, rows);
}

/* --- The whole ---------------------------------------------------------------------------------- */

static bool begin(struct checker *c, uint64_t seed)
{
    size_t most, all = all_draws(c, &most), rows = c->count + 1;
    c->units = calloc(all + 1, sizeof *c->units);
    c->first = calloc(most + 1, sizeof *c->first);
    c->second = calloc(most + 1, sizeof *c->second);
    c->rows = calloc(rows, sizeof *c->rows);
    c->p = calloc(rows, sizeof *c->p);
    c->adjusted = calloc(rows, sizeof *c->adjusted);
    c->random = growth_random(seed);
    return c->units && c->first && c->second && c->rows && c->p && c->adjusted && c->random;
}

static void end(struct checker *c)
{
    free(c->units);
    free(c->first);
    free(c->second);
    free(c->rows);
    free(c->p);
    free(c->adjusted);
    gsl_rng_free(c->random);
}

bool self_check_rows(const struct self_check_row *rows, size_t count, double least, size_t splits,
                     uint64_t seed, struct self_check *check)
{
    struct checker c = {.given = rows, .count = count, .least = least, .check = check};
    *check = (struct self_check){.splits = splits};
    bool done = begin(&c, seed);
    if (done) {
        check->units = take_units(&c);
        take_builds(&c);
    }
    if (check->units < 4)
        check->level = LEVEL_NONE;
    for (size_t i = 0; done && check->level != LEVEL_NONE && i < splits; i++)
        done = check_once(&c);
    end(&c);
    return done;
}

/* --- What is checked ---------------------------------------------------------------------------- */

static bool is_usable(const struct benchmark *benchmark)
{
    for (size_t i = 0; i < benchmark->run_count; i++)
        if (!(benchmark->draws[i].value > 0))
            return false;
    return benchmark->run_count && !benchmark->failure;
}

bool self_check(const struct benchmarks *benchmarks, size_t splits, uint64_t seed,
                struct self_check *check)
{
    struct self_check_row *rows = calloc(benchmarks->count + 1, sizeof *rows);
    size_t count = 0;
    for (size_t i = 0; rows && i < benchmarks->count; i++) {
        const struct benchmark *one = &benchmarks->all[i];
        if (is_usable(one))
            rows[count++] = (struct self_check_row){one->draws, one->run_count, 0};
    }
    bool done = rows && self_check_rows(rows, count, 0, splits, seed, check);
    free(rows);
    return done;
}

/* Each run is a process of its own. */
static bool take_bytes(struct self_check_row *row, const struct measured *measured)
{
    *row = (struct self_check_row){calloc(measured->run_count + 1, sizeof *row->draws), 0, 0};
    for (size_t i = 0; row->draws && i < measured->run_count; i++) {
        const struct run_figures *run = &measured->runs[i];
        if (isnan(run->bytes.each))
            continue;
        row->draws[row->count++] = (struct draw){.value = run->bytes.each,
                                                 .invocation = (int64_t)i,
                                                 .noisy = noise_flagged(&run->noise)};
        row->within = fmax(row->within, run->bytes.within);
    }
    return row->draws;
}

bool self_check_bytes(const struct summary *summary, size_t splits, uint64_t seed,
                      struct self_check *check)
{
    static const double bytes_least = 1; /* as compare.c has it */
    size_t count = 0;
    struct self_check_row *rows = calloc(VARIANTS * summary->pair_count + 1, sizeof *rows);
    bool done = rows;
    for (size_t i = 0; done && i < summary->pair_count; i++)
        for (enum variant v = 0; done && v < VARIANTS; v++)
            done = take_bytes(&rows[count++], &summary->pairs[i].variants[v]);
    done = done && self_check_rows(rows, count, bytes_least, splits, seed, check);
    for (size_t i = 0; i < count; i++)
        free(rows[i].draws);
    free(rows);
    return done;
}

/* --- In words ----------------------------------------------------------------------------------- */

static double percent(size_t part, size_t whole)
{
    return whole ? 100 * (double)part / (double)whole : 0;
}

const char *self_check_text(char text[SELF_CHECK_TEXT], const struct self_check *check)
{
    if (check->level == LEVEL_NONE || !check->verdicts) {
        snprintf(text, SELF_CHECK_TEXT,
                 "A/A: not measured, for want of four processes of one side to split");
        return text;
    }
    snprintf(text, SELF_CHECK_TEXT,
             "A/A: %.1f %% of %zu verdicts on random halves of the same %zu %s were better or "
             "worse (at most 5 %% may be); a planted 5 %% slowdown was found in %.0f of 100; one "
             "half's interval held the other half's mean in %.0f of 100",
             percent(check->wrong, check->verdicts), check->verdicts, check->units,
             check->level == LEVEL_BUILDS ? "builds" : "processes",
             percent(check->found, check->planted), percent(check->within, check->foretold));
    return text;
}

/* --- As JSON ------------------------------------------------------------------------------------ */

json_t *self_check_json(const struct self_check *check)
{
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "units",
                     level_text(check->level), "unit_count", (json_int_t)check->units, "splits",
                     (json_int_t)check->splits, "rows", (json_int_t)check->rows, "verdicts",
                     (json_int_t)check->verdicts, "wrong", (json_int_t)check->wrong, "foretold",
                     (json_int_t)check->foretold, "within", (json_int_t)check->within, "planted",
                     (json_int_t)check->planted, "found", (json_int_t)check->found);
}

static size_t count_of(const json_t *json, const char *name, bool *whole)
{
    const json_t *count = json_object_get(json, name);
    *whole = *whole && json_is_integer(count) && json_integer_value(count) >= 0;
    return *whole ? (size_t)json_integer_value(count) : 0;
}

bool self_check_read(const json_t *json, struct self_check *check)
{
    const char *units = json_string_value(json_object_get(json, "units"));
    bool whole = units;
    *check = (struct self_check){
        .units = count_of(json, "unit_count", &whole),
        .splits = count_of(json, "splits", &whole),
        .rows = count_of(json, "rows", &whole),
        .verdicts = count_of(json, "verdicts", &whole),
        .wrong = count_of(json, "wrong", &whole),
        .foretold = count_of(json, "foretold", &whole),
        .within = count_of(json, "within", &whole),
        .planted = count_of(json, "planted", &whole),
        .found = count_of(json, "found", &whole),
    };
    for (enum level level = LEVEL_INVOCATIONS; whole && level <= LEVEL_BUILDS; level++)
        if (strcmp(units, level_text(level)) == 0)
            check->level = level;
    return whole;
}
