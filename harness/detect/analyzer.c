/* gcc's static analyzer on the sample's source. */
#include "detect/detector.h"
#include "detect/findings.h"
#include "detect/tool.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_there(char *version, size_t room, char *why, size_t size)
{
    static const char *const words[] = {"gcc", "--version", NULL};
    if (access("harness/task/task.h", R_OK) != 0) {
        snprintf(why, size, "the sources are not in the current folder");
        return false;
    }
    return tool_version(words, version, room, why, size);
}

static bool look(const struct detect_case *of, struct detection *detection, char *why, size_t size)
{
    char sample[DETECT_PATH];
    int64_t line;
    detect_sample(sample, of);
    const char *const words[] = {"gcc",
                                 "-fanalyzer",
                                 "-fdiagnostics-format=json",
                                 "-std=gnu17",
                                 "-O0",
                                 "-g",
                                 "-D_GNU_SOURCE",
                                 "-Iharness",
                                 "-I.",
                                 "-x",
                                 "c",
                                 "-c",
                                 "-o",
                                 "/dev/null",
                                 *sample ? sample : "/dev/null",
                                 NULL};
    char *said = tool_run(&(struct tool){.words = words}, detection, why, size);
    if (!said)
        return false;
    detection->findings = findings_analyzer(said, &line);
    bool read = detection->findings >= 0;
    if (!read)
        snprintf(why, size, "gcc says something else: %.*s", (int)strcspn(said, "\n"), said);
    if (!line || asprintf(&detection->at, "%s:%lld", sample, (long long)line) < 0)
        detection->at = strdup("");
    free(said);
    return read;
}

#define NAMED                                                                                      \
    .name = "fanalyzer", .reads = true, .is_there = is_there, .look = look,                        \
    .how = "gcc -fanalyzer -O0 on the sample's file alone; any warning counts that has `leak` in " \
           "its name "                                                                             \
           "(-Wanalyzer-malloc-leak, -Wanalyzer-file-leak, from gcc 13 on -Wanalyzer-fd-leak)"

const struct detector detector_analyzer = {NAMED};
const struct detector detector_plain_analyzer = {NAMED, .plain = true};
