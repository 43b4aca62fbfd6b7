#include "probe/yardstick.h"
#include <math.h>
#include <stdint.h>
#include <time.h>

const double yardstick_free = 1.03;
static const double alike = 1.02;

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

void yardstick_saw(struct yardstick_best *best, double took)
{
    int at = best->count;
    if (at == YARDSTICK_KEPT && !(took < best->takes[--at]))
        return;
    for (; at > 0 && best->takes[at - 1] > took; at--)
        best->takes[at] = best->takes[at - 1];
    best->takes[at] = took;
    best->count += best->count < YARDSTICK_KEPT;
}

double yardstick_least(const struct yardstick_best *best)
{
    enum { MORE = YARDSTICK_ALIKE - 1 };
    for (int i = 0; i + MORE < best->count; i++)
        if (best->takes[i + MORE] <= best->takes[i] * alike)
            return best->takes[i];
    return best->count ? best->takes[best->count > MORE ? MORE : best->count - 1] : INFINITY;
}

bool yardstick_was_free(double before, double after, double least)
{
    return fmax(before, after) <= least * yardstick_free;
}

void yardstick_learn(struct yardstick_best *best, double seconds)
{
    double end = now() + seconds * 1e9;
    do
        yardstick_saw(best, yardstick_take());
    while (now() < end);
}

double yardstick_wait(struct yardstick_best *best, double seconds)
{
    double began = now();
    for (int free = 0; free < 3 && now() - began < seconds * 1e9;) {
        double took = yardstick_take();
        yardstick_saw(best, took);
        free = yardstick_was_free(took, took, yardstick_least(best)) ? free + 1 : 0;
    }
    return (now() - began) / 1e9;
}
