/* Neither joined nor detached, leaking: a thread writes the audit line, and
 * ends. Its stack, its thread-local storage and what it has returned are kept
 * for whoever joins it. Nobody does.
 * Decision matrix: wait group. Seen in xbmc-pvr-addons#435, baresip#2549.
 */
#include <pthread.h>
#include <stdlib.h>

struct audit {
    char line[64];
    int written;
};

static void *write_line(void *arg)
{
    struct audit *audit = arg;
    audit->line[0] = '-';
    audit->written = 1;
    return audit;
}

static int start(pthread_t *writer, struct audit *audit)
{
    return pthread_create(writer, NULL, write_line, audit);
}

void leak_neither_joined_nor_detached(void)
{
    pthread_t writer;
    struct audit *audit = calloc(1, sizeof *audit);
    if (!audit)
        return;

    if (start(&writer, audit) != 0) /* and that is the last one hears of it */
        free(audit);
}
