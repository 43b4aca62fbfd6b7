/* Contexts: a tree of cancellation. Always a function's first parameter.
 *
 * A context is made from its parent, and cancelled with it. Who made it drops it; a child keeps
 * its parent alive, a parent does not keep its children.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct chan;
struct ctx;

enum ctx_error { CTX_OK, CTX_CANCELED, CTX_DEADLINE_EXCEEDED };

/* The root of every tree: never cancelled, no deadline, no values. Not to be dropped. */
struct ctx *ctx_background(void);

/* A child of parent, with one reference, the caller's. */
struct ctx *ctx_with_cancel(struct ctx *parent);

/* The same, cancelled by itself at clock_now() == when, or after a while in nanoseconds, with
 * CTX_DEADLINE_EXCEEDED. The parent's deadline holds where it is earlier. */
struct ctx *ctx_with_deadline(struct ctx *parent, int64_t when);
struct ctx *ctx_with_timeout(struct ctx *parent, int64_t nanoseconds);

/* The same as parent, with one value more. Keys are compared by address; neither is copied. */
struct ctx *ctx_with_value(struct ctx *parent, const void *key, void *value);
void *ctx_value(struct ctx *c, const void *key);

struct ctx *ctx_ref(struct ctx *c);
void ctx_drop(struct ctx *c);

/* Cancels c and all its descendants with CTX_CANCELED. The first cancellation counts; later ones
 * do nothing. cause is not copied, and may be NULL. */
void ctx_cancel(struct ctx *c);
void ctx_cancel_cause(struct ctx *c, const char *cause);

/* A channel that is closed when c is cancelled: for a receive or a select. NULL for a context that
 * never is. Borrowed: it lives as long as c. */
struct chan *ctx_done(struct ctx *c);

/* CTX_OK while c goes on, then why it ended; and in Go's words. */
enum ctx_error ctx_err(struct ctx *c);
const char *ctx_error_text(enum ctx_error error);

/* What was said at the cancellation, else the error's text; NULL while c goes on. */
const char *ctx_cause(struct ctx *c);

/* True and *when where c has a deadline. */
bool ctx_deadline(struct ctx *c, int64_t *when);

#ifdef __cplusplus
}
#endif
