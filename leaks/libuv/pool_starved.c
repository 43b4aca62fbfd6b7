/* Pool starved, leaking: a backend is asked in the thread pool, by a read that
 * waits until it answers. It does not. The pool has four threads for all that
 * the program does there, and after four such requests none is left: a file's
 * date, asked for behind it, never comes.
 * Decision matrix: context. Seen in libuv#660.
 */
#include <stdlib.h>
#include <uv.h>

struct question {
    uv_file backend[2]; /* where it answers, and its own end */
    uv_work_t work;
    uv_fs_t date;
};

static void wait_for_answer(uv_work_t *work)
{
    struct question *question = work->data;
    char answer[64];
    uv_buf_t room = uv_buf_init(answer, sizeof answer);
    uv_fs_t read;
    int from = question->backend[0];
    uv_fs_read(NULL, &read, from, &room, 1, -1, NULL); /* here */
    uv_fs_req_cleanup(&read);
}

static void on_answer(uv_work_t *work, int status)
{
    struct question *question = work->data;
    uv_fs_t close;
    uv_fs_close(NULL, &close, question->backend[0], NULL);
    uv_fs_close(NULL, &close, question->backend[1], NULL);
    free(question);
}

static void on_date(uv_fs_t *date)
{
    uv_fs_req_cleanup(date);
}

void leak_pool_starved(uv_loop_t *loop)
{
    struct question *question = calloc(1, sizeof *question);
    if (!question || uv_pipe(question->backend, 0, 0) != 0) {
        free(question);
        return;
    }
    question->work.data = question;

    uv_queue_work(loop, &question->work, wait_for_answer, on_answer);
    uv_fs_stat(loop, &question->date, ".", on_date);
}
