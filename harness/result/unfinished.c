#include "result/unfinished.h"
#include "probe/figures.h"
#include "probe/left_kinds.h"
#include "probe/line.h"
#include <stdlib.h>
#include <string.h>

bool unfinished(const struct recorded_case *c)
{
    return !c->ended || (strcmp(c->ending, "well") != 0 && !c->killed_by_limit);
}

/* Of plain C, which has always a descriptor, what there is instead of tasks. */
static const char *what_there_is(char *text, size_t size, const struct counts *counts)
{
    struct line line = {text, size, 0};
    char count[FIGURE];
    text[0] = 0;
    if (!counts->descriptors)
        line_add(&line, "%s tasks", figure_count(count, (int64_t)counts->tasks));
    for (int kind = 0; kind < LEFT_KINDS && counts->descriptors; kind++) {
        char words[LEFT_KIND];
        uint64_t n = left_kind_count(counts, kind);
        if (n)
            line_add(&line, "%s%s %s", line.length ? ", " : "", figure_count(count, (int64_t)n),
                     left_kind_words(words, kind, n == 1));
    }
    return text;
}

static char *cut_off(const struct recorded_case *c)
{
    char *text = NULL, time[FIGURE], sent[FIGURE], there[256], rss[FIGURE];
    const struct sample *last = c->sample_count ? &c->samples[c->sample_count - 1] : NULL;
    if (!last)
        return strdup("cut off before it was looked at");
    if (asprintf(&text, "cut off in %s after %s: %s requests sent, %s, %s resident",
                 phase_text(last->phase), figure_time(time, (double)last->time),
                 figure_count(sent, (int64_t)last->sent),
                 what_there_is(there, sizeof there, &last->counts),
                 last->memory.rss < 0 ? "unknown" : figure_bytes(rss, (double)last->memory.rss)) <
        0)
        return NULL;
    return text;
}

char *unfinished_words(const struct recorded_case *c)
{
    char *text = NULL;
    if (!c->ended)
        return cut_off(c);
    if (asprintf(&text, "ended by %s: %s", c->ending, c->verdict) < 0)
        return NULL;
    return text;
}
