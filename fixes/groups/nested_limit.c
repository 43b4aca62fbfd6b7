/* Nested limit, cured: who is a task of the group does not wait for it: where
 * there is no slot now, it does the work itself. A queue of folders, with
 * workers who never wait to put one in, is the other cure.
 * Decision matrix: none of the five; no task waits for its own group.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/error_group.h"
#include "task/shared.h"
#include "task/task.h"

enum { DEPTH = 3, TASKS_MOST = 1 };

struct walk {
    struct error_group group;
    int depth;
};

static int walk_folder(void *arg)
{
    struct walk *walk = arg;

    if (++walk->depth == DEPTH)
        return 0;
    if (error_group_try_go(&walk->group, walk_folder, walk))
        return 0;
    return walk_folder(walk); /* the cure: itself */
}

void fix_nested_limit(struct ctx *request)
{
    struct walk walk = {0};

    error_group_set_limit(&walk.group, TASKS_MOST);
    error_group_go(&walk.group, walk_folder, &walk);
    error_group_wait(&walk.group);
}
