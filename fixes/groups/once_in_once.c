/* Once in once, cured: what runs once does not ask for what it makes. The
 * loader's own lines are written at a level that needs no configuration.
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
    once_do(&config->loaded, load, config);
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

    write_line(config, 1, 1); /* "loading"; the cure: at a level of its own */
    config->log_level = 3;
}

void fix_once_in_once(struct ctx *request)
{
    struct config config = {0};

    write_line(&config, 2, log_level(&config));
}
