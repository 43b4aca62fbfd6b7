/* Task counts, dumps and leak assertions in a program of one's own: only task/ and profile/.
 * `own_main` leaves three tasks behind, says so and exits with 1; `own_main close` none.
 */
#include "profile/dump.h"
#include "profile/install.h"
#include "profile/verify_tasks.h"
#include "task/chan.h"
#include "task/defer.h"
#include "task/time.h"
#include <stdlib.h>

static void wait_for_news(void *news)
{
    defer(chan_drop, news);
    chan_recv(news, NULL); /* parks until the channel is closed */
}

static void program(void *closes)
{
    struct chan *news = chan_make(int, 0);
    defer(chan_drop, news);
    for (int i = 0; i < 3; i++)
        go(wait_for_news, chan_ref(news));
    task_yield();
    printf("%zu tasks\n\n", task_count());
    dump_write(&(struct dump){.format = DUMP_SUMMARY}, stdout);
    if (closes)
        chan_close(news);
}

int main(int argc, char **argv)
{
    dump_install();
    clock_set_virtual(true);
    struct verify mine = verify_begin();
    task_run(program, argc > 1 ? argv[1] : NULL);
    char *left = task_verify_none(&mine);
    fputs(left ? left : "no task is left\n", stderr);
    free(left);
    return left ? EXIT_FAILURE : EXIT_SUCCESS;
}
