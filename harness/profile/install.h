/* What the program tells by itself: at a panic, at a deadlock, on SIGUSR1. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/* From now on the program tells who is where: names and lines in panics, the dump of everyone at a
 * panic or deadlock, and the summary to standard error on SIGUSR1 while task_run() runs. Returns 0,
 * or -1 with errno where the signal can not be caught; all else is then in place. Idempotent. */
int dump_install(void);

#ifdef __cplusplus
}
#endif
