/* Recovering from a panic.
 *
 *     struct panic panic;
 *     if (task_recover(handle, request, &panic))
 *         fprintf(stderr, "request failed: %s\n", panic.message);
 *
 * A panic leaves its task by way of the deferred calls, last deferred first, as in Go. Go then asks
 * for recover() in one of them, and returns from the function around it; a function in C can not be
 * made to return, so here the call is named that may panic. Without one around it the program ends
 * with the panic's message and exit status 2, after the deferred calls. `fatal error: ...` ends it
 * at once, as in Go. Outside of tasks nothing is deferred for a panic, and nobody recovers.
 *
 * Deferred calls are run in functions compiled with -fexceptions (not with it, they are passed over).
 */
#pragma once

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PANIC_MESSAGE = 512, PANIC_SITES = 10 };

/* A place that has to do with it: "sent at", "closed at". */
struct panic_site {
    const char *what; /* NULL ends the list */
    const void *pc;   /* a return address; NULL where it is not known */
};

struct panic {
    char message[PANIC_MESSAGE];
    struct panic_site sites[PANIC_SITES];
};

/* Calls fn(arg). Returns false when fn has returned; true when it has panicked, and then its deferred
 * calls, and those of all that it had called, were run, and *panic says what it was (NULL: nobody asks).
 * Of a panic in one of those deferred calls it is the later that counts. */
bool task_recover(void (*fn)(void *arg), void *arg, struct panic *panic);

#ifdef __cplusplus
}
#endif
