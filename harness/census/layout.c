#include "census/layout.h"
#include "census/entry.h"
#include "census/recording.h"

#ifndef __has_attribute
#define __has_attribute(x) 0
#endif
#if __has_attribute(retain) /* where the linker throws away what nobody names */
#define KEPT __attribute__((section(CENSUS_LAYOUT_SECTION), used, retain))
#else
#define KEPT __attribute__((section(CENSUS_LAYOUT_SECTION), used))
#endif

#define POOLED(type)                                                                               \
    {                                                                                              \
        .size = offsetof(type, work_req) + sizeof(struct uv__work),                                \
        .run = offsetof(type, work_req.work), .link = offsetof(type, work_req.wq)                  \
    }

_Static_assert((int)UV_REQ_TYPE_MAX <= CENSUS_LAYOUT_REQUESTS, "room");

KEPT const struct census_layout census_layout = {
    .magic = CENSUS_LAYOUT_MAGIC,
    .version = CENSUS_LAYOUT_VERSION,
    .size = sizeof(struct census_layout),
    .word = sizeof(void *),
    .frames = CENSUS_FRAMES,
    .handle_size = sizeof(uv_handle_t),
    .handle_type = offsetof(uv_handle_t, type),
    .handle_flags = offsetof(uv_handle_t, flags),
    .handle_number = offsetof(uv_handle_t, u.reserved[3]),
    .stream_queued = offsetof(uv_stream_t, write_queue_size),
    .udp_queued = offsetof(uv_udp_t, send_queue_size),
    .request_type = offsetof(uv_req_t, type),
    .request_number = offsetof(uv_req_t, reserved[5]),
    .request = {[UV_CONNECT] = {.size = sizeof(uv_connect_t)},
                [UV_SHUTDOWN] = {.size = sizeof(uv_shutdown_t)},
                [UV_WRITE] = {.size = sizeof(uv_write_t),
                              .parts = offsetof(uv_write_t, bufs),
                              .parts_from = offsetof(uv_write_t, write_index),
                              .parts_to = offsetof(uv_write_t, nbufs)},
                [UV_UDP_SEND] = {.size = sizeof(uv_udp_send_t),
                                 .parts = offsetof(uv_udp_send_t, bufs),
                                 .parts_to = offsetof(uv_udp_send_t, nbufs)},
                [UV_FS] = POOLED(uv_fs_t),
                [UV_WORK] = POOLED(uv_work_t),
                [UV_GETADDRINFO] = POOLED(uv_getaddrinfo_t),
                [UV_GETNAMEINFO] = POOLED(uv_getnameinfo_t),
                [UV_RANDOM] = POOLED(uv_random_t)},
    .on = &recording.on,
    .handles = &census_handles,
    .requests = &census_requests,
    .descriptors = &census_descriptors,
    .threads = &census_threads,
    .stacks = &census_stacks,
};
