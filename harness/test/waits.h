/* Tasks in each kind of wait, for tests of what is told of them: whole. The lines stand in harness/test/golden/. */
#pragma once

#include "task/chan.h"
#include "task/ctx.h"
#include "task/io.h"
#include "task/mutex.h"
#include "task/semaphore.h"
#include "task/timer.h"
#include "task/wait_group.h"
#include "test/support.h"

static struct chan *idle, *full, *used;
static struct mutex lock, first, second;
static struct rw_mutex shared;
static struct cond bell = {.mutex = &lock};
static struct wait_group group;
static struct semaphore slots = {.size = 3};
static struct io *ends[2];

static void receive(void *channel)
{
    chan_recv(channel, NULL);
}

static void receive_labelled(void *channel)
{
    task_label("team", "red");
    task_label("role", "reader");
    chan_recv(channel, NULL);
}

static void send_one(void *channel)
{
    chan_send(channel, &(int){7});
}

static void wait_for_timer(void *unused)
{
    (void)unused;
    chan_recv(timer_after(HOUR), NULL);
}

static void wait_for_context(void *unused)
{
    (void)unused;
    chan_recv(ctx_done(ctx_with_cancel(ctx_background())), NULL);
}

static void sleep_long(void *unused)
{
    (void)unused;
    task_sleep(90 * MINUTE);
}

static void wait_for_two(void *unused)
{
    (void)unused;
    chan_select(on_recv(idle, NULL), on_send(full, &(int){3}));
}

static void hold(void *mutex)
{
    mutex_lock(mutex);
    task_sleep(10 * HOUR);
}

static void take(void *mutex)
{
    mutex_lock(mutex);
}

static void take_both(void *mutex)
{
    mutex_lock(mutex);
    task_yield();
    mutex_lock(mutex == (void *)&first ? &second : &first);
}

static void read_long(void *unused)
{
    (void)unused;
    rw_mutex_rlock(&shared);
    task_sleep(10 * HOUR);
}

static void write_shared(void *unused)
{
    (void)unused;
    rw_mutex_lock(&shared);
}

static void wait_for_bell(void *unused)
{
    (void)unused;
    mutex_lock(&lock);
    cond_wait(&bell);
}

static void wait_for_group(void *unused)
{
    (void)unused;
    wait_group_wait(&group);
}

static void take_slot(void *unused)
{
    (void)unused;
    semaphore_acquire(ctx_background(), &slots, 2);
}

static void read_socket(void *unused)
{
    char byte;
    (void)unused;
    io_read(ctx_background(), ends[0], &byte, 1);
}

/* In one line, which is its first one by any compiler. */
// clang-format off
static void run_later(void *unused) { task_yield(); (void)unused; }
// clang-format on

/* As many of each as of no other that waits alike: how many there are is what they are sorted by. They are made by tasks
 * that end: who goes on has none of what they wait for on its stack. */
static void make_first_ones(void *unused)
{
    (void)unused;
    idle = chan_make(int, 0);
    full = chan_make(int, 2);
    used = chan_make(int, 1);
    for (int i = 0; i < 2; i++)
        send_one(full);
    send_one(used);
    chan_recv(used, NULL);
    for (int i = 0; i < 2; i++)
        go(take_both, i ? &second : &first);
    for (int i = 0; i < 3; i++)
        go(receive, idle);
}

static void make_others(void *unused)
{
    (void)unused;
    go(receive, idle);
    for (int i = 0; i < 2; i++)
        go(receive_labelled, used);
    go(send_one, full);
    for (int i = 0; i < 4; i++)
        go(wait_for_timer, NULL);
    for (int i = 0; i < 5; i++)
        go(wait_for_context, NULL);
    for (int i = 0; i < 3; i++)
        go(sleep_long, NULL);
    go(wait_for_two, NULL);
    cond_signal(&bell);
    go(wait_for_bell, NULL);
    go(hold, &lock);
    go(take, &lock);
    for (int i = 0; i < 2; i++)
        go(read_long, NULL);
    go(write_shared, NULL);
    wait_group_add(&group, 3);
    wait_group_done(&group);
    go(wait_for_group, NULL);
    semaphore_acquire(ctx_background(), &slots, 2);
    go(take_slot, NULL);
    io_pair(ends);
    go(read_socket, NULL);
}

static inline void make_waits(void)
{
    go(make_first_ones, NULL);
    task_sleep(3 * MINUTE + 25 * SECOND);
    go(make_others, NULL);
    task_sleep(61 * SECOND);
    go(run_later, NULL);
}
