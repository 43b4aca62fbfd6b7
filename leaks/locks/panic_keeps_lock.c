/* A panic keeps a lock, leaking: the server recovers a handler's panic, writes
 * it down and goes on. The handler had locked its session, and its unlock
 * stands at the end, which it did not reach: the session is locked for good.
 * Decision matrix: none of the five; give back where you take.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/recover.h"
#include "task/shared.h"
#include "task/task.h"

struct session {
    struct mutex lock;
    int hits, page;
};

static void render(struct session *session)
{
    if (session->page == 0)
        task_panic("page out of range");
}

static void handle(void *arg)
{
    struct session *session = arg;
    mutex_lock(&session->lock);

    session->hits++;
    render(session);
    mutex_unlock(&session->lock);
}

static void save(void *arg)
{
    struct session *session = arg;
    defer(shared_drop, session);

    mutex_lock(&session->lock); /* parks here, for ever */
    session->hits = 0;
    mutex_unlock(&session->lock);
}

void leak_panic_keeps_lock(struct ctx *request)
{
    struct session *session = shared_new(sizeof *session, NULL);
    defer(shared_drop, session);

    if (task_recover(handle, session, NULL))
        session->page = 1; /* the start page, next time */
    go(save, shared_ref(session));
}
