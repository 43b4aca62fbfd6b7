/* The program that is looked at: a process, or a core file with the program's file. */
#pragma once

#include "outside/image.h"
#include "outside/layout.h"

struct target {
    struct memory *memory;
    struct images *images;
    struct task_layout layout; /* where it has tasks */
    bool has_tasks;
    uint64_t census; /* where the table of a census is (census/layout.h); 0: none */
    pid_t pid;       /* of a core: what it was, 0 where that is not known */
    bool is_core;    /* then time stands still */
    bool is_cut;     /* a core that ends before its end */
};

enum { TARGET_WHY = 768 };

/* Opens a process, or a core, that has tasks of this runtime, or a census. program: its file, NULL where it is where it was. NULL, with why and what to do. */
struct target *target_of_process(pid_t pid, char why[TARGET_WHY]);
struct target *target_of_core(const char *core, const char *program, char why[TARGET_WHY]);
void target_close(struct target *target);
