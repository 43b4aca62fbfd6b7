#include "result/about.h"
#include "probe/figures.h"
#include "probe/printable.h"
#include "probe/typed.h"
#include "result/stream.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 24 };

static const char *text_in(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

char *about_command(const json_t *header)
{
    const json_t *words = json_object_get(header, "command");
    size_t n = json_array_size(words);
    const char **texts = calloc(n + 1, sizeof *texts);
    for (size_t i = 0; texts && i < n; i++) {
        const char *text = json_string_value(json_array_get(words, i));
        texts[i] = text ? text : "";
    }
    char *typed = texts ? typed_short(texts, n) : NULL;
    free(texts);
    return typed;
}

char *about_machine(const json_t *header)
{
    const json_t *machine = json_object_get(header, "machine");
    long long cores = json_integer_value(json_object_get(machine, "cores"));
    char *text = NULL;
    if (asprintf(&text, "%s, %lld core%s, %s", text_in(machine, "processor"), cores,
                 cores == 1 ? "" : "s", text_in(machine, "kernel")) < 0)
        return NULL;
    return text;
}

const char *about_day(const json_t *header, char day[11])
{
    const char *time = text_in(header, "time");
    snprintf(day, 11, "%.*s", strspn(time, "0123456789-") == 10 ? 10 : 0, time);
    return day;
}

const char *about_library(const json_t *header, const char *name)
{
    return text_in(json_object_get(header, "libraries"), name);
}

const char *about_commit(const json_t *header, char commit[32])
{
    const char *text = text_in(header, "commit");
    return printable_cut(commit, 32, *text ? text : "unknown");
}

/* --- Rows ----------------------------------------------------------------------------------- */

struct table {
    struct about_row *rows;
    size_t count;
    bool failed; /* no memory */
};

/* Takes the value; of an empty one there is no row. */
static void add(struct table *table, const char *name, char *value)
{
    table->failed |= !value;
    if (value && *value && table->count < ROWS)
        table->rows[table->count++] = (struct about_row){name, value};
    else
        free(value);
}

static void add_text(struct table *table, const char *name, const json_t *object,
                     const char *member)
{
    add(table, name, strdup(text_in(object, member)));
}

static void add_size(struct table *table, const char *name, const json_t *object,
                     const char *member)
{
    char figure[FIGURE];
    const json_t *value = json_object_get(object, member);
    if (json_is_integer(value))
        add(table, name, strdup(figure_bytes(figure, (double)json_integer_value(value))));
    else
        add_text(table, name, object, member);
}

/* "libuv 1.44.2, jemalloc 5.3.0": versions without their builds. */
static char *libraries(const json_t *header)
{
    struct stream_text held;
    const char *name, *separator = "";
    json_t *version, *all = json_object_get(header, "libraries");
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    json_object_foreach(all, name, version)
    {
        const char *number = json_string_value(version);
        if (!number)
            continue;
        fprintf(out, "%s%s %.*s", separator, name, (int)strcspn(number, "-"), number);
        separator = ", ";
    }
    return stream_close(out, &held);
}

static char *environment(const json_t *header)
{
    char *text = NULL;
    const json_t *all = json_object_get(header, "environment");
    const char *settings = text_in(all, "MALLOC_CONF");
    if (asprintf(&text, "%s%s", *settings ? "MALLOC_CONF=" : "jemalloc's own settings", settings) <
        0)
        return NULL;
    return text;
}

static char *number(const json_t *header, const char *member, const char *unit)
{
    char *text = NULL;
    const json_t *value = json_object_get(header, member);
    if (!json_is_number(value))
        return strdup("");
    if (asprintf(&text, "%.10g%s", json_number_value(value), unit) < 0)
        return NULL;
    return text;
}

/* git says "-dirty" of a tree with changes in it. */
static char *tree(const char *commit)
{
    if (strcmp(commit, "unknown") == 0)
        return strdup("");
    return strdup(strstr(commit, "-dirty") ? "with changes since that commit" : "as committed");
}

struct about_row *about_rows(const json_t *header, size_t *count)
{
    const json_t *machine = json_object_get(header, "machine");
    const json_t *build = json_object_get(header, "build");
    struct table table = {.rows = calloc(ROWS, sizeof *table.rows)};
    char commit[32];
    *count = 0;
    if (!table.rows)
        return NULL;
    add(&table, "Command", about_command(header));
    add_text(&table, "Begun", header, "time");
    add(&table, "Commit", strdup(about_commit(header, commit)));
    add(&table, "Tree", tree(commit));
    add_text(&table, "leaklab", header, "leaklab");
    add_text(&table, "Processor", machine, "processor");
    add_text(&table, "Architecture", machine, "architecture");
    add(&table, "Cores", number(machine, "cores", ""));
    add_text(&table, "Frequency governor", machine, "governor");
    add_size(&table, "Memory", machine, "memory_bytes");
    add_size(&table, "Memory limit of the control group", machine, "cgroup_memory_bytes");
    add(&table, "Processors for the control group", number(machine, "cgroup_processors", ""));
    add_text(&table, "Kernel", machine, "kernel");
    add_text(&table, "Transparent huge pages", machine, "transparent_huge_pages");
    add_text(&table, "Address space randomization", machine, "address_randomization");
    add_text(&table, "Compiler", build, "compiler");
    add_text(&table, "Flags", build, "flags");
    add(&table, "Libraries", libraries(header));
    add(&table, "Allocator", environment(header));
    add(&table, "Seed", number(header, "seed", ""));
    add(&table, "Samples", number(header, "samples_per_second", " a second"));
    *count = table.count;
    if (!table.failed)
        return table.rows;
    about_free(table.rows, table.count);
    return NULL;
}

void about_free(struct about_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(rows[i].value);
    free(rows);
}
