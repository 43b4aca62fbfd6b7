/* Groups of tasks that are alike: same stack, state, wait reason, place of birth and labels. Private to a look. */
#pragma once

#include "outside/seen.h"

struct groups {
    struct open_group **all; /* in the order of first sight */
    uint32_t length;
    void *tree;
};

/* The number of the group like this one, which is added where it is new; its frames are copied. LOOK_NONE: no
 * memory. */
uint32_t groups_find(struct groups *groups, const struct seen_group *like);

/* What a group is so far: to find the one that differs from it in something. */
const struct seen_group *groups_get(const struct groups *groups, uint32_t number);

/* Counts the tasks, and gives each its group's place among the groups, largest first, those without tasks left out.
 * They are to be freed, and point into these here, which must live as long. NULL: no memory. */
struct seen_group *groups_close(struct groups *groups, struct seen_task *tasks, size_t length,
                                size_t *count);
void groups_free(struct groups *groups);
