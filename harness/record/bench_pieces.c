#include "record/bench_pieces.h"
#include "probe/yardstick.h"
#include "record/bench_name.h"
#include "record/built.h"
#include <math.h>
#include <stdlib.h>

enum { PIECES_MOST = 64, FREE_LEAST = 3 };

const double pieces_seconds = 1e-3;

/* One run, as it is sorted. */
struct piece {
    const json_t *run;
    double time;
    bool free;
};

int pieces_for(const json_t *runs, double seconds)
{
    double least = INFINITY;
    json_t *run;
    size_t i;
    json_array_foreach(runs, i, run)
    {
        double wall = json_number_value(json_object_get(run, YARDSTICK_WALL)) / 1e9;
        if (wall > 0 && json_object_get(run, YARDSTICK_TOOK))
            least = fmin(least, wall);
    }
    return (int)fmin(fmax(floor(seconds / least), 1), PIECES_MOST);
}

static double yardstick_of(const json_t *run)
{
    const json_t *took = json_object_get(run, YARDSTICK_TOOK);
    return took ? json_number_value(took) : INFINITY;
}

double pieces_least(const json_t *runs)
{
    struct yardstick_best best = {0};
    json_t *run;
    size_t i;
    json_array_foreach(runs, i, run)
    {
        if (json_object_get(run, YARDSTICK_TOOK))
            yardstick_saw(&best, yardstick_of(run));
    }
    return yardstick_least(&best);
}

static struct piece piece_of(const json_t *run, double least)
{
    const char *name = json_string_value(json_object_get(run, "run_name"));
    bool real = name && bench_name_real(name);
    double took = yardstick_of(run);
    return (struct piece){
        .run = run,
        .time = json_number_value(json_object_get(run, real ? "real_time" : "cpu_time")),
        .free = isinf(took) || yardstick_was_free(took, took, least),
    };
}

/* The free ones first, and of these the quick ones. */
static int by_worth(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;
    if (x->free != y->free)
        return y->free - x->free;
    return (x->time > y->time) - (x->time < y->time);
}

static json_t *joined(const struct piece *piece, size_t number, size_t count, size_t free)
{
    json_t *run = json_deep_copy(piece->run);
    json_object_del(run, YARDSTICK_TOOK);
    json_object_del(run, YARDSTICK_WALL);
    run = built_with(run, "repetition_index", json_integer((json_int_t)number));
    if (count == 1)
        return run;
    run = built_with(run, "pieces", json_integer((json_int_t)count));
    return built_with(run, "free", json_integer((json_int_t)free));
}

/* The median of those that count: the free ones, where they are a quarter, and three. */
static json_t *join(struct piece *pieces, size_t number, size_t count, struct pieces_seen *seen)
{
    size_t free = 0;
    for (size_t i = 0; i < count; i++) {
        if (json_object_get(pieces[i].run, "error_occurred"))
            return json_deep_copy(pieces[i].run);
        free += pieces[i].free;
    }
    bool shared = free * 4 < count || free < (count < FREE_LEAST ? count : FREE_LEAST);
    seen->shared += shared;
    for (size_t i = 0; shared && i < count; i++)
        pieces[i].free = false; /* of all of them, then */
    qsort(pieces, count, sizeof *pieces, by_worth);
    return joined(&pieces[((shared ? count : free) - 1) / 2], number, count, free);
}

json_t *pieces_joined(const json_t *runs, int pieces, double least, struct pieces_seen *seen)
{
    struct piece all[PIECES_MOST];
    json_t *repetitions = json_array();
    size_t length = json_array_size(runs), each = (size_t)pieces;
    *seen = (struct pieces_seen){.least = pieces_least(runs)};
    least = fmin(least, seen->least);
    for (size_t at = 0; at < length; at += each) {
        size_t count = length - at < each ? length - at : each;
        for (size_t i = 0; i < count; i++)
            all[i] = piece_of(json_array_get(runs, at + i), least);
        repetitions = built_and(repetitions, join(all, seen->repetitions++, count, seen));
    }
    return repetitions;
}
