/* Why something is live. */
#pragma once

/* Or the address of a word of static data, or of the record of a task that is live. */
enum cause {
    CAUSE_NONE,
    CAUSE_RUNS,    /* it runs or is ready to */
    CAUSE_CLOCK,   /* a time will come */
    CAUSE_IO,      /* the outside world */
    CAUSE_HANDLE,  /* an active handle of the loop */
    CAUSE_THREAD,  /* the thread's own data, or another thread */
    CAUSE_MAPPED,  /* memory that the program or a library has mapped for itself */
    CAUSE_PROGRAM, /* the frames of whoever called task_run() */
    CAUSE_KEPT,    /* task_keep() */
    CAUSE_LOOP,    /* a lock that the loop has, not a task */
    CAUSE_UNSEEN,  /* more hold it than were found */
    CAUSE_UNKNOWN, /* a kind of wait that the proof knows nothing of, or a broken record */
    CAUSES
};
