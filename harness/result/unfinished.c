#include "result/unfinished.h"
#include "probe/figures.h"
#include <stdlib.h>
#include <string.h>

bool unfinished(const struct recorded_case *c)
{
    return !c->ended || (strcmp(c->ending, "well") != 0 && !c->killed_by_limit);
}

static char *cut_off(const struct recorded_case *c)
{
    char *text = NULL, time[FIGURE], sent[FIGURE], tasks[FIGURE], rss[FIGURE];
    const struct sample *last = c->sample_count ? &c->samples[c->sample_count - 1] : NULL;
    if (!last)
        return strdup("cut off before it was looked at");
    if (asprintf(&text, "cut off in %s after %s: %s requests sent, %s tasks, %s resident",
                 phase_text(last->phase), figure_time(time, (double)last->time),
                 figure_count(sent, (int64_t)last->sent),
                 figure_count(tasks, (int64_t)last->counts.tasks),
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
