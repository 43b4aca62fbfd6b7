#include "dumps/json.h"
#include "dumps/reason.h"
#include "task/time.h"
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t word(struct dump *dump, const json_t *value)
{
    const char *text = json_string_value(value);
    return text ? dump_word(dump, text, strlen(text)) : 0;
}

static uint32_t line_number(const json_t *value)
{
    json_int_t line = json_integer_value(value);
    return line > 0 && line <= INT32_MAX ? (uint32_t)line : 0;
}

/* --- leaklab's ---------------------------------------------------------------------------------- */

static int64_t minutes(const json_t *age, const char *which)
{
    const json_t *value = json_object_get(age, which);
    return json_is_integer(value) ? json_integer_value(value) / MINUTE : -1;
}

static struct dump_frame frame(struct dump *dump, const json_t *value, const char *line)
{
    return (struct dump_frame){word(dump, json_object_get(value, "function")),
                               word(dump, json_object_get(value, "file")),
                               line_number(json_object_get(value, line))};
}

static void add_labels(struct dump *dump, struct draft *draft, const json_t *labels)
{
    char *text = json_object_size(labels) ? json_dumps(labels, JSON_COMPACT) : NULL;
    if (text)
        draft->group.labels = dump_word(dump, text, strlen(text));
    free(text);
}

static void add_group(struct dump *dump, struct draft *draft, const json_t *group)
{
    const json_t *value;
    size_t i;
    json_int_t count = json_integer_value(json_object_get(group, "count"));
    if (count <= 0 || count > UINT32_MAX) {
        dump_remark(dump, 0, "a group of it has no count");
        return;
    }
    draft_begin(draft, (uint64_t)count);
    struct dump_group *g = &draft->group;
    g->reason = word(dump, json_object_get(group, "reason"));
    g->creator = frame(dump, json_object_get(group, "created_by"), "line");
    g->minutes_least = minutes(json_object_get(group, "age"), "min");
    g->minutes_most = minutes(json_object_get(group, "age"), "max");
    value = json_object_get(group, "verdict");
    if (json_is_string(value) && strcmp(json_string_value(value), "leaked") == 0)
        g->flags |= DUMP_LEAKED;
    add_labels(dump, draft, json_object_get(group, "labels"));
    json_array_foreach(json_object_get(group, "frames"), i, value) * draft_frame(draft) =
        frame(dump, value, "line");
    reason_add(dump, draft);
}

static void read_own(struct dump *dump, struct draft *draft, const json_t *root)
{
    const json_t *total = json_object_get(root, "total"), *groups = json_object_get(root, "groups");
    dump_begin(dump, "leaklab's JSON");
    dump->time = json_integer_value(json_object_get(root, "time"));
    dump->has_told = json_is_integer(total) && json_integer_value(total) >= 0;
    dump->told = dump->has_told ? (uint64_t)json_integer_value(total) : 0;
    for (size_t i = 0; i < json_array_size(groups); i++)
        add_group(dump, draft, json_array_get(groups, i));
}

/* --- Java's ------------------------------------------------------------------------------------- */

/* `java.base/java.lang.Thread.sleep(Thread.java:509)` */
static void add_java_frame(struct dump *dump, struct draft *draft, const char *text)
{
    const char *slash = strchr(text, '/'), *open = strchr(text, '(');
    const char *name = slash && (!open || slash < open) ? slash + 1 : text;
    size_t length = open ? (size_t)(open - name) : strlen(name);
    struct dump_frame *frame = draft_frame(draft);
    frame->function = dump_word(dump, name, length);
    const char *colon = open ? strrchr(open, ':') : NULL;
    if (colon) {
        frame->file = dump_word(dump, open + 1, (size_t)(colon - open - 1));
        frame->line = (uint32_t)strtoul(colon + 1, NULL, 10) & INT32_MAX;
    }
}

/* Its dumps say states and no reasons; the leaf says the reason. */
static const char *java_reason(const char *leaf)
{
    static const struct {
        const char *part, *reason;
    } waits[] = {
        {"Thread.sleep", "sleep"},      {"Object.wait", "sync.Cond.Wait"},
        {"Unsafe.park", "park"},        {"LockSupport.park", "park"},
        {"VirtualThread.park", "park"}, {"SocketDispatcher.read", "IO wait"},
        {"Net.poll", "IO wait"},        {"EPoll.wait", "IO wait"},
        {"NioSocketImpl.", "IO wait"},  {"Net.accept", "IO wait"},
    };
    for (size_t i = 0; leaf && i < sizeof waits / sizeof *waits; i++)
        if (strstr(leaf, waits[i].part))
            return waits[i].reason;
    return "";
}

static void add_thread(struct dump *dump, struct draft *draft, const json_t *thread)
{
    const json_t *stack = json_object_get(thread, "stack"), *text;
    size_t i;
    draft_begin(draft, 1);
    const char *reason = java_reason(json_string_value(json_array_get(stack, 0)));
    draft->group.reason = dump_word(dump, reason, strlen(reason));
    json_array_foreach(stack, i, text) if (json_is_string(text))
        add_java_frame(dump, draft, json_string_value(text));
    reason_add(dump, draft);
}

static void read_java(struct dump *dump, struct draft *draft, const json_t *root)
{
    const json_t *containers = json_object_get(root, "threadContainers");
    dump_begin(dump, "Java's threads, JSON");
    for (size_t i = 0; i < json_array_size(containers); i++) {
        const json_t *threads = json_object_get(json_array_get(containers, i), "threads");
        for (size_t j = 0; j < json_array_size(threads); j++)
            add_thread(dump, draft, json_array_get(threads, j));
    }
}

/* --- Either ------------------------------------------------------------------------------------- */

bool json_read(const char *text, size_t length, struct dump *dump, char *error, size_t size)
{
    json_error_t wrong;
    json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &wrong);
    const json_t *java = json_object_get(root, "threadDump");
    struct draft draft;
    bool ok = root && (java || json_is_array(json_object_get(root, "groups")));
    if (!root && !wrong.text[0])
        snprintf(error, size, "there is no memory for it");
    else if (!root)
        snprintf(error, size, "line %d is no JSON: %s", wrong.line, wrong.text);
    else if (!ok)
        snprintf(error, size, "it is JSON, and no dump: it has no groups");
    if (ok && java)
        read_java(dump, &draft, java);
    else if (ok)
        read_own(dump, &draft, root);
    if (ok)
        dump_end(dump);
    json_decref(root);
    return ok;
}
