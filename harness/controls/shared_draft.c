/* No leak: a draft that the request and its saver share. The saver alone holds
 * it when the request is over, until it is saved, two minutes later.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/shared.h"
#include "task/task.h"
#include "task/time.h"

struct draft {
    int words, saved;
};

static void save_later(void *arg)
{
    struct draft *draft = arg;
    defer(shared_drop, draft);

    task_sleep(2 * MINUTE);
    draft->saved = draft->words;
}

void control_shared_draft(struct ctx *request)
{
    struct draft *draft = shared_new(sizeof *draft, NULL);
    defer(shared_drop, draft);
    draft->words = 120;

    go(save_later, shared_ref(draft));
}
