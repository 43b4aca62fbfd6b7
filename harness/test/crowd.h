/* A crowd of tasks at a gate, whose words are known, for tests of hibernation. */
#pragma once

#include "test/support.h"

#include "task/chan.h"
#include "task/hibernate.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { CROWD = 200 };

static struct chan *gate;
static long *on_stack[CROWD];
static long sum;

/* Not under Valgrind, where nobody does. */
static inline void need_hibernation(void)
{
    assert_int_equal(task_hibernate_after(SECOND), 0);
    task_hibernate_after(0);
}

/* What of the crowd can: the first of each slab stays. */
static inline void expect_most(size_t n)
{
    assert_in_range(n, CROWD - CROWD / 64 - 2, CROWD - 1);
    assert_int_equal(task_stats.hibernated, n);
}

static inline void wait_at_gate(void *arg)
{
    long mine[32], got;
    for (int i = 0; i < 32; i++)
        mine[i] = (long)(intptr_t)arg * 100 + i;
    on_stack[(intptr_t)arg] = mine;
    chan_recv(gate, &got);
    for (int i = 0; i < 32; i++)
        sum += mine[i] - (long)(intptr_t)arg * 100 - i;
    sum++;
}

static inline void make_crowd(void)
{
    need_hibernation();
    sum = 0;
    gate = chan_make(long, 0);
    for (intptr_t i = 0; i < CROWD; i++)
        go(wait_at_gate, (void *)i);
    settle();
}

static inline void end_crowd(void)
{
    chan_close(gate);
    settle();
    chan_drop(gate);
    assert_int_equal(sum, CROWD);
    assert_int_equal(task_stats.hibernated, 0);
    assert_int_equal(task_stats.hibernations, task_stats.awakenings);
    task_hibernate(); /* what is spent is freed */
    assert_int_equal(task_stats.hibernated, 0);
}

static inline bool is_resident(const void *address)
{
    unsigned char resident = 0;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    if (mincore((void *)((uintptr_t)address & ~(page - 1)), 1, &resident) == 0)
        return resident & 1;
    assert_int_equal(errno,
                     ENOMEM); /* qemu, which looks for no page that is hidden by mprotect() */
    return false;
}
