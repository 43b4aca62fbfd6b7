/* The tasks that wait for a lock, a condition or a wait group. Empty where zero-initialized. What is
 * in it is the runtime's own (wait_queue.h). */
#pragma once

struct task;

struct wait_queue {
    struct task *first, *last;
};
