/* Where the census keeps what it knows, as data in the program itself: by it a reader in another process, or of a core file,
 * finds the handles, descriptors and threads there, with the stacks that made them. As task/layout.h is for tasks.
 *
 * A section of its own, which `strip` leaves; pointers in it are right in memory alone. The version goes up with every
 * change of what a field means, and of this table. */
#pragma once

#include <stdint.h>

#define CENSUS_LAYOUT_SECTION "leaklab_census_layout"
#define CENSUS_LAYOUT_MAGIC   "leaklab/census"

enum { CENSUS_LAYOUT_VERSION = 2, CENSUS_LAYOUT_REQUESTS = 16 };

struct census_field {
    uint16_t at, size;
};

/* What a record may have. Size 0: it has none. */
enum census_field_name {
    CENSUS_FIELD_OBJECT, /* a handle's or a request's address; of threads, the next in the list */
    CENSUS_FIELD_MADE,   /* the number of the stack that made it */
    CENSUS_FIELD_MARK,
    CENSUS_FIELD_SINCE, /* milliseconds */
    CENSUS_FIELD_TYPE,  /* of libuv, in the upper 8 bits; below, whether it is closing */
    CENSUS_FIELD_THREAD,
    CENSUS_FIELD_ENDED,
    CENSUS_FIELD_DETACHED,
    CENSUS_FIELD_HASH, /* of stacks */
    CENSUS_FIELD_DEPTH,
    CENSUS_FIELD_FRAMES,
    CENSUS_FIELDS
};

/* Records, one behind the other; of threads the first of a list. */
struct census_part {
    const void
        *first; /* the address where the address of the first is kept; 0 there: there are none */
    const void *length;         /* likewise how many there are; of descriptors the highest number */
    uint32_t length_size, size; /* of that number; of a record */
    struct census_field field[CENSUS_FIELDS];
};

extern const struct census_part census_handles, census_requests, census_descriptors, census_threads,
    census_stacks;

/* Where requests of a type have what is told of them, in bytes from the beginning; 0: they have none of it. */
struct census_request_at {
    uint16_t size; /* up to the last of it */
    uint16_t run,
        link; /* in the thread pool: what is to be run, NULL where it is done; a link, which leads to itself while it runs */
    uint16_t parts, parts_from,
        parts_to; /* the address of an array of uv_buf_t, and which of them are queued still */
};

struct census_layout {
    char magic[16];
    uint32_t version, size; /* of this table */
    uint16_t word, frames;  /* bytes of a pointer; the most frames of a stack */
    uint16_t handle_size;   /* of uv_handle_t, */
    uint16_t handle_type;   /* where it has its type, */
    uint16_t handle_flags;  /* its flags, */
    uint16_t handle_number; /* and, in the lower 32 bits, the number of its record */
    uint16_t stream_queued, udp_queued;
    uint16_t request_type, request_number;                    /* likewise of uv_req_t */
    struct census_request_at request[CENSUS_LAYOUT_REQUESTS]; /* by type */
    const void *on;                                           /* bool: it is asked for */
    const struct census_part *handles, *requests, *descriptors, *threads, *stacks;
};

extern const struct census_layout census_layout;
