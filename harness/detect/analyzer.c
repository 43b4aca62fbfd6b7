/* gcc's static analyzer on the sample's source. */
#include "detect/detector.h"
#include "detect/findings.h"
#include "detect/tool.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_of_a_leak(const json_t *diagnostic)
{
    const char *option = json_string_value(json_object_get(diagnostic, "option"));
    return option && strncmp(option, "-Wanalyzer-", 11) == 0 && strstr(option, "leak");
}

static int64_t line_of(const json_t *diagnostic)
{
    const json_t *location = json_array_get(json_object_get(diagnostic, "locations"), 0);
    return json_integer_value(json_object_get(json_object_get(location, "caret"), "line"));
}

int64_t detect_analyzer_findings(const char *report, int64_t *place)
{
    int64_t findings = 0;
    json_t *all = json_loads(report, JSON_DISABLE_EOF_CHECK, NULL);
    size_t i;
    json_t *diagnostic;
    *place = 0;
    if (!json_is_array(all)) {
        json_decref(all);
        return -1;
    }
    json_array_foreach(all, i, diagnostic)
    {
        if (!is_of_a_leak(diagnostic))
            continue;
        if (!findings++)
            *place = line_of(diagnostic);
    }
    json_decref(all);
    return findings;
}

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
    detection->findings = detect_analyzer_findings(said, &line);
    bool read = detection->findings >= 0;
    if (!read)
        snprintf(why, size, "gcc says something else: %.*s", (int)strcspn(said, "\n"), said);
    if (!line || asprintf(&detection->at, "%s:%lld", sample, (long long)line) < 0)
        detection->at = strdup("");
    free(said);
    return read;
}

const struct detector detector_analyzer = {
    .name = "fanalyzer",
    .how = "gcc -fanalyzer -O0 on the sample's file alone; any warning counts that has `leak` in "
           "its name "
           "(-Wanalyzer-malloc-leak, -Wanalyzer-file-leak, from gcc 13 on -Wanalyzer-fd-leak)",
    .reads = true,
    .is_there = is_there,
    .look = look,
};
