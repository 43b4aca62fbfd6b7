/* Process not closed, cured: the exit callback closes the handle. So does who
 * could not start the child: a uv_spawn() that fails has made a handle, too.
 * Decision matrix: owner closes.
 */
#include <stdlib.h>
#include <uv.h>

struct formatter {
    uv_process_t process;
    int64_t status;
};

static void on_closed(uv_handle_t *process)
{
    free(process->data);
}

static void on_exited(uv_process_t *process, int64_t status, int signal)
{
    struct formatter *formatter = process->data;
    formatter->status = status;
    uv_close((uv_handle_t *)process, on_closed); /* the cure */
}

void fix_process_not_closed(uv_loop_t *loop)
{
    char *words[] = {"true", NULL};
    struct formatter *formatter = calloc(1, sizeof *formatter);
    uv_process_options_t options = {
        .file = words[0], .args = words, .exit_cb = on_exited};
    if (!formatter)
        return;
    formatter->process.data = formatter;
    if (uv_spawn(loop, &formatter->process, &options) != 0)
        uv_close((uv_handle_t *)&formatter->process, on_closed);
}
