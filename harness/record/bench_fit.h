/* What google-benchmark fits to the costs of one benchmark at several N. */
#pragma once

enum order {
    ORDER_NONE, /* nothing is fitted */
    ORDER_1,
    ORDER_LOG_N,
    ORDER_N,
    ORDER_N_LOG_N,
    ORDER_N_2,
    ORDER_N_3,
};

/* "O(1)", "lg N", .. */
const char *order_text(enum order order);

/* By the name that reports have for it; ORDER_NONE where there is none of that name. */
enum order order_called(const char *name);

/* Benchmarks that differ by N alone. */
struct bench_family {
    char *name, *stem; /* stem: without "size:N", as the report calls the fit */
    enum order order;
    double coefficient, rms; /* the fit, in nanoseconds; its error, of the mean */
};

/* The fit at this N. */
double bench_fit(const struct bench_family *family, double n);
