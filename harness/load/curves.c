#include "load/curves.h"
#include "task/time.h"
#include <string.h>

void curves_begin(struct curves *curves, struct leg *leg, int64_t now)
{
    memset(leg, 0, sizeof *leg);
    for (size_t i = 0; i < LEG_PARTS * KINDS; i++) {
        leg->least[i / KINDS][i % KINDS] = INT64_MAX;
        leg->most[i / KINDS][i % KINDS] = INT64_MIN;
    }
    *curves = (struct curves){.leg = leg, .now = now, .changed = true};
}

void curves_see(struct curves *curves, enum kind kind, int64_t there, int64_t all)
{
    curves->of[kind].there = there;
    curves->of[kind].all = all;
    curves->changed = true;
}

void curves_go_on(struct curves *curves, int64_t to)
{
    for (enum kind kind = 0; kind < KINDS; kind++) {
        struct curve *curve = &curves->of[kind];
        int64_t there = curve->there;
        if (curves->held && there < curve->least) {
            curve->least = there;
            curve->least_at = curves->now;
            curve->area_at_least = curve->area;
        }
        curve->area += (double)there * (double)(to - curves->now);
    }
    curves->now = to;
}

/* While requests come: what happens after the last of them is no part of it. */
static void take_range(struct curves *curves)
{
    int64_t *least = curves->leg->least[curves->part], *most = curves->leg->most[curves->part];
    for (enum kind kind = 0; kind < KINDS; kind++) {
        int64_t all = curves->of[kind].all;
        least[kind] = all < least[kind] ? all : least[kind];
        most[kind] = all > most[kind] ? all : most[kind];
    }
    curves->changed = false;
}

void curves_part(struct curves *curves, int part)
{
    curves->part = part;
    take_range(curves);
}

void curves_request(struct curves *curves, bool made)
{
    curves->leg->requests += made;
    curves->leg->late_requests += made && curves->part == LEG_PARTS - 1;
    if (curves->changed)
        take_range(curves);
}

void curves_hold(struct curves *curves)
{
    curves->held = true;
    curves->held_at = curves->now;
    for (enum kind kind = 0; kind < KINDS; kind++) {
        curves->of[kind].least = INT64_MAX;
        curves->of[kind].area_at_hold = curves->of[kind].area;
    }
}

/* Of load's part of the area, what stays has its share too: as large as its share of what was held. */
static void conclude(struct curves *curves, enum kind kind)
{
    struct leg *leg = curves->leg;
    const struct curve *curve = &curves->of[kind];
    int64_t before = counts_of_kind(&leg->counts[MOMENT_BASELINE], kind);
    int64_t held = counts_of_kind(&leg->counts[MOMENT_HELD], kind) - before;
    int64_t left = counts_of_kind(&leg->counts[MOMENT_LEFT], kind) - before;
    if (before < 0 || held <= left || held <= 0)
        return;
    left = left > 0 ? left : 0;
    double area = curve->area_at_hold * (double)(held - left) / (double)held;
    area += curve->area_at_least - curve->area_at_hold -
            (double)left * (double)(curve->least_at - curves->held_at);
    leg->seconds[kind] = area > 0 ? area / SECOND : 0;
    leg->gone[kind] = curve->least_at - curves->held_at;
}

void curves_end(struct curves *curves)
{
    for (enum kind kind = 0; kind < KINDS; kind++) {
        curves->leg->all[kind] = curves->of[kind].all;
        conclude(curves, kind);
    }
}
