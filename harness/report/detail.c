#include "report/detail.h"
#include <inttypes.h>
#include <string.h>

enum { SAID_LINES = 12 };

enum style detail_style(const struct verdict *verdict)
{
    switch (verdict->kind) {
    case VERDICT_CLEAN:
        return STYLE_CLEAN;
    case VERDICT_LEAK:
        return STYLE_LEAK;
    case VERDICT_HOLDS:
    case VERDICT_UNSURE:
        return STYLE_GROWS;
    case VERDICT_STARVED:
    case VERDICT_NO_REQUEST:
    case VERDICT_DIED:
        return STYLE_WRONG;
    case VERDICT_INTERRUPTED:
        return STYLE_DIM;
    }
    return STYLE_PLAIN;
}

static void print_parked(const struct terminal *t, const struct parked *parked, const char *verb)
{
    for (size_t i = 0; i < parked->length; i++) {
        const struct parked_group *group = &parked->groups[i];
        fprintf(t->out, "      %" PRIu64 " %s in %s", group->count, verb,
                wait_reason_text((enum wait_reason)group->reason));
        if (group->file[0])
            fprintf(t->out, " at %s:%" PRIu32 " (%s)", group->file, group->line, group->function);
        if (group->made_file[0])
            fprintf(t->out, ", made at %s:%" PRIu32 " (%s)", group->made_file, group->made_line,
                    group->made_function);
        fprintf(t->out, "%s%s\n", group->kept_awake ? ", " : "",
                awake_text((enum awake)group->kept_awake));
    }
    if (parked->omitted)
        fprintf(t->out, "      %" PRIu64 " tasks elsewhere\n", parked->omitted);
}

static void print_objects(const struct terminal *t, const struct objects *objects, const char *verb)
{
    for (size_t i = 0; i < objects->length; i++) {
        const struct object_group *group = &objects->groups[i];
        fprintf(t->out, "      %" PRIu64 " %s%s %s%s%s", group->count,
                kind_name((enum kind)group->kind), group->count == 1 ? "" : "s", verb,
                group->what[0] ? ": " : "", group->what);
        if (group->file[0])
            fprintf(t->out, ", made at %s:%" PRIu32 " (%s)", group->file, group->line,
                    group->function);
        fputc('\n', t->out);
    }
}

static void print_what_was_there(const struct terminal *t, const struct gauges *gauges)
{
    print_parked(t, &gauges->parked, "parked");
    print_objects(t, &gauges->objects[STAYING], "left");
    print_parked(t, &gauges->passing, "held");
    print_objects(t, &gauges->objects[PASSING], "held");
}

static void print_said(const struct terminal *t, const char *said)
{
    for (int line = 0; *said && line < SAID_LINES; line++) {
        int length = (int)strcspn(said, "\n");
        fprintf(t->out, "      | %.*s\n", length, said);
        said += length + (said[length] == '\n');
    }
    if (*said)
        fprintf(t->out, "      | ...\n");
}

void detail_print(const struct terminal *t, const struct outcome *outcome,
                  const struct verdict *verdict)
{
    if (verdict->as_catalogued || verdict->kind == VERDICT_INTERRUPTED)
        return;
    if (verdict->wrong[0])
        fprintf(t->out, "      %s\n", verdict->wrong);
    if (outcome->gauges && outcome->ending.how == ENDED_WELL)
        print_what_was_there(t, outcome->gauges);
    if (outcome->ending.said)
        print_said(t, outcome->ending.said);
}
