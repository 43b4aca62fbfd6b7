#include "record/bench_name.h"
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A part of a name: what stands from one slash to the next. */
struct part {
    const char *text;
    size_t length;
};

/* The last part of these `length` bytes; empty where there is none behind a name. */
static struct part last_part(const char *name, size_t length)
{
    size_t at = length;
    while (at && name[at - 1] != '/')
        at--;
    return at < 2 ? (struct part){name, 0} : (struct part){name + at, length - at};
}

static bool is(struct part part, const char *words)
{
    return part.length == strlen(words) && strncmp(part.text, words, part.length) == 0;
}

static bool all_of(const char *text, size_t length, const char *characters)
{
    for (size_t i = 0; i < length; i++)
        if (!strchr(characters, text[i]))
            return false;
    return length > 0;
}

/* "LABEL:12": where the digits begin, else NULL. */
static const char *numbered(struct part part, const char *label)
{
    size_t length = strlen(label);
    if (part.length <= length || strncmp(part.text, label, length) != 0)
        return NULL;
    return all_of(part.text + length, part.length - length, "0123456789") ? part.text + length
                                                                          : NULL;
}

/* Times have a point and three decimals, which no argument has. */
static bool is_time(struct part part, const char *label)
{
    size_t length = strlen(label);
    const char *point = part.length > length ? memchr(part.text, '.', part.length) : NULL;
    return point && strncmp(part.text, label, length) == 0 &&
           part.text + part.length == point + 4 &&
           all_of(part.text + length, part.length - length, ".0123456789");
}

/* It is an argument of that name where the report's own figure is another. Said of several threads are
 * the iterations of all. */
static bool is_count(struct part part, const char *label, int64_t said, int64_t threads)
{
    const char *digits = numbered(part, label);
    int64_t value = digits ? strtoll(digits, NULL, 10) : 0;
    return value > 0 && (said == 0 || said == value || (threads > 1 && said / threads == value));
}

enum { OPTIONS = 7 };

static bool is_option(int number, struct part part, const struct bench_how *how)
{
    switch (number) {
    case 0:
        return is_time(part, "min_time:");
    case 1:
        return is_time(part, "min_warmup_time:");
    case 2:
        return is_count(part, "iterations:", how->iterations, how->threads);
    case 3:
        return is_count(part, "repeats:", how->repetitions, 1);
    case 4:
        return is(part, "process_time");
    case 5:
        return is(part, "manual_time");
    default:
        return is(part, "real_time");
    }
}

static size_t without(size_t length, struct part part)
{
    return length - part.length - 1;
}

static size_t without_threads(const char *name)
{
    size_t length = strlen(name);
    struct part part = last_part(name, length);
    return numbered(part, "threads:") ? without(length, part) : length;
}

/* How much of the name is left of its options, which end at `length`. */
static size_t without_options(const char *name, size_t length, const struct bench_how *how)
{
    for (int option = OPTIONS; option-- > 0;) {
        struct part part = last_part(name, length);
        if (part.length && is_option(option, part, how))
            length = without(length, part);
    }
    return length;
}

char *bench_name_told(const char *run_name, const struct bench_how *how)
{
    char *told = NULL;
    size_t threads = without_threads(run_name);
    size_t length = without_options(run_name, threads, how);
    if (asprintf(&told, "%.*s%s", (int)length, run_name, run_name + threads) < 0)
        return NULL;
    return told;
}

bool bench_name_real(const char *run_name)
{
    struct part part = last_part(run_name, without_threads(run_name));
    return is(part, "manual_time") || is(part, "real_time");
}

/* --- Families ------------------------------------------------------------------------------- */

/* "64" or "size:64": where the digits begin, else NULL. */
static const char *argument(struct part part)
{
    const char *colon = part.length ? memrchr(part.text, ':', part.length) : NULL;
    const char *digits = colon ? colon + 1 : part.text;
    return all_of(digits, part.length - (size_t)(digits - part.text), "0123456789") ? digits : NULL;
}

bool bench_name_split(const char *name, struct bench_split *split)
{
    size_t length = without_threads(name);
    const char *threads = name + length;
    struct part part = last_part(name, length);
    const char *digits = argument(part);
    if (!digits && *threads) { /* no argument: these are what differs */
        part = last_part(name, strlen(name));
        digits = argument(part);
        threads = "";
    }
    *split = (struct bench_split){.n = digits ? strtod(digits, NULL) : NAN};
    int stem = (int)(digits ? part.text - 1 - name : (ptrdiff_t)length);
    int label = digits ? (int)(digits - part.text) : 0;
    if (asprintf(&split->stem, "%.*s%s", stem, name, threads) < 0)
        split->stem = NULL;
    if (asprintf(&split->family, "%.*s%s%.*s%s%s", stem, name, label ? "/" : "", label,
                 digits ? part.text : "", label ? "N" : "", threads) < 0)
        split->family = NULL;
    if (split->stem && split->family)
        return true;
    free(split->stem);
    free(split->family);
    *split = (struct bench_split){.n = NAN};
    return false;
}
