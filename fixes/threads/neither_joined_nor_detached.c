/* Neither joined nor detached, cured: who starts it joins it. Where nobody
 * wants to wait for it, pthread_detach() gives all of that back at its end.
 * Decision matrix: wait group.
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

void fix_neither_joined_nor_detached(void)
{
    pthread_t writer;
    struct audit *audit = calloc(1, sizeof *audit);
    if (!audit)
        return;

    if (start(&writer, audit) == 0)
        pthread_join(writer, NULL); /* the cure */
    free(audit);
}
