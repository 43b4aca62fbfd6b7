/* LeakSanitizer, Valgrind, ThreadSanitizer: they look when the program ends (program/served.c, and of plain C
 * program/served_plain.c); and what libuv says itself of what is on a loop. */
#include "detect/detector.h"
#include "detect/findings.h"
#include "detect/look.h"
#include "detect/tool.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

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
    const char *last; /* a word after the program's, or NULL */
    /* What is a finding in its report. */
    int64_t (*findings)(const char *report);
};

static bool look(const struct served *served, const struct detect_case *of,
                 struct detection *detection, char *why, size_t size)
{
    enum { WORDS = 16 };
    char program[DETECT_PROGRAM], sample[DETECT_PATH], requests[24];
    const char *words[WORDS] = {NULL};
    size_t count = 0;
    for (; count < WORDS - 6 && served->before && served->before[count]; count++)
        words[count] = served->before[count];
    if (!detect_program(program, served->suffix, of->plain ? "served_plain" : "served", why, size))
        return false;
    snprintf(requests, sizeof requests, "%" PRIu64, of->requests);
    words[count++] = program;
    words[count++] = detect_pair(of)->id;
    words[count++] = variant_name(of->variant);
    words[count++] = requests;
    words[count] = served->last;
    const struct tool tool = {.words = words, .variable = served->variable, .ends = {EXIT_LEAKED}};
    char *said = tool_run(&tool, detection, why, size);
    if (!said)
        return false;
    detection->findings = served->findings(said);
    detection->at = findings_place(said, detect_sample(sample, of));
    bool read = detection->findings >= 0;
    if (!read)
        snprintf(why, size, "it says something else: %.*s", (int)strcspn(said, "\n"), said);
    free(said);
    return read;
}

/* --- LeakSanitizer ---------------------------------------------------------------------------- */

static bool sanitizer_is_there(char *version, size_t room, char *why, size_t size)
{
    (void)why, (void)size;
    snprintf(version, room, "of " COMPILER " " __VERSION__);
    return true;
}

static bool look_sanitizer(const struct detect_case *of, struct detection *detection, char *why,
                           size_t size)
{
    static const struct served served = {.suffix = "-sanitize",
                                         .variable = "ASAN_OPTIONS=detect_leaks=1:exitcode=23",
                                         .findings = findings_sanitizer};
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

const struct detector detector_plain_sanitizer = {
    .name = "lsan",
    .how = "LeakSanitizer, in a build with -fsanitize=address, at the program's end; any leaked "
           "block counts. To what is on a loop, the loop points",
    .plain = true,
    .requests = LOOK_PLAIN_REQUESTS,
    .stops = true,
    .is_there = sanitizer_is_there,
    .look = look_sanitizer,
};

/* --- Valgrind --------------------------------------------------------------------------------- */

static bool valgrind_is_there(char *version, size_t room, char *why, size_t size)
{
    static const char *const words[] = {"valgrind", "--version", NULL};
    return tool_version(words, version, room, why, size);
}

#define MEMCHECK "valgrind", "--leak-check=full", "--num-callers=30", "--fullpath-after="

static bool look_valgrind(const struct detect_case *of, struct detection *detection, char *why,
                          size_t size)
{
    static const char *const memcheck[] = {MEMCHECK, NULL};
    static const struct served served = {
        .before = memcheck, .suffix = "", .findings = findings_valgrind};
    return look(&served, of, detection, why, size);
}

static bool look_descriptors(const struct detect_case *of, struct detection *detection, char *why,
                             size_t size)
{
    static const char *const memcheck[] = {MEMCHECK, "--track-fds=yes", NULL};
    static const struct served served = {
        .before = memcheck, .suffix = "", .findings = findings_descriptors};
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

const struct detector detector_plain_valgrind = {
    .name = "valgrind",
    .how =
        "memcheck with --leak-check=full, at the program's end; any block counts that is "
        "definitely lost, or possibly: so it calls the memory of a handle, to whose inside alone "
        "the loop points",
    .plain = true,
    .requests = LOOK_PLAIN_REQUESTS,
    .stops = true,
    .is_there = valgrind_is_there,
    .look = look_valgrind,
};

const struct detector detector_plain_valgrind_fds = {
    .name = "valgrind-fds",
    .how = "the same with --track-fds=yes: descriptors that are open at the end count too",
    .plain = true,
    .requests = LOOK_PLAIN_REQUESTS,
    .stops = true,
    .is_there = valgrind_is_there,
    .look = look_descriptors,
};

/* --- ThreadSanitizer -------------------------------------------------------------------------- */

/* Races are not asked for: libuv was built without it, so it would see some where there are none. */
static bool look_threads(const struct detect_case *of, struct detection *detection, char *why,
                         size_t size)
{
    static const struct served served = {
        .suffix = "-thread",
        .variable = "TSAN_OPTIONS=report_thread_leaks=1:exitcode=23:atexit_sleep_ms=0",
        .findings = findings_threads};
    return look(&served, of, detection, why, size);
}

const struct detector detector_thread_sanitizer = {
    .name = "tsan",
    .how =
        "ThreadSanitizer, in a build with -fsanitize=thread, at the program's end; threads count "
        "that it calls leaked: they have ended, and were neither joined nor detached",
    .plain = true,
    .requests = LOOK_PLAIN_REQUESTS,
    .stops = true,
    .is_there = sanitizer_is_there,
    .look = look_threads,
};

/* --- libuv itself ----------------------------------------------------------------------------- */

static bool libuv_is_there(char *version, size_t room, char *why, size_t size)
{
    (void)why, (void)size;
    snprintf(version, room, "libuv %s", uv_version_string());
    return true;
}

static bool has_loop(const struct pair *pair, enum variant variant)
{
    return pair->on_loop[variant];
}

static bool look_close(const struct detect_case *of, struct detection *detection, char *why,
                       size_t size)
{
    static const struct served served = {.suffix = "", .last = "close", .findings = findings_close};
    return look(&served, of, detection, why, size);
}

static bool look_handles(const struct detect_case *of, struct detection *detection, char *why,
                         size_t size)
{
    static const struct served served = {
        .suffix = "", .last = "handles", .findings = findings_handles};
    return look(&served, of, detection, why, size);
}

const struct detector detector_loop_close = {
    .name = "loop-close",
    .how = "uv_loop_close() at the program's end; EBUSY counts, which names nothing. It is not "
           "asked about pairs without a loop",
    .plain = true,
    .requests = LOOK_PLAIN_REQUESTS,
    .stops = true,
    .is_there = libuv_is_there,
    .knows = has_loop,
    .look = look_close,
};

const struct detector detector_print_handles = {
    .name = "print-handles",
    .how =
        "uv_print_all_handles(), one look while the program goes on; handles count that it lists "
        "more, by type and address. It is not asked about pairs without a loop",
    .plain = true,
    .requests = LOOK_PLAIN_REQUESTS,
    .is_there = libuv_is_there,
    .knows = has_loop,
    .look = look_handles,
};
