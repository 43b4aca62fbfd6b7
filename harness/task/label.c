#include "task/label.h"
#include "task/sched.h"
#include <stdlib.h>
#include <string.h>

struct label {
    struct task_labels shown; /* first: a task_labels * is a label * */
    size_t references;
    char text[];
};

struct task_labels *label_ref_more(struct task_labels *labels)
{
    ((struct label *)labels)->references++;
    return labels;
}

void label_drop(struct task_labels *labels)
{
    while (labels && --((struct label *)labels)->references == 0) {
        struct task_labels *next = (struct task_labels *)labels->next;
        free(labels);
        labels = next;
    }
}

void task_label(const char *key, const char *value)
{
    sched_require_task("task_label()");
    size_t key_size = strlen(key) + 1, value_size = strlen(value) + 1;
    struct label *l = sched_allocate(sizeof *l + key_size + value_size, "a task's label");
    memcpy(l->text, key, key_size);
    memcpy(l->text + key_size, value, value_size);
    /* The task's own reference to the older ones becomes this label's. */
    l->shown = (struct task_labels){scheduler.current->labels, l->text, l->text + key_size};
    l->references = 1;
    scheduler.current->labels = &l->shown;
}

const char *task_label_get(const char *key)
{
    sched_require_task("task_label_get()");
    for (const struct task_labels *l = scheduler.current->labels; l; l = l->next)
        if (!strcmp(l->key, key))
            return l->value;
    return 0;
}
