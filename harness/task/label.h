/* Labels: immutable chains, shared by all tasks that inherited them. Private to task/. */
#pragma once

#include "task/inspect.h"

struct task_labels *label_ref(struct task_labels *labels);
void label_drop(struct task_labels *labels);
