#include "profile/timers.h"
#include "profile/shown.h"
#include "task/time.h"
#include <errno.h>
#include <search.h>
#include <stdlib.h>

struct collector {
    struct timers *found;
    void *by_place; /* search tree of struct timer_place */
    bool failed;
};

struct timer_place {
    const void *made_at;
    bool are_tickers;
    size_t group;
};

static int by_address(const void *a, const void *b)
{
    const struct timer_place *x = a, *y = b;
    if (x->made_at != y->made_at)
        return x->made_at < y->made_at ? -1 : 1;
    return x->are_tickers - y->are_tickers;
}

static bool is_of_group(const struct timer_group *g, const struct timer_place *p)
{
    return g->are_tickers == p->are_tickers && symbol_same_line(g->made_at, p->made_at);
}

static bool add_group(struct collector *c, const struct timer_place *p)
{
    struct timers *t = c->found;
    struct timer_group *larger = realloc(t->groups, (t->length + 1) * sizeof *larger);
    if (!larger)
        return false;
    t->groups = larger;
    t->groups[t->length++] = (struct timer_group){.are_tickers = p->are_tickers,
                                                  .made_at = p->made_at,
                                                  .due_min = INT64_MAX,
                                                  .due_max = INT64_MIN};
    return true;
}

/* The place's group, new where its line is new. NULL where memory is short. */
static struct timer_group *group_of(struct collector *c, struct timer_place *wanted)
{
    struct timer_place **found = tfind(wanted, &c->by_place, by_address);
    if (found)
        return &c->found->groups[(*found)->group];
    size_t n = 0;
    while (n < c->found->length && !is_of_group(&c->found->groups[n], wanted))
        n++;
    if (n == c->found->length && !add_group(c, wanted))
        return 0;
    wanted->group = n;
    struct timer_place *place = malloc(sizeof *place);
    if (place)
        *place = *wanted;
    if (!place || !tsearch(place, &c->by_place, by_address)) {
        free(place);
        return 0;
    }
    return &c->found->groups[n];
}

static bool collect(const struct timer_info *timer, void *arg)
{
    struct collector *c = arg;
    struct timer_group *g =
        group_of(c, &(struct timer_place){timer->made_at, timer->period > 0, 0});
    if (!g)
        return !(c->failed = true);
    g->count++;
    g->due_min = timer->due < g->due_min ? timer->due : g->due_min;
    g->due_max = timer->due > g->due_max ? timer->due : g->due_max;
    c->found->total++;
    return true;
}

static int by_count(const void *a, const void *b)
{
    const struct timer_group *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return (x->made_at > y->made_at) - (x->made_at < y->made_at);
}

struct timers *timers_collect(void)
{
    struct collector c = {.found = calloc(1, sizeof *c.found)};
    if (!c.found)
        return 0;
    c.found->time = clock_now();
    timer_each(collect, &c);
    tdestroy(c.by_place, free);
    if (c.failed) {
        timers_free(c.found);
        errno = ENOMEM;
        return 0;
    }
    if (c.found->length)
        qsort(c.found->groups, c.found->length, sizeof *c.found->groups, by_count);
    return c.found;
}

void timers_free(struct timers *t)
{
    if (t)
        free(t->groups);
    free(t);
}

void timers_write(const struct timers *t, const char *prefix, FILE *out)
{
    char digits[32];
    for (size_t i = 0; t && i < t->length; i++) {
        const struct timer_group *g = &t->groups[i];
        const struct symbol *s = symbol_of_return(g->made_at);
        fprintf(out, "%s%s %s%s due in ", prefix, shown_number(g->count, digits),
                g->are_tickers ? "ticker" : "timer", g->count == 1 ? "" : "s");
        shown_duration(g->due_min - t->time, out);
        if (!shown_same_duration(g->due_min - t->time, g->due_max - t->time)) {
            fputs(" to ", out);
            shown_duration(g->due_max - t->time, out);
        }
        fputs(", made at ", out);
        shown_place(s, out);
        fputc('\n', out);
    }
}
