/* What keeps a task awake, that nothing but time wakes. */
#pragma once

#include "probe/gauges.h"
#include "task/inspect.h"

enum awake awake_by(const struct task_info *task);
