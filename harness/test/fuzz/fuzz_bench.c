/* Any bytes, read as a report of google-benchmark. */
#include "record/benchmarks.h"
#include "test/fuzz/given.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char why[256];
    const char *path = given_as_file(bytes, length);
    benchmarks_begin(path);
    struct benchmarks *benchmarks = benchmarks_read(path, why, sizeof why);
    if (benchmarks)
        benchmarks_free(benchmarks);
    return 0;
}
