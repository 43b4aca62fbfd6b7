/* In the place of the runtime, for a program that has no tasks: names are looked up on the stack of whoever asks. */
#include "task/wait_reason.h"
#include <stddef.h>
#include <stdint.h>

uint64_t task_id(void);
extern void (*task_symbolize)(const void *return_address, char *line, size_t size);

uint64_t task_id(void)
{
    return 0;
}

void (*task_symbolize)(const void *return_address, char *line, size_t size);

const char *wait_reason_text(enum wait_reason reason)
{
    (void)reason;
    return "waiting";
}
