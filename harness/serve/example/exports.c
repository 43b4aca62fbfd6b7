/* A program that tells how many tasks it has: once a second for Prometheus, in a file as node_exporter's
 * textfile collector reads it, and on standard error where the fewest of a minute are more than the most of
 * the minute before, which is how a leak looks. Start it with the file's path; `leak` after it leaks. */
#include "task/task.h"
#include "task/time.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* A collector never sees half a file: it is renamed when it is whole. */
static void write_count(const char *path, size_t count)
{
    char new_path[4096];
    snprintf(new_path, sizeof new_path, "%s.new", path);
    FILE *file = fopen(new_path, "we");
    if (!file)
        return;
    fprintf(file, "# TYPE program_tasks gauge\nprogram_tasks %zu\n", count);
    if (fclose(file) == 0)
        rename(new_path, path);
}

static void export_count(void *path)
{
    for (size_t most_before = SIZE_MAX, most;; most_before = most) {
        size_t fewest = SIZE_MAX;
        most = 0;
        for (int second = 0; second < 60; second++) {
            size_t count = task_count();
            write_count(path, count);
            fewest = count < fewest ? count : fewest;
            most = count > most ? count : most;
            task_sleep(SECOND);
        }
        if (fewest > most_before)
            fprintf(stderr,
                    "tasks grow: %zu at least in the last minute, %zu at most in the one before\n",
                    fewest, most_before);
    }
}

/* What the program is for: here, ten requests a second, each of them done after 100 ms or never. */
static void serve_request(void *leaks)
{
    task_sleep(leaks ? INT64_MAX : 100 * MILLISECOND);
}

static char *arguments[2];

static void serve(void *unused)
{
    (void)unused;
    go(export_count, arguments[0]);
    for (;;) {
        go(serve_request, arguments[1]);
        task_sleep(100 * MILLISECOND);
    }
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3 || (argc == 3 && strcmp(argv[2], "leak") != 0)) {
        fprintf(stderr, "usage: %s FILE.prom [leak]\n", argv[0]);
        return 2;
    }
    arguments[0] = argv[1];
    arguments[1] = argv[2];
    return task_run(serve, NULL) ? 1 : 0;
}
