#include "result/compare.h"
#include "probe/printable.h"
#include "record/built.h"
#include "result/stream.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *change_text(enum change change)
{
    static const char *const texts[] = {
        [CHANGE_BETTER] = "better",
        [CHANGE_WORSE] = "worse",
        [CHANGE_NONE] = "no difference seen",
        [CHANGE_UNKNOWN] = "not to be said",
    };
    return texts[change];
}

/* --- Figures -------------------------------------------------------------------------------- */

/* NULL: no memory. */
static double *slopes(const struct measured *measured)
{
    double *values = calloc(measured->run_count + 1, sizeof *values);
    for (size_t i = 0; values && i < measured->run_count; i++)
        values[i] = measured->runs[i].bytes.each;
    return values;
}

static double tasks(const struct measured *measured)
{
    return summary_figure(measured, tasks_left, NULL) / summary_figure(measured, requests, NULL);
}

enum change compare_judge(const struct estimate *difference)
{
    if (isnan(difference->low))
        return CHANGE_UNKNOWN;
    if (difference->high < 0)
        return CHANGE_BETTER;
    return difference->low > 0 ? CHANGE_WORSE : CHANGE_NONE;
}

static enum change judge(const struct comparison *row)
{
    if (row->tasks_before != row->tasks_after && !isnan(row->tasks_before) &&
        !isnan(row->tasks_after))
        return row->tasks_after < row->tasks_before ? CHANGE_BETTER : CHANGE_WORSE; /* exact */
    return compare_judge(&row->difference);
}

/* False: no memory. */
static bool fill(struct comparison *row, const char *id, enum variant variant,
                 const struct measured_pair *before, const struct measured_pair *after)
{
    enum { SEED = 1 };
    static const struct measured none;
    const struct measured *a = before ? &before->variants[variant] : &none;
    const struct measured *b = after ? &after->variants[variant] : &none;
    *row = (struct comparison){
        .id = id,
        .variant = variant,
        .in_before = a->run_count > 0,
        .in_after = b->run_count > 0,
        .before = summary_figure(a, bytes.each, NULL),
        .after = summary_figure(b, bytes.each, NULL),
        .tasks_before = tasks(a),
        .tasks_after = tasks(b),
        .difference = {NAN, NAN, NAN, INTERVAL_NONE},
    };
    double *was = slopes(a), *is = slopes(b);
    bool done = was && is;
    if (done && a->run_count && b->run_count)
        row->difference = interval_of_difference(was, a->run_count, is, b->run_count, SEED);
    free(was);
    free(is);
    row->change = judge(row);
    return done && row->difference.basis != INTERVAL_NO_MEMORY;
}

struct rows {
    struct comparison *rows; /* NULL: no memory */
    size_t count;
};

/* Of what is measured in either. */
static void add(struct rows *to, const char *id, const struct measured_pair *before,
                const struct measured_pair *after)
{
    for (enum variant v = 0; to->rows && v < VARIANTS; v++) {
        if (!(before && before->variants[v].run_count) && !(after && after->variants[v].run_count))
            continue;
        if (fill(&to->rows[to->count++], id, v, before, after))
            continue;
        free(to->rows);
        to->rows = NULL;
    }
}

struct comparison *compare(const struct summary *before, const struct summary *after, size_t *count)
{
    size_t most = VARIANTS * (before->pair_count + after->pair_count);
    struct rows to = {calloc(most + 1, sizeof *to.rows), 0};
    for (size_t i = 0; i < before->pair_count; i++)
        add(&to, before->pairs[i].id, &before->pairs[i], summary_pair(after, before->pairs[i].id));
    for (size_t i = 0; i < after->pair_count; i++)
        if (!summary_pair(before, after->pairs[i].id))
            add(&to, after->pairs[i].id, NULL, &after->pairs[i]);
    *count = to.rows ? to.count : 0;
    return to.rows;
}

/* --- Conditions ----------------------------------------------------------------------------- */

static void print_value(FILE *out, const json_t *value)
{
    if (!value) {
        fputs("nothing", out);
        return;
    }
    char *text = json_is_string(value) ? NULL : built_text(value, JSON_ENCODE_ANY | JSON_COMPACT);
    printable_write(out,
                    json_is_string(value) ? json_string_value(value) : stream_piece(out, text));
    free(text);
}

static void differ(FILE *out, const char *what, const json_t *before, const json_t *after)
{
    if (before == after || (before && after && json_equal(before, after)))
        return;
    printable_write(out, what);
    fputs(": ", out);
    print_value(out, before);
    fputs(" before, ", out);
    print_value(out, after);
    fputs(" after\n", out);
}

/* The members of two objects, by name. */
static void differ_in(FILE *out, const char *object, const struct summary *before,
                      const struct summary *after)
{
    const char *name;
    json_t *value;
    json_t *a = json_object_get(before->about, object), *b = json_object_get(after->about, object);
    json_object_foreach(a, name, value)
    {
        differ(out, name, value, json_object_get(b, name));
    }
    json_object_foreach(b, name, value)
    {
        if (!json_object_get(a, name))
            differ(out, name, NULL, value);
    }
}

static void differ_number(FILE *out, const char *id, const char *what, double before, double after)
{
    if (before != after)
        fprintf(out, "%s: %s %.10g before, %.10g after\n", id, what, before, after);
}

static void differ_settings(FILE *out, const struct measured_pair *before,
                            const struct measured_pair *after)
{
    const struct settings *a = &before->settings, *b = &after->settings;
    const char *id = before->id;
    differ_number(out, id, "requests", (double)a->requests, (double)b->requests);
    differ_number(out, id, "requests a second", a->rate, b->rate);
    differ_number(out, id, "nanoseconds of load", (double)a->duration, (double)b->duration);
    differ_number(out, id, "bytes a stack", (double)a->stack_bytes, (double)b->stack_bytes);
    differ_number(out, id, "nanoseconds of patience", (double)a->patience, (double)b->patience);
    differ_number(out, id, "poisson arrivals", a->arrivals, b->arrivals);
    differ_number(out, id, "virtual clock", a->virtual_clock, b->virtual_clock);
}

char *compare_conditions(const struct summary *before, const struct summary *after)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    differ_in(out, "machine", before, after);
    differ_in(out, "build", before, after);
    differ_in(out, "libraries", before, after);
    differ_in(out, "environment", before, after);
    for (size_t i = 0; i < before->pair_count; i++) {
        const struct measured_pair *pair = summary_pair(after, before->pairs[i].id);
        if (pair)
            differ_settings(out, &before->pairs[i], pair);
    }
    return stream_close(out, &held);
}
