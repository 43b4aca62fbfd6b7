/* Plain C on libuv, and a test that it leaves nothing open: twenty lines that are not clean. */
#include "census/verify_handles.h"
#include <stdio.h>
#include <stdlib.h>

static void on_deadline(uv_timer_t *deadline)
{
    (void)deadline;
}

static void look_up(uv_loop_t *loop, uv_timer_t *deadline)
{
    uv_timer_init(loop, deadline);
    uv_timer_start(deadline, on_deadline, 30000, 0);
    uv_timer_stop(deadline); /* and never closed */
}

int main(void)
{
    static uv_timer_t deadline;
    uv_loop_t *loop = uv_default_loop();
    struct handles_verify before = handles_verify_begin(loop);
    look_up(loop, &deadline);
    uv_run(loop, UV_RUN_DEFAULT);
    char *left = handles_verify_none(&before);
    int status = left ? 1 : 0;
    puts(left ? left : "nothing is left open");
    free(left);
    return status;
}
