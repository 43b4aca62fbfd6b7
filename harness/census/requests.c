/* Requests of streams, sockets, lookups and the thread pool. As with handles, a wrapper is __wrap_NAME() beside __real_NAME();
 * those of files are in requests_fs.c.
 *
 * A request is in flight from the call until its callback is due. libuv calls ours, which ends the record and calls the
 * program's. Calls without a callback that libuv answers at once (of files, names, random numbers) are none. */
#include "census/requests.h"
#include "census/recording.h"
#include "census/table.h"

static struct record *find(uv_req_t *request)
{
    return records_find(&request_records, request, *request_word(request));
}

bool requests_begin(uv_req_t *request, uv_req_type type, uv_loop_t *loop, void (*then)(void),
                    const void *frame)
{
    if (!recording.on)
        return false;
    census_lock();
    struct record *record = find(request); /* one that was freed in flight, and its memory taken */
    if (!record && (record = records_add(&request_records, request, request_word(request))))
        census_counts.requests++;
    if (record) {
        record->type = type & 0xff;
        record->made = stacks_number(frame, CENSUS_FRAMES);
        record->mark = recording.next++;
        record->since = (uint32_t)uv_now(loop);
        record->then = then;
    }
    census_unlock();
    return record != NULL;
}

void (*requests_end(uv_req_t *request, uint32_t *made))(void)
{
    void (*then)(void) = NULL;
    census_lock();
    struct record *record = find(request);
    if (record) {
        then = record->then;
        if (made)
            *made = record->made;
        records_remove(&request_records, record);
        census_counts.requests--;
    }
    census_unlock();
    return then;
}

/* --- Calls --------------------------------------------------------------------------------------- */

/* The callback that libuv calls. */
#define ENDS(name, callback, parameters, arguments)                                                \
    static void name parameters                                                                    \
    {                                                                                              \
        callback then = (callback)requests_end((uv_req_t *)request, NULL);                         \
        if (then)                                                                                  \
            then arguments;                                                                        \
    }

ENDS(on_written, uv_write_cb, (uv_write_t * request, int status), (request, status))
ENDS(on_connected, uv_connect_cb, (uv_connect_t * request, int status), (request, status))
ENDS(on_shut_down, uv_shutdown_cb, (uv_shutdown_t * request, int status), (request, status))
ENDS(on_sent, uv_udp_send_cb, (uv_udp_send_t * request, int status), (request, status))
ENDS(on_worked, uv_after_work_cb, (uv_work_t * request, int status), (request, status))
ENDS(on_address, uv_getaddrinfo_cb,
     (uv_getaddrinfo_t * request, int status, struct addrinfo *answer), (request, status, answer))
ENDS(on_name, uv_getnameinfo_cb,
     (uv_getnameinfo_t * request, int status, const char *name, const char *service),
     (request, status, name, service))
ENDS(on_random, uv_random_cb, (uv_random_t * request, int status, void *bytes, size_t length),
     (request, status, bytes, length))

/* int NAME(.. request, .. then): `has`: whether it is one at all; ours: what libuv is to call. */
#define WRAP(name, parameters, arguments, kind, loop, has, ours)                                   \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        bool known = (has) && requests_begin((uv_req_t *)request, kind, loop,                      \
                                             (void (*)(void))then, __builtin_frame_address(0));    \
        if (known)                                                                                 \
            then = ours;                                                                           \
        return requests_taken(__real_##name arguments, known, (uv_req_t *)request);                \
    }

WRAP(uv_write,
     (uv_write_t * request, uv_stream_t *to, const uv_buf_t *parts, unsigned n, uv_write_cb then),
     (request, to, parts, n, then), UV_WRITE, to->loop, true, on_written)
WRAP(uv_write2,
     (uv_write_t * request, uv_stream_t *to, const uv_buf_t *parts, unsigned n, uv_stream_t *sent,
      uv_write_cb then),
     (request, to, parts, n, sent, then), UV_WRITE, to->loop, true, on_written)
WRAP(uv_shutdown, (uv_shutdown_t * request, uv_stream_t *stream, uv_shutdown_cb then),
     (request, stream, then), UV_SHUTDOWN, stream->loop, true, on_shut_down)
WRAP(uv_tcp_connect,
     (uv_connect_t * request, uv_tcp_t *tcp, const struct sockaddr *to, uv_connect_cb then),
     (request, tcp, to, then), UV_CONNECT, tcp->loop, true, on_connected)
WRAP(uv_udp_send,
     (uv_udp_send_t * request, uv_udp_t *udp, const uv_buf_t *parts, unsigned n,
      const struct sockaddr *to, uv_udp_send_cb then),
     (request, udp, parts, n, to, then), UV_UDP_SEND, udp->loop, true, on_sent)
WRAP(uv_queue_work, (uv_loop_t * loop, uv_work_t *request, uv_work_cb work, uv_after_work_cb then),
     (loop, request, work, then), UV_WORK, loop, true, on_worked)
WRAP(uv_getaddrinfo,
     (uv_loop_t * loop, uv_getaddrinfo_t *request, uv_getaddrinfo_cb then, const char *name,
      const char *service, const struct addrinfo *wish),
     (loop, request, then, name, service, wish), UV_GETADDRINFO, loop, then != NULL, on_address)
WRAP(uv_getnameinfo,
     (uv_loop_t * loop, uv_getnameinfo_t *request, uv_getnameinfo_cb then,
      const struct sockaddr *address, int flags),
     (loop, request, then, address, flags), UV_GETNAMEINFO, loop, then != NULL, on_name)
WRAP(uv_random,
     (uv_loop_t * loop, uv_random_t *request, void *bytes, size_t length, unsigned flags,
      uv_random_cb then),
     (loop, request, bytes, length, flags, then), UV_RANDOM, loop, then != NULL, on_random)

/* Its failure comes by the callback too. */
void __real_uv_pipe_connect(uv_connect_t *request, uv_pipe_t *pipe, const char *name,
                            uv_connect_cb then);
void __wrap_uv_pipe_connect(uv_connect_t *request, uv_pipe_t *pipe, const char *name,
                            uv_connect_cb then);
void __wrap_uv_pipe_connect(uv_connect_t *request, uv_pipe_t *pipe, const char *name,
                            uv_connect_cb then)
{
    bool known = requests_begin((uv_req_t *)request, UV_CONNECT, pipe->loop, (void (*)(void))then,
                                __builtin_frame_address(0));
    __real_uv_pipe_connect(request, pipe, name, known ? on_connected : then);
}

/* Since libuv 1.46. It is here for older ones too: a program that is linked with this census may have a newer one. */
int __real_uv_pipe_connect2(uv_connect_t *request, uv_pipe_t *pipe, const char *name, size_t length,
                            unsigned flags, uv_connect_cb then) __attribute__((weak));
WRAP(uv_pipe_connect2,
     (uv_connect_t * request, uv_pipe_t *pipe, const char *name, size_t length, unsigned flags,
      uv_connect_cb then),
     (request, pipe, name, length, flags, then), UV_CONNECT, pipe->loop, true, on_connected)

/* --- Those there are ----------------------------------------------------------------------------- */

static size_t bytes_of(const uv_buf_t *parts, unsigned from, unsigned to)
{
    size_t bytes = 0;
    for (unsigned i = from; parts && i < to; i++)
        bytes += parts[i].len;
    return bytes;
}

/* libuv takes off what is written. */
static size_t queued_in(const uv_req_t *request, uv_req_type type)
{
    const uv_write_t *write = (const uv_write_t *)request;
    const uv_udp_send_t *send = (const uv_udp_send_t *)request;
    if (type == UV_WRITE)
        return bytes_of(write->bufs, write->write_index, write->nbufs);
    return type == UV_UDP_SEND ? bytes_of(send->bufs, 0, send->nbufs) : 0;
}

static const struct uv__work *work_of(const uv_req_t *request, uv_req_type type)
{
    switch (type) {
    case UV_WORK:
        return &((const uv_work_t *)request)->work_req;
    case UV_FS:
        return &((const uv_fs_t *)request)->work_req;
    case UV_GETADDRINFO:
        return &((const uv_getaddrinfo_t *)request)->work_req;
    case UV_GETNAMEINFO:
        return &((const uv_getnameinfo_t *)request)->work_req;
    case UV_RANDOM:
        return &((const uv_random_t *)request)->work_req;
    default:
        return NULL;
    }
}

/* Who runs is in no queue, and who is done has no work any more: so libuv itself tells them apart, to cancel some. What the kernel
 * does for libuv 1.45 and later, by io_uring, has neither: no thread runs it. */
static enum census_pool place_in_pool(const struct uv__work *work)
{
    if (!work)
        return CENSUS_NO_POOL;
    const void *next = *(const void *const volatile *)&work->wq;
    bool has_work = *(void (*const volatile *)(struct uv__work *)) & work->work;
    if (next == &work->wq)
        return has_work ? CENSUS_POOL_RUNS : CENSUS_NO_POOL;
    return has_work ? CENSUS_POOL_WAITS : CENSUS_POOL_DONE;
}

/* A record that is visited has its request. */
static __attribute__((nonnull)) const uv_loop_t *loop_of(const uv_req_t *request, uv_req_type type)
{
    const struct uv__work *work = work_of(request, type);
    if (work)
        return work->loop;
    switch (type) {
    case UV_WRITE:
        return ((const uv_write_t *)request)->handle->loop;
    case UV_CONNECT:
        return ((const uv_connect_t *)request)->handle->loop;
    case UV_SHUTDOWN:
        return ((const uv_shutdown_t *)request)->handle->loop;
    default:
        return ((const uv_udp_send_t *)request)->handle->loop;
    }
}

static struct census_entry entry_of(const struct record *record)
{
    const uv_req_t *request = record->object;
    uv_req_type type = (uv_req_type)record->type;
    return (struct census_entry){.kind = CENSUS_REQUEST,
                                 .object = request,
                                 .loop = loop_of(request, type),
                                 .request = type,
                                 .pool = place_in_pool(work_of(request, type)),
                                 .queued = queued_in(request, type)};
}

bool requests_each(census_visit *each, void *arg)
{
    return records_each(&request_records, entry_of, each, arg);
}
