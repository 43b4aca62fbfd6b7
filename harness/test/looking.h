/* Tests that look at who waits on what: a profile with its peers, and questions to them. */
#pragma once

#include "test/words.h"

#include "profile/dump.h"
#include "profile/peers.h"
#include "task/chan.h"
#include "task/defer.h"

static struct profile *profile;
static struct peers *peers;

static inline void look(profile_filter *filter)
{
    profile = profile_collect(filter, NULL);
    assert_non_null(profile);
    peers = peers_find(profile, filter, NULL);
    assert_non_null(peers);
    assert_int_equal(peers->length, profile->length);
}

static inline void look_away(void)
{
    profile_free(profile);
    peers_free(peers);
}

static inline uint32_t group_of(void (*entry)(void *))
{
    for (uint32_t i = 0; i < profile->length; i++)
        if (profile->groups[i].entry == entry)
            return i;
    fail_msg("no such group");
    return 0;
}

/* The only object that the tasks of this entry wait on. */
static inline const struct waited *waited_by(void (*entry)(void *))
{
    const struct waited_list *list = &peers->groups[group_of(entry)];
    assert_int_equal(list->length, 1);
    return &list->waited[0];
}

static inline void expect_peer(const struct peer_list *list, uint32_t group, size_t tasks,
                               size_t objects)
{
    for (size_t i = 0; i < list->length; i++)
        if (list->peers[i].group == group) {
            assert_int_equal(list->peers[i].tasks, tasks);
            assert_int_equal(list->peers[i].objects, objects);
            return;
        }
    fail_msg("group %u is no peer", group);
}

static inline char *summary(void)
{
    char *text = dump_text(&(struct dump){.format = DUMP_SUMMARY});
    assert_non_null(text);
    return text;
}

static inline bool is_parked(const struct task_info *task, void *arg)
{
    (void)arg;
    return task->state == TASK_PARKED;
}

static inline void receive(void *c)
{
    defer(chan_drop, c);
    chan_recv(c, NULL);
}

static inline void send_one(void *c)
{
    defer(chan_drop, c);
    chan_send(c, &(int){1});
}
