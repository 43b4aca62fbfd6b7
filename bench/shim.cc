// Each function hands its arguments to google-benchmark, see shim.h.
#include "bench/shim.h"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <string>

using benchmark::Counter;
using benchmark::State;

// A benchmark and a state, as C sees them, are the library's own objects.
static benchmark::internal::Benchmark *of(bench *b)
{
    return reinterpret_cast<benchmark::internal::Benchmark *>(b);
}

static State &of(bench_state *s)
{
    return *reinterpret_cast<State *>(s);
}

static const State &of(const bench_state *s)
{
    return *reinterpret_cast<const State *>(s);
}

static bool any_skipped;
static int64_t iterations_of_all;
static double (*yardstick)();
static const char *took_name, *wall_name;

// A look at the yardstick before and after the run, which is not part of what it is timed by.
static void run_beside(State &s, void (*fn)(bench_state *, void *), void *arg)
{
    using clock = std::chrono::steady_clock;
    double before = yardstick();
    clock::time_point began = clock::now();
    fn(reinterpret_cast<bench_state *>(&s), arg);
    std::chrono::duration<double, std::nano> wall = clock::now() - began;
    double after = yardstick();
    if (s.error_occurred())
        return;
    s.counters[took_name] = std::max(before, after);
    s.counters[wall_name] = wall.count();
}

// --- Registering ---------------------------------------------------------------------------------

bench *bench_register(const char *name, void (*fn)(bench_state *, void *), void *arg)
{
    auto *b = reinterpret_cast<bench *>(benchmark::RegisterBenchmark(name, [=](State &s) {
        if (yardstick)
            run_beside(s, fn, arg);
        else
            fn(reinterpret_cast<bench_state *>(&s), arg);
    }));
    if (iterations_of_all > 0)
        bench_iterations(b, iterations_of_all);
    return b;
}

void bench_arg(bench *b, int64_t value)
{
    of(b)->Arg(value);
}

void bench_range(bench *b, int64_t first, int64_t last, int factor)
{
    of(b)->RangeMultiplier(factor)->Range(first, last);
}

void bench_iterations(bench *b, int64_t n)
{
    of(b)->Iterations(n);
}

void bench_iterations_of_all(int64_t n)
{
    iterations_of_all = n;
}

void bench_yardstick(double (*take)(), const char *took, const char *wall)
{
    yardstick = take;
    took_name = took;
    wall_name = wall;
}

void bench_min_time(bench *b, double seconds)
{
    of(b)->MinTime(seconds);
}

void bench_clock(bench *b, enum bench_clock clock)
{
    switch (clock) {
    case BENCH_REAL_TIME:
        of(b)->UseRealTime();
        break;
    case BENCH_MANUAL_TIME:
        of(b)->UseManualTime();
        break;
    }
}

void bench_unit(bench *b, enum bench_unit unit)
{
    static const benchmark::TimeUnit units[] = {benchmark::kNanosecond, benchmark::kMicrosecond,
                                                benchmark::kMillisecond, benchmark::kSecond};
    of(b)->Unit(units[unit]);
}

// --- Running -------------------------------------------------------------------------------------

bool bench_loop(bench_state *s)
{
    return of(s).KeepRunning();
}

int64_t bench_batch(bench_state *s)
{
    int64_t all = of(s).max_iterations;
    return of(s).KeepRunningBatch(all) ? all : 0;
}

void bench_batch_end(bench_state *s)
{
    of(s).KeepRunningBatch(of(s).max_iterations);
}

bool bench_loop_of(bench_state *s, int64_t n)
{
    return of(s).KeepRunningBatch(n);
}

void bench_pause(bench_state *s)
{
    of(s).PauseTiming();
}

void bench_resume(bench_state *s)
{
    of(s).ResumeTiming();
}

void bench_time(bench_state *s, double seconds)
{
    of(s).SetIterationTime(seconds);
}

int64_t bench_value(const bench_state *s)
{
    return of(s).range(0);
}

int64_t bench_done(const bench_state *s)
{
    return of(s).iterations();
}

// --- Reporting -----------------------------------------------------------------------------------

void bench_count(bench_state *s, const char *name, double value, enum bench_counter kind)
{
    static const Counter::Flags flags[] = {Counter::kDefaults, Counter::kIsRate,
                                           Counter::kIsRate | Counter::kInvert,
                                           Counter::kAvgIterations};
    of(s).counters[name] = Counter(value, flags[kind]);
}

void bench_bytes(bench_state *s, int64_t bytes)
{
    of(s).SetBytesProcessed(bytes);
}

void bench_label(bench_state *s, const char *text)
{
    of(s).SetLabel(text);
}

void bench_skip(bench_state *s, const char *why)
{
    any_skipped = true;
    if (!of(s).error_occurred())
        of(s).SkipWithError(why);
}

// --- All of it -----------------------------------------------------------------------------------

void bench_context(const char *key, const char *value)
{
    benchmark::AddCustomContext(key, value);
}

namespace
{
struct Manager : benchmark::MemoryManager {
    void (*start)(void);
    bench_memory (*stop)(void);

    void Start() override
    {
        start();
    }

    void Stop(Result &result) override
    {
        bench_memory used = stop();
        result.num_allocs = used.allocations;
        result.max_bytes_used = used.peak;
        result.total_allocated_bytes = used.allocated;
        result.net_heap_growth = used.allocated - used.freed;
    }

    void Stop(Result *result) override // the name before 1.7
    {
        Stop(*result);
    }
};
} // namespace

void bench_memory_manager(void (*start)(void), bench_memory (*stop)(void))
{
    static Manager manager;
    manager.start = start;
    manager.stop = stop;
    benchmark::RegisterMemoryManager(start ? &manager : nullptr);
}

namespace
{
// Of repetitions that all counted 0 the library (1.7.1) writes a coefficient of variation NaN, which
// no JSON has: it is left out.
struct FiniteReporter : benchmark::JSONReporter {
    void ReportRuns(const std::vector<Run> &runs) override
    {
        std::vector<Run> finite = runs;
        for (Run &run : finite)
            for (auto counter = run.counters.begin(); counter != run.counters.end();)
                counter = std::isfinite(counter->second.value) ? std::next(counter)
                                                               : run.counters.erase(counter);
        JSONReporter::ReportRuns(finite);
    }
};

// The value of the last option of this name; nullptr: it is not given.
const char *option_of(int argc, char **argv, const char *name)
{
    std::size_t length = std::strlen(name);
    const char *value = nullptr;
    for (int i = 1; i < argc; i++)
        if (!std::strncmp(argv[i], name, length))
            value = argv[i] + length;
    return value;
}

// The library ends the program where it is given a reporter for a file and no file.
bool writes_json(int argc, char **argv)
{
    const char *format = option_of(argc, argv, "--benchmark_out_format=");
    return option_of(argc, argv, "--benchmark_out=") && (!format || !std::strcmp(format, "json"));
}

bool prints_json(int argc, char **argv)
{
    const char *format = option_of(argc, argv, "--benchmark_format=");
    return format && !std::strcmp(format, "json");
}
} // namespace

int bench_main(int argc, char **argv)
{
    any_skipped = false;
    FiniteReporter file, display;
    benchmark::BenchmarkReporter *to_file = writes_json(argc, argv) ? &file : nullptr,
                                 *to_display = prints_json(argc, argv) ? &display : nullptr;
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    if (benchmark::RunSpecifiedBenchmarks(to_display, to_file) == 0) {
        std::fprintf(stderr,
                     "no benchmark's name matches --benchmark_filter=%s: "
                     "--benchmark_list_tests lists them\n",
                     benchmark::GetBenchmarkFilter().c_str());
        return 1;
    }
    return any_skipped ? 1 : 0;
}
