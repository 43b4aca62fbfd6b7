#include "profile/install.h"
#include "profile/dump.h"
#include "profile/symbol.h"
#include "task/loop.h"
#include "task/stats.h"
#include <errno.h>
#include <signal.h>
#include <unistd.h>

enum { ONE_BY_ONE = 100 }; /* more tasks than that are told in groups */

static void (*plain_dump)(int fd);

/* The lab's last resort, when memory is short, is the runtime's own plain list. */
static void dump_everyone(int fd)
{
    struct dump dump = {.format = task_count() <= ONE_BY_ONE ? DUMP_FULL : DUMP_SUMMARY};
    int copy = dup(fd);
    FILE *out = copy < 0 ? 0 : fdopen(copy, "w");
    if (!out || dump_write(&dump, out))
        plain_dump(fd);
    if (out)
        fclose(out);
    else if (copy >= 0)
        close(copy);
}

static void tell(uv_signal_t *handle, int number)
{
    (void)handle, (void)number;
    struct dump dump = {.format = DUMP_SUMMARY, .proof = DUMP_PROVEN};
    if (dump_write(&dump, stderr))
        perror("leaklab: can not write the summary of tasks to standard error");
}

static bool all_are_parked(void)
{
    uint64_t parked = 0;
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        parked += task_stats.waiting[reason];
    return parked == task_stats.live;
}

/* The loop polls only while something keeps it alive, so the signal has to; yet it alone must not
 * hide a deadlock: when nothing else can wake anyone, it lets go, and the runtime finds it. */
static void let_go_in_deadlock(uv_prepare_t *handle)
{
    uv_handle_t *signal_handle = handle->data;
    if (task_stats.armed || !all_are_parked())
        return;
    uv_unref(signal_handle);
    if (uv_loop_alive(handle->loop))
        uv_ref(signal_handle);
}

static int watch_signal(void)
{
    static uv_signal_t signal_handle;
    static uv_prepare_t before_poll;
    int failed = uv_signal_init(task_loop(), &signal_handle);
    if (!failed)
        failed = uv_signal_start(&signal_handle, tell, SIGUSR1);
    if (failed)
        return failed;
    before_poll.data = &signal_handle;
    uv_prepare_init(task_loop(), &before_poll);
    uv_prepare_start(&before_poll, let_go_in_deadlock);
    uv_unref((uv_handle_t *)&before_poll);
    return 0;
}

int dump_install(void)
{
    if (plain_dump)
        return 0;
    plain_dump = task_dump_all;
    task_dump_all = dump_everyone;
    symbol_install();
    int failed = watch_signal();
    if (failed)
        errno = -failed;
    return failed ? -1 : 0;
}
