/* Whether a core did something else while a process ran: other work, or its hypervisor's. */
#pragma once

#include <stdbool.h>

/* Of a core, in seconds since the start of the machine. */
struct busy {
    double all, busy, stolen;
};

/* A share of the time of the core between two looks. */
struct busy_share {
    double others, stolen;
    bool noisy; /* more than can be left out of account */
};

/* From this share on it is noise: of other work, of stolen time. A clock tick more is allowed for. */
extern const double busy_others_most, busy_stolen_most;

/* All 0 where /proc does not tell. */
struct busy busy_look(int core);

/* own: seconds of processor time that the process itself took. */
struct busy_share busy_between(const struct busy *before, const struct busy *after, double own);
