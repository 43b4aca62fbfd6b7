/* Waits for ever, leaking: a detached thread waits for the disk to be ready. It
 * is not there, the request returns with its error, and says nothing to the
 * thread, which waits on a condition that nobody can signal any more.
 * Decision matrix: wait group. Seen in dlt-daemon#438.
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
        pthread_cond_wait(&disk->told, &disk->lock); /* here */
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
        return ENODEV; /* an error, and the thread is not told */
    tell(disk, DISK_READY);
    return 0;
}

void leak_waits_for_ever(void)
{
    pthread_t waiter;
    struct disk *disk = calloc(1, sizeof *disk);
    if (!disk)
        return;
    pthread_mutex_init(&disk->lock, NULL);
    pthread_cond_init(&disk->told, NULL);

    if (pthread_create(&waiter, NULL, wait_for_disk, disk) != 0)
        return;
    pthread_detach(waiter);
    mount(disk, NULL);
}
