/* How the cost of one operation goes with N, by the costs that a report has at several N. A fit that the
 * report brings along is not taken: google-benchmark's is of the wrong clock where times are manual ones, and
 * it fits what it is told to, whether that is so or not. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum order {
    ORDER_NONE,
    ORDER_1,
    ORDER_LOG_N,
    ORDER_N,
    ORDER_N_LOG_N,
    ORDER_N_2,
    ORDER_N_3,
};

/* "constant", "lg N", .. */
const char *order_text(enum order order);

/* By the name that reports have for it; ORDER_NONE where there is none of that name. */
enum order order_called(const char *name);

/* Below these points nothing is fitted: a line has its own two. */
enum { FIT_POINTS_LEAST = 3 };

/* Cost = scale * N^exponent, by least squares on the logarithms. The interval has 95 %, by Student's t and by
 * how far the points lie from the line, one a N. An order holds where what it leaves, cost / order(N), neither
 * goes with N by such an interval, nor varies by more than FIT_VARIES_MOST from the least to the greatest. */
struct bench_fit {
    size_t points; /* 0: there is no fit */
    double exponent, low, high, scale;
    enum order order;   /* what the report claims, or else that it is constant */
    bool holds;         /* then: */
    double coefficient; /* of the order, nanoseconds */
    double
        rms; /* how far the points are from that, a share: root of the mean square of logarithms */
};

#define FIT_VARIES_MOST 2.0

/* Benchmarks that differ by N alone. */
struct bench_family {
    char *name, *stem;  /* stem: without "size:N", as the report calls the fit */
    enum order claimed; /* ORDER_NONE: the report says nothing */
    struct bench_fit fit;
};

/* Of costs in nanoseconds at these N, all above 0; in any order. */
struct bench_fit bench_fit_of(const double *n, const double *costs, size_t count,
                              enum order claimed);

/* The fit's cost at this N: of the order where that holds, else of the power. */
double bench_fit_at(const struct bench_fit *fit, double n);
