/* Contexts: a tree of cancellation. Always a function's first parameter.
 *
 * A context is made from its parent, and cancelled with it. Who made it drops it; a child keeps
 * its parent alive, a parent does not keep its children. A NULL parent is a panic.
 */
#pragma once

#include "task/task.h"
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct chan;
struct ctx;
struct ctx_after;

enum ctx_error { CTX_OK, CTX_CANCELED, CTX_DEADLINE_EXCEEDED };

/* The root of every tree: never cancelled, no deadline, no values. Not to be dropped. */
struct ctx *ctx_background(void);

/* A child of parent, with one reference, the caller's. */
struct ctx *ctx_with_cancel(struct ctx *parent);

/* The same, cancelled by itself at clock_now() == when, or after a while in nanoseconds, with
 * CTX_DEADLINE_EXCEEDED. The parent's deadline holds where it is earlier. */
struct ctx *ctx_with_deadline(struct ctx *parent, int64_t when);
struct ctx *ctx_with_timeout(struct ctx *parent, int64_t nanoseconds);

/* The same, and this is the cause where its own deadline ends it. Not copied. */
struct ctx *ctx_with_deadline_cause(struct ctx *parent, int64_t when, const char *cause);
struct ctx *ctx_with_timeout_cause(struct ctx *parent, int64_t nanoseconds, const char *cause);

/* A child with the parent's values alone: it goes on when the parent ends, has no deadline, and as
 * the background is never cancelled. For what must be done after a request is over. */
struct ctx *ctx_without_cancel(struct ctx *parent);

/* The same as parent, with one value more. Keys are compared by address; neither is copied. A NULL
 * key is a panic. */
struct ctx *ctx_with_value(struct ctx *parent, const void *key, void *value);
void *ctx_value(struct ctx *c, const void *key);

struct ctx *ctx_ref(struct ctx *c);
void ctx_drop(struct ctx *c);

/* Cancels c and all its descendants with CTX_CANCELED: when it returns, all have ended, and nobody
 * who waits for that can take anything else. The first cancellation counts; later ones do nothing.
 * cause is not copied, and may be NULL. */
void ctx_cancel(struct ctx *c);
void ctx_cancel_cause(struct ctx *c, const char *cause);

/* A channel that is closed when c is cancelled: for a receive or a select. NULL for a context that
 * never is. Borrowed: it lives as long as c. */
struct chan *ctx_done(struct ctx *c);

/* CTX_OK while c goes on, then why it ended; and in Go's words.
 *
 * A deadline ends a context in the loop, which has its turn when tasks park; and here, in
 * ctx_done() and in ctx_cause(), so that `while (!ctx_err(c)) work();` ends too. The real clock
 * is asked to the kernel's tick, so such a loop may see its deadline some milliseconds late. The
 * virtual clock stands still while a task runs; but from the thousandth time in a row that a task
 * asks without parking, each counts as a microsecond of work. */
enum ctx_error ctx_err(struct ctx *c);
const char *ctx_error_text(enum ctx_error error);

/* What was said at the cancellation, else the error's text; NULL while c goes on. */
const char *ctx_cause(struct ctx *c);

/* True and *when where c has a deadline, also after its end. */
bool ctx_deadline(struct ctx *c, int64_t *when);

/* Calls fn(arg) in a task of its own once c has ended; where it has already, at once. Of several
 * calls each stands for itself. Returns one reference, the caller's; to drop it stops nothing: what
 * waits keeps itself and c until it is called or stopped. Without memory for the task's stack the
 * program stops. */
#define ctx_after_func(c, fn, ...) ctx_after_func_at((c), (fn), __VA_ARGS__, TASK_SITE_(fn))
struct ctx_after *ctx_after_func_at(struct ctx *c, void (*fn)(void *arg), void *arg,
                                    const struct task_site *site);

/* True where that kept fn from being called. False where its task was made before, which may still
 * run, or it was stopped before. */
bool ctx_after_stop(struct ctx_after *after);
void ctx_after_drop(struct ctx_after *after);

#ifdef __cplusplus
}
#endif
