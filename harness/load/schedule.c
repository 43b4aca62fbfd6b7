#include "load/schedule.h"
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>

static const double second = 1e9;

bool schedule_start(struct schedule *schedule, const struct settings *settings)
{
    *schedule = (struct schedule){.rate = settings->rate, .arrivals = settings->arrivals};
    if (!settings->virtual_clock)
        schedule->first = (double)settings->first_arrival;
    if (settings->arrivals != ARRIVALS_POISSON || settings->rate <= 0)
        return true;
    gsl_set_error_handler_off(); /* no memory is an answer, not an abort */
    schedule->random = gsl_rng_alloc(gsl_rng_mt19937);
    if (!schedule->random)
        return false;
    gsl_rng_set(schedule->random, settings->seed);
    return true;
}

void schedule_end(struct schedule *schedule)
{
    if (schedule->random)
        gsl_rng_free(schedule->random);
    schedule->random = NULL;
}

void schedule_begin(struct schedule *schedule)
{
    schedule->at = 0;
    schedule->arrived = 0;
}

int64_t schedule_next(struct schedule *schedule)
{
    if (schedule->rate <= 0)
        return 0;
    uint64_t number = schedule->arrived++;
    if (schedule->random)
        schedule->at += gsl_ran_exponential(schedule->random, second / schedule->rate);
    else /* by multiplication: adding up would drift */
        schedule->at = schedule->first + (double)number * second / schedule->rate;
    return (int64_t)schedule->at;
}

bool schedule_opens(const struct settings *settings)
{
    return !settings->virtual_clock && !settings->memory_limit &&
           (settings->requests || settings->duration);
}

int schedule_part(uint64_t sent, uint64_t requests, int64_t passed, int64_t duration)
{
    int by_requests = requests ? (int)(LEG_PARTS * sent / requests) : 0;
    int by_time = duration ? (int)(LEG_PARTS * (double)passed / (double)duration) : 0;
    return by_requests > by_time ? by_requests : by_time;
}
