/* Once in once, leaking: the configuration is loaded once, by whoever asks
 * first; who asks meanwhile waits until it is there. Loading it writes a line
 * to the log, and the log asks the configuration for its level.
 * Decision matrix: none of the five; what is made is not asked for meanwhile.
 */
#include "task/once.h"
#include "task/ctx.h"
#include "task/task.h"

struct config {
    struct once loaded;
    int log_level, lines_written;
};

static void load(void *arg);

static int log_level(struct config *config)
{
    once_do(&config->loaded, load, config); /* parks here, for ever */
    return config->log_level;
}

static void write_line(struct config *config, int level, int most)
{
    if (level <= most)
        config->lines_written++;
}

static void load(void *arg)
{
    struct config *config = arg;

    write_line(config, 1, log_level(config)); /* "loading" */
    config->log_level = 3;
}

void leak_once_in_once(struct ctx *request)
{
    struct config config = {0};

    write_line(&config, 2, log_level(&config));
}
