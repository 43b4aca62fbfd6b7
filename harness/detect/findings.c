#include "detect/findings.h"
#include <ctype.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- As text ---------------------------------------------------------------------------------- */

char *findings_place(const char *report, const char *sample)
{
    char *place = NULL;
    size_t length = strlen(sample);
    const char *at = length ? strstr(report, sample) : NULL;
    for (; at; at = strstr(at + 1, sample)) {
        const char *line = at + length + 1;
        if (at[length] != ':' || !isdigit((unsigned char)*line))
            continue;
        if (asprintf(&place, "%s:%.*s", sample, (int)strspn(line, "0123456789"), line) < 0)
            place = NULL;
        return place;
    }
    return strdup("");
}

static int64_t times_of(const char *report, const char *words)
{
    int64_t times = 0;
    for (const char *at = report; (at = strstr(at, words)); at += strlen(words))
        times++;
    return times;
}

int64_t findings_sanitizer(const char *report)
{
    return times_of(report, "Direct leak of ") + times_of(report, "Indirect leak of ");
}

int64_t findings_valgrind(const char *report)
{
    return times_of(report, "definitely lost in loss record") +
           times_of(report, "possibly lost in loss record");
}

/* Those that are not inherited. */
int64_t findings_descriptors(const char *report)
{
    return findings_valgrind(report) + times_of(report, "Open file descriptor ") +
           times_of(report, "Open AF_") - times_of(report, "<inherited from parent>");
}

int64_t findings_threads(const char *report)
{
    static const char more[] = "  And ", similar[] = " more similar thread leak";
    int64_t threads = times_of(report, "WARNING: ThreadSanitizer: thread leak");
    for (const char *at = report; (at = strstr(at, more));) {
        char *end;
        at += sizeof more - 1;
        long long others = strtoll(at, &end, 10);
        if (end > at && strncmp(end, similar, sizeof similar - 1) == 0)
            threads += others;
    }
    return threads;
}

int64_t findings_close(const char *report)
{
    return strstr(report, "uv_loop_close: EBUSY\n") ? 1
           : strstr(report, "uv_loop_close: 0\n")   ? 0
                                                    : -1;
}

/* A line each, "[RA-] timer    0x7f..". */
int64_t findings_handles(const char *report)
{
    static const char *const begins[] = {"[R", "[-"};
    int64_t handles = 0;
    const char *line = strstr(report, "uv_print_all_handles:\n");
    if (!line)
        return -1;
    while ((line = strchr(line, '\n'))) {
        line++;
        for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
            handles += strncmp(line, begins[i], 2) == 0;
    }
    return handles;
}

/* --- As JSON ---------------------------------------------------------------------------------- */

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

int64_t findings_analyzer(const char *report, int64_t *place)
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

static bool ends_with(const char *text, size_t length, const char *end)
{
    size_t n = strlen(end);
    return length >= n && strncmp(text + length - n, end, n) == 0;
}

/* "/path/x.go:3:31" */
static bool is_in(const char *posn, const char *file, int64_t *line)
{
    const char *ext = posn ? strstr(posn, ".go:") : NULL;
    if (!ext || !ends_with(posn, (size_t)(ext + 3 - posn), file))
        return false;
    *line = atoll(ext + 4);
    return true;
}

static int64_t findings_of_package(json_t *analyzers, const char *file, int64_t *place)
{
    const char *name;
    json_t *found, *finding;
    size_t i;
    int64_t findings = 0, line;
    json_object_foreach(analyzers, name, found)
    {
        json_array_foreach(found, i, finding)
        {
            if (is_in(json_string_value(json_object_get(finding, "posn")), file, &line) &&
                !findings++)
                *place = line;
        }
    }
    return findings;
}

/* One object a package, with a line before it that begins with #. */
int64_t findings_vet(const char *report, const char *file, int64_t *place)
{
    int64_t findings = 0;
    *place = 0;
    for (const char *at = report; (at = strchr(at, '{'));) {
        json_error_t error;
        const char *package;
        json_t *analyzers, *all = json_loads(at, JSON_DISABLE_EOF_CHECK, &error);
        if (!all)
            return -1;
        json_object_foreach(all, package, analyzers)
        {
            findings += findings_of_package(analyzers, file, place);
        }
        json_decref(all);
        at += error.position;
    }
    return findings;
}
