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
