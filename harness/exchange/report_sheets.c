#include "exchange/report_sheets.h"
#include "result/scoreboard.h"
#include <math.h>

/* --- Costs ---------------------------------------------------------------------------------- */

static const char *unit_name(enum unit unit)
{
    static const char *const names[] = {
        [UNIT_TIME] = "ns", [UNIT_BYTES] = "bytes", [UNIT_TIMES] = "times"};
    return names[unit];
}

static void cost_row(struct sheet_writer *w, const struct benchmark *b)
{
    sheet_text(w, b->name);
    sheet_text(w, b->words);
    sheet_number(w, b->n);
    sheet_text(w, unit_name(b->unit));
    sheet_integer(w, (int64_t)b->cost.runs);
    sheet_number(w, b->cost.median);
    sheet_number(w, b->cost.least);
    sheet_number(w, b->cost.most);
    sheet_number(w, b->cost.deviation);
    sheet_text(w, b->failure);
}

static void costs(const struct benchmarks *benchmarks, const char *name, const char *title,
                  struct sheets *sheets)
{
    if (!benchmarks)
        return;
    struct sheet_writer *w = sheet_begin(name, title);
    sheet_column(w, "string", "As google-benchmark calls it", "name");
    sheet_column(w, "string", "What it says of itself", "words");
    sheet_column(w, "number", "How many of what it is about; empty: none", "n");
    sheet_column(w, "string", "ns, bytes, or times: a multiple of something", "unit");
    sheet_column(w, "integer", "Repetitions", "runs");
    sheet_column(w, "number", "What one operation costs, the median of the runs", "median");
    sheet_column(w, "number", "The least of the runs", "least");
    sheet_column(w, "number", "The most of the runs", "most");
    sheet_column(w, "number", "Standard deviation of the runs", "deviation");
    sheet_column(w, "string", "Why it failed, or was skipped", "failure");
    for (size_t i = 0; i < benchmarks->count; i++)
        cost_row(w, &benchmarks->all[i]);
    sheet_end(w, sheets);
}

void sheet_benchmarks(const struct benchmarks *benchmarks, struct sheets *sheets)
{
    costs(benchmarks, "benchmarks", "What operations cost", sheets);
}

void sheet_versus(const struct benchmarks *comparison, struct sheets *sheets)
{
    costs(comparison, "versus", "The same work here and in Go", sheets);
}

/* --- Detectors ------------------------------------------------------------------------------ */

/* Where there is nothing of plain C there is no column for it: that is how results were saved before. */
static void plain_column(struct sheet_writer *w, bool has_plain)
{
    if (has_plain)
        sheet_column(w, "boolean", "Whether it is asked about plain C, or about tasks", "plain");
}

static void score_row(struct sheet_writer *w, const struct score *score, bool has_plain)
{
    sheet_text(w, score->said->name);
    if (has_plain)
        sheet_yes(w, score->said->plain);
    sheet_text(w, score->said->version);
    sheet_text(w, score->said->how);
    sheet_text(w, score->said->skipped);
    sheet_integer(w, (int64_t)score->leaks);
    sheet_integer(w, (int64_t)score->found);
    sheet_integer(w, (int64_t)score->named);
    sheet_integer(w, (int64_t)score->fixes);
    sheet_integer(w, (int64_t)score->fix_alarms);
    sheet_integer(w, (int64_t)score->controls);
    sheet_integer(w, (int64_t)score->control_alarms);
    sheet_integer(w, (int64_t)score->failed);
    sheet_number(w, score->cpu);
    sheet_number(w, score->peak);
}

void sheet_detectors(const struct detections *detections, struct sheets *sheets)
{
    if (!detections)
        return;
    bool has_plain = score_has_detectors(detections, true);
    struct sheet_writer *w = sheet_begin("detectors", "What each leak detector finds");
    sheet_column(w, "string", "The detector", "detector");
    plain_column(w, has_plain);
    sheet_column(w, "string", "Its version", "version");
    sheet_column(w, "string", "How it is run", "how");
    sheet_column(w, "string", "Why it was not there", "skipped");
    sheet_column(w, "integer", "Leaks that it looked at", "leaks");
    sheet_column(w, "integer", "Of these found", "found");
    sheet_column(w, "integer", "Of the found ones with a line of the sample", "named");
    sheet_column(w, "integer", "Fixes that it looked at", "fixes");
    sheet_column(w, "integer", "Of these reported, which is a false alarm", "fix_alarms");
    sheet_column(w, "integer", "Controls that it looked at", "controls");
    sheet_column(w, "integer", "Of these reported, which is a false alarm", "control_alarms");
    sheet_column(w, "integer", "What it could not look at", "failed");
    sheet_column(w, "number", "Processor time of a case in ns, the median", "cpu_ns");
    sheet_column(w, "number", "Peak memory of a case in bytes, the median", "peak_bytes");
    for (size_t i = 0; i < detections->detector_count; i++) {
        struct score score = score_of(detections, i);
        score_row(w, &score, has_plain);
    }
    sheet_end(w, sheets);
}

static double known(int64_t value)
{
    return value < 0 ? NAN : (double)value;
}

void sheet_detections(const struct detections *detections, struct sheets *sheets)
{
    if (!detections)
        return;
    struct sheet_writer *w =
        sheet_begin("detections", "What each leak detector says of each program");
    bool has_plain = score_has_detectors(detections, true);
    sheet_column(w, "string", "The detector", "detector");
    plain_column(w, has_plain);
    sheet_column(w, "string", "The pair, or the control", "id");
    sheet_column(w, "string", "leak, fix or control", "program");
    sheet_column(w, "number", "How much it reports; empty: it could not look", "findings");
    sheet_column(w, "boolean", "Whether that is more than where no request was served", "found");
    sheet_column(w, "string", "The line of the sample that it names", "at");
    sheet_column(w, "string", "Why it could not look", "why");
    sheet_column(w, "number", "Processor time of the whole process, in ns", "cpu_ns");
    sheet_column(w, "number", "Peak memory, in bytes", "peak_bytes");
    for (size_t i = 0; i < detections->count; i++) {
        const struct detection *d = &detections->all[i];
        sheet_text(w, detections->detectors[d->detector].name);
        if (has_plain)
            sheet_yes(w, detections->detectors[d->detector].plain);
        sheet_text(w, d->id);
        sheet_text(w, detected_name(d->program));
        sheet_number(w, known(d->findings));
        sheet_yes(w, d->found);
        sheet_text(w, d->at);
        sheet_text(w, d->why);
        sheet_number(w, known(d->cpu));
        sheet_number(w, known(d->peak));
    }
    sheet_end(w, sheets);
}
