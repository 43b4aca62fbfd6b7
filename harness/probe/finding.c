/* Where rehearsal and load, of n and m requests, left a and b behind, and each request leaves r and all of
 * them together the constant K, then a = K + r n and b = K + r m. K is between 0 and the lesser of them: what one
 * of them did not leave is no constant.
 */
#include "probe/finding.h"
#include "probe/course.h"
#include <math.h>

static double constant_of(double a, double n, double b, double m)
{
    double constant = n > 0 && m != n ? (a * m - b * n) / (m - n) : 0;
    return fmax(0, fmin(constant, fmin(a, b)));
}

struct pair_of_legs {
    const struct leg *load, *rehearsal; /* rehearsal NULL: there was none to speak of */
    double requests, rehearsed;
    double before; /* requests before load */
    bool on_real_clock;
    double drain; /* seconds from the last request to the count of what was held, at most */
};

static int64_t grown(const struct leg *leg, enum kind kind, enum moment moment)
{
    int64_t before = counts_of_kind(&leg->counts[MOMENT_BASELINE], kind);
    int64_t after = counts_of_kind(&leg->counts[moment], kind);
    return kind == KIND_HEAP && (before < 0 || after < 0) ? 0 : after - before;
}

static double rate_of(const struct pair_of_legs *legs, double rehearsed, double loaded,
                      double *constant)
{
    *constant =
        legs->rehearsal ? constant_of(rehearsed, legs->rehearsed, loaded, legs->requests) : 0;
    double rest = loaded - *constant;
    return rest > 0 ? rest / legs->requests : 0;
}

/* What stays goes on with the requests, or is a constant that came late. */
static void judge_course(const struct pair_of_legs *legs, enum kind kind, double left,
                         struct found *found)
{
    double count = found->stays * legs->requests;
    double events = kind == KIND_HEAP ? legs->requests : count;
    enum course course = course_of(legs->load, kind, events, found->stays, legs->before);
    if (course == COURSE_LEVEL) {
        found->constant = left;
        found->stays = 0;
        return;
    }
    if (course == COURSE_SLOWING) {
        found->doubt = DOUBT_SLOWING;
        return;
    }
    if (course == COURSE_JUMPED && legs->on_real_clock)
        found->doubt = DOUBT_JUMPED;
    if (kind != KIND_HEAP && count > 0 && count < FEW && found->stays < 0.5)
        found->doubt = DOUBT_FEW;
    found->early = kind != KIND_HEAP && count < 2 * FEW && found->stays < 0.5 &&
                   legs->requests >= EARLY_REQUESTS && course_is_early(legs->load, kind);
}

static void find_what_stays(const struct pair_of_legs *legs, enum kind kind, struct found *found)
{
    double left = (double)grown(legs->load, kind, MOMENT_LEFT);
    double rehearsed = legs->rehearsal ? (double)grown(legs->rehearsal, kind, MOMENT_LEFT) : 0;
    found->stays = rate_of(legs, rehearsed, left, &found->constant);
    if (found->stays > 0)
        judge_course(legs, kind, left, found);
}

static double held_in(const struct leg *leg, enum kind kind)
{
    return (double)(grown(leg, kind, MOMENT_HELD) - grown(leg, kind, MOMENT_LEFT));
}

/* How many there were at a time, per request. Where load went on for longer than anything was held, the
 * first of them had gone before it was over: then the rehearsal tells. */
static double count_held(const struct pair_of_legs *legs, enum kind kind)
{
    double constant, load = held_in(legs->load, kind);
    double rehearsed = legs->rehearsal ? held_in(legs->rehearsal, kind) : 0;
    if (load / legs->requests < 0.9 * rehearsed / legs->rehearsed)
        return rehearsed / legs->rehearsed;
    return rate_of(legs, rehearsed, load, &constant);
}

/* In seconds of settle, the last that was held. */
static double gone_after(const struct pair_of_legs *legs, enum kind kind)
{
    int64_t gone = legs->load->gone[kind];
    if (legs->rehearsal && legs->rehearsal->gone[kind] > gone)
        gone = legs->rehearsal->gone[kind];
    return (double)gone / 1e9;
}

/* By the time that it was held, all together: that grows with the requests however long load went on. */
static void find_what_was_held(const struct pair_of_legs *legs, enum kind kind, struct found *found)
{
    double constant;
    double rehearsed = legs->rehearsal ? legs->rehearsal->seconds[kind] : 0;
    double seconds = rate_of(legs, rehearsed, legs->load->seconds[kind], &constant);
    double count = count_held(legs, kind);
    if (seconds <= 0 || count <= 0 || seconds / count < HELD_LEAST)
        return;
    if (gone_after(legs, kind) + legs->drain < HELD_LEAST)
        return; /* the last of them had it too */
    found->held = count;
    found->held_for = seconds / count;
    found->longer = rehearsed > 0 && seconds > 1.25 * rehearsed / legs->rehearsed;
}

static void find_waiting(const struct pair_of_legs *legs, struct finding *finding)
{
    for (int reason = 0; reason < WAIT_REASONS; reason++) {
        const struct counts *load = legs->load->counts,
                            *rehearsal = legs->rehearsal ? legs->rehearsal->counts : NULL;
        double constant, rehearsed = 0;
        double left = (double)(int64_t)(load[MOMENT_LEFT].waiting[reason] -
                                        load[MOMENT_BASELINE].waiting[reason]);
        if (rehearsal)
            rehearsed = (double)(int64_t)(rehearsal[MOMENT_LEFT].waiting[reason] -
                                          rehearsal[MOMENT_BASELINE].waiting[reason]);
        finding->waiting[reason] = rate_of(legs, rehearsed, left, &constant);
        if (finding->of[KIND_TASKS].stays == 0)
            finding->waiting[reason] = 0; /* levelled off */
    }
}

/* By their types, as tasks by what they wait for. */
static void find_handles(const struct pair_of_legs *legs, struct finding *finding)
{
    for (int type = 0; type < HANDLE_TYPES; type++) {
        double of[2] = {0}, constant;
        const struct leg *both[] = {legs->load, legs->rehearsal};
        for (int i = 0; i < 2 && both[i]; i++)
            of[i] = (double)(int64_t)(both[i]->counts[MOMENT_LEFT].of_type[type] -
                                      both[i]->counts[MOMENT_BASELINE].of_type[type]);
        finding->handles[type] = rate_of(legs, of[1], of[0], &constant);
        if (finding->of[KIND_HANDLES].stays == 0)
            finding->handles[type] = 0; /* levelled off */
    }
}

enum kind finding_held(const struct finding *finding)
{
    enum kind kind = 0;
    while (kind < KINDS && finding->of[kind].held <= 0)
        kind++;
    return kind;
}

/* By how much more of the heap there was when load was over than when its rehearsal was, for how many more of
 * the kind: what that one had left behind is there in load too. */
static double bytes_of(const struct pair_of_legs *legs, enum kind kind)
{
    if (kind >= KIND_HEAP || !legs->rehearsal)
        return NAN;
    const struct counts *late = &legs->load->counts[MOMENT_HELD],
                        *early = &legs->rehearsal->counts[MOMENT_HELD];
    int64_t more = counts_of_kind(late, kind) - counts_of_kind(early, kind);
    double heap = (double)(late->heap - early->heap) / (double)more;
    if (more <= 0 || late->heap < 0 || early->heap < 0 || heap < 0)
        return NAN;
    if (kind != KIND_TASKS)
        return heap;
    return legs->load->stack < 0 ? NAN : heap + (double)legs->load->stack;
}

/* What the resident set has grown by under load, where that was long enough and all of it was held: memory that is
 * allocated and not touched is no part of it. */
static double resident_of(const struct outcome *outcome, const struct finding *finding,
                          enum kind kind)
{
    enum { ENOUGH = 1 << 18 };
    int64_t growth;
    for (enum kind other = 0; other < KINDS; other++)
        if (finding->of[other].stays > 0)
            return NAN;
    if (outcome->settings.virtual_clock || kind >= KIND_HEAP ||
        !outcome_rss_growth(outcome, &growth) || growth < ENOUGH)
        return NAN;
    double held = held_in(&outcome->gauges->legs[LEG_LOAD], kind);
    return held > 0 ? (double)growth / held : NAN;
}

struct finding finding_of(const struct outcome *outcome)
{
    const struct leg *legs = outcome->gauges->legs;
    struct pair_of_legs pair = {.load = &legs[LEG_LOAD],
                                .requests = (double)outcome_started(outcome),
                                .rehearsed = (double)legs[LEG_REHEARSAL].requests};
    pair.before = (double)outcome->settings.warm_up;
    pair.on_real_clock = !outcome->settings.virtual_clock;
    pair.drain = (double)outcome->settings.patience / 1e9 + 0.1;
    if (legs[LEG_REHEARSAL].requests > 0)
        pair.rehearsal = &legs[LEG_REHEARSAL];
    struct finding finding = {.requests = pair.requests, .refused = pair.load->refused};
    for (enum kind kind = 0; kind < KINDS; kind++) {
        find_what_stays(&pair, kind, &finding.of[kind]);
        find_what_was_held(&pair, kind, &finding.of[kind]);
    }
    find_waiting(&pair, &finding);
    find_handles(&pair, &finding);
    enum kind held = finding_held(&finding);
    finding.bytes = resident_of(outcome, &finding, held);
    if (isnan(finding.bytes))
        finding.bytes = bytes_of(&pair, held);
    return finding;
}
