#include "task/label.h"
#include "task/panic.h"
#include "task/sched.h"
#include <stdlib.h>
#include <string.h>

struct label {
    struct task_labels shown; /* first: a task_labels * is a label * */
    size_t references;
    char text[];
};

struct task_labels *task_label_ref_more(struct task_labels *labels)
{
    ((struct label *)labels)->references++;
    return labels;
}

void task_label_drop(struct task_labels *labels)
{
    while (labels && --((struct label *)labels)->references == 0) {
        struct task_labels *next = (struct task_labels *)labels->next;
        free(labels);
        labels = next;
    }
}

/* A label before the older ones, whose reference it takes over. */
static struct task_labels *label_make(const char *key, const char *value, struct task_labels *older)
{
    size_t key_size = strlen(key) + 1, value_size = strlen(value) + 1;
    struct label *l = sched_allocate(sizeof *l + key_size + value_size, "a task's label");
    memcpy(l->text, key, key_size);
    memcpy(l->text + key_size, value, value_size);
    l->shown = (struct task_labels){older, l->text, l->text + key_size};
    l->references = 1;
    return &l->shown;
}

/* The label of this key, or NULL. */
static struct task_labels *find(struct task_labels *labels, const char *key)
{
    while (labels && strcmp(labels->key, key))
        labels = (struct task_labels *)labels->next;
    return labels;
}

/* A reference to the same labels but for the one of this key, lest a key that is set again and again
 * makes the chain longer each time. What lies before it is copied: others may share it. */
static struct task_labels *without(struct task_labels *labels, const char *key)
{
    struct task_labels *found = find(labels, key), *first = 0;
    const struct task_labels **end = (const struct task_labels **)&first;
    if (!found)
        return task_label_ref(labels);
    for (const struct task_labels *l = labels; l != found; l = l->next) {
        struct task_labels *copy = label_make(l->key, l->value, 0);
        *end = copy;
        end = &copy->next;
    }
    *end = task_label_ref((struct task_labels *)found->next);
    return first;
}

static void require_text(const char *text, const char *what, const void *caller)
{
    if (!text)
        task_panic_at(what, (struct panic_site[]){{"called at", caller}, {0, 0}});
}

void task_label(const char *key, const char *value)
{
    sched_require_task("task_label()");
    require_text(key, "task_label() with NULL for a key", CALLER);
    require_text(value, "task_label() with NULL for a value", CALLER);
    struct task_labels *before = task_sched.current->labels;
    task_sched.current->labels = label_make(key, value, without(before, key));
    task_label_drop(before);
}

const char *task_label_get(const char *key)
{
    sched_require_task("task_label_get()");
    require_text(key, "task_label_get() with NULL for a key", CALLER);
    const struct task_labels *label = find(task_sched.current->labels, key);
    return label ? label->value : 0;
}
