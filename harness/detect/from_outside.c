/* LeakSanitizer and Valgrind: they look when the program ends (program/served.c). */
#include "detect/detector.h"
#include "detect/findings.h"
#include "detect/look.h"
#include "detect/tool.h"
#include <stdio.h>
#include <stdlib.h>

#ifdef __clang__
#define COMPILER "clang:" /* which __VERSION__ begins with a name of its own */
#else
#define COMPILER "gcc"
#endif

enum { EXIT_LEAKED = 23 };

struct served {
    const char *const *before; /* words before the program's, ended by NULL */
    const char *suffix;        /* of its build's folder */
    const char *variable;
    /* What is a finding in its report. */
    int64_t (*findings)(const char *report);
};

static bool look(const struct served *served, const struct detect_case *of,
                 struct detection *detection, char *why, size_t size)
{
    enum { WORDS = 16 };
    const struct pair *pair = of->pair ? of->pair : &catalog[0];
    char program[DETECT_PROGRAM], sample[DETECT_PATH], requests[24];
    const char *words[WORDS] = {NULL};
    size_t count = 0;
    for (; count < WORDS - 5 && served->before[count]; count++)
        words[count] = served->before[count];
    if (!detect_program(program, served->suffix, "served", why, size))
        return false;
    snprintf(requests, sizeof requests, "%d", of->pair ? LOOK_REQUESTS : 0);
    words[count++] = program;
    words[count++] = pair->id;
    words[count++] = variant_name(of->variant);
    words[count] = requests;
    const struct tool tool = {.words = words, .variable = served->variable, .ends = {EXIT_LEAKED}};
    char *said = tool_run(&tool, detection, why, size);
    if (!said)
        return false;
    detection->findings = served->findings(said);
    detection->at = findings_place(said, detect_sample(sample, of));
    free(said);
    return true;
}

/* --- LeakSanitizer ---------------------------------------------------------------------------- */

static bool sanitizer_is_there(char *version, size_t room, char *why, size_t size)
{
    char program[DETECT_PROGRAM];
    snprintf(version, room, "of " COMPILER " " __VERSION__);
    return detect_program(program, "-sanitize", "served", why, size);
}

static bool look_sanitizer(const struct detect_case *of, struct detection *detection, char *why,
                           size_t size)
{
    static const char *const nothing[] = {NULL};
    static const struct served served = {
        nothing, "-sanitize", "ASAN_OPTIONS=detect_leaks=1:exitcode=23", findings_sanitizer};
    return look(&served, of, detection, why, size);
}

const struct detector detector_sanitizer = {
    .name = "lsan",
    .how = "LeakSanitizer, in a build with -fsanitize=address, when the program ends after 100 "
           "requests; the runtime "
           "tells it of the tasks' stacks, and any leaked block counts",
    .requests = LOOK_REQUESTS,
    .stops = true,
    .is_there = sanitizer_is_there,
    .look = look_sanitizer,
};

/* --- Valgrind --------------------------------------------------------------------------------- */

static bool valgrind_is_there(char *version, size_t room, char *why, size_t size)
{
    static const char *const words[] = {"valgrind", "--version", NULL};
    char program[DETECT_PROGRAM];
    return detect_program(program, "", "served", why, size) &&
           tool_version(words, version, room, why, size);
}

#define MEMCHECK "valgrind", "--leak-check=full", "--num-callers=30", "--fullpath-after="

static bool look_valgrind(const struct detect_case *of, struct detection *detection, char *why,
                          size_t size)
{
    static const char *const memcheck[] = {MEMCHECK, NULL};
    static const struct served served = {memcheck, "", NULL, findings_valgrind};
    return look(&served, of, detection, why, size);
}

static bool look_descriptors(const struct detect_case *of, struct detection *detection, char *why,
                             size_t size)
{
    static const char *const memcheck[] = {MEMCHECK, "--track-fds=yes", NULL};
    static const struct served served = {memcheck, "", NULL, findings_descriptors};
    return look(&served, of, detection, why, size);
}

const struct detector detector_valgrind = {
    .name = "valgrind",
    .how = "memcheck with --leak-check=full, when the program ends after 100 requests; any block "
           "counts that is definitely lost, or possibly: so it calls what is in use by a pointer "
           "to its inside alone, as what tasks share",
    .requests = LOOK_REQUESTS,
    .stops = true,
    .is_there = valgrind_is_there,
    .look = look_valgrind,
};

const struct detector detector_valgrind_fds = {
    .name = "valgrind-fds",
    .how = "the same with --track-fds=yes: descriptors that are open at the end count too",
    .requests = LOOK_REQUESTS,
    .stops = true,
    .is_there = valgrind_is_there,
    .look = look_descriptors,
};
