#include "result/agreement.h"
#include "result/conditions.h"
#include "result/contrast.h"
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double outside_by_chance = 0.05, too_rare = 0.01;
static const char ours[] = "versus/ours/";

/* --- Where the suite has it ----------------------------------------------------------------- */

/* "versus/ours/park/1000000/resident_bytes" is this field of micro/park/1000000. The caller frees the name; NULL: no
 * memory. */
static char *name_in_suite(const char *name, const char **field)
{
    char *in_suite = NULL;
    const char *rest = name + strlen(ours), *last = strrchr(rest, '/');
    int length = last ? (int)(last - rest) : (int)strlen(rest);
    *field = last ? last + 1 : "";
    return asprintf(&in_suite, "micro/%.*s", length, rest) < 0 ? NULL : in_suite;
}

/* Figures as the reports have them: the comparison has taken them from such entries, without another unit. */
static struct side draws_of(const struct benchmarks *of, const struct benchmark *benchmark,
                            const char *field, const char *invocation)
{
    const json_t *entries = json_object_get(of->report, "benchmarks"), *entry;
    struct side side = {calloc(json_array_size(entries) + 1, sizeof *side.draws), 0};
    size_t i;
    json_array_foreach(entries, i, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "run_name"));
        const char *type = json_string_value(json_object_get(entry, "run_type"));
        const json_t *value = json_object_get(entry, field);
        if (!side.draws || !name || strcmp(name, benchmark->run_name) != 0 ||
            !json_is_number(value) || (type && strcmp(type, "aggregate") == 0))
            continue;
        side.draws[side.count++] =
            (struct draw){.value = json_number_value(value),
                          .invocation = json_integer_value(json_object_get(entry, invocation)),
                          .noisy = json_is_true(json_object_get(entry, "noisy"))};
    }
    return side;
}

/* --- A row ---------------------------------------------------------------------------------- */

static bool all_positive(struct side side)
{
    for (size_t i = 0; i < side.count; i++)
        if (!(side.draws[i].value > 0))
            return false;
    return true;
}

static void hold(struct agreement_row *row, struct side suite, struct side versus)
{
    bool logs = all_positive(suite) && all_positive(versus);
    enum level level = level_of(suite.draws, suite.count);
    struct group a = group_of(suite.draws, suite.count, logs, level);
    struct group b = group_of(versus.draws, versus.count, logs, level);
    double half = group_foretells(&a, group_units(&b));
    row->suite = logs ? exp(a.mean) : a.mean; /* NAN: all of it was noisy */
    row->versus = logs ? exp(b.mean) : b.mean;
    row->low = logs ? exp(a.mean - half) : a.mean - half;
    row->high = logs ? exp(a.mean + half) : a.mean + half;
    row->suite_processes = a.invocations;
    row->versus_processes = b.invocations;
    row->within = row->versus >= row->low && row->versus <= row->high;
    row->close =
        !row->within && fabs(row->versus - row->suite) <= contrast_margin * fabs(row->suite);
}

/* Takes the draws. */
static bool add(struct agreement *to, const char *name, const char *field, struct side suite,
                struct side versus)
{
    struct agreement_row *row = &to->rows[to->count];
    bool done = suite.draws && versus.draws, any = suite.count && versus.count;
    if (done && any) {
        hold(row, suite, versus);
        done = asprintf(&row->name, "%s, %s", name, field) >= 0;
        to->count += done;
    }
    if (done && any && agreement_knows(row)) {
        to->known++;
        to->within += row->within;
        to->close += row->close;
    }
    free(suite.draws);
    free(versus.draws);
    return done;
}

static bool add_ours(struct agreement *to, const struct benchmarks *suite,
                     const struct benchmarks *versus, const struct benchmark *one)
{
    const char *field;
    char *name = name_in_suite(one->run_name, &field);
    const struct benchmark *same = name ? benchmarks_find(suite, name) : NULL;
    bool done = name;
    if (same)
        done = add(to, name, field, draws_of(suite, same, field, "invocation"),
                   draws_of(versus, one, "real_time", "repetition_index"));
    free(name);
    return done;
}

bool agreement_knows(const struct agreement_row *row)
{
    return !isnan(row->low) && !isnan(row->versus);
}

/* --- The whole ------------------------------------------------------------------------------ */

static double ratio_of(const struct agreement *agreement)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < agreement->count; i++) {
        const struct agreement_row *row = &agreement->rows[i];
        if (!agreement_knows(row) || !(row->suite > 0) || !(row->versus > 0))
            continue;
        sum += log(row->versus / row->suite);
        count++;
    }
    return count ? exp(sum / (double)count) : NAN;
}

bool agreement_of(struct agreement *agreement, const struct benchmarks *suite,
                  const struct benchmarks *versus)
{
    *agreement = (struct agreement){.rows = calloc(versus->count + 1, sizeof *agreement->rows),
                                    .bar = conditions_bar(suite->about, versus->about)};
    bool done = agreement->rows;
    for (size_t i = 0; done && i < versus->count; i++)
        if (strncmp(versus->all[i].run_name, ours, strlen(ours)) == 0)
            done = add_ours(agreement, suite, versus, &versus->all[i]);
    agreement->ratio = ratio_of(agreement);
    size_t outside = agreement->known - agreement->within - agreement->close;
    agreement->chance = outside ? gsl_cdf_binomial_Q((unsigned)outside - 1, outside_by_chance,
                                                     (unsigned)agreement->known)
                                : 1;
    return done;
}

void agreement_free(struct agreement *agreement)
{
    for (size_t i = 0; i < agreement->count; i++)
        free(agreement->rows[i].name);
    free(agreement->rows);
    *agreement = (struct agreement){0};
}

bool agreement_holds(const struct agreement *agreement)
{
    return !agreement->bar && agreement->known && agreement->chance >= too_rare;
}
