#include "load/process.h"
#include "probe/gauges.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct process *process_of(void *handle)
{
    return (struct process *)((char *)handle - offsetof(struct process, watch));
}

/* --- A program ------------------------------------------------------------------------------- */

static void on_exit_of_started(uv_process_t *started, int64_t status, int signal_number)
{
    struct process *process = process_of(started);
    process->pid = 0;
    process->ended(process, signal_number ? signal_number : (int)status, signal_number);
}

static int start_program(struct process *process, uv_loop_t *loop, const struct process_wish *wish)
{
    uv_stdio_container_t descriptors[] = {
        {.flags = UV_IGNORE},
        {.flags = UV_IGNORE},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)wish->said},
        {.flags = UV_INHERIT_FD, .data.fd = wish->gauges},
        {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE,
         .data.stream = (uv_stream_t *)wish->stream},
        {.flags = wish->group < 0 ? UV_IGNORE : UV_INHERIT_FD, .data.fd = wish->group},
    };
    uv_process_options_t options = {
        .file = wish->program,
        .args = wish->words,
        .exit_cb = on_exit_of_started,
        /* A session of its own: Ctrl-C is for the parent, which ends the child in good order. */
        .flags = UV_PROCESS_DETACHED,
        .stdio = descriptors,
        .stdio_count = sizeof descriptors / sizeof *descriptors - (wish->group < 0),
    };
    int failed = uv_spawn(loop, &process->watch.started, &options);
    process->pid = failed ? 0 : process->watch.started.pid;
    return failed;
}

/* --- A copy ---------------------------------------------------------------------------------- */

static void on_exit_of_copy(uv_poll_t *copy, int failed, int events)
{
    struct process *process = process_of(copy);
    int status = 0;
    (void)failed, (void)events;
    waitpid(process->pid, &status, 0);
    uv_poll_stop(copy);
    close(process->life);
    process->pid = 0;
    int signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    process->ended(process, signal_number ? signal_number : WEXITSTATUS(status), signal_number);
}

/* Nothing of the parent's goes on here, neither its loop nor its signals. What it has open stays open: libuv has
 * descriptors of its own among these. */
static _Noreturn void be_copy(const struct process_wish *wish, int said, int stream)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGCHLD, SIGPIPE};
    int nothing = open("/dev/null", O_RDWR);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], SIG_DFL);
    setsid();
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    dup2(said, STDERR_FILENO);
    wish->run(wish->arg, stream);
    _exit(EXIT_FAILURE);
}

static int open_pipe(uv_pipe_t *pipe, int fd)
{
    fcntl(fd, F_SETFL, O_NONBLOCK);
    int failed = uv_pipe_open(pipe, fd);
    if (failed)
        close(fd);
    return failed;
}

/* The parent's side. */
static int watch_copy(struct process *process, const struct process_wish *wish, uv_loop_t *loop,
                      int said, int stream)
{
    int failed = open_pipe(wish->said, said), other = open_pipe(wish->stream, stream);
    failed = failed ? failed : other;
    if (!failed)
        failed = uv_poll_init(loop, &process->watch.copy, process->life);
    if (!failed)
        failed = uv_poll_start(&process->watch.copy, UV_READABLE, on_exit_of_copy);
    if (failed) {
        kill(process->pid, SIGKILL);
        waitpid(process->pid, NULL, 0);
        close(process->life);
        process->pid = 0;
    }
    return failed;
}

/* The child has the second end of each, and the parent the first. */
enum { SAID, STREAM, LIFE, PIPES };

static int start_copy(struct process *process, uv_loop_t *loop, const struct process_wish *wish)
{
    int pipes[PIPES][2], made = 0;
    if (pipe2(pipes[SAID], O_CLOEXEC) == 0 && ++made &&
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pipes[STREAM]) == 0 && ++made &&
        pipe2(pipes[LIFE], O_CLOEXEC) == 0 && ++made)
        process->pid = fork();
    else
        process->pid = -1;
    if (process->pid == 0)
        be_copy(wish, pipes[SAID][1], pipes[STREAM][1]);
    int why = -errno;
    for (int i = 0; i < made; i++) {
        close(pipes[i][1]);
        if (process->pid < 0)
            close(pipes[i][0]);
    }
    if (process->pid < 0) {
        process->pid = 0;
        return why;
    }
    process->life = pipes[LIFE][0];
    return watch_copy(process, wish, loop, pipes[SAID][0], pipes[STREAM][0]);
}

/* --- Either ---------------------------------------------------------------------------------- */

int process_start(struct process *process, uv_loop_t *loop, const struct process_wish *wish)
{
    void *owner = process->watch.handle.data;
    int failed =
        wish->program ? start_program(process, loop, wish) : start_copy(process, loop, wish);
    /* Where there is no handle of its own, one that does nothing is closed in its place. */
    if (failed && !wish->program)
        uv_timer_init(loop, &process->watch.none);
    process->watch.handle.data = owner;
    return failed;
}

void process_kill(struct process *process, int signal_number)
{
    if (process->pid)
        kill(process->pid, signal_number);
}
