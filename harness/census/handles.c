/* The program's calls, on their way to libuv. A wrapper is __wrap_NAME() beside __real_NAME(), and the Makefile finds the
 * names here.
 *
 * A handle counts from when libuv has initialized it until its close callback is due. */
#include "census/handles.h"
#include "census/descriptors.h"
#include "census/recording.h"
#include "census/table.h"
#include "census/twice.h"

static struct record *find(uv_handle_t *handle)
{
    return records_find(&handle_records, handle, *handle_word(handle));
}

/* Not inlined: its caller's frame is the one to begin with, that of the wrapper. */
static __attribute__((noinline)) void made(uv_handle_t *handle, const void *frame)
{
    if (!recording.on)
        return;
    uint32_t now = (uint32_t)handle->loop->time; /* uv_now() */
    census_lock();
    struct record *record = records_add(&handle_records, handle, handle_word(handle));
    if (record) {
        record->type = handle->type & 0xff;
        record->made = stacks_number(frame, CENSUS_FRAMES);
        record->mark = recording.next++;
        record->since = now;
        census_counts.handles++;
        census_counts.of_type[handle->type]++;
    }
    census_unlock();
}

/* The handle is the program's again, which may free it. */
static void on_closed(uv_handle_t *handle)
{
    uv_close_cb then = NULL;
    uint32_t type = 0;
    census_lock();
    struct record *record = find(handle);
    if (record) {
        then = (uv_close_cb)record->then;
        type = record->type;
        records_remove(&handle_records, record);
        census_counts.handles--;
        census_counts.of_type[type]--;
    }
    census_unlock();
    if (then)
        then(handle);
}

/* The first byte of the program, which its calls that are wrapped come from: an address in it has 31 bits as an offset. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));

/* The handle's word, with who closes it in its upper half. 0: it is not of the program, but of a library that
 * was given a pointer to the call. */
static void *closed_by(const void *word, const void *here)
{
    uintptr_t offset = (uintptr_t)here - (uintptr_t)__ehdr_start;
    return (void *)((uint32_t)(uintptr_t)word | (offset <= INT32_MAX ? offset << 32 : 0));
}

/* NULL: not known. */
static const void *closed_at(const void *word)
{
    uintptr_t offset = (uintptr_t)word >> 32;
    return offset ? __ehdr_start + offset : NULL;
}

/* Of what it polls the descriptor stays open. */
static bool has_descriptor(const uv_handle_t *handle)
{
    return handle->type == UV_TCP || handle->type == UV_NAMED_PIPE || handle->type == UV_TTY ||
           handle->type == UV_UDP;
}

/* False: it is not known. */
static bool closes(uv_handle_t *handle, uv_close_cb then, const void *here)
{
    void **word = handle_word(handle);
    struct record twice;
    const void *first = NULL;
    bool again = false;
    uv_os_fd_t number;
    if (has_descriptor(handle) && uv_fileno(handle, &number) == 0)
        descriptors_closed(number);
    census_lock();
    struct record *record = find(handle);
    if (record) {
        if (record->closing)
            twice = *record, first = closed_at(*word), again = true;
        record->closing = 1;
        *word = closed_by(*word, here);
        record->then = (void (*)(void))then;
    }
    census_unlock();
    if (again)
        twice_say(&twice, first, here);
    return record != NULL;
}

void __real_uv_close(uv_handle_t *handle, uv_close_cb then);
void __wrap_uv_close(uv_handle_t *handle, uv_close_cb then);
void __wrap_uv_close(uv_handle_t *handle, uv_close_cb then)
{
    bool known = recording.on && closes(handle, then, __builtin_return_address(0));
    __real_uv_close(handle, known ? on_closed : then);
}

/* Closes as well, where it does not fail. */
int __real_uv_tcp_close_reset(uv_tcp_t *handle, uv_close_cb then);
int __wrap_uv_tcp_close_reset(uv_tcp_t *handle, uv_close_cb then);
int __wrap_uv_tcp_close_reset(uv_tcp_t *handle, uv_close_cb then)
{
    struct record *record;
    bool known = recording.on && closes((uv_handle_t *)handle, then, __builtin_return_address(0));
    int failed = __real_uv_tcp_close_reset(handle, known ? on_closed : then);
    if (!failed || !known)
        return failed;
    census_lock();
    if ((record = find((uv_handle_t *)handle)))
        record->closing = 0;
    census_unlock();
    return failed;
}

/* int NAME(uv_loop_t *, TYPE *handle, ..) */
#define WRAP(name, parameters, arguments, handle)                                                  \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        int failed = __real_##name arguments;                                                      \
        if (!failed)                                                                               \
            made((uv_handle_t *)(handle), __builtin_frame_address(0));                             \
        return failed;                                                                             \
    }

WRAP(uv_async_init, (uv_loop_t * loop, uv_async_t *h, uv_async_cb call), (loop, h, call), h)
WRAP(uv_check_init, (uv_loop_t * loop, uv_check_t *h), (loop, h), h)
WRAP(uv_fs_event_init, (uv_loop_t * loop, uv_fs_event_t *h), (loop, h), h)
WRAP(uv_fs_poll_init, (uv_loop_t * loop, uv_fs_poll_t *h), (loop, h), h)
WRAP(uv_idle_init, (uv_loop_t * loop, uv_idle_t *h), (loop, h), h)
WRAP(uv_pipe_init, (uv_loop_t * loop, uv_pipe_t *h, int ipc), (loop, h, ipc), h)
WRAP(uv_poll_init, (uv_loop_t * loop, uv_poll_t *h, int fd), (loop, h, fd), h)
WRAP(uv_poll_init_socket, (uv_loop_t * loop, uv_poll_t *h, uv_os_sock_t fd), (loop, h, fd), h)
WRAP(uv_prepare_init, (uv_loop_t * loop, uv_prepare_t *h), (loop, h), h)
WRAP(uv_signal_init, (uv_loop_t * loop, uv_signal_t *h), (loop, h), h)
WRAP(uv_tcp_init, (uv_loop_t * loop, uv_tcp_t *h), (loop, h), h)
WRAP(uv_tcp_init_ex, (uv_loop_t * loop, uv_tcp_t *h, unsigned flags), (loop, h, flags), h)
WRAP(uv_timer_init, (uv_loop_t * loop, uv_timer_t *h), (loop, h), h)
WRAP(uv_tty_init, (uv_loop_t * loop, uv_tty_t *h, uv_file fd, int readable),
     (loop, h, fd, readable), h)
WRAP(uv_udp_init, (uv_loop_t * loop, uv_udp_t *h), (loop, h), h)
WRAP(uv_udp_init_ex, (uv_loop_t * loop, uv_udp_t *h, unsigned flags), (loop, h, flags), h)

/* One that fails has made its handle all the same: it is to be closed. */
int __real_uv_spawn(uv_loop_t *loop, uv_process_t *h, const uv_process_options_t *options);
int __wrap_uv_spawn(uv_loop_t *loop, uv_process_t *h, const uv_process_options_t *options);
int __wrap_uv_spawn(uv_loop_t *loop, uv_process_t *h, const uv_process_options_t *options)
{
    int failed = __real_uv_spawn(loop, h, options);
    if (failed != UV_EINVAL)
        made((uv_handle_t *)h, __builtin_frame_address(0));
    return failed;
}

/* --- Those there are ----------------------------------------------------------------------------- */

/* A stream or a socket that is not one of these has no queue. */
static size_t queued_in(const uv_handle_t *handle)
{
    switch (handle->type) {
    case UV_TCP:
    case UV_NAMED_PIPE:
    case UV_TTY:
        return uv_stream_get_write_queue_size((const uv_stream_t *)handle);
    case UV_UDP:
        return uv_udp_get_send_queue_size((const uv_udp_t *)handle);
    default:
        return 0;
    }
}

static struct census_entry entry_of(const struct record *record)
{
    const uv_handle_t *handle = record->object;
    return (struct census_entry){.kind = CENSUS_HANDLE,
                                 .object = handle,
                                 .loop = handle->loop,
                                 .type = (uv_handle_type)record->type,
                                 .closing = record->closing,
                                 .active = uv_is_active(handle) != 0,
                                 .referenced = uv_has_ref(handle) != 0,
                                 .queued = queued_in(handle)};
}

bool handles_each(census_visit *each, void *arg)
{
    return records_each(&handle_records, entry_of, each, arg);
}
