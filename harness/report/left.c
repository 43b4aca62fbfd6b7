#include "report/left.h"
#include <inttypes.h>

static void print_tasks(const struct terminal *t, const struct parked *parked, const char *held,
                        double requests)
{
    for (size_t i = 0; i < parked->length; i++) {
        const struct parked_group *group = &parked->groups[i];
        fprintf(t->out,
                "      %.3f task%s in %s at %s:%" PRIu32 " (%s), made at %s:%" PRIu32 " (%s)\n",
                (double)group->count / requests, held,
                wait_reason_text((enum wait_reason)group->reason), group->file, group->line,
                group->function, group->made_file, group->made_line, group->made_function);
    }
}

static void print_objects(const struct terminal *t, const struct objects *objects, const char *held,
                          double requests)
{
    for (size_t i = 0; i < objects->length; i++) {
        const struct object_group *group = &objects->groups[i];
        fprintf(t->out, "      %.3f %s%s made at %s:%" PRIu32 " (%s)\n",
                (double)group->count / requests, kind_name((enum kind)group->kind), held,
                group->file, group->line, group->function);
    }
}

void left_print(const struct terminal *t, const struct outcome *outcome)
{
    static const char *const words[STAYS] = {[STAYING] = "", [PASSING] = ", held,"};
    double requests = (double)outcome_started(outcome);
    if (outcome->ending.how != ENDED_WELL || requests <= 0)
        return;
    print_tasks(t, &outcome->gauges->parked, words[STAYING], requests);
    print_objects(t, &outcome->gauges->objects[STAYING], words[STAYING], requests);
    print_tasks(t, &outcome->gauges->passing, words[PASSING], requests);
    print_objects(t, &outcome->gauges->objects[PASSING], words[PASSING], requests);
}
