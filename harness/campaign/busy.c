#include "campaign/busy.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const double busy_others_most = 0.05, busy_stolen_most = 0.02;

struct busy busy_look(int core)
{
    struct busy look = {0};
    char line[512], name[32];
    FILE *stat = fopen("/proc/stat", "re");
    size_t length = (size_t)snprintf(name, sizeof name, "cpu%d ", core);
    while (stat && fgets(line, sizeof line, stat)) {
        double user, nice, system, idle, waiting, irq, soft, stolen;
        if (strncmp(line, name, length) != 0 ||
            sscanf(line + length, "%lf %lf %lf %lf %lf %lf %lf %lf", &user, &nice, &system, &idle,
                   &waiting, &irq, &soft, &stolen) != 8)
            continue;
        double tick = 1 / (double)sysconf(_SC_CLK_TCK);
        look.busy = (user + nice + system + irq + soft) * tick;
        look.stolen = stolen * tick;
        look.all = look.busy + look.stolen + (idle + waiting) * tick;
    }
    if (stat)
        fclose(stat);
    return look;
}

/* A share of what is more than one tick, which is how fine the kernel counts. */
static double share_of(double seconds, double all)
{
    double tick = 1 / (double)sysconf(_SC_CLK_TCK);
    return all > 0 ? fmax(seconds - tick, 0) / all : 0;
}

struct busy_share busy_between(const struct busy *before, const struct busy *after, double own)
{
    double all = after->all - before->all;
    struct busy_share share = {.others = share_of(after->busy - before->busy - own, all),
                               .stolen = share_of(after->stolen - before->stolen, all)};
    share.noisy = share.others > busy_others_most || share.stolen > busy_stolen_most;
    return share;
}
