#include "load/plain_leg.h"
#include "census/census.h"
#include "census/prove.h"
#include "load/curves.h"
#include "load/phases.h"
#include "load/plain_places.h"
#include "plain/loop_clock.h"
#include "probe/heap.h"
#include "profile/proven.h"
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

static struct {
    const struct turning *turning;
    struct counts *live, seen;
    struct leg *leg; /* NULL: none is on */
    uint32_t mark;   /* what is made in this leg has no less */
    struct curves curves;
    struct plain_places held, left;
} state;

/* --- Counting ------------------------------------------------------------------------------------ */

/* Linux 6.2 tells how many there are as the size of the folder; before it they are gone through, which costs more. */
static uint64_t count_descriptors(void)
{
    struct stat folder;
    if (stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0)
        return (uint64_t)folder.st_size;
    uint64_t count = 0;
    DIR *all = opendir("/proc/self/fd");
    for (const struct dirent *entry; all && (entry = readdir(all));)
        count += entry->d_name[0] != '.';
    if (!all)
        return 0;
    closedir(all);
    return count - 1; /* less the folder's own */
}

static void add_queued(uv_handle_t *handle, void *queued)
{
    uv_handle_type type = uv_handle_get_type(handle);
    if (type == UV_TCP || type == UV_NAMED_PIPE)
        *(uint64_t *)queued += uv_stream_get_write_queue_size((const uv_stream_t *)handle);
    else if (type == UV_UDP)
        *(uint64_t *)queued += uv_udp_get_send_queue_size((const uv_udp_t *)handle);
}

/* Bytes in queues want a walk over all handles: where no request is in flight there are none. */
static void count_all(struct counts *counts, bool walks)
{
    uv_loop_t *loop = state.turning->loop;
    uint64_t queued = counts->queued;
    *counts = (struct counts){.heap = heap_allocated(), .queued = queued};
    counts->handles = census_counts.handles;
    for (int type = 0; type < CENSUS_TYPES; type++)
        counts->of_type[type] = census_counts.of_type[type];
    if (loop && counts->of_type[UV_TIMER]) { /* the keeper */
        counts->handles--;
        counts->of_type[UV_TIMER]--;
    }
    counts->requests = loop ? loop->active_reqs.count : 0;
    if (!counts->requests)
        counts->queued = 0;
    else if (walks) {
        counts->queued = 0;
        uv_walk(loop, add_queued, &counts->queued);
    }
    counts->threads = census_counts.threads;
    counts->descriptors = count_descriptors();
}

/* Mostly nothing has changed. */
static void look(bool walks)
{
    struct counts now = state.seen;
    count_all(&now, walks);
    if (memcmp(&now, &state.seen, sizeof now) == 0)
        return;
    state.seen = *state.live = now;
    for (enum kind kind = 0; state.leg && kind < KINDS; kind++) {
        int64_t all = counts_of_kind(&now, kind);
        curves_see(&state.curves, kind,
                   all - counts_of_kind(&state.leg->counts[MOMENT_BASELINE], kind), all);
    }
}

uint64_t plain_leg_what_there_is(void)
{
    look(false);
    const struct counts *c = &state.seen;
    uint64_t sum = c->descriptors;
    for (int type = 0; type < HANDLE_TYPES; type++)
        sum = sum * 31 + c->of_type[type];
    return (sum * 31 + c->requests) * 31 + c->threads;
}

/* --- One after the other ------------------------------------------------------------------------- */

void plain_leg_prepare(const struct turning *turning, struct counts *live)
{
    state.turning = turning;
    state.live = live;
}

void plain_leg_begin(struct leg *leg)
{
    curves_begin(&state.curves, leg, loop_clock_now());
    leg->stack = -1;
    state.leg = NULL;
    look(true);
    leg->counts[MOMENT_BASELINE] = state.seen;
    state.leg = leg;
    state.mark = census_mark();
    for (enum kind kind = 0; kind < KINDS; kind++)
        curves_see(&state.curves, kind, 0, counts_of_kind(&state.seen, kind));
}

void plain_leg_pass(int64_t to)
{
    if (!state.leg)
        return;
    look(false);
    curves_go_on(&state.curves, to);
}

void plain_leg_request(void)
{
    if (!state.leg)
        return;
    plain_leg_pass(loop_clock_now());
    curves_request(&state.curves, true);
}

void plain_leg_part(int part)
{
    if (!state.leg)
        return;
    look(true);
    curves_part(&state.curves, part);
}

void plain_leg_look(void)
{
    if (state.leg)
        look(true);
}

/* Then what a request leaves is not what it would. */
static void look_for_limit(void)
{
    enum { NEAR = 8 };
    struct rlimit limit;
    char words[256], place[128];
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || state.seen.descriptors + NEAR < limit.rlim_cur)
        return;
    static struct plain_places all; /* those of the warm-up may be most of them */
    plain_places_since(&all, 0);
    plain_places_say_most(&all, KIND_DESCRIPTORS, place, sizeof place);
    snprintf(words, sizeof words,
             "%llu descriptors are open of at most %llu (EMFILE)%s%s: raise it by `ulimit -n`, or "
             "send fewer requests",
             (unsigned long long)state.seen.descriptors, (unsigned long long)limit.rlim_cur,
             place[0] ? ", most of them made at " : "", place);
    phases_go_wrong(words);
}

void plain_leg_hold(void)
{
    look(true);
    plain_leg_pass(loop_clock_now());
    state.leg->counts[MOMENT_HELD] = state.seen;
    plain_places_since(&state.held, state.mark);
    look_for_limit();
    curves_hold(&state.curves);
}

void plain_leg_end(void)
{
    look(true);
    plain_leg_pass(loop_clock_now());
    state.leg->counts[MOMENT_LEFT] = state.seen;
    plain_places_since(&state.left, state.mark);
    curves_end(&state.curves);
    state.leg = NULL;
}

/* --- Proof --------------------------------------------------------------------------------------- */

static __attribute__((noinline)) void ask(struct proven_plain *proven)
{
    struct census_proven now;
    census_prove(state.mark, &now);
    *proven = (struct proven_plain){.handles = now.handles,
                                    .threads = now.threads,
                                    .handles_proven = now.handles_proven,
                                    .threads_proven = now.threads_proven,
                                    .early = proven->early};
}

void plain_leg_prove_first(void)
{
    struct proven_plain nothing = {0};
    proven_prepare();
    ask(&nothing);
}

void plain_leg_prove_early(struct gauges *gauges)
{
    struct proven_plain proven = {0};
    proven_prepare();
    ask(&proven);
    gauges->progress.proven_plain.early = proven.handles_proven + proven.threads_proven;
}

void plain_leg_prove(struct gauges *gauges)
{
    proven_prepare();
    ask(&gauges->progress.proven_plain);
}

void plain_leg_tell(struct gauges *gauges)
{
    plain_places_name(&state.left, NULL, &gauges->objects[STAYING]);
    plain_places_name(&state.held, &state.left, &gauges->objects[PASSING]);
}
