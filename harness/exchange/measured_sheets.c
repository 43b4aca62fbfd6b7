#include "exchange/measured_sheets.h"
#include "result/forecast_pair.h"
#include "result/summary_fields.h"
#include <math.h>
#include <string.h>

/* --- Whose ---------------------------------------------------------------------------------- */

void sheet_whose_columns(struct sheet_writer *w)
{
    sheet_column(w, "string", "The pair: unique, and never renamed", "id");
    sheet_column(w, "string", "leak or fix", "variant");
    sheet_column(
        w, "string",
        "Empty: leaklab's own sample. Else its twin's language, or how the leak was kept in bounds",
        "series");
    sheet_column(w, "string", "Of that language", "series_version");
}

void sheet_whose(struct sheet_writer *w, const struct measured_pair *pair, enum variant variant)
{
    sheet_text(w, pair->id);
    sheet_text(w, variant_name(variant));
    sheet_text(w, pair->twin);
    sheet_text(w, pair->twin_version);
}

static void each_of(const struct measured_pair *pairs, size_t count, struct sheet_writer *w,
                    void (*row)(struct sheet_writer *, const struct measured_pair *, enum variant))
{
    for (size_t i = 0; i < count; i++)
        for (enum variant v = 0; v < VARIANTS; v++)
            if (summary_has(&pairs[i].variants[v]))
                row(w, &pairs[i], v);
}

void sheet_each(const struct summary *summary, struct sheet_writer *w,
                void (*row)(struct sheet_writer *, const struct measured_pair *, enum variant))
{
    each_of(summary->pairs, summary->pair_count, w, row);
    each_of(summary->twins, summary->twin_count, w, row);
}

/* --- Pairs ---------------------------------------------------------------------------------- */

static void estimate_columns(struct sheet_writer *w)
{
    static const char value[] = "Over all runs: bytes, nanoseconds, or a second, as its name says";
    for (size_t i = 0; i < estimate_field_count; i++) {
        sheet_column(w, "number", value, "%s", estimate_fields[i].name);
        sheet_column(w, "number", "Its interval's lower end", "%s_low", estimate_fields[i].name);
        sheet_column(w, "number", "Its interval's upper end", "%s_high", estimate_fields[i].name);
    }
}

static void estimates(struct sheet_writer *w, const struct measured *measured)
{
    for (size_t i = 0; i < estimate_field_count; i++) {
        struct estimate estimate;
        memcpy(&estimate, (const char *)measured + estimate_fields[i].offset, sizeof estimate);
        sheet_number(w, estimate.value);
        sheet_number(w, estimate.low);
        sheet_number(w, estimate.high);
    }
}

static void pair_row(struct sheet_writer *w, const struct measured_pair *pair, enum variant variant)
{
    const struct measured *m = &pair->variants[variant];
    double requests = summary_figure(m, requests, NULL);
    sheet_whose(w, pair, variant);
    sheet_text(w, pair->family);
    sheet_text(w, pair->title);
    sheet_number(w, requests);
    sheet_number(w, pair->settings.rate > 0 ? pair->settings.rate : NAN);
    sheet_number(w, (double)pair->settings.stack_bytes);
    sheet_number(w, pair->settings.memory_limit ? (double)pair->settings.memory_limit : NAN);
    sheet_integer(w, (int64_t)m->run_count);
    sheet_integer(w, (int64_t)m->unfinished);
    sheet_number(w, summary_figure(m, tasks_left, NULL) / requests);
    sheet_number(w, summary_figure(m, timers_left, NULL) / requests);
    sheet_number(w, summary_figure(m, timers_held, NULL) / requests);
    sheet_number(w, summary_figure(m, rss_growth, NULL));
    sheet_number(w, summary_figure(m, rss_left, NULL));
    estimates(w, m);
    sheet_text(w, interval_basis_text(m->bytes_per_request.basis));
    sheet_text(w, m->verdict);
}

void sheet_pairs(const struct summary *summary, struct sheets *sheets)
{
    struct sheet_writer *w =
        sheet_begin("pairs", "What each request leaves behind, a row a variant");
    sheet_whose_columns(w);
    sheet_column(w, "string", "The family of pairs", "family");
    sheet_column(w, "string", "What goes wrong in the leak", "title");
    sheet_column(w, "number", "Requests sent, the mean over the runs", "requests");
    sheet_column(w, "number", "Requests a second; empty: as fast as they go", "rate_per_second");
    sheet_column(w, "number", "Address space of a task's stack, in bytes", "stack_bytes");
    sheet_column(w, "number", "Bytes above which a case is killed; empty: none",
                 "memory_limit_bytes");
    sheet_column(w, "integer", "Runs that came to their end", "runs");
    sheet_column(w, "integer", "Runs that did not", "unfinished");
    sheet_column(w, "number", "Tasks left after settle, over the requests", "tasks_per_request");
    sheet_column(w, "number", "Timers left after settle, over the requests", "timers_per_request");
    sheet_column(w, "number", "Timers pending when load had drained, over the requests",
                 "timers_held_per_request");
    sheet_column(w, "number", "Growth of the resident set under load, in bytes", "rss_growth");
    sheet_column(w, "number", "What settle left of that, in bytes", "rss_left");
    estimate_columns(w);
    sheet_column(w, "string", "Where the interval of bytes_per_request comes from", "interval_by");
    sheet_column(w, "string", "What the lab says of the first run", "verdict");
    sheet_each(summary, w, pair_row);
    sheet_end(w, sheets);
}

/* --- Forecasts ------------------------------------------------------------------------------ */

static const char *fate_name(enum fate fate)
{
    static const char *const names[] = {
        [FATE_UNKNOWN] = "not known",       [FATE_DIES] = "dies",
        [FATE_AT_START] = "at start",       [FATE_LEVELS] = "levels off",
        [FATE_MAY_LEVEL] = "may level off", [FATE_NO_GROWTH] = "no growth seen",
    };
    return names[fate];
}

static void forecast_rows(struct sheet_writer *w, const struct measured_pair *pair,
                          enum variant variant)
{
    for (size_t i = 0; i < SERVICES; i++) {
        struct forecast f = forecast_of(pair, variant, services[i].rate, services[i].memory);
        bool dies = f.fate == FATE_DIES || f.fate == FATE_MAY_LEVEL;
        sheet_whose(w, pair, variant);
        sheet_number(w, services[i].rate);
        sheet_number(w, services[i].memory);
        sheet_text(w, fate_name(f.fate));
        sheet_number(w, dies ? f.seconds : NAN);
        sheet_number(w, dies ? f.soonest : NAN);
        sheet_number(w, dies ? f.latest : NAN);
        sheet_number(w, f.fate == FATE_LEVELS || f.fate == FATE_MAY_LEVEL ? f.level : NAN);
    }
}

void sheet_forecasts(const struct summary *summary, struct sheets *sheets)
{
    struct sheet_writer *w = sheet_begin("forecasts", "When a service's memory is at an end");
    sheet_whose_columns(w);
    sheet_column(w, "number", "Requests a second to the service", "rate_per_second");
    sheet_column(w, "number", "Its memory, in bytes", "memory_bytes");
    sheet_column(w, "string", "What becomes of it", "fate");
    sheet_column(w, "number", "Until memory is full", "seconds");
    sheet_column(w, "number", "By the interval's upper end of growth", "soonest");
    sheet_column(w, "number", "By its lower end; INF: never", "latest");
    sheet_column(w, "number", "Bytes at which it levels off at most", "level_bytes");
    sheet_each(summary, w, forecast_rows);
    sheet_end(w, sheets);
}
