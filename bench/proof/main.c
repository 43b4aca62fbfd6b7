#include "bench/proof/proof_bench.h"
#include "task/task.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void in_own_process(void (*fn)(void *arg), void *arg)
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        int failed = task_run(fn, arg);
        if (failed)
            fprintf(stderr, "%s\n", task_error());
        fflush(stdout);
        _exit(failed ? 1 : 0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status) {
        fputs("a process of its own has failed\n", stderr);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "kinds") == 0)
        kinds_run();
    else if (argc == 2 && strcmp(argv[1], "speed") == 0)
        speed_run();
    else
        return fputs("usage: proof_bench kinds|speed\n", stderr), 2;
    return 0;
}
