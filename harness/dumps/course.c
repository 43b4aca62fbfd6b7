#include "dumps/course.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Growth that matters: so many tasks from a life's first look to its last. */
static const double least_growth = 5;

/* The interval's cost grows with the square of the points. */
enum { POINTS = 60, LIVES_JUDGED = 16, INTERVALS = 20 };

const char *course_text(const struct course *course, uint32_t word)
{
    return words_text(&course->words, word);
}

/* --- Adding --------------------------------------------------------------------------------------- */

static bool more_looks(struct course *c)
{
    size_t room = c->look_room ? 2 * c->look_room : 64;
    double *seconds = realloc(c->seconds, room * sizeof *seconds);
    c->seconds = seconds ? seconds : c->seconds;
    double *totals = realloc(c->totals, room * sizeof *totals);
    c->totals = totals ? totals : c->totals;
    if (!seconds || !totals)
        return false;
    for (size_t i = 0; i < c->length; i++) {
        double *counts = realloc(c->sites[i].counts, room * sizeof *counts);
        if (!counts)
            return false;
        c->sites[i].counts = counts;
    }
    c->look_room = room;
    return true;
}

/* Every other look goes. */
static void thin_out(struct course *c)
{
    for (size_t i = 0; 2 * i < c->looks; i++) {
        c->seconds[i] = c->seconds[2 * i];
        c->totals[i] = c->totals[2 * i];
        for (size_t j = 0; j < c->length; j++)
            c->sites[j].counts[i] = c->sites[j].counts[2 * i];
    }
    c->looks = (c->looks + 1) / 2;
    for (size_t i = 0; i < c->life_count; i++)
        c->lives[i] = (c->lives[i] + 1) / 2;
    c->every *= 2;
}

static uint32_t frame_word(struct course *c, const struct dump *dump,
                           const struct dump_frame *frame, bool *ok)
{
    char *text = NULL;
    uint32_t word = 0;
    const char *file = dump_word_text(dump, frame->file);
    if (!frame->function && !frame->file) {
        static const char none[] = "(no frames)";
        *ok = words_number(&c->words, none, sizeof none - 1, &word) && *ok;
        return word;
    }
    int length = frame->line ? asprintf(&text, "%s %s:%u", dump_word_text(dump, frame->function),
                                        file, frame->line)
                             : asprintf(&text, "%s%s%s", dump_word_text(dump, frame->function),
                                        *file ? " " : "", file);
    if (length < 0 || !words_number(&c->words, text, (size_t)length, &word))
        *ok = false;
    if (length >= 0)
        free(text);
    return word;
}

static struct course_site *site_named(struct course *c, uint32_t name)
{
    uint32_t number;
    if (!words_number(&c->names, &name, sizeof name, &number))
        return NULL;
    if (number < c->length)
        return &c->sites[number];
    if (c->length == c->site_room) {
        size_t room = c->site_room ? 2 * c->site_room : 64;
        struct course_site *more = realloc(c->sites, room * sizeof *more);
        if (!more)
            return NULL;
        c->sites = more;
        c->site_room = room;
    }
    double *counts = calloc(c->look_room, sizeof *counts);
    if (!counts)
        return NULL;
    c->sites[c->length] = (struct course_site){.name = name, .counts = counts};
    return &c->sites[c->length++];
}

static bool add_site(struct course *c, const struct dump *dump, const struct site *site)
{
    const struct dump_group *group = &dump->groups[site->group];
    const struct dump_frame nothing = {0};
    const char *reason = dump_word_text(dump, group->reason);
    bool ok = true;
    uint32_t name = frame_word(c, dump, &site->frame, &ok);
    uint32_t entry = frame_word(
        c, dump, group->depth ? &dump->frames[group->frames + group->depth - 1] : &nothing, &ok);
    struct course_site *place = ok ? site_named(c, name) : NULL;
    if (!place || !words_number(&c->words, reason, strlen(reason), &place->reason))
        return false;
    place->entry = entry;
    place->counts[c->looks] += (double)site->count;
    return true;
}

/* Numbers of tasks only go up, and what falls by half between two looks has ended, or its program has. */
static bool looks_new(const struct course *c, const struct dump *dump)
{
    if (!c->looks || (double)dump->total >= c->totals[c->looks - 1] / 2)
        return false;
    return !dump->newest || !c->newest || dump->newest < c->newest;
}

static bool begin_life(struct course *c)
{
    if (c->life_count && c->lives[c->life_count - 1] == c->looks)
        return true;
    if (c->life_count == c->life_room) {
        size_t room = c->life_room ? 2 * c->life_room : 8;
        size_t *more = realloc(c->lives, room * sizeof *more);
        if (!more)
            return false;
        c->lives = more;
        c->life_room = room;
    }
    c->lives[c->life_count++] = c->looks;
    return true;
}

bool course_add(struct course *c, const struct dump *dump, const struct own *own, double seconds,
                bool began_anew)
{
    size_t length;
    bool is_new = began_anew || !c->looks || looks_new(c, dump);
    c->every = c->every ? c->every : 1;
    if (!is_new && ++c->skipped < c->every)
        return true;
    c->skipped = 0;
    if (c->looks == COURSE_LOOKS)
        thin_out(c);
    struct site *sites = sites_of(dump, own, &length);
    bool ok = sites && (c->looks < c->look_room || more_looks(c)) && (!is_new || begin_life(c));
    for (size_t i = 0; ok && i < c->length; i++)
        c->sites[i].counts[c->looks] = 0;
    for (size_t i = 0; ok && i < length; i++)
        ok = add_site(c, dump, &sites[i]);
    free(sites);
    if (!ok)
        return false;
    c->seconds[c->looks] = seconds;
    c->totals[c->looks++] = (double)dump->total;
    c->newest = dump->newest;
    return true;
}

/* --- Judging -------------------------------------------------------------------------------------- */

struct thinned {
    double x[LIVES_JUDGED][POINTS], y[LIVES_JUDGED][POINTS];
    struct series runs[LIVES_JUDGED];
    size_t count;
};

/* The lives as series of so many points, evenly, the first and the last included. */
static void thin(const struct course *c, const double *counts, struct thinned *t)
{
    t->count = 0;
    for (size_t life = c->life_count; life-- > 0 && t->count < LIVES_JUDGED;) {
        size_t from = c->lives[life];
        size_t to = life + 1 < c->life_count ? c->lives[life + 1] : c->looks;
        size_t points = to - from < POINTS ? to - from : POINTS;
        if (points < 2)
            continue;
        double *x = t->x[t->count], *y = t->y[t->count];
        for (size_t i = 0; i < points; i++) {
            size_t at = from + i * (to - from - 1) / (points - 1);
            x[i] = c->seconds[at];
            y[i] = counts[at];
        }
        t->runs[t->count++] = (struct series){points, x, y};
    }
}

/* Of each life, weighed by how long it was seen. */
static double rate_of(const struct thinned *t)
{
    double sum = 0, span = 0;
    for (size_t i = 0; i < t->count; i++) {
        const struct series *run = &t->runs[i];
        double length = run->x[run->length - 1] - run->x[0];
        double slope = growth_slope(run, 1);
        if (isnan(slope))
            continue;
        sum += slope * length;
        span += length;
    }
    return span > 0 ? sum / span : NAN;
}

static struct estimate estimate_of(const struct thinned *t)
{
    struct estimate rate = {rate_of(t), NAN, NAN, INTERVAL_NONE};
    struct estimate whole = interval_of_slope(t->runs, t->count, 1);
    if (t->count != 1 || isnan(whole.low))
        return t->count > 1 ? rate : (struct estimate){rate.value, NAN, NAN, INTERVAL_NONE};
    return whole;
}

static int by_rate(const void *a, const void *b)
{
    const struct course_site *left = a, *right = b;
    double x = isnan(left->rate.value) ? -INFINITY : left->rate.value;
    double y = isnan(right->rate.value) ? -INFINITY : right->rate.value;
    if (x != y)
        return x < y ? 1 : -1;
    return (left->name > right->name) - (left->name < right->name);
}

void course_judge(struct course *c)
{
    struct thinned *t = malloc(sizeof *t);
    for (size_t i = 0; t && i < c->length; i++) {
        thin(c, c->sites[i].counts, t);
        c->sites[i].rate = (struct estimate){rate_of(t), NAN, NAN, INTERVAL_NONE};
    }
    if (c->length)
        qsort(c->sites, c->length, sizeof *c->sites, by_rate);
    words_free(&c->names); /* their numbers are others now */
    for (size_t i = 0; i < c->length; i++) {
        uint32_t number;
        words_number(&c->names, &c->sites[i].name, sizeof c->sites[i].name, &number);
    }
    for (size_t i = 0; t && i < c->length && i < INTERVALS && c->sites[i].rate.value > 0; i++) {
        thin(c, c->sites[i].counts, t);
        c->sites[i].rate = estimate_of(t);
    }
    free(t);
}

struct estimate course_total_rate(const struct course *c)
{
    struct estimate rate = {NAN, NAN, NAN, INTERVAL_NONE};
    struct thinned *t = malloc(sizeof *t);
    if (t && c->looks) {
        thin(c, c->totals, t);
        rate = estimate_of(t);
    }
    free(t);
    return rate;
}

/* How long all lives were seen. */
static double span_of(const struct course *c)
{
    double span = 0;
    for (size_t life = 0; life < c->life_count; life++) {
        size_t to = life + 1 < c->life_count ? c->lives[life + 1] : c->looks;
        span += c->seconds[to - 1] - c->seconds[c->lives[life]];
    }
    return span;
}

bool course_grows(const struct course *c, const struct course_site *site)
{
    if (!(site->rate.value * span_of(c) >= least_growth))
        return false;
    return isnan(site->rate.low) || site->rate.low > 0;
}

double course_first(const struct course *c, const struct course_site *site)
{
    size_t at = c->life_count ? c->lives[c->life_count - 1] : 0;
    return c->looks ? site->counts[at] : 0;
}

double course_last(const struct course *c, const struct course_site *site)
{
    return c->looks ? site->counts[c->looks - 1] : 0;
}

void course_end(struct course *c)
{
    for (size_t i = 0; i < c->length; i++)
        free(c->sites[i].counts);
    free(c->sites);
    free(c->seconds);
    free(c->totals);
    free(c->lives);
    words_free(&c->words);
    words_free(&c->names);
    *c = (struct course){0};
}
