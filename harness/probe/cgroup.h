/* The control group that the calling process is in. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { CGROUP_PATH = 256 };

/* Its folder, in the hierarchy of version 1 with this controller ("memory", "cpu") or in the one of
 * version 2; "" where there is none. */
void cgroup_own(int version, const char *controller, char path[CGROUP_PATH]);

/* The same, by the texts of /proc/self/cgroup and /proc/self/mounts. */
void cgroup_path(const char *groups, const char *mounts, int version, const char *controller,
                 char path[CGROUP_PATH]);

/* The memory limit of the group in bytes, -1 where there is none or it is not known. */
int64_t cgroup_memory_limit(void);

/* The processor time that the group may use, in processors; 0 where there is no limit. */
double cgroup_processors(void);
