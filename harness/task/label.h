/* Labels: immutable chains, shared by all tasks that inherited them. Private to task/. */
#pragma once

#include "task/inspect.h"

struct task_labels *task_label_ref_more(struct task_labels *labels);

static inline struct task_labels *task_label_ref(struct task_labels *labels)
{
    return labels ? task_label_ref_more(labels) : 0; /* mostly there are none */
}
void task_label_drop(struct task_labels *labels);
