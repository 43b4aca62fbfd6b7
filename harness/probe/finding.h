/* What a request leaves behind: read from load and its rehearsal, of which one was longer than the other.
 *
 * What grows with the number of requests is a leak. What does not is a constant: the one task that each
 * request relieves, a housekeeper, a pool that has filled up. What was held when load was over, and went
 * later, is neither; it levels off.
 */
#pragma once

#include "probe/outcome.h"

/* Held for less than this it is no finding: work goes on a little after an answer. */
#define HELD_LEAST 1.0 /* seconds */

/* Fewer than this, of fewer than half of the requests, may be a constant that came late. */
enum { FEW = 8, FEW_BYTES = 16 << 10, EARLY_REQUESTS = 100 };

/* Why what stays is not called a leak. */
enum doubt {
    DOUBT_NONE,
    DOUBT_FEW,     /* too few to tell it from a constant */
    DOUBT_SLOWING, /* it may come to an end */
    DOUBT_JUMPED,  /* a pool that grew once, maybe; under the real clock */
};

struct found {
    double stays;    /* for ever, per request; heap: bytes */
    double constant; /* stays, however many requests there are */
    enum doubt doubt;
    bool early;      /* and all of it came in the first half of load, of many requests */
    double held;     /* per request, and gone in the end */
    double held_for; /* seconds each, on average */
    bool longer;     /* the more requests there are, the longer: it does not level off */
};

struct finding {
    double requests;
    struct found of[KINDS];
    double waiting[WAIT_REASONS]; /* tasks that stay, per request, by reason */
    double handles[HANDLE_TYPES]; /* handles that stay, per request, by uv_handle_type */
    double
        bytes; /* for each of the first kind that is held: resident, or of stack and heap; NAN: not known */
    uint64_t refused; /* go() that found no memory */
};

/* Of a case that ended well, with at least one request. */
struct finding finding_of(const struct outcome *outcome);

/* The first kind of which anything is held for long enough; KINDS: none. */
enum kind finding_held(const struct finding *finding);
