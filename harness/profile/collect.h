/* Who is parked where: all tasks, grouped by stack, wait reason, creation site and labels. */
#pragma once

#include "profile/frames.h"
#include "profile/proven.h"
#include "task/inspect.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PROFILE_DEPTH 64 /* frames kept of a stack, leaf first; deeper ones are cut and marked */

struct profile_label {
    char *key, *value;
};

struct profile_group {
    size_t count;
    enum wait_reason reason;
    enum task_state state;
    const struct task_site *site; /* where these tasks were made */
    void (*entry)(void *);        /* what they were made to run */
    const void *const *frames;    /* return addresses, leaf (the call that parked) first */
    size_t depth;
    enum frames_end end;                /* whether the frames are all there are */
    const struct profile_label *labels; /* by key */
    size_t label_count;
    enum proof_verdict verdict;                 /* all live where nothing was proven */
    uint64_t cause;                             /* of one that is live: proof_cause() */
    int64_t since_min, since_median, since_max; /* clock_now() at parking */
};

struct profile {
    size_t total; /* tasks, over all groups */
    int64_t time; /* clock_now() of the collection */
    size_t length;
    struct profile_group *groups; /* by count, largest first, then by reason and stack */
    const struct proof *proof;    /* NULL: nothing was asked */
    bool is_whole;                /* no task was filtered out */
    bool leaked_only;             /* what is not leaked was */
    uint32_t *group_of; /* of each task in the order of task_each(), those filtered out left out */
};

/* Which tasks to take; NULL takes all. */
typedef bool profile_filter(const struct task_info *task, void *arg);

/* Owned by the caller: profile_free(). NULL and errno where memory is short. A profile holds no
 * reference to a task: it stays valid when they go on or end. */
struct profile *profile_collect(profile_filter *filter, void *arg);
/* The same, in groups of one verdict each. The proof was taken in the same turn, and lives as long as the profile. */
struct profile *profile_collect_proven(profile_filter *filter, void *arg,
                                       const struct proof *proof);
void profile_free(struct profile *p);

#ifdef __cplusplus
}
#endif
