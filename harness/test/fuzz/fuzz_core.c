/* Any bytes, read as a core file: its segments, its notes, the files that it names, and tasks where it has them. */
#include "outside/core.h"
#include "outside/look.h"
#include "outside/target.h"
#include "test/fuzz/given.h"

#include <stdio.h>

static void read_memory(struct core *core)
{
    char text[256];
    const struct mapped_files *files = core_files(core);
    for (size_t i = 0; i < files->length; i++)
        memory_text(core_memory(core), files->all[i].low, text, sizeof text);
    memory_text(core_memory(core), core_program_headers(core), text, sizeof text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char why[TARGET_WHY], reason[LOOK_WHY];
    struct look look;
    const char *path = given_as_file(bytes, length);
    struct core *core = core_open(path, why);
    if (!core)
        return 0;
    read_memory(core);
    core_close(core);
    struct target *target = target_of_core(path, NULL, why);
    if (!target)
        return 0;
    look_at(&look, target->memory, &target->layout, false, true, reason);
    look_free(&look);
    target_close(target);
    return 0;
}
