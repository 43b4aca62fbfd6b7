#include "outside/process.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* --- Memory ----------------------------------------------------------------------------------- */

static void read_process(struct memory *memory, struct piece *pieces, size_t n)
{
    enum { AT_ONCE = 64 };
    struct process *process = (struct process *)memory;
    struct iovec here[AT_ONCE], there[AT_ONCE];
    while (n) {
        size_t count = n < AT_ONCE ? n : AT_ONCE, i = 0;
        for (size_t k = 0; k < count; k++) {
            pieces[k].read = false;
            here[k] = (struct iovec){pieces[k].to, pieces[k].size};
            there[k] = (struct iovec){(void *)(uintptr_t)pieces[k].at, pieces[k].size};
        }
        ssize_t got = process_vm_readv(process->pid, here, count, there, count, 0);
        if (got < 0)
            process->error = errno;
        for (; i < count && got >= (ssize_t)pieces[i].size; i++) {
            got -= (ssize_t)pieces[i].size;
            pieces[i].read = true;
        }
        i += i < count; /* this one stands in the way: on behind it */
        pieces += i;
        n -= i;
    }
}

struct process process_of(pid_t pid)
{
    return (struct process){.memory = {read_process}, .pid = pid};
}

/* --- Why not ------------------------------------------------------------------------------------ */

static int first_number_in(const char *path)
{
    int value = 0;
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    if (fscanf(file, "%d", &value) != 1)
        value = 0;
    fclose(file);
    return value;
}

static void explain_rights(pid_t pid, char why[PROCESS_WHY])
{
    char path[64];
    struct stat its;
    snprintf(path, sizeof path, "/proc/%d", pid);
    if (stat(path, &its) == 0 && its.st_uid != geteuid())
        snprintf(why, PROCESS_WHY,
                 "no right to read the memory of process %d, which belongs to user %u: run this as "
                 "that user, or as "
                 "root (sudo)",
                 pid, its.st_uid);
    else if (first_number_in("/proc/sys/kernel/yama/ptrace_scope") > 0)
        snprintf(why, PROCESS_WHY,
                 "no right to read the memory of process %d: kernel.yama.ptrace_scope allows it to "
                 "its parents "
                 "alone; run this as root (sudo), or set that to 0 by sysctl",
                 pid);
    else
        snprintf(why, PROCESS_WHY,
                 "no right to read the memory of process %d: it has given up being looked at "
                 "(PR_SET_DUMPABLE, "
                 "set-user-ID), or a container forbids it (CAP_SYS_PTRACE); run this as root, "
                 "outside of it",
                 pid);
}

void process_explain(pid_t pid, int error, char why[PROCESS_WHY])
{
    if (error == ESRCH || error == ENOENT)
        snprintf(why, PROCESS_WHY, "there is no process %d", pid);
    else if (error == EPERM || error == EACCES)
        explain_rights(pid, why);
    else
        snprintf(why, PROCESS_WHY, "can not read the memory of process %d: %s", pid,
                 strerror(error));
}
