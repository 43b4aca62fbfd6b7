#include "record/bench_fit.h"
#include <math.h>
#include <string.h>

static const struct {
    const char *theirs, *ours;
} orders[] = {
    [ORDER_NONE] = {"", "none"},          [ORDER_1] = {"(1)", "O(1)"},
    [ORDER_LOG_N] = {"lgN", "lg N"},      [ORDER_N] = {"N", "N"},
    [ORDER_N_LOG_N] = {"NlgN", "N lg N"}, [ORDER_N_2] = {"N^2", "N\302\262"},
    [ORDER_N_3] = {"N^3", "N\302\263"},
};

const char *order_text(enum order order)
{
    return orders[order].ours;
}

enum order order_called(const char *name)
{
    for (enum order order = ORDER_1; order <= ORDER_N_3; order++)
        if (strcmp(name, orders[order].theirs) == 0)
            return order;
    return ORDER_NONE;
}

double bench_fit(const struct bench_family *family, double n)
{
    const double factors[] = {
        [ORDER_NONE] = NAN,
        [ORDER_1] = 1,
        [ORDER_LOG_N] = log2(n),
        [ORDER_N] = n,
        [ORDER_N_LOG_N] = n * log2(n),
        [ORDER_N_2] = n * n,
        [ORDER_N_3] = n * n * n,
    };
    return family->coefficient * factors[family->order];
}
