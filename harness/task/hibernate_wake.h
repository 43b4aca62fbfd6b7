/* Waking who hibernates, and looking at it. Private to task/. */
#pragma once

#include "task/hibernate_table.h"

/* A fault at this address: true where a hidden page was the reason, and is there now. In a signal handler, on
 * whatever thread. */
bool task_hibernate_fault(const void *address);

/* Wakes all. */
void task_hibernate_end_all(void);
