/* The proof's truth: thousands of random programs ask for it at random moments, and no task that was ever proven to
 * be leaked runs again, though at the end all that can be woken is. What then is left, was it proven?
 *
 * In the environment: PROOF_SECONDS=N: how long; else some seconds. PROOF_VERDICTS=N: at least until so many tasks were
 * found to be leaked, over all looks. PROOF_SEED=N: one program alone. PROOF_FIRST=N: begins there. */
#include "test/proof_program.h"

#include "proof/end.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PROGRAMS_A_PROCESS = 8, STEPS = 120 };

/* Counted over all processes. */
static struct sums {
    uint64_t programs, looks, verdicts, proven, left, left_proven, unsure, unsure_looks, ended;
} * sums;

static struct proof *now;
static uint64_t first_seed; /* of this process: PROOF_SEED */

static bool note_proven(const struct task_info *t, void *arg)
{
    (void)arg;
    if (proof_of(now, t) == PROOF_LEAKED && t->id < IDS) {
        sums->proven += !program.proven[t->id];
        program.proven[t->id] = 1;
        sums->verdicts++;
    }
    return true;
}

/* From here on it is allowed to run: on its way out. */
static void allow(const struct task_info *t, void *arg)
{
    (void)arg;
    if (t->id < IDS)
        program.proven[t->id] = 0;
}

static void make_end(void)
{
    size_t ended;
    if (!proof_end(now, &(struct proof_ending){.tell = allow}, &ended))
        fail_msg("no memory");
    sums->ended += ended;
}

static void ask(void)
{
    proof_wipe_stack();
    now = proof_take();
    assert_non_null(now);
    const struct task_leaks *c = proof_counts(now);
    if (c->refused || c->contradicted)
        fail_msg("%s, %zu contradicted", c->refused, c->contradicted);
    task_each(note_proven, NULL);
    sums->looks++;
    sums->unsure += c->unsure;
    sums->unsure_looks += c->unsure > 0;
    if (c->unsure && !program.loses)
        fail_msg("seed %" PRIu64 ": it loses no reference, and %zu tasks wait for what more hold "
                 "than were found",
                 first_seed, c->unsure);
    if (program.ends && support_random(&program.seed) % 4)
        make_end();
    proof_free(now);
}

static bool count_left(const struct task_info *t, void *arg)
{
    if (t->id > *(uint64_t *)arg && t->id < IDS) {
        sums->left++;
        sums->left_proven += program.proven[t->id];
    }
    return true;
}

static void check_truth(void)
{
    if (program.ran_after)
        fail_msg("seed %" PRIu64 ": task %" PRIu64 " was proven never to run again, and has run",
                 first_seed, program.ran_after);
}

static void end_at_once(void *unused)
{
    (void)unused;
}

static void one_program(uint64_t seed)
{
    program.seed = seed;
    task_seed(seed);
    uint64_t last_before = go(end_at_once, NULL);
    program_start(1 + (int)(seed % 20));
    for (int i = 0; i < STEPS; i++) {
        program_step();
        check_truth();
        if (support_random(&program.seed) % 10 == 0)
            ask();
    }
    settle();
    ask();
    program_flush();
    check_truth();
    task_each(count_left, &last_before);
    sums->programs++;
}

static void some_programs(void *unused)
{
    (void)unused;
    program.proven =
        mmap(NULL, IDS, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    program.loses = first_seed / PROGRAMS_A_PROCESS % 3 == 0;
    program.ends = first_seed / PROGRAMS_A_PROCESS % 2 == 0;
    for (uint64_t i = 0; i < PROGRAMS_A_PROCESS; i++)
        one_program(first_seed + i);
}

static void no_proven_task_runs_again(void **state)
{
    (void)state;
    const char *seconds = getenv("PROOF_SECONDS"), *seed = getenv("PROOF_SEED");
    const char *verdicts = getenv("PROOF_VERDICTS"), *first = getenv("PROOF_FIRST");
    uint64_t wanted = verdicts ? strtoull(verdicts, NULL, 10) : 0;
    time_t end = time(NULL) + (seconds ? atoi(seconds) : 5);
    first_seed = seed    ? strtoull(seed, NULL, 10)
                 : first ? strtoull(first, NULL, 10)
                         : PROGRAMS_A_PROCESS;
    do {
        support_run_once(some_programs);
        first_seed += PROGRAMS_A_PROCESS;
    } while (!seed && (time(NULL) < end || sums->verdicts < wanted));
    print_message("%" PRIu64 " programs, %" PRIu64 " looks, %" PRIu64 " verdicts on %" PRIu64
                  " tasks; of %" PRIu64 " left at the end %.2f %% were proven; unsure in %" PRIu64
                  " looks; %" PRIu64 " were made to end\n",
                  sums->programs, sums->looks, sums->verdicts, sums->proven, sums->left,
                  100.0 * (double)sums->left_proven / (double)sums->left, sums->unsure_looks,
                  sums->ended);
    assert_true(sums->verdicts > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_proven_task_runs_again),
    };
    sums = mmap(NULL, sizeof *sums, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return cmocka_run_group_tests_name("truth of the proof", tests, NULL, NULL);
}
