#include "probe/noise.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

const struct noise noise_unknown = {NAN, NAN, NAN, NAN};

bool noise_is_known(const struct noise *noise)
{
    return !isnan(noise->others) || !isnan(noise->stolen) || !isnan(noise->waited);
}

/* Comparing with NAN is false: not flagged. */
bool noise_flagged(const struct noise *noise)
{
    return noise->others > NOISE_OTHERS || noise->stolen > NOISE_STOLEN ||
           noise->waited > NOISE_WAITED;
}

static void add_words(char text[NOISE_WORDS], const char *format, double share)
{
    size_t length = strlen(text);
    if (length)
        length += (size_t)snprintf(text + length, NOISE_WORDS - length, ", ");
    snprintf(text + length, NOISE_WORDS - length, format, fmax(1, round(100 * fmin(share, 1))));
}

const char *noise_words(char text[NOISE_WORDS], const struct noise *noise)
{
    text[0] = 0;
    if (noise->others > NOISE_OTHERS)
        add_words(text, "others kept %.0f %% of the processors busy", noise->others);
    if (noise->stolen > NOISE_STOLEN)
        add_words(text, "the hypervisor kept %.0f %% of them back", noise->stolen);
    if (noise->waited > NOISE_WAITED)
        add_words(text, "it waited for a processor in %.0f %% of its time", noise->waited);
    return text;
}

/* --- Measuring it --------------------------------------------------------------------------- */

/* Of /proc/stat: user nice system idle iowait irq softirq steal. Guests are part of user. */
bool noise_mark_of(const char *stat, double ticks, const char *load, struct noise_mark *mark)
{
    enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, STATES };
    double in[STATES];
    if (sscanf(stat, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &in[USER], &in[NICE], &in[SYSTEM],
               &in[IDLE], &in[IOWAIT], &in[IRQ], &in[SOFTIRQ], &in[STEAL]) != STATES)
        return false;
    if (sscanf(load, "%lf", &mark->load_average) != 1)
        mark->load_average = NAN;
    mark->busy = (in[USER] + in[NICE] + in[SYSTEM] + in[IRQ] + in[SOFTIRQ]) / ticks;
    mark->stolen = in[STEAL] / ticks;
    mark->all = mark->busy + mark->stolen + (in[IDLE] + in[IOWAIT]) / ticks;
    return true;
}

static void read_line(const char *path, char *line, size_t size)
{
    FILE *file = fopen(path, "re");
    if (!file || !fgets(line, (int)size, file))
        line[0] = 0;
    if (file)
        fclose(file);
}

static double seconds_of(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static double own_seconds(void)
{
    struct rusage self = {0}, children = {0};
    getrusage(RUSAGE_SELF, &self);
    getrusage(RUSAGE_CHILDREN, &children);
    return seconds_of(&self.ru_utime) + seconds_of(&self.ru_stime) +
           seconds_of(&children.ru_utime) + seconds_of(&children.ru_stime);
}

void noise_mark(struct noise_mark *mark)
{
    char stat[512], load[128];
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    read_line("/proc/stat", stat, sizeof stat);
    read_line("/proc/loadavg", load, sizeof load);
    *mark = (struct noise_mark){.time = (double)now.tv_sec + (double)now.tv_nsec / 1e9,
                                .own = own_seconds()};
    mark->known = noise_mark_of(stat, (double)sysconf(_SC_CLK_TCK), load, mark);
}

static double share(double part, double all)
{
    return all > 0 ? fmin(fmax(part / all, 0), 1) : NAN;
}

struct noise noise_between(const struct noise_mark *from, const struct noise_mark *to,
                           double waited)
{
    struct noise noise = noise_unknown;
    noise.waited = isnan(waited) ? NAN : share(waited, to->time - from->time);
    if (!from->known || !to->known)
        return noise;
    double all = to->all - from->all;
    noise.load_average = from->load_average;
    noise.others = share(to->busy - from->busy - (to->own - from->own), all);
    noise.stolen = share(to->stolen - from->stolen, all);
    return noise;
}

/* /proc/PID/schedstat: nanoseconds on a processor, nanoseconds of waiting for one, turns. */
double noise_waited(int pid)
{
    char path[64], line[128];
    double ran, waited;
    snprintf(path, sizeof path, "/proc/%d/schedstat", pid);
    read_line(path, line, sizeof line);
    return sscanf(line, "%lf %lf", &ran, &waited) == 2 ? waited / 1e9 : NAN;
}
