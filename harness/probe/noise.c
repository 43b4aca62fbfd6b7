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

/* The rest of the line that begins with this word; NULL: there is none. */
static const char *line_of(const char *text, const char *word)
{
    size_t length = strlen(word);
    while (text && strncmp(text, word, length) != 0) {
        text = strchr(text, '\n');
        text += text != NULL;
    }
    return text ? text + length : NULL;
}

/* Of /proc/stat: user nice system idle iowait irq softirq steal. Guests are part of user. */
bool noise_mark_of(const char *stat, int core, double ticks, const char *load,
                   struct noise_mark *mark)
{
    enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, STATES };
    double in[STATES];
    char word[32] = "cpu ";
    if (core >= 0)
        snprintf(word, sizeof word, "cpu%d ", core);
    const char *line = line_of(stat, word);
    if (!line || sscanf(line, "%lf %lf %lf %lf %lf %lf %lf %lf", &in[USER], &in[NICE], &in[SYSTEM],
                        &in[IDLE], &in[IOWAIT], &in[IRQ], &in[SOFTIRQ], &in[STEAL]) != STATES)
        return false;
    if (sscanf(load, "%lf", &mark->load_average) != 1)
        mark->load_average = NAN;
    mark->busy = (in[USER] + in[NICE] + in[SYSTEM] + in[IRQ] + in[SOFTIRQ]) / ticks;
    mark->stolen = in[STEAL] / ticks;
    mark->all = mark->busy + mark->stolen + (in[IDLE] + in[IOWAIT]) / ticks;
    mark->tick = 1 / ticks;
    return true;
}

/* As much of it as there is room for. */
static void read_text(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "re");
    text[file ? fread(text, 1, size - 1, file) : 0] = 0;
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

/* -1: all of them. */
void noise_mark_core(int core, struct noise_mark *mark)
{
    char stat[16384], load[128];
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    read_text("/proc/stat", stat, sizeof stat);
    read_text("/proc/loadavg", load, sizeof load);
    *mark = (struct noise_mark){.time = (double)now.tv_sec + (double)now.tv_nsec / 1e9,
                                .own = own_seconds()};
    mark->known = noise_mark_of(stat, core, (double)sysconf(_SC_CLK_TCK), load, mark);
}

void noise_mark(struct noise_mark *mark)
{
    noise_mark_core(-1, mark);
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
    noise.others = share(to->busy - from->busy - (to->own - from->own) - 2 * to->tick, all);
    noise.stolen = share(to->stolen - from->stolen - 2 * to->tick, all);
    return noise;
}

/* /proc/PID/schedstat: nanoseconds on a processor, nanoseconds of waiting for one, turns. */
double noise_waited(int pid)
{
    char path[64], line[128];
    double ran, waited;
    snprintf(path, sizeof path, "/proc/%d/schedstat", pid);
    read_text(path, line, sizeof line);
    return sscanf(line, "%lf %lf", &ran, &waited) == 2 ? waited / 1e9 : NAN;
}
