/* What the tasks of a group wait on, and who else has to do with it: the others that wait there,
 * and those that hold its address.
 *
 * Holding is found by a conservative scan of the parked stacks: a word that equals the address
 * counts, whether or not it is still used; what only the heap refers to is not seen.
 */
#pragma once

#include "profile/collect.h"
#include "profile/object.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PEER_OUTSIDE UINT32_MAX /* tasks that the profile's filter left out */

struct peer {
    uint32_t group; /* of the profile */
    size_t tasks, objects;
    uint64_t last_task; /* while scanning */
};

struct peer_list {
    struct peer *peers;
    size_t length, room;
};

/* Objects of a group that are alike in all that is said of them. */
struct waited {
    struct object_state state;
    uint32_t select_case; /* which of the select's cases, from 0; 0 otherwise */
    bool sends;
    const void *example;
    size_t objects, tasks;    /* how many objects, and how many of the group's tasks wait on them */
    size_t held;              /* of how many another stack holds the address */
    struct peer_list waiting; /* tasks of other groups that wait on them too */
    struct peer_list holding; /* tasks that do not wait on them and hold their address */
    bool cut;                 /* peers of some were not looked for, see PEER_GROUPS */
};

/* Of an object that more groups than this wait on, only so many are told their peers. */
#define PEER_GROUPS 64

/* Kinds of objects told apart in a group; those beyond are summed up as OBJECT_VARIOUS. */
#define WAITED_KINDS 16

struct waited_list {
    struct waited *waited; /* most objects first */
    size_t length;
};

struct peers {
    size_t length;              /* as many as the profile has groups */
    struct waited_list *groups; /* empty for a group that waits on no object */
};

/* p must have been collected with the same filter in the same turn: no task has run since.
 * Owned by the caller; NULL and errno where memory is short. */
struct peers *peers_find(const struct profile *p, profile_filter *filter, void *arg);
void peers_free(struct peers *peers);

#ifdef __cplusplus
}
#endif
