#include "result/left.h"
#include "probe/line.h"
#include <math.h>
#include <stddef.h>

/* Rates are told to three digits behind the point. */
static const double least = 0.0005;

static double rate_of(const struct measured *measured, size_t figure)
{
    return summary_mean(measured, figure, NULL) / summary_figure(measured, requests, NULL);
}

static bool is_left(const struct measured *measured, int kind)
{
    return fabs(rate_of(measured, summary_left(kind))) >= least;
}

bool left_is_told(const struct measured_pair *pair, int kind)
{
    return summary_grows(pair) == GROWS_LEFT &&
           (left_kind_expected(&pair->variants[VARIANT_LEAK].expected, kind) ||
            is_left(&pair->variants[VARIANT_LEAK], kind) ||
            is_left(&pair->variants[VARIANT_FIX], kind));
}

bool left_any(const struct measured *measured)
{
    bool any = summary_figure(measured, tasks_left, NULL) > 0;
    for (int kind = 0; kind < LEFT_KINDS; kind++)
        any |= is_left(measured, kind);
    return any;
}

/* Bytes have one digit behind the point, all else three. */
static void add_kind(struct line *line, const struct measured *measured, int kind)
{
    char count[PHRASE], words[LEFT_KIND];
    double rate = rate_of(measured, summary_left(kind));
    if (kind == LEFT_QUEUED)
        phrase_number(count, rate, NULL);
    else
        phrase_per_request(count, measured, summary_left(kind));
    line_add(line, "%s %s", count, left_kind_words(words, kind, rate == 1));
}

static void add_kinds(struct line *line, const struct measured_pair *pair, enum variant variant)
{
    const struct measured *measured = &pair->variants[variant];
    size_t told = 0;
    bool any = false;
    for (int kind = 0; kind < LEFT_KINDS; kind++) {
        told += left_is_told(pair, kind);
        any |= left_is_told(pair, kind) && is_left(measured, kind);
    }
    if (variant == VARIANT_FIX && !any && told > 1 && pair->variants[VARIANT_LEAK].run_count) {
        line_add(line, "none of these");
        return;
    }
    for (int kind = 0; kind < LEFT_KINDS; kind++) {
        if (!left_is_told(pair, kind))
            continue;
        line_add(line, "%s", line->length ? ", " : "");
        add_kind(line, measured, kind);
    }
}

static void add_one(struct line *line, const struct measured *measured, size_t figure,
                    const char *unit)
{
    char count[PHRASE];
    line_add(line, "%s %s%s", phrase_per_request(count, measured, figure), unit,
             rate_of(measured, figure) == 1 ? "" : "s");
}

const char *left_words(char text[PHRASE_LONG], const struct measured_pair *pair,
                       enum variant variant)
{
    const struct measured *measured = &pair->variants[variant];
    struct line line = {text, PHRASE_LONG, 0};
    char bytes[PHRASE];
    text[0] = 0;
    switch (summary_grows(pair)) {
    case GROWS_TASKS:
        add_one(&line, measured, offsetof(struct run_figures, tasks_left), "task");
        break;
    case GROWS_TIMERS:
        add_one(&line, measured, offsetof(struct run_figures, timers_held), "timer");
        break;
    case GROWS_LEFT:
        add_kinds(&line, pair, variant);
        break;
    case GROWS_HEAP:
        line_add(
            &line, "%s bytes of heap",
            phrase_number(bytes, measured->heap_per_request.value, &measured->heap_per_request));
        break;
    case GROWS_MEMORY:
        break;
    }
    return text;
}
