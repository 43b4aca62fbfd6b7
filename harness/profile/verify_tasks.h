/* Assertions for tests: no task of mine is left.
 *
 * The verdict falls at quiescence (profile/quiescence.h): every other task has run until it parked,
 * and under the virtual clock as much time has passed as anybody was waiting for. Under the real clock
 * no time is waited: use the virtual one in tests.
 *
 *     clock_set_virtual(true);
 *     struct verify mine = verify_begin();
 *     ... start tasks, and stop them ...
 *     char *left = task_verify_none(&mine);
 *     if (left) { fputs(left, stderr); free(left); ... }
 *
 * Interleaved tests tell their tasks apart by label: each calls task_label(VERIFY_LABEL, name) in
 * its own task before it makes others, and sets .test to that name.
 */
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VERIFY_LABEL "test"

struct verify {
    uint64_t before;  /* tasks with this id or a lower one were there before */
    const char *test; /* the label's value that a task must carry to be blamed; NULL blames all */
    int64_t horizon;  /* how long the virtual clock may run on; 0: not at all */
    /* NULL, or what to ignore, ended by NULL: tasks made at `FILE:LINE`, in a FILE or in a
     * function; tasks whose top function is this one. Of a path its end is enough. */
    const char *const *ignore_made, *const *ignore_top;
};

/* All tasks that there are now are not to be blamed; no horizon. */
struct verify verify_begin(void);

/* NULL where no such task is left; else the dump of just these, to be freed. The caller itself is
 * never blamed. From inside of a task or outside, then by a task_run() of its own. */
char *task_verify_none(const struct verify *v);

/* The same by proof: blames the tasks that nobody can ever wake, at once, under either clock, and nobody who is
 * only slow or kept on purpose. The proof has to be linked in (leaklab-proof); where it is not, or refuses, that is
 * what is returned. */
char *task_verify_none_leaked(const struct verify *v);

#ifdef __cplusplus
}
#endif
