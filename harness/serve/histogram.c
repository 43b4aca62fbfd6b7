#include "serve/histogram.h"

const double histogram_bounds[HISTOGRAM_BUCKETS] = {
    0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025,
    0.005,   0.01,     0.025,   0.05,   0.1,     0.25,   1,     5,
};

void histogram_add(struct histogram *h, int64_t nanoseconds)
{
    double seconds = (double)nanoseconds / 1e9;
    int bucket = 0;
    while (bucket < HISTOGRAM_BUCKETS && seconds > histogram_bounds[bucket])
        bucket++;
    h->counts[bucket]++;
    h->nanoseconds += (uint64_t)nanoseconds;
}
