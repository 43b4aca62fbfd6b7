/* A core file: what the memory of a process was when it ended, and which files were mapped into it. */
#pragma once

#include "outside/mapped.h"
#include "outside/memory.h"
#include <sys/types.h>

enum { CORE_WHY = 512 };

struct core;

/* Opens a core file of this kind of machine. NULL, with why. A truncated one is read as far as it goes. */
struct core *core_open(const char *path, char why[CORE_WHY]);
void core_close(struct core *core);

/* What of the memory is in the file. */
struct memory *core_memory(struct core *core);

const struct mapped_files *core_files(const struct core *core);
/* Where the program headers of the program itself lie; 0: the core does not say. */
uint64_t core_program_headers(const struct core *core);
/* Its number, when it lived. */
pid_t core_pid(const struct core *core);
/* Whether the file ends before all that it is to have. */
bool core_is_cut(const struct core *core);
