/* What the tests of the proof of plain C share: a loop of their own, sessions with a handle, and what is expected of
 * a listing. */
#pragma once

#include "test/support.h"

#include "census/census.h"
#include "census/listing.h"
#include "proof/look.h"
#include "test/words.h"
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Makes a step a function of its own: what it had in its hands is nobody's once it has returned. */
#define STEP static __attribute__((noinline, unused))

/* Runs a step far below, where proof_prepare() clears all that it leaves: right below its caller other frames have
 * holes. */
STEP void deeply(void (*step)(void *arg), void *arg)
{
    volatile char room[2048];
    room[0] = 0;
    step(arg);
    room[sizeof room - 1] = 0;
}

static uv_loop_t *loop;
static uint32_t since;
static int threads; /* of this test */

static inline int begin(void **state)
{
    (void)state;
    static uv_loop_t room;
    census_start();
    loop = &room;
    return uv_loop_init(loop);
}

static inline void close_and_free(uv_handle_t *handle)
{
    free(handle->data);
}

static inline void close_all(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle))
        uv_close(handle, close_and_free);
}

/* Each test has a loop without handles: uv_walk() is who can close what nobody has. */
static inline int clean(void **state)
{
    (void)state;
    uv_walk(loop, close_all, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    since = census_mark();
    threads = 0;
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    return uv_loop_close(loop);
}

/* What a listing says of all that this test has made. */
STEP char *listed_now(void)
{
    char *text;
    size_t size;
    struct listing listing = {.since = since, .proves = true};
    FILE *out = open_memstream(&text, &size);
    assert_true(listing_write(&listing, out) >= 0);
    fclose(out);
    const char *refused = strstr(text, "nothing is proven: ");
    if (refused && strstr(refused, "another allocator"))
        skip(); /* the sanitizers' */
    return text;
}

#define PROVEN    "proven: nobody can close (it|them), but by uv_walk\\(\\)$"
#define REACHABLE "live: reachable from "

STEP void expect_all_proven(void)
{
    char *text = listed_now();
    expect_match(text, PROVEN);
    expect_no_words(text, "live:");
    free(text);
}

STEP void expect_all_reachable(const char *from)
{
    char *text = listed_now();
    expect_match(text, from);
    expect_no_words(text, "proven");
    free(text);
}

/* What steps have left below is not there any more, where these have holes in their frames. */
#define expect_proven()        (proof_prepare(), expect_all_proven())
#define expect_reachable(from) (proof_prepare(), expect_all_reachable(from))
#define listed()               (proof_prepare(), listed_now())

struct session {
    int before[8];
    uv_timer_t timer;
    struct session *next;
    struct uv_loop_s *own;
    void *more;
};

static inline struct session *make(void)
{
    struct session *session = calloc(1, sizeof *session);
    uv_timer_init(loop, &session->timer);
    session->timer.data = session;
    return session;
}

static inline void ring(uv_timer_t *timer)
{
    (void)timer;
}
