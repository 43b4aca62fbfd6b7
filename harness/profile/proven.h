/* What a proof says of the tasks of a profile. Where none is linked into the program, all of this says that nothing
 * is known: libleaklab-profile does not bring one along. */
#pragma once

#include "proof/end.h"

#ifdef __cplusplus
extern "C" {
#endif

/* For who takes one, some calls before: proof_prepare(). */
void proven_prepare(void);

/* NULL where no proof is linked in, or there is no memory. To be given to proven_free(). */
struct proof *proven_take(void);
/* The same, and of the heap what only leaked tasks reach. */
struct proof *proven_take_kept(struct proof_kept *kept);
void proven_free(struct proof *p);

/* NULL: the proof stands. Else why nothing is proven; also for a NULL proof. */
const char *proven_refused(const struct proof *p);

/* All tasks are live where nothing is proven. */
enum proof_verdict proven_verdict(const struct proof *p, const struct task_info *task);
uint64_t proven_cause(const struct proof *p, const struct task_info *task);
bool proven_task_of_cause(const struct proof *p, uint64_t cause, struct task_info *task);
bool proven_owner(const struct proof *p, const struct lock_owner *owner, struct task_info *task);

/* As proof_end(). False too where no proof was taken. */
bool proven_end(const struct proof *p, const struct proof_ending *ending, size_t *ended);

/* `leaked`, `by time`, `unsure`, `live`. */
const char *proven_word(enum proof_verdict verdict);

#ifdef __cplusplus
}
#endif
