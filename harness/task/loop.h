/* The libuv loop under the tasks, for callbacks of one's own. A file that only uses tasks needs no uv.h. */
#pragma once

#include <uv.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The loop that everything runs on. Owned by the runtime; its callbacks run outside of any task, and
 * must not park. */
uv_loop_t *task_loop(void);

#ifdef __cplusplus
}
#endif
