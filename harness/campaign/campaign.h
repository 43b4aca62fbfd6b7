/* Runs a design from where its journal ends, process by process. */
#pragma once

#include "campaign/design.h"
#include "campaign/journal.h"

/* How far it is. */
struct campaign_progress {
    size_t block, blocks; /* the one that is on, from 0 */
    size_t process, processes, noisy;
    const char *row;
    double spent, left; /* seconds; left: NAN before a block is whole */
};

enum { TRIES_MOST = 100 };

struct campaign_run {
    const struct design *design;
    double budget; /* seconds over all that the journal has; 0: none */
    int tries;     /* of a process that is flagged each time; from 1 to TRIES_MOST */
    double wait;   /* seconds, at most, for a core of one's own before a process */
    void (*told)(const struct campaign_progress *progress); /* before each process */
    volatile const int *stop;                               /* not 0: end before the next process */
};

enum campaign_end {
    CAMPAIGN_WHOLE,   /* all blocks are measured */
    CAMPAIGN_BUDGET,  /* the next block would not fit into the budget */
    CAMPAIGN_STOPPED, /* as asked */
    CAMPAIGN_FAILED,  /* *why */
};

/* A block is begun only where it fits, by how long those before it took; the first two always are. */
enum campaign_end campaign_go_on(const struct campaign_run *run, struct journal *journal, char *why,
                                 size_t size);
