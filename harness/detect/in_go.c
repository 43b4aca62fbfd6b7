/* The twins in Go: how many goroutines there are, Go's own leak profile, and `go vet`. */
#include "detect/detector.h"
#include "detect/findings.h"
#include "detect/tool.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const go_requests = "100"; /* the count serves twice as many more */

/* Since Go 1.23 timers are collected that nobody refers to: this twin leaks no more, and so says nothing of a
 * detector. */
static const char *const no_leak_in_go = "timer_in_loop";

/* Where the twins are. */
static const char folder[] = "bench/go";

static bool twin_knows(const struct pair *pair, enum variant variant)
{
    char path[DETECT_PATH + 16], twin[DETECT_PATH];
    const struct detect_case of = {.pair = pair, .variant = variant};
    snprintf(path, sizeof path, "%s/%s", folder, detect_twin(twin, &of));
    return strcmp(pair->id, no_leak_in_go) != 0 && access(path, R_OK) == 0;
}

static bool twin_is_there(char *version, size_t room, char *why, size_t size)
{
    char program[DETECT_PROGRAM];
    const char *const words[] = {program, "version", NULL};
    return detect_program(program, "", "twin-detect", why, size) &&
           tool_version(words, version, room, why, size);
}

static bool look(const struct detect_case *of, const char *how, const char *before_number,
                 struct detection *detection, char *why, size_t size)
{
    char program[DETECT_PROGRAM], twin[DETECT_PATH], path[DETECT_PATH + 16];
    const struct pair *pair = of->pair ? of->pair : &catalog[0];
    if (!detect_program(program, "", "twin-detect", why, size))
        return false;
    const char *const words[] = {
        program, "look", how, pair->id, variant_name(of->variant), of->pair ? go_requests : "0",
        NULL};
    char *said = tool_run(&(struct tool){.words = words}, detection, why, size);
    long long findings;
    const char *number = said ? strstr(said, before_number) : NULL;
    bool read = number && sscanf(number + strlen(before_number), "%lld", &findings) == 1;
    if (said && !read)
        snprintf(why, size, "the twin says something else: %.*s", (int)strcspn(said, "\n"), said);
    if (read) {
        detection->findings = findings;
        detection->at = findings_place(said, detect_twin(twin, of));
        if (detection->at && *detection->at) {
            snprintf(path, sizeof path, "%s/%.300s", folder, detection->at);
            free(detection->at);
            detection->at = strdup(path);
        }
    }
    free(said);
    return read;
}

static bool look_count(const struct detect_case *of, struct detection *detection, char *why,
                       size_t size)
{
    return look(of, "count", "findings ", detection, why, size);
}

static bool look_profile(const struct detect_case *of, struct detection *detection, char *why,
                         size_t size)
{
    return look(of, "goroutineleak", "goroutineleak profile: total ", detection, why, size);
}

const struct detector detector_go_count = {
    .name = "go-count",
    .how = "runtime.NumGoroutine() after 100 requests, and after 200 more; it counts from 4 "
           "goroutines more. On the twins in Go, without that of timer_in_loop, which leaks no "
           "more since Go 1.23; controls have no twin",
    .go = true,
    .requests = 300,
    .is_there = twin_is_there,
    .knows = twin_knows,
    .look = look_count,
};

const struct detector detector_go_profile = {
    .name = "go-profile",
    .how = "Go's goroutineleak profile after 100 requests, one look while the program goes on; any "
           "goroutine in it counts. On the same twins",
    .go = true,
    .requests = 100,
    .is_there = twin_is_there,
    .knows = twin_knows,
    .look = look_profile,
};

/* --- go vet ----------------------------------------------------------------------------------- */

static bool vet_is_there(char *version, size_t room, char *why, size_t size)
{
    static const char *const words[] = {"go", "version", NULL};
    if (access(folder, R_OK) != 0) {
        snprintf(why, size, "the twins' sources are not in the current folder");
        return false;
    }
    return tool_version(words, version, room, why, size);
}

static bool vet(const struct detect_case *of, struct detection *detection, char *why, size_t size)
{
    char twin[DETECT_PATH], package[DETECT_PATH + 8];
    int64_t line;
    detect_twin(twin, of);
    snprintf(package, sizeof package, "./%.*s", (int)(strrchr(twin, '/') - twin), twin);
    const char *const words[] = {"go", "vet", "-json", of->pair ? package : "./pairs", NULL};
    const struct tool tool = {.words = words, .directory = folder, .variable = "GOTOOLCHAIN=local"};
    char *said = tool_run(&tool, detection, why, size);
    if (!said)
        return false;
    detection->findings = of->pair ? findings_vet(said, twin, &line) : 0;
    bool read = detection->findings >= 0;
    if (!read)
        snprintf(why, size, "go vet says something else: %.*s", (int)strcspn(said, "\n"), said);
    if (!read || detection->findings == 0 ||
        asprintf(&detection->at, "%s/%s:%lld", folder, twin, (long long)line) < 0)
        detection->at = strdup("");
    free(said);
    return read;
}

const struct detector detector_go_vet = {
    .name = "go-vet",
    .how = "`go vet` on the package (lostcancel and all its others); any finding in the file "
           "counts. The twins are held "
           "to pass it by the project's own tests, as a team's are by its CI: what it would see "
           "was mended before",
    .go = true,
    .reads = true,
    .is_there = vet_is_there,
    .knows = twin_knows,
    .look = vet,
};
