/* No leak: two milliseconds of work go on after each answer. At any moment a
 * few are under way, and as many an hour later.
 */
#include "task/ctx.h"
#include "task/task.h"
#include "task/time.h"

static void log_request(void *arg)
{
    task_sleep(2 * MILLISECOND);
}

void control_after_the_answer(struct ctx *request)
{
    go(log_request, NULL);
}
