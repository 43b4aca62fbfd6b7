#include "load/lab.h"
#include "load/running.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_AT_ONCE = 64, SIGNALS = 3 };

struct lab {
    struct lab_plan *plan;
    uv_signal_t signals[SIGNALS];
    struct running *runs; /* plan->at_once of them */
    size_t next;          /* case to begin */
    unsigned running;
    int interrupted; /* by which signal */
};

static void on_looked(struct running *running, const struct sample *sample)
{
    const struct lab_observer *observer = &((struct lab *)running->owner)->plan->observer;
    if (observer->looked)
        observer->looked(running->outcome, sample, observer->arg);
}

static void on_heard(struct running *running, const char *said, size_t length)
{
    const struct lab_observer *observer = &((struct lab *)running->owner)->plan->observer;
    if (observer->heard)
        observer->heard(said, length, observer->arg);
}

static void begin_cases(struct lab *lab);

static void on_over(struct running *running)
{
    struct lab *lab = running->owner;
    const struct lab_observer *observer = &lab->plan->observer;
    struct outcome *outcome = running->outcome;
    running->outcome = NULL;
    lab->running--;
    if (observer->ended)
        observer->ended(outcome, observer->arg);
    begin_cases(lab);
}

static struct running *idle_run(struct lab *lab)
{
    for (unsigned i = 0; i < lab->plan->at_once; i++)
        if (!lab->runs[i].outcome)
            return &lab->runs[i];
    return NULL;
}

static void close_signals(struct lab *lab)
{
    for (size_t i = 0; i < SIGNALS; i++)
        if (!uv_is_closing((uv_handle_t *)&lab->signals[i]))
            uv_close((uv_handle_t *)&lab->signals[i], NULL);
}

static void begin_cases(struct lab *lab)
{
    struct lab_plan *plan = lab->plan;
    struct running *run;
    while (!lab->interrupted && lab->next < plan->length && (run = idle_run(lab))) {
        struct outcome *outcome = &plan->cases[plan->order ? plan->order[lab->next] : lab->next];
        lab->next++;
        lab->running++;
        if (plan->observer.began)
            plan->observer.began(outcome, plan->observer.arg);
        running_begin(run, outcome, plan->time_limit);
    }
    if (lab->running == 0)
        close_signals(lab);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct lab *lab = handle->data;
    lab->interrupted = number;
    for (unsigned i = 0; i < lab->plan->at_once; i++) {
        lab->runs[i].interrupted_by = number;
        running_kill(&lab->runs[i]);
    }
}

static bool is_ignored(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static _Noreturn void end_without_loop(const char *why)
{
    fprintf(stderr, "leaklab: no event loop can be made to run cases in: %s (see `ulimit -n`)\n",
            why);
    exit(1);
}

int lab_run(struct lab_plan *plan)
{
    static const int numbers[SIGNALS] = {SIGINT, SIGTERM, SIGHUP};
    static const struct running_observer observer = {on_looked, on_heard, on_over};
    static struct running runs[MOST_AT_ONCE];
    struct lab lab = {.plan = plan, .runs = runs};
    uv_loop_t *loop = uv_default_loop();
    if (!loop)
        end_without_loop("too many open files, or no memory");
    if (plan->at_once > MOST_AT_ONCE)
        plan->at_once = MOST_AT_ONCE;
    for (unsigned i = 0; i < plan->at_once; i++)
        runs[i] = (struct running){
            .loop = loop, .observer = &observer, .owner = &lab, .copies = plan->copies};
    for (size_t i = 0; i < SIGNALS; i++) {
        int failed = uv_signal_init(loop, &lab.signals[i]);
        if (failed)
            end_without_loop(uv_strerror(failed));
        lab.signals[i].data = &lab;
        if (numbers[i] != SIGHUP || !is_ignored(SIGHUP)) /* nohup */
            uv_signal_start(&lab.signals[i], on_signal, numbers[i]);
    }
    begin_cases(&lab);
    uv_run(loop, UV_RUN_DEFAULT);
    return lab.interrupted;
}
