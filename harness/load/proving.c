#include "load/proving.h"
#include "profile/proven.h"
#include <stdio.h>

struct tally {
    const struct proof *proof;
    struct proven *proven;
    uint64_t after, caller;
};

static bool add(const struct task_info *task, void *arg)
{
    const struct tally *tally = arg;
    struct proven *proven = tally->proven;
    if (task->id <= tally->after || task->id == tally->caller)
        return true;
    uint64_t *const counts[] = {
        [PROOF_LIVE] = &proven->live,
        [PROOF_BY_TIME] = &proven->by_time,
        [PROOF_UNSURE] = &proven->unsure,
        [PROOF_LEAKED] = &proven->leaked,
    };
    ++*counts[proven_verdict(tally->proof, task)];
    proven->tasks++;
    return true;
}

static __attribute__((noinline)) void look(struct proven *proven, uint64_t after)
{
    struct proof *proof = proven_take();
    const char *refused = proven_refused(proof);
    struct tally tally = {proof, proven, after, task_id()};
    if (refused)
        snprintf(proven->refused, sizeof proven->refused, "%s", refused);
    else
        task_each(add, &tally);
    proven_free(proof);
}

void proving_look(struct proven *proven, uint64_t after)
{
    *proven = (struct proven){.early = proven->early};
    proven_prepare();
    look(proven, after);
}

/* --- What they keep ----------------------------------------------------------------------------- */

static struct {
    struct proof_kept kept;
    bool is_known;
} before;

static __attribute__((noinline)) bool count_kept(struct proof_kept *kept)
{
    struct proof *proof = proven_take_kept(kept);
    bool is_known = !proven_refused(proof);
    proven_free(proof);
    return is_known;
}

void proving_keep_before(void)
{
    proven_prepare();
    before.is_known = count_kept(&before.kept);
}

void proving_kept(struct kept *kept, const struct proven *proven, uint64_t requests, int64_t stack)
{
    struct proof_kept now;
    int64_t tasks = (int64_t)(proven->leaked + proven->by_time);
    *kept = (struct kept){0};
    proven_prepare();
    if (!before.is_known || !count_kept(&now))
        return;
    *kept = (struct kept){.requests = requests,
                          .tasks = tasks,
                          .channels = now.channels - before.kept.channels,
                          .contexts = now.contexts - before.kept.contexts,
                          .timers = now.timers - before.kept.timers,
                          .blocks = now.blocks - before.kept.blocks,
                          .heap = now.bytes - before.kept.bytes,
                          .stacks = stack > 0 ? stack * tasks : 0};
}
