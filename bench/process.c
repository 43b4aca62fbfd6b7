#include "bench/process.h"
#include "probe/suite.h"
#include "probe/yardstick.h"
#include <errno.h>
#include <math.h>
#include <sched.h>

/* --- Cores ------------------------------------------------------------------------------------ */

static cpu_set_t allowed; /* at the start */

int process_core(int asked)
{
    int highest = -1;
    if (sched_getaffinity(0, sizeof allowed, &allowed))
        return -1;
    for (int i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &allowed))
            highest = i;
    return asked < 0 ? highest : asked;
}

bool process_pin(int core, bool two)
{
    cpu_set_t cores;
    int other = two ? CPU_SETSIZE - 1 : -1;
    if (core >= CPU_SETSIZE) {
        errno = EINVAL;
        return false;
    }
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    while (other >= 0 && (other == core || !CPU_ISSET(other, &allowed)))
        other--;
    if (two && other < 0) {
        errno = ENODEV;
        return false;
    }
    if (two)
        CPU_SET(other, &cores);
    return !sched_setaffinity(0, sizeof cores, &cores);
}

/* --- Alone on it ------------------------------------------------------------------------------ */

bool process_alone(bool (*run)(void *arg), void *arg, bool as_it_comes)
{
    enum { TRIES = 4 };
    static struct yardstick_best best;
    if (as_it_comes) {
        run(arg);
        return true;
    }
    if (!best.count)
        yardstick_learn(&best, 0.2);
    for (int i = 0; i < TRIES; i++) {
        double waited = yardstick_wait(&best, 1);
        bool ended = run(arg);
        double after = yardstick_take();
        yardstick_saw(&best, after);
        if (!ended || (waited < 1 && yardstick_was_free(after, after, yardstick_least(&best))))
            return true;
    }
    return false;
}

/* --- Running ---------------------------------------------------------------------------------- */

char *process_output(char *const argv[], int *status)
{
    struct suite_said said = {0};
    if (!suite_run(argv, NULL, &said))
        return NULL;
    *status = said.status;
    return said.text;
}

char *process_row(const char *suite, const char *name, char *const *options, int *status)
{
    enum { OPTIONS_MOST = 32 };
    char which[512],
        *argv[OPTIONS_MOST + 4] = {(char *)suite, which, (char *)"--benchmark_format=json"};
    for (int i = 0; i < OPTIONS_MOST && options[i]; i++)
        argv[3 + i] = options[i];
    errno = ENAMETOOLONG;
    return suite_filter(which, sizeof which, name) ? process_output(argv, status) : NULL;
}

json_t *process_report(const char *output)
{
    json_error_t error;
    json_t *report = output ? json_loads(output, 0, &error) : NULL;
    if (json_is_object(json_object_get(report, "context")) &&
        json_is_array(json_object_get(report, "benchmarks")))
        return report;
    json_decref(report);
    return NULL;
}
