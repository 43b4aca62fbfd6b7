/* No leak: whether the order has been paid is looked up each second, for a
 * quarter of an hour. Then it is given up.
 */
#include "task/ctx.h"
#include "task/task.h"
#include "task/time.h"

enum { LOOKS = 900 };

static void look_again(void *arg)
{
    for (int look = 0; look < LOOKS; look++)
        task_sleep(SECOND);
}

void control_looks_each_second(struct ctx *request)
{
    go(look_again, NULL);
}
