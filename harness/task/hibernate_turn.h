/* Hibernation's part in the turns of the loop. Private to task/. */
#pragma once

#include <stdint.h>

/* By clock_now(): when it is next to be looked who has been parked for long. INT64_MAX: never. */
extern int64_t task_hibernate_due;
void task_hibernate_turn(void);
