#include "report/left.h"
#include "probe/kept.h"
#include <inttypes.h>
#include <string.h>

enum { WORDS = 512 };

/* Behind what is counted, where there is room for it; else a line of its own, without the function if need be. */
static void add_place(const struct terminal *t, size_t *column, const char *word, const char *file,
                      uint32_t line, const char *function)
{
    char place[WORDS];
    int bare = snprintf(place, sizeof place, "%s %s:%" PRIu32, word, file, line);
    snprintf(place + bare, sizeof place - (size_t)bare, " (%s)", function);
    size_t indent = 8, width = t->width ? (size_t)t->width : SIZE_MAX;
    if (!file[0])
        return;
    if (*column + 2 + strlen(place) <= width) {
        fprintf(t->out, ", %s", place);
        *column += 2 + strlen(place);
        return;
    }
    if (indent + strlen(place) > width)
        place[bare] = 0;
    fprintf(t->out, "\n%*s%s", (int)indent, "", place);
    *column = indent + strlen(place);
}

static void print_tasks(const struct terminal *t, const struct parked *parked, const char *held,
                        double requests)
{
    for (size_t i = 0; i < parked->length; i++) {
        const struct parked_group *group = &parked->groups[i];
        size_t column =
            (size_t)fprintf(t->out, "      %.3f task in %s%s", (double)group->count / requests,
                            wait_reason_text((enum wait_reason)group->reason), held);
        add_place(t, &column, "at", group->file, group->line, group->function);
        add_place(t, &column, "made at", group->made_file, group->made_line, group->made_function);
        fputc('\n', t->out);
    }
}

static void print_objects(const struct terminal *t, const struct objects *objects, const char *held,
                          double requests)
{
    for (size_t i = 0; i < objects->length; i++) {
        const struct object_group *group = &objects->groups[i];
        size_t column = (size_t)fprintf(
            t->out, "      %.3f %s%s%s%s", (double)group->count / requests,
            kind_name((enum kind)group->kind), held, group->what[0] ? ": " : "", group->what);
        add_place(t, &column, "made at", group->file, group->line, group->function);
        fputc('\n', t->out);
    }
}

void left_print(const struct terminal *t, const struct outcome *outcome)
{
    static const char *const words[STAYS] = {[STAYING] = "", [PASSING] = " for a while"};
    double requests = (double)outcome_started(outcome);
    if (outcome->ending.how != ENDED_WELL || requests <= 0)
        return;
    char kept[KEPT_TEXT];
    if (*kept_text(kept, &outcome->gauges->progress.kept))
        fprintf(t->out, "      kept by them alone: %s\n", kept);
    print_tasks(t, &outcome->gauges->parked, words[STAYING], requests);
    print_objects(t, &outcome->gauges->objects[STAYING], words[STAYING], requests);
    print_tasks(t, &outcome->gauges->passing, words[PASSING], requests);
    print_objects(t, &outcome->gauges->objects[PASSING], words[PASSING], requests);
}
