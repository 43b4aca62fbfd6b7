/* The benchmark suite: registers all topics and hands over to google-benchmark. */
#include "bench/allocation.h"
#include "bench/fresh.h"
#include "bench/topics.h"
#include "probe/machine.h"
#include "probe/typed.h"
#include "probe/yardstick.h"
#include <stdlib.h>
#include <string.h>

static void take_out(int *argc, char **argv, int i)
{
    memmove(&argv[i], &argv[i + 1], (size_t)(*argc - i) * sizeof *argv);
    --*argc;
}

static const char iterations[] = "--iterations=";

/* Every benchmark exactly so often: two counts of instructions then differ by the operations alone. */
static void take_iterations(int *argc, char **argv)
{
    for (int i = 1; i < *argc; i++)
        if (!strncmp(argv[i], iterations, strlen(iterations))) {
            bench_iterations_of_all(strtoll(argv[i] + strlen(iterations), NULL, 10));
            take_out(argc, argv, i);
            return;
        }
}

/* google-benchmark counts memory in a pass of its own over each benchmark: this leaves it out. */
static bool take_no_memory_report(int *argc, char **argv)
{
    for (int i = 1; i < *argc; i++)
        if (!strcmp(argv[i], "--no-memory-report")) {
            take_out(argc, argv, i);
            return true;
        }
    return false;
}

/* What a figure depends on besides the machine, which google-benchmark describes. */
static void describe(const char *typed)
{
    struct build build = build_of_this();
    bench_context("leaklab", build.version);
    bench_context("commit", build.commit);
    bench_context("compiler", build.compiler);
    bench_context("flags", build.flags);
    for (const struct library *library = machine_libraries(); library->name; library++)
        if (library->version)
            bench_context(library->name, library->version);
    bench_context("command", typed ? typed : "");
    struct machine machine;
    machine_look(&machine);
    bench_context("processor", machine.processor);
    bench_context("kernel", machine.kernel);
}

int main(int argc, char **argv)
{
    char *typed = typed_words((const char *const *)argv, (size_t)argc);
    take_iterations(&argc, argv);
#define X(name) register_##name();
    FOR_EACH_TOPIC(X)
#undef X
    fresh_main(argc, argv);
    if (getenv(YARDSTICK_ASKED))
        bench_yardstick(yardstick_take, YARDSTICK_TOOK, YARDSTICK_WALL);
    describe(typed);
    free(typed);
    if (!take_no_memory_report(&argc, argv) && allocation_is_counted())
        bench_memory_manager(allocation_start, allocation_stop);
    return bench_main(argc, argv);
}
