#include "probe/attribution.h"
#include <math.h>
#include <unistd.h>

const char *share_key(enum share share)
{
    static const char *const keys[] = {
#define X(name, key, text) [name] = key,
        FOR_EACH_SHARE(X)
#undef X
    };
    return keys[share];
}

const char *share_text(enum share share)
{
    static const char *const texts[] = {
#define X(name, key, text) [name] = text,
        FOR_EACH_SHARE(X)
#undef X
    };
    return texts[share];
}

static double grown(int64_t before, int64_t after)
{
    return before < 0 || after < 0 ? NAN : (double)(after - before);
}

/* Of what is active only that counts which has been touched: more than is resident it can not be. */
static void split_heap(struct attribution *a, const struct sample *before,
                       const struct sample *after, double heap)
{
    double active = grown(before->heap.active, after->heap.active);
    bool all = isnan(active) || (heap > 0 ? active > heap : active < heap);
    a->part[SHARE_HEAP_IN_USE] = all ? heap : active;
    a->part[SHARE_HEAP_HELD] = all ? 0 : heap - active;
}

static void by_mappings(struct attribution *a, const struct sample *before,
                        const struct sample *after)
{
    const struct mappings *was = &before->memory.mappings, *is = &after->memory.mappings;
    a->by_mappings = true;
    a->part[SHARE_STACKS] = grown(was->stacks, is->stacks);
    a->part[SHARE_PROGRAM] = grown(was->program, is->program);
    a->part[SHARE_FILES] = grown(was->files, is->files);
    a->part[SHARE_SHARED] = grown(was->shared, is->shared);
    split_heap(a, before, after, grown(was->heap, is->heap));
}

/* jemalloc's resident figure counts whole tables that were hardly touched, so it may be more than
 * there is. */
static void by_counters(struct attribution *a, const struct sample *before,
                        const struct sample *after)
{
    double page = (double)sysconf(_SC_PAGESIZE);
    double heap = grown(before->heap.resident, after->heap.resident);
    a->by_mappings = false;
    a->part[SHARE_STACKS] = ((double)after->stacks_used - (double)before->stacks_used) * page;
    a->part[SHARE_PROGRAM] = 0;
    a->part[SHARE_FILES] = grown(before->memory.file, after->memory.file);
    a->part[SHARE_SHARED] = grown(before->memory.shared, after->memory.shared);
    split_heap(a, before, after, isnan(heap) ? 0 : heap);
}

static bool is_known(const struct memory *memory)
{
    return memory->mappings.stacks >= 0;
}

/* Names and flags of mappings differ between kernels: where tasks have stacks and none was found,
 * they were not recognised. */
static bool are_recognised(const struct sample *sample)
{
    return is_known(&sample->memory) &&
           (sample->memory.mappings.stacks > 0 || !sample->stacks_used);
}

bool attribution_between(const struct sample *before, const struct sample *after,
                         struct attribution *a)
{
    a->growth = a->rest = a->page_tables = NAN;
    for (enum share share = 0; share < SHARES; share++)
        a->part[share] = NAN;
    a->by_mappings = false;
    if (!before || !after || before->memory.rss < 0 || after->memory.rss < 0)
        return false;
    a->growth = a->rest = grown(before->memory.rss, after->memory.rss);
    a->page_tables = grown(before->memory.page_tables, after->memory.page_tables);
    if (are_recognised(before) && are_recognised(after))
        by_mappings(a, before, after);
    else
        by_counters(a, before, after);
    for (enum share share = 0; share < SHARES; share++) {
        if (isnan(a->part[share]))
            a->part[share] = 0;
        a->rest -= a->part[share];
    }
    return true;
}

double attribution_accounted(const struct attribution *a)
{
    if (!(a->growth > 0))
        return NAN;
    double share = 1 - fabs(a->rest) / a->growth;
    return share > 0 ? share : 0;
}

struct attribution attribution_mean(const struct attribution *of, size_t count)
{
    struct attribution mean = {.by_mappings = count > 0};
    for (size_t i = 0; i < count; i++) {
        mean.growth += of[i].growth / (double)count;
        mean.rest += of[i].rest / (double)count;
        mean.page_tables += of[i].page_tables / (double)count;
        mean.by_mappings &= of[i].by_mappings;
        for (enum share share = 0; share < SHARES; share++)
            mean.part[share] += of[i].part[share] / (double)count;
    }
    return mean;
}
