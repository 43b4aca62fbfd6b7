/* The lock, as others than its owner take it. Who makes things again and again becomes the owner; after so many owners
 * there is none any more, and all take the lock as others do. */
#include "census/recording.h"
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { TIMES = 64 }; /* that one comes and is not the owner, until it is */

struct recording recording;
struct census_counts census_counts;
_Thread_local unsigned census_me;

static struct {
    atomic_flag taken;
    bool can_be_owned;
    unsigned owners,
        others; /* so many were owners; so often came others, since the last became one */
} lock;

static long membarrier(int command)
{
    return syscall(SYS_membarrier, command, 0, 0);
}

void census_lock_begin(void)
{
    if (!lock.can_be_owned)
        lock.can_be_owned = membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
}

/* Until the owner is out, and sees that it is asked before it is in again. */
static void keep_out(unsigned owner)
{
    static const struct timespec a_while = {.tv_nsec = 1000000};
    atomic_store(&recording.asked, true);
    /* Refused by a filter that came later: what a processor has stored is seen long before. */
    if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0)
        nanosleep(&a_while, NULL);
    while (atomic_load_explicit(&recording.inside[owner], memory_order_acquire))
        sched_yield();
}

/* With the lock, and nobody inside. */
static void become_owner(void)
{
    if (lock.owners == CENSUS_OWNERS || !lock.can_be_owned) {
        atomic_store(&recording.owner, 0);
        return;
    }
    census_me = ++lock.owners;
    lock.others = 0;
    atomic_store(&recording.owner, census_me);
}

void census_lock_as_other(bool makes)
{
    while (atomic_flag_test_and_set_explicit(&lock.taken, memory_order_acquire))
        sched_yield();
    unsigned owner = atomic_load_explicit(&recording.owner, memory_order_relaxed);
    if (owner && owner != census_me)
        keep_out(owner);
    if (!makes || (owner && owner == census_me))
        return;
    if (owner ? ++lock.others >= TIMES : lock.owners == 0)
        become_owner();
}

void census_unlock_as_other(void)
{
    atomic_store_explicit(&recording.asked, false, memory_order_release);
    atomic_flag_clear_explicit(&lock.taken, memory_order_release);
}
