#include "profile/proven.h"
#include <errno.h>
#include <string.h>

#pragma weak proof_prepare
#pragma weak proof_take
#pragma weak proof_take_kept
#pragma weak proof_free
#pragma weak proof_counts
#pragma weak proof_of
#pragma weak proof_cause
#pragma weak proof_task_of_cause
#pragma weak proof_owner
#pragma weak proof_end

static int take_failed; /* errno of the last that was not taken */

void proven_prepare(void)
{
    if (proof_prepare)
        proof_prepare();
}

struct proof *proven_take(void)
{
    struct proof *p = proof_take ? proof_take() : 0;
    take_failed = p ? 0 : errno;
    return p;
}

struct proof *proven_take_kept(struct proof_kept *kept)
{
    struct proof *p = proof_take_kept ? proof_take_kept(kept) : 0;
    take_failed = p ? 0 : errno;
    return p;
}

void proven_free(struct proof *p)
{
    if (p)
        proof_free(p);
}

const char *proven_refused(const struct proof *p)
{
    if (p)
        return proof_counts(p)->refused;
    if (!proof_take)
        return "this program has no proof linked in";
    return take_failed == EBUSY ? "another look goes on" : "no memory to look with";
}

enum proof_verdict proven_verdict(const struct proof *p, const struct task_info *task)
{
    return p ? proof_of(p, task) : PROOF_LIVE;
}

uint64_t proven_cause(const struct proof *p, const struct task_info *task)
{
    return p ? proof_cause(p, task) : 0;
}

bool proven_task_of_cause(const struct proof *p, uint64_t cause, struct task_info *task)
{
    return p && proof_task_of_cause(p, cause, task);
}

bool proven_owner(const struct proof *p, const struct lock_owner *owner, struct task_info *task)
{
    return p && proof_owner(p, owner, task);
}

bool proven_end(const struct proof *p, const struct proof_ending *ending, size_t *ended)
{
    *ended = 0;
    return p && proof_end(p, ending, ended);
}

const char *proven_word(enum proof_verdict verdict)
{
    static const char *const words[] = {
        [PROOF_LIVE] = "live",
        [PROOF_BY_TIME] = "by time",
        [PROOF_UNSURE] = "unsure",
        [PROOF_LEAKED] = "leaked",
    };
    return words[verdict];
}
