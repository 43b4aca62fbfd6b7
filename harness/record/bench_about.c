#include "record/bench_about.h"
#include "probe/machine.h"
#include "probe/typed.h"
#include "record/built.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WORD_LONGEST = 4000 };

/* "2026-01-31T13:00:00+01:00" as "2026-01-31T12:00:00Z". */
static void take_time(struct taker *taker, const json_t *context, char time[32])
{
    struct tm local = {0}, utc;
    const char *end =
        strptime(take_text(taker, context, "date", 64), "%Y-%m-%dT%H:%M:%S%z", &local);
    long offset = local.tm_gmtoff; /* which timegm() forgets */
    time_t seconds = end && !*end ? timegm(&local) - offset : -1;
    if (seconds < 0) {
        take_refuse(taker, "its context has no \"date\"");
        return;
    }
    strftime(time, 32, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &utc));
}

/* The command is one text there, and words here. */
static json_t *words(const char *command)
{
    json_t *array = json_array();
    for (char *word; (word = typed_next(&command)); free(word))
        array = built_and(array, json_string(word));
    return array;
}

static json_t *libraries(struct taker *taker, const json_t *context)
{
    json_t *object = json_object();
    for (const struct library *library = machine_libraries(); library->name; library++) {
        const char *version = take_text(taker, context, library->name, WORD_LONGEST);
        if (*version)
            object = built_with(object, library->name, json_string(version));
    }
    return object;
}

json_t *bench_about(const json_t *context, struct taker *taker)
{
    char time[32] = "";
    take_time(taker, context, time);
    const char *commit = take_text(taker, context, "commit", WORD_LONGEST);
    const char *leaklab = take_text(taker, context, "leaklab", WORD_LONGEST);
    const char *command = take_text(taker, context, "command", WORD_LONGEST);
    const char *processor = take_text(taker, context, "processor", WORD_LONGEST);
    const char *kernel = take_text(taker, context, "kernel", WORD_LONGEST);
    const char *compiler = take_text(taker, context, "compiler", WORD_LONGEST);
    const char *flags = take_text(taker, context, "flags", WORD_LONGEST);
    int64_t cores = take_whole(taker, context, "num_cpus", 1, 1 << 20);
    json_t *versions = libraries(taker, context);
    const char *go = take_text(taker, context, "go", WORD_LONGEST);
    if (*go)
        versions = built_with(versions, "Go", json_string(go));
    const char *boost = take_text(taker, context, "boost", WORD_LONGEST);
    if (*boost)
        versions = built_with(versions, "Boost", json_string(boost));
    if (take_failed(taker)) {
        json_decref(versions);
        return NULL;
    }
    json_t *about =
        json_pack("{s:s, s:s, s:s, s:o, s:{s:s, s:I, s:s}, s:{s:s, s:s}, s:o}", "time", time,
                  "commit", commit, "leaklab", leaklab, "command", words(command), "machine",
                  "processor", processor, "cores", (json_int_t)cores, "kernel", kernel, "build",
                  "compiler", compiler, "flags", flags, "libraries", versions);
    if (!about)
        take_refuse(taker, "no memory for what it is about");
    return about;
}
