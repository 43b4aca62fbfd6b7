#include "outside/target.h"
#include "census/layout.h"
#include "outside/core.h"
#include "outside/mapped.h"
#include "outside/process.h"
#include "outside/sleepers.h"
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct opened {
    struct target target; /* first: a target * is one of these */
    struct memory with_files;
    struct mapped_files files; /* a process's */
    struct process process;
    struct core *core;
    struct sleepers *sleepers;
};

/* --- The runtime and the census in it ------------------------------------------------------------------------------ */

static const char *name_of(const struct images *images)
{
    const char *path = images_program(images), *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* who: `process 7`, `core.7`. */
static bool find_runtime(struct target *target, const char *who, char why[TARGET_WHY])
{
    char reason[LAYOUT_WHY];
    const char *name = name_of(target->images);
    uint64_t at = images_section(target->images, TASK_LAYOUT_SECTION);
    target->census = images_section(target->images, CENSUS_LAYOUT_SECTION);
    target->has_tasks = at && layout_read(target->memory, at, &target->layout, reason);
    if (target->has_tasks || (!at && target->census))
        return true;
    if (at) {
        snprintf(why, TARGET_WHY, "%s (%.64s): %s", who, name, reason);
        return false;
    }
    const char *trouble = images_trouble(target->images);
    if (trouble)
        snprintf(why, TARGET_WHY,
                 "%s (%.64s): whether it runs on leaklab's tasks is not known: %.400s", who, name,
                 trouble);
    else
        snprintf(why, TARGET_WHY,
                 "%s (%.64s) does not run on leaklab's tasks, or on a runtime from before it could "
                 "be read from outside: it has no section %s, and of a census (leaklab-census) no "
                 "section %s",
                 who, name, TASK_LAYOUT_SECTION, CENSUS_LAYOUT_SECTION);
    return false;
}

/* From now on the memory is what it is to the process: nobody's page is hidden. */
static bool see_sleepers(struct opened *o, char why[TARGET_WHY])
{
    if (!o->target.has_tasks)
        return true;
    o->sleepers = sleepers_open(o->target.memory, &o->target.layout);
    if (!o->sleepers) {
        snprintf(why, TARGET_WHY, "no memory to look at who hibernates");
        return false;
    }
    o->target.memory = sleepers_memory(o->sleepers);
    return true;
}

/* --- A process --------------------------------------------------------------------------------------- */

static bool read_maps(struct opened *o, char why[TARGET_WHY])
{
    char path[64];
    pid_t pid = o->process.pid;
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    FILE *maps = fopen(path, "re");
    if (!maps) {
        process_explain(pid, errno, why);
        return false;
    }
    bool done = mapped_read(&o->files, maps);
    int error = ferror(maps) ? errno : 0;
    fclose(maps);
    if (done && !error && o->files.length)
        return true;
    if (error == ESRCH || (done && !error))
        snprintf(why, TARGET_WHY,
                 "process %d has no program in its memory: it has ended, or is the kernel's own",
                 pid);
    else
        process_explain(pid, error ? error : ENOMEM, why);
    return false;
}

/* Whether its memory may be read: by its first byte. */
static bool may_read(struct opened *o, char why[TARGET_WHY])
{
    char byte;
    if (memory_read(&o->process.memory, o->files.all[0].low, &byte, 1))
        return true;
    process_explain(o->process.pid, o->process.error, why);
    return false;
}

static uint64_t headers_of_process(pid_t pid)
{
    char path[64];
    uint64_t pair[2], headers = 0;
    snprintf(path, sizeof path, "/proc/%d/auxv", pid);
    FILE *file = fopen(path, "re");
    while (file && !headers && fread(pair, sizeof pair, 1, file) == 1)
        if (pair[0] == AT_PHDR)
            headers = pair[1];
    if (file)
        fclose(file);
    return headers;
}

struct target *target_of_process(pid_t pid, char why[TARGET_WHY])
{
    char who[64];
    struct opened *o = calloc(1, sizeof *o);
    if (!o) {
        snprintf(why, TARGET_WHY, "no memory to look at process %d", pid);
        return NULL;
    }
    o->process = process_of(pid);
    o->target.pid = pid;
    o->target.memory = &o->process.memory;
    snprintf(who, sizeof who, "process %d", pid);
    if (read_maps(o, why) && may_read(o, why) &&
        (o->target.images =
             images_open(&o->files, o->target.memory, pid, headers_of_process(pid), NULL, why)) &&
        find_runtime(&o->target, who, why) && see_sleepers(o, why))
        return &o->target;
    target_close(&o->target);
    return NULL;
}

/* --- A core ------------------------------------------------------------------------------------------- */

/* What the kernel leaves out of a core since it is in files: code, constants. */
static void read_with_files(struct memory *memory, struct piece *pieces, size_t n)
{
    struct opened *o = (struct opened *)((char *)memory - offsetof(struct opened, with_files));
    struct memory *core = core_memory(o->core);
    core->read(core, pieces, n);
    for (size_t i = 0; i < n; i++)
        if (!pieces[i].read)
            pieces[i].read =
                images_read(o->target.images, pieces[i].at, pieces[i].to, pieces[i].size);
}

static bool open_core(struct opened *o, const char *path, const char *program, char why[TARGET_WHY])
{
    if (!(o->core = core_open(path, why)))
        return false;
    if (!core_files(o->core)->length) {
        snprintf(
            why, TARGET_WHY,
            "%s does not say which files were mapped (NT_FILE): it is cut, or not made by Linux",
            path);
        return false;
    }
    o->target.pid = core_pid(o->core);
    o->target.is_core = true;
    o->target.is_cut = core_is_cut(o->core);
    o->target.memory = &o->with_files;
    o->with_files.read = read_with_files;
    o->target.images = images_open(core_files(o->core), core_memory(o->core), 0,
                                   core_program_headers(o->core), program, why);
    return o->target.images;
}

struct target *target_of_core(const char *core, const char *program, char why[TARGET_WHY])
{
    struct opened *o = calloc(1, sizeof *o);
    if (!o) {
        snprintf(why, TARGET_WHY, "no memory to look at %s", core);
        return NULL;
    }
    if (open_core(o, core, program, why) && find_runtime(&o->target, core, why) &&
        see_sleepers(o, why))
        return &o->target;
    target_close(&o->target);
    return NULL;
}

void target_close(struct target *target)
{
    struct opened *o = (struct opened *)target;
    sleepers_close(o->sleepers);
    if (target->images)
        images_close(target->images);
    if (o->core)
        core_close(o->core);
    mapped_free(&o->files);
    free(o);
}
