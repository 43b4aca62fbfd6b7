/* A process's threads, stopped for as long as somebody looks. */
#pragma once

#include "outside/process.h"

/* Stops all threads of a process, as a debugger does: the kernel lets them go on when this program ends, however it
 * ends. False, with why. */
bool process_stop(pid_t pid, char why[PROCESS_WHY]);

/* Lets go on what process_stop() has stopped. */
void process_go_on(void);
