/* The pairs: what catalog.def says, as a table. */
#pragma once

#include "task/wait_reason.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ctx;
struct uv_loop_s;

enum variant { VARIANT_LEAK, VARIANT_FIX, VARIANTS };

/* Room for every uv_handle_type. */
enum { HANDLE_TYPES = 20 };

/* What one request leaves behind. All zero: nothing. */
struct expectation {
    uint32_t parked[WAIT_REASONS]; /* tasks parked for ever, by wait reason */
    uint32_t timers;               /* timers that nobody will ever stop */
    uint32_t timers_held;          /* timers pending when load ends, those for ever included */
    uint32_t tasks_held;           /* tasks there when load ends, those for ever not included */
    int64_t held_for; /* how long each is held that is not for ever, in nanoseconds; 0: not said */
    /* For ever. Where a task or a timer is expected, it may hold any number of these: 0 is not said then. */
    uint32_t contexts, channels;
    uint32_t heap; /* bytes */
    /* Of plain C, for ever. */
    uint32_t handles[HANDLE_TYPES]; /* open, by uv_handle_type */
    uint32_t requests;              /* of libuv, in flight */
    uint32_t queued;                /* bytes in write queues */
    uint32_t descriptors, threads;  /* threads: that run, or have ended and were never joined */
    uint32_t
        proven; /* of these handles, those that nobody can close; of threads, those that nobody can wake */
};

/* Whether a request leaves anything behind, or holds it. */
bool expectation_is_any(const struct expectation *expected);

/* Whether it leaves anything of plain C: then it may hold any number of heap bytes. */
bool expectation_is_plain(const struct expectation *expected);

/* Whether it leaves tasks parked for ever. */
bool expectation_parks(const struct expectation *expected);

struct pair {
    const char *family, *id, *title;
    bool
        is_control; /* no pair: one program that looks like a leak and is none, in the fix's place */
    /* Serves one request, in a task of its own. Indexed by variant. */
    void (*entry[VARIANTS])(struct ctx *request);
    /* Or, of a pair without tasks, begins one on a libuv loop; or, of one without a loop, serves it in this thread. */
    void (*on_loop[VARIANTS])(struct uv_loop_s *loop);
    void (*threaded[VARIANTS])(void);
    struct expectation expected[VARIANTS];
};

extern const struct pair catalog[];
extern const size_t catalog_length;

/* The controls, which stand in no catalog (controls/controls.def). */
extern const struct pair controls[];
extern const size_t controls_length;

/* Whether it is plain C: no tasks, so no proof, no twin and no server for it. */
bool pair_is_plain(const struct pair *pair);

#define FOR_EACH_PAIR(pair)                                                                        \
    for (const struct pair *pair = catalog; pair < catalog + catalog_length; pair++)

/* NULL where there is no such id. */
const struct pair *catalog_find(const char *id);
const struct pair *controls_find(const char *id);

/* The ids that a mistyped one may have meant, best first. Returns how many, at most `most`. */
size_t catalog_nearest(const char *id, const struct pair **nearest, size_t most);

/* How a word of a command line names pairs: as one's id, as the family of some, or as a word of their ids or
 * titles. The first of these that names any counts. */
enum naming { NAMING_ID, NAMING_FAMILY, NAMING_WORD, NAMINGS };
bool catalog_names(const char *word, enum naming naming, const struct pair *pair);

/* NAMINGS where it names none. */
enum naming catalog_naming(const char *word);

/* How many columns an id takes, in a table of all pairs. */
int catalog_id_width(void);

/* How many single-character edits lie between two words. */
size_t edit_distance(const char *a, const char *b);

/* "leak" or "fix"; of a control, outcome_variant() says so. */
const char *variant_name(enum variant variant);
