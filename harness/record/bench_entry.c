#include "record/bench_entry.h"
#include "record/bench_name.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_LONGEST = 1 << 20, NAME_LONGEST = 16 << 20 };

static const double most_nanoseconds = 1e18;

/* --- Any entry ------------------------------------------------------------------------------- */

const char *bench_entry_name(const json_t *entry, struct taker *taker)
{
    const char *name = take_text(taker, entry, "run_name", NAME_LONGEST);
    return *name ? name : take_text(taker, entry, "name", NAME_LONGEST);
}

bool bench_entry_is_aggregate(const json_t *entry)
{
    const char *type = json_string_value(json_object_get(entry, "run_type"));
    return type && strcmp(type, "aggregate") == 0;
}

static int64_t count_in(const json_t *entry, const char *name)
{
    json_int_t count = json_integer_value(json_object_get(entry, name));
    return count > 0 ? count : 0;
}

struct bench_how bench_entry_how(const json_t *entry)
{
    bool ran =
        !bench_entry_is_aggregate(entry) && !json_is_true(json_object_get(entry, "error_occurred"));
    return (struct bench_how){.iterations = ran ? count_in(entry, "iterations") : 0,
                              .repetitions = count_in(entry, "repetitions"),
                              .threads = count_in(entry, "threads")};
}

/* --- Figures --------------------------------------------------------------------------------- */

static double take_unit(struct taker *taker, const json_t *entry, enum unit *unit)
{
    static const struct {
        const char *name;
        double factor;
        enum unit unit;
    } units[] = {{"ns", 1, UNIT_TIME},  {"us", 1e3, UNIT_TIME}, {"ms", 1e6, UNIT_TIME},
                 {"s", 1e9, UNIT_TIME}, {"B", 1, UNIT_BYTES},   {"x", 1, UNIT_TIMES}};
    const char *name = take_text(taker, entry, "time_unit", 8);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(name, units[i].name) == 0) {
            *unit = units[i].unit;
            return units[i].factor;
        }
    take_refuse(taker, "\"time_unit\" is no unit that is known");
    return NAN;
}

/* Not negative; NAN where the report has no number; what is missing is refused. */
static double take_time(struct taker *taker, const json_t *entry, const char *name)
{
    double value = take_number(taker, entry, name);
    if (!json_object_get(entry, name) || (!isnan(value) && !(value >= 0)) ||
        value > most_nanoseconds)
        take_refuse(taker, "\"%s\" is no figure", name);
    return value;
}

static void keep(char **text, const char *words, struct taker *taker)
{
    if (!*text && !(*text = strdup(words)))
        take_refuse(taker, "no memory for it");
}

/* --- Runs ----------------------------------------------------------------------------------- */

/* Why it did not run, or NULL. Older ones of ours say it in the label. */
static const char *reason_of(const json_t *entry, const char *label, bool *skipped,
                             struct taker *taker)
{
    static const char mark[] = "ERROR: ";
    const char *why = NULL;
    *skipped = json_is_true(json_object_get(entry, "skipped"));
    if (strncmp(label, mark, strlen(mark)) == 0)
        why = label + strlen(mark);
    else if (json_is_true(json_object_get(entry, "error_occurred")))
        why = take_text(taker, entry, "error_message", WORDS_LONGEST);
    else if (*skipped)
        why = take_text(taker, entry, "skip_message", WORDS_LONGEST);
    return why && !*why ? "it does not say why" : why;
}

/* A campaign says which process of which build it was; in a comparison with Go each round has a process of
 * its own. */
static struct draw draw_of(const struct benchmark *benchmark, const json_t *entry, double value,
                           struct taker *taker)
{
    bool is_versus = strncmp(benchmark->run_name, "versus/", 7) == 0;
    const char *invocation = is_versus ? "repetition_index" : "invocation";
    const json_t *noisy = json_object_get(entry, "noisy");
    return (struct draw){.value = value,
                         .build = take_known(taker, entry, "build"),
                         .invocation = take_known(taker, entry, invocation),
                         .noisy = noisy && take_boolean(taker, entry, "noisy")};
}

static void add_run(struct benchmark *to, const struct draw *draw, struct taker *taker)
{
    double *runs = realloc(to->runs, (to->run_count + 1) * sizeof *runs);
    to->runs = runs ? runs : to->runs;
    struct draw *draws = realloc(to->draws, (to->run_count + 1) * sizeof *draws);
    to->draws = draws ? draws : to->draws;
    if (!runs || !draws) {
        take_refuse(taker, "no memory for it");
        return;
    }
    runs[to->run_count] = draw->value;
    draws[to->run_count++] = *draw;
}

void bench_entry_run(struct benchmark *to, const json_t *entry, struct taker *taker)
{
    bool skipped;
    const char *label = take_text(taker, entry, "label", WORDS_LONGEST);
    const char *why = reason_of(entry, label, &skipped, taker);
    if (why) {
        to->skipped = skipped && !to->failure;
        keep(&to->failure, why, taker);
        return;
    }
    if (*label)
        keep(&to->words, label, taker);
    double factor = take_unit(taker, entry, &to->unit);
    double value =
        take_time(taker, entry, bench_name_real(to->run_name) ? "real_time" : "cpu_time");
    if (isnan(value))
        keep(&to->failure, "its time is no finite number", taker);
    else {
        struct draw draw = draw_of(to, entry, factor * value, taker);
        add_run(to, &draw, taker);
    }
}

/* --- Aggregates ----------------------------------------------------------------------------- */

/* An entry that lacks something says nothing: the runs, where they are there, are what counts. */
void bench_entry_aggregate(struct benchmark *to, const json_t *entry, struct taker *taker)
{
    const char *what = take_text(taker, entry, "aggregate_name", 64);
    const char *clock = bench_name_real(to->run_name) ? "real_time" : "cpu_time";
    struct bench_cost *said = &to->cost;
    const struct {
        const char *name;
        double *figure;
    } aggregates[] = {{"mean", &said->mean},
                      {"median", &said->median},
                      {"stddev", &said->deviation},
                      {"min", &said->least},
                      {"max", &said->most}};
    for (size_t i = 0; i < sizeof aggregates / sizeof *aggregates; i++)
        if (strcmp(what, aggregates[i].name) == 0 && json_object_get(entry, clock)) {
            double factor = take_unit(taker, entry, &to->unit);
            int64_t runs = take_known(taker, entry, "iterations");
            *aggregates[i].figure = factor * take_time(taker, entry, clock);
            said->runs = runs > 0 ? (size_t)runs : 0;
        }
}

/* --- Fits ----------------------------------------------------------------------------------- */

bool bench_entry_is_fit(const json_t *entry)
{
    const char *what = json_string_value(json_object_get(entry, "aggregate_name"));
    return what && (strcmp(what, "BigO") == 0 || strcmp(what, "RMS") == 0);
}

void bench_entry_fit(struct bench_family *to, const json_t *entry, struct taker *taker)
{
    if (strcmp(take_text(taker, entry, "aggregate_name", 64), "BigO") == 0)
        to->claimed = order_called(take_text(taker, entry, "big_o", 16));
}
