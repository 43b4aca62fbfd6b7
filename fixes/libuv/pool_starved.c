/* Pool starved, cured: the loop waits for the backend, which takes no thread,
 * and a timer is its way out. The pool has what can not be had otherwise, and
 * ends by itself: a file's date.
 * Decision matrix: context.
 */
#include <stdlib.h>
#include <uv.h>

#define PATIENCE_MS 500

struct question {
    uv_file backend[2]; /* where it answers, and its own end */
    uv_pipe_t pipe;
    uv_timer_t patience;
    uv_fs_t date;
    int open;
};

static void on_closed(uv_handle_t *handle)
{
    struct question *question = handle->data;
    uv_fs_t close;
    if (--question->open > 0)
        return;
    uv_fs_close(NULL, &close, question->backend[1], NULL);
    free(question);
}

static void end(struct question *question)
{
    uv_close((uv_handle_t *)&question->pipe, on_closed);
    uv_close((uv_handle_t *)&question->patience, on_closed);
}

static void on_patience_over(uv_timer_t *patience)
{
    end(patience->data);
}

static void give_room(uv_handle_t *pipe, size_t wanted, uv_buf_t *room)
{
    static char answer[64];
    *room = uv_buf_init(answer, sizeof answer);
}

static void on_answer(uv_stream_t *pipe, ssize_t length, const uv_buf_t *room)
{
    end(pipe->data);
}

static void on_date(uv_fs_t *date)
{
    uv_fs_req_cleanup(date);
}

void fix_pool_starved(uv_loop_t *loop)
{
    struct question *question = calloc(1, sizeof *question);
    if (!question || uv_pipe(question->backend, UV_NONBLOCK_PIPE, 0) != 0) {
        free(question);
        return;
    }
    question->open = 2;

    uv_pipe_init(loop, &question->pipe, 0);
    uv_pipe_open(&question->pipe, question->backend[0]);
    uv_timer_init(loop, &question->patience);
    question->pipe.data = question->patience.data = question;
    uv_read_start((uv_stream_t *)&question->pipe, give_room, on_answer);
    uv_timer_start(&question->patience, on_patience_over, PATIENCE_MS, 0);
    uv_fs_stat(loop, &question->date, ".", on_date);
}
