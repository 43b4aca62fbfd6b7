#include "probe/kept.h"
#include "probe/figures.h"
#include <stdio.h>
#include <string.h>

/* Exact where each request keeps as many; else with three decimals. */
static void add(char text[KEPT_TEXT], const char *name, int64_t count, int64_t requests)
{
    char figure[FIGURE];
    size_t length = strlen(text);
    if (!count)
        return;
    if (count % requests == 0)
        figure_count(figure, count / requests);
    else
        snprintf(figure, sizeof figure, "%.3f", (double)count / (double)requests);
    snprintf(text + length, KEPT_TEXT - length, "%s%s %s%s", length ? ", " : "", figure, name,
             count == requests ? "" : "s");
}

const char *kept_text(char text[KEPT_TEXT], const struct kept *kept)
{
    int64_t requests = (int64_t)kept->requests;
    text[0] = 0;
    if (requests <= 0 || kept->tasks <= 0)
        return text;
    add(text, "task", kept->tasks, requests);
    add(text, "channel", kept->channels, requests);
    add(text, "context", kept->contexts, requests);
    add(text, "timer", kept->timers, requests);
    add(text, "block", kept->blocks, requests);
    add(text, "byte", kept->heap + kept->stacks, requests);
    return text;
}
