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
    .on = &recording.on,
    .handles = &census_handles,
    .descriptors = &census_descriptors,
    .threads = &census_threads,
    .stacks = &census_stacks,
};
