/* Of each part of load the least is known that there was, and the most. What is in flight goes up and down, and is no
 * part of the least; what stays lifts it.
 *
 * A vector that doubles when it is full is a leak of so many bytes a request, and looks like a pool that is full:
 * most of the time it does not grow. But it grows in each doubling of the number of requests, by much at a
 * time. So what grows by much at a time has to be level for more than half of all requests, and whatever grows,
 * for longer than it ever paused.
 */
#include "probe/course.h"
#include <math.h>

struct path {
    double least[LEG_PARTS], most[LEG_PARTS];
    double last;    /* what came in the last part, after its least */
    double whole;   /* by how much there is more in the end than in the first part */
    double largest; /* of the steps from one part to the next, and the last */
    double second;
};

static void add_step(struct path *path, double step)
{
    if (step > path->largest) {
        path->second = path->largest;
        path->largest = step;
    } else if (step > path->second) {
        path->second = step;
    }
}

static bool path_of(const struct leg *load, enum kind kind, struct path *path)
{
    *path = (struct path){.whole = 0};
    for (int i = 0; i < LEG_PARTS; i++) {
        if (load->least[i][kind] == INT64_MAX)
            return false;
        path->least[i] = (double)load->least[i][kind];
        path->most[i] = (double)load->most[i][kind];
        add_step(path, i ? path->least[i] - path->least[i - 1] : 0);
    }
    double seen = path->least[LEG_PARTS - 1];
    path->last = fmax(0, (double)load->all[kind] - seen);
    path->whole = fmax(seen - path->least[0], 0) + path->last;
    add_step(path, path->last);
    return load->late_requests > 0;
}

static double least_between(const struct path *path, int from, int to)
{
    double least = INFINITY;
    for (int i = from; i < to; i++)
        least = fmin(least, path->least[i]);
    return least;
}

/* The most that ever was there and went. */
static double largest_fall(const struct path *path)
{
    double most = path->most[0], fall = 0;
    for (int i = 1; i < LEG_PARTS; i++) {
        fall = fmax(fall, most - path->least[i]);
        most = fmax(most, path->most[i]);
    }
    return fall;
}

/* In the end there was as little as in the beginning, and as much as there is more now has come and gone before. Of a
 * leak of eight all would have come in the last quarter, of sixteen in the last half, which is no chance. */
static bool comes_down(const struct path *path, double events)
{
    enum { LEAST = 8, MANY = 16 };
    int width = events >= MANY ? LEG_PARTS / 2 : LEG_PARTS / 4;
    double low = least_between(path, LEG_PARTS - width, LEG_PARTS);
    double now = path->least[LEG_PARTS - 1] + path->last;
    return events >= LEAST && low <= least_between(path, 0, width) &&
           now - low <= largest_fall(path);
}

static bool grows_little_by_little(const struct path *path)
{
    return path->largest <= 0.3 * path->whole;
}

/* In parts, before this one, and where it grew on afterwards. */
static int longest_pause(const struct path *path, int before)
{
    int pause = 0, longest = 0;
    for (int i = 1; i <= before; i++) {
        pause = path->least[i] > path->least[i - 1] ? 0 : pause + 1;
        longest = pause > longest ? pause : longest;
    }
    return longest;
}

/* From some part on there came next to nothing, where seven would be no chance. */
static bool has_levelled(const struct leg *load, const struct path *path, double events,
                         double stays, double before)
{
    static const double enough = 7, next_to_nothing = 0.2;
    double requests = (double)load->requests;
    for (int from = LEG_PARTS - 2; from > 0; from--) {
        int parts = LEG_PARTS - from;
        double share = (double)parts / LEG_PARTS;
        bool for_half = share * requests > (before + requests) / 2;
        double came = path->least[LEG_PARTS - 1] - path->least[from] + path->last;
        if (share * events >= enough && came < next_to_nothing * share * stays * requests &&
            parts >= 3 * (1 + longest_pause(path, from)) &&
            (for_half || grows_little_by_little(path)))
            return true;
    }
    return false;
}

/* Twice as much came in the first half, by more than chance makes of so many. */
static bool slows_down(const struct path *path, double events)
{
    static const double deviations = 4;
    double first = path->least[LEG_PARTS / 2 - 1] - path->least[0];
    double second = path->least[LEG_PARTS - 1] - path->least[LEG_PARTS / 2] + path->last;
    return grows_little_by_little(path) && second < first / 2 &&
           (first - second) / (first + second) * sqrt(events) > deviations;
}

enum course course_of(const struct leg *load, enum kind kind, double events, double stays,
                      double before)
{
    struct path path;
    if (stays <= 0 || !path_of(load, kind, &path))
        return COURSE_ON;
    if (kind != KIND_HEAP)
        events = fmax(events, path.whole);
    if (comes_down(&path, events) || has_levelled(load, &path, events, stays, before))
        return COURSE_LEVEL;
    if (slows_down(&path, events))
        return COURSE_SLOWING;
    bool jumped = path.largest + path.second > 0.9 * path.whole &&
                  path.whole > 0.5 * stays * (double)load->requests;
    return jumped ? COURSE_JUMPED : COURSE_ON;
}

bool course_is_early(const struct leg *load, enum kind kind)
{
    struct path path;
    return path_of(load, kind, &path) && path.least[LEG_PARTS - 1] <= path.least[LEG_PARTS / 2];
}
