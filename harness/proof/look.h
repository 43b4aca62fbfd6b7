/* One look at all tasks, and what it says of each: for profiles and for ending what is leaked. */
#pragma once

#include "proof/kept.h"
#include "proof/proof.h"
#include "task/inspect.h"
#include "task/mutex.h"

enum proof_verdict { PROOF_LIVE, PROOF_BY_TIME, PROOF_UNSURE, PROOF_LEAKED };

struct proof;

/* For tests: room for so many entries to be followed. 0: the usual. */
extern size_t proof_mark_entries;

/* Set while one looks, of whichever kind: who finds it set does not. */
extern bool proof_is_looking;

/* Clears what calls before this one have left on the stack, some frames deep. For who calls proof_take(), a few
 * calls before: words that are left over would be taken for somebody's. */
void proof_prepare(void);

/* Owned by the caller: proof_free(). NULL and errno where memory is short. What it says of a task holds while that
 * stays parked; where counts.refused, every task is live. Not while another look goes on: EBUSY. */
struct proof *proof_take(void);

/* As proof_take(), and counts that too, by some walks over the heap more; *kept is all 0 where nothing is proven. */
struct proof *proof_take_kept(struct proof_kept *kept);

void proof_free(struct proof *p);

const struct task_leaks *proof_counts(const struct proof *p);

/* Of one that was just taken, or could not be (NULL, and errno): what task_leaks() says. */
void proof_report(const struct proof *p, struct task_leaks *report);
enum proof_verdict proof_of(const struct proof *p, const struct task_info *task);

/* Why a task is live that is so: an enum cause; the address of the record of another task that leads to
 * it, or has its lock (task_info's stack_high); or that of the word of static data that does. */
uint64_t proof_cause(const struct proof *p, const struct task_info *task);

/* The task of this record, in such a cause; and the owner of a lock. False where there is none, or the owner has
 * ended. */
bool proof_task_of_cause(const struct proof *p, uint64_t cause, struct task_info *task);
bool proof_owner(const struct proof *p, const struct lock_owner *owner, struct task_info *task);
