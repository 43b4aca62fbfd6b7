/* A running process: its memory, and why it can not be read. */
#pragma once

#include "outside/memory.h"
#include <sys/types.h>

enum { PROCESS_WHY = 512 };

struct process {
    struct memory memory; /* first: a memory * is a process * */
    pid_t pid;
    int error; /* of the last read that failed, as errno; 0: none has */
};

struct process process_of(pid_t pid);

/* Writes why this process can not be looked at, and what to do; error: what errno was. */
void process_explain(pid_t pid, int error, char why[PROCESS_WHY]);
