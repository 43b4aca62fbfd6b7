/* Waits for ever, cured: the error is told as well. The thread is joined, since
 * who frees what it waits on must know that it has gone.
 * Decision matrix: wait group.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

enum disk_state { DISK_UNKNOWN, DISK_READY, DISK_ABSENT };

struct disk {
    pthread_mutex_t lock;
    pthread_cond_t told;
    enum disk_state state;
};

static void *wait_for_disk(void *arg)
{
    struct disk *disk = arg;
    pthread_mutex_lock(&disk->lock);
    while (disk->state == DISK_UNKNOWN)
        pthread_cond_wait(&disk->told, &disk->lock);
    pthread_mutex_unlock(&disk->lock);
    return NULL;
}

static void tell(struct disk *disk, enum disk_state state)
{
    pthread_mutex_lock(&disk->lock);
    disk->state = state;
    pthread_cond_broadcast(&disk->told);
    pthread_mutex_unlock(&disk->lock);
}

static int mount(struct disk *disk, const char *name)
{
    if (!name)
        return tell(disk, DISK_ABSENT), ENODEV; /* the cure */
    tell(disk, DISK_READY);
    return 0;
}

void fix_waits_for_ever(void)
{
    pthread_t waiter;
    struct disk *disk = calloc(1, sizeof *disk);
    if (!disk)
        return;
    pthread_mutex_init(&disk->lock, NULL);
    pthread_cond_init(&disk->told, NULL);

    int failed = pthread_create(&waiter, NULL, wait_for_disk, disk);
    mount(disk, NULL);
    if (!failed)
        pthread_join(waiter, NULL);
    pthread_cond_destroy(&disk->told);
    pthread_mutex_destroy(&disk->lock);
    free(disk);
}
