#include "probe/yardstick.h"
#include <math.h>
#include <stdint.h>
#include <time.h>

const double yardstick_free = 1.03;

enum { TURNS = 150000, TABLE = 2048 };

static uint64_t table[TABLE] __attribute__((aligned(64)));

/* Sums that do not wait for each other, and loads that the nearest cache serves: it is throughput that a neighbour
 * takes away, while a chain of dependent steps goes on as fast as ever. At a place in memory that is the same in each
 * build, to the cache line. */
__attribute__((noinline, aligned(64))) static uint64_t work(void)
{
    uint64_t a = 1, b = 2, c = 3, d = 4, e = 5, f = 6;
    for (uint64_t i = 0; i < TURNS; i++) {
        a += i;
        b ^= i;
        c += table[i % TABLE];
        d ^= table[i * 7 % TABLE];
        e += i * 3;
        f += i ^ 5;
        __asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f));
    }
    return a + b + c + d + e + f;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

double yardstick_take(void)
{
    double began = now();
    uint64_t sum = work();
    __asm__ volatile("" ::"r"(sum));
    return now() - began;
}

bool yardstick_was_free(double before, double after, double least)
{
    return fmax(before, after) <= least * yardstick_free;
}

double yardstick_least(double seconds)
{
    double least = INFINITY, end = now() + seconds * 1e9;
    do
        least = fmin(least, yardstick_take());
    while (now() < end);
    return least;
}

double yardstick_wait(double *least, double seconds)
{
    double began = now();
    for (int free = 0; free < 3 && now() - began < seconds * 1e9;) {
        double took = yardstick_take();
        free = took <= *least * yardstick_free ? free + 1 : 0;
        *least = fmin(*least, took);
    }
    return (now() - began) / 1e9;
}
