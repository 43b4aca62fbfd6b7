/* Nested limit, leaking: a tree of folders is walked by a group of at most one
 * task, later two, or four. A task finds a folder, and has the group walk that
 * too: it waits for a slot while it has one. With any limit there is a tree
 * that is deep enough.
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
    error_group_go(&walk->group, walk_folder, walk); /* parks here */
    return 0;
}

void leak_nested_limit(struct ctx *request)
{
    struct walk walk = {0};

    error_group_set_limit(&walk.group, TASKS_MOST);
    error_group_go(&walk.group, walk_folder, &walk);
    error_group_wait(&walk.group); /* and here */
}
