/* What the program tells by itself: at a panic, at a deadlock, on SIGUSR1. */
#include "profile/dump.h"
#include "profile/symbol.h"
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
    struct dump dump = {.format = DUMP_SUMMARY};
    if (dump_write(&dump, stderr))
        perror("leaklab: can not write the summary of tasks to standard error");
}

int dump_install(void)
{
    static uv_signal_t signal_handle;
    if (plain_dump)
        return 0;
    plain_dump = task_dump_all;
    task_dump_all = dump_everyone;
    symbol_install();
    int failed = uv_signal_init(task_loop(), &signal_handle);
    if (!failed)
        failed = uv_signal_start(&signal_handle, tell, SIGUSR1);
    if (failed) {
        errno = -failed;
        return -1;
    }
    uv_unref((uv_handle_t *)&signal_handle); /* it alone keeps no loop alive */
    return 0;
}
