/* Waits until the threads that were joined have gone. */
#pragma once

#include "test/support.h"

#include <dirent.h>
#include <sched.h>

/* pthread_join() returns a moment before the system has none of its name left; until then it is a sleeper more. */
static inline void until_alone(void)
{
    for (int names = 0; names != 1; sched_yield()) {
        DIR *folder = opendir("/proc/self/task");
        assert_non_null(folder);
        names = 0;
        for (const struct dirent *entry; (entry = readdir(folder));)
            names += entry->d_name[0] != '.';
        closedir(folder);
    }
}
