#include "test/planted.h"
#include "record/record.h"
#include "result/result.h"
#include "task/time.h"
#include "test/words.h"
#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

static char folder[256];

/* --- Outcomes ------------------------------------------------------------------------------- */

enum { LOAD_SAMPLES = 60, BASE = 10 << 20, PAGE = 4096 };

static double growth(const struct planted *planted, const struct outcome *outcome)
{
    double middle = (planted->runs - 1) / 2.0;
    double off = planted->runs > 1 ? (outcome->repetition - middle) / middle : 0;
    return planted->bytes[outcome->variant] + planted->spread * off;
}

/* Of a pair of plain C what its catalog line says, for so many requests; of all others tasks. */
static struct counts left_by(const struct outcome *outcome, uint64_t requests)
{
    struct counts counts = {0};
    const struct expectation *expected = &outcome->pair->expected[outcome->variant];
    if (!pair_is_plain(outcome->pair)) {
        counts.tasks = outcome->variant == VARIANT_LEAK ? requests : 0;
        counts.waiting[WAIT_CHAN_RECEIVE] = counts.tasks;
        return counts;
    }
    for (int type = 0; type < HANDLE_TYPES; type++) {
        counts.of_type[type] = requests * expected->handles[type];
        counts.handles += counts.of_type[type];
    }
    counts.requests = requests * expected->requests;
    counts.queued = requests * expected->queued;
    counts.descriptors = 15 + requests * expected->descriptors;
    counts.threads = requests * expected->threads;
    return counts;
}

static struct sample sample_of(const struct planted *planted, const struct outcome *outcome,
                               enum phase phase, double share)
{
    uint64_t sent = (uint64_t)((double)planted->requests * share);
    bool leaks = outcome->variant == VARIANT_LEAK;
    int64_t grown = (int64_t)((double)sent * growth(planted, outcome));
    int64_t stacks = leaks && grown > 0 ? (int64_t)sent * PAGE : 0;
    struct sample sample = {
        .time = (int64_t)(SECOND + share * 10 * SECOND),
        .phase = phase,
        .sent = sent,
        .finished = sent,
        .counts = left_by(outcome, sent),
        .stacks_used = leaks ? sent : 1,
        .heap = {(int64_t)sent, BASE / 4 + (grown - stacks), BASE / 2 + (grown - stacks), 0},
        .memory = {.rss = BASE + grown,
                   .anon = BASE / 2 + grown,
                   .file = BASE / 2,
                   .shared = 0,
                   .page_tables = PAGE + (int64_t)sent / 32 * PAGE,
                   .charged = planted->memory_limit ? BASE + grown : -1,
                   .mappings = {-1, -1, -1, -1, -1}},
    };
    sample.counts.heap = (int64_t)sent;
    return sample;
}

static void add_sample(struct outcome *outcome, struct sample sample, bool ends)
{
    sample.phase_ends = ends;
    sample.limited = sample.memory.rss;
    if (ends) { /* looked at page by page */
        sample.memory.exact = true;
        sample.memory.mappings.stacks = (int64_t)sample.stacks_used * PAGE;
        sample.memory.mappings.files = sample.memory.file;
        sample.memory.mappings.shared = sample.memory.mappings.program = 0;
        sample.memory.mappings.heap = sample.memory.anon - sample.memory.mappings.stacks;
    }
    outcome->samples[outcome->sample_count++] = sample;
}

static void fill_objects(const struct planted *planted, struct outcome *outcome)
{
    const struct expectation *expected = &outcome->pair->expected[VARIANT_LEAK];
    struct object_group group = {.line = 27, .function = "serve"};
    const struct {
        enum kind kind;
        uint64_t each;
    } kinds[] = {{KIND_REQUESTS, expected->requests},
                 {KIND_DESCRIPTORS, expected->descriptors},
                 {KIND_THREADS, expected->threads}};
    snprintf(group.file, SITE_FILE, "leaks/%s/%s.c", outcome->pair->family, outcome->pair->id);
    for (int type = 0; type < HANDLE_TYPES; type++) {
        group.kind = KIND_HANDLES;
        group.count = planted->requests * expected->handles[type];
        snprintf(group.what, sizeof group.what, "%s, stopped",
                 group.count ? uv_handle_type_name((uv_handle_type)type) : "");
        if (group.count)
            objects_add(&outcome->gauges->objects[STAYING], &group);
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        group.kind = kinds[i].kind;
        group.count = planted->requests * kinds[i].each;
        group.what[0] = 0;
        if (group.count)
            objects_add(&outcome->gauges->objects[STAYING], &group);
    }
}

static void fill_gauges(const struct planted *planted, struct outcome *outcome)
{
    struct gauges *g = outcome->gauges;
    bool leaks = outcome->variant == VARIANT_LEAK;
    for (enum phase phase = PHASE_START; phase < PHASES; phase++)
        g->progress.phase_began[phase] = outcome->began + (int64_t)phase * SECOND / 4 + 1;
    g->progress.phase_began[PHASE_LOAD] = outcome->began + SECOND;
    g->progress.phase_began[PHASE_DRAIN] = outcome->began + 11 * SECOND;
    g->progress.phase = PHASE_DONE;
    g->progress.sent = g->progress.finished = planted->requests;
    for (enum moment moment = MOMENT_BASELINE; moment < MOMENTS; moment++) {
        uint64_t requests = moment == MOMENT_BASELINE ? 0 : planted->requests;
        struct counts *counts = &g->legs[LEG_LOAD].counts[moment];
        *counts = left_by(outcome, requests);
        counts->heap = leaks ? 96 * (int64_t)requests : 0;
    }
    if (!leaks)
        return;
    if (pair_is_plain(outcome->pair)) {
        fill_objects(planted, outcome);
        return;
    }
    g->parked.length = 1;
    g->parked.groups[0] = (struct parked_group){
        .count = planted->requests, .reason = WAIT_CHAN_RECEIVE, .line = 27, .made_line = 36};
    snprintf(g->parked.groups[0].file, SITE_FILE, "leaks/%s/%s.c", outcome->pair->family,
             outcome->pair->id);
}

static struct outcome outcome_planted(const struct planted *planted, enum variant variant,
                                      unsigned repetition)
{
    struct settings settings = {
        .rate = 1000,
        .requests = planted->requests,
        .warm_up = 10,
        .baseline = SECOND / 10,
        .patience = SECOND / 20,
        .settle = 10 * MINUTE,
        .seed = planted->seed,
        .stack_bytes = 65536,
        .looks_per_second = 10,
        .memory_limit = planted->memory_limit,
    };
    struct outcome outcome = outcome_of(catalog_find(planted->id), variant, &settings);
    assert_non_null(outcome.pair);
    outcome.repetition = repetition;
    outcome.noise = (struct noise){0.5, 0.01, 0, 0.001};
    outcome.twin = planted->twin;
    outcome.began = HOUR;
    outcome.ending = (struct case_ending){.how = ENDED_WELL, .time = 12 * SECOND};
    outcome.gauges = gauges_make(&settings, &outcome.gauges_fd);
    assert_non_null(outcome.gauges);
    fill_gauges(planted, &outcome);
    if (planted->memory_limit && variant == VARIANT_LEAK) { /* it dies as its load ends */
        outcome.ending =
            (struct case_ending){.how = ENDED_SIGNAL, .status = 9, .time = 11 * SECOND};
        outcome.killed_by_limit = true;
        outcome.gauges->progress.phase = PHASE_LOAD;
        outcome.gauges->progress.phase_began[PHASE_DRAIN] = 0;
    }
    if (planted->memory_limit)
        outcome.limit_by = LIMIT_METER;
    outcome.samples = calloc(LOAD_SAMPLES + 4, sizeof *outcome.samples);
    add_sample(&outcome, sample_of(planted, &outcome, PHASE_BASELINE, 0), true);
    for (int i = 0; i < LOAD_SAMPLES; i++) {
        if (i == LOAD_SAMPLES / 4 && !planted->memory_limit) /* its first requests have returned */
            add_sample(&outcome, sample_of(planted, &outcome, PHASE_LOAD, 0.25), true);
        add_sample(&outcome,
                   sample_of(planted, &outcome, PHASE_LOAD, (double)i / (LOAD_SAMPLES - 1)), false);
    }
    add_sample(&outcome, sample_of(planted, &outcome, PHASE_DRAIN, 1), true);
    add_sample(&outcome, sample_of(planted, &outcome, PHASE_SETTLE, 1), true);
    outcome.latency_count = 1000;
    outcome.latencies = calloc(outcome.latency_count, sizeof *outcome.latencies);
    for (size_t i = 0; i < outcome.latency_count; i++)
        outcome.latencies[i] = (struct latency){0, (int64_t)((i * 617) % 1000 * MICROSECOND)};
    return outcome;
}

/* --- Records -------------------------------------------------------------------------------- */

static void record_one(struct record *record, size_t number, struct outcome *outcome)
{
    struct verdict verdict;
    record_start(record, number, outcome);
    for (size_t i = 0; i < outcome->sample_count; i++)
        record_sample(record, number, &outcome->samples[i]);
    verdict_of(outcome, JUDGE_REAL_CLOCK, &verdict);
    record_end(record, number, outcome, &verdict);
    close(outcome->gauges_fd);
    outcome_free(outcome);
}

void planted_record(const char *path, const struct planted *planted, size_t count)
{
    static char *words[] = {"leaklab", "run", "--json", "a file.ndjson", NULL};
    char why[512];
    size_t number = 0;
    bool twins = false;
    for (size_t i = 0; i < count; i++)
        twins |= planted[i].twin != NULL;
    struct record *record = record_open(path, why, sizeof why);
    if (!record)
        fail_msg("%s", why);
    record_header(record, &(struct record_header){.argc = 4,
                                                  .argv = words,
                                                  .seed = planted->seed,
                                                  .cases = 2,
                                                  .samples_per_second = 10,
                                                  .twins = twins});
    for (size_t i = 0; i < count; i++)
        for (enum variant v = 0; v < VARIANTS; v++) {
            struct outcome outcome = outcome_planted(&planted[i], v, 0);
            record_sources(record, &outcome, 1);
            close(outcome.gauges_fd);
            outcome_free(&outcome);
        }
    for (size_t i = 0; i < count; i++)
        for (unsigned r = 0; r < planted[i].runs; r++)
            for (enum variant v = 0; v < VARIANTS; v++) {
                struct outcome outcome = outcome_planted(&planted[i], v, r);
                record_one(record, number++, &outcome);
            }
    record_close_line(record, 0);
    assert_true(record_close(record, why, sizeof why));
}

/* --- Files ---------------------------------------------------------------------------------- */

int planted_folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/leaklab-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *where)
{
    (void)about, (void)type, (void)where;
    return remove(path);
}

int planted_folder_remove(void **state)
{
    (void)state;
    return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *planted_path(const char *format, ...)
{
    static char paths[4][512];
    static unsigned next;
    char *path = paths[next++ % 4];
    int length = snprintf(path, sizeof paths[0], "%s/", folder);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(path + length, sizeof paths[0] - (size_t)length, format, arguments);
    va_end(arguments);
    return path;
}

char *planted_read(const char *path, size_t *length)
{
    FILE *file = fopen(path, "re");
    if (!file)
        fail_msg("no file %s", path);
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, size, file), size);
    text[size] = 0;
    fclose(file);
    if (length)
        *length = size;
    return text;
}

void planted_write(const char *path, const char *text, size_t length)
{
    FILE *file = fopen(path, "we");
    if (!file)
        fail_msg("can not write %s", path);
    assert_int_equal(fwrite(text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

const struct ran *planted_shell(const char *format, ...)
{
    static struct ran ran;
    char words[2048], command[8192], program[PATH_MAX];
    const char *given = getenv("LEAKLAB");
    if (!realpath(given ? given : "build/gcc/leaklab", program))
        fail_msg("no leaklab to test: set LEAKLAB, or build it first");
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    snprintf(command, sizeof command, "exec 2>&1; cd '%s'; LAB='%s'; %s", folder, program, words);
    FILE *out = popen(command, "re");
    assert_non_null(out);
    ran.said[fread(ran.said, 1, sizeof ran.said - 1, out)] = 0;
    int status = pclose(out);
    ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return &ran;
}

const struct planted planted_two[] = {
    {.id = "channel_receive",
     .runs = 3,
     .requests = 1000,
     .bytes = {4200, 0},
     .spread = 2,
     .seed = 7},
    {.id = "worker_loop", .runs = 3, .requests = 1000, .bytes = {4300, 0}, .spread = 2, .seed = 7},
};

const char *planted_saved(const char *machine)
{
    static char name[RESULT_NAME];
    planted_record(planted_path("%s.ndjson", machine), planted_two, 2);
    const struct ran *ran = planted_shell("$LAB save --machine %s %s.ndjson", machine, machine);
    expect_words(ran->said, "saved results/");
    assert_int_equal(ran->status, 0);
    assert_int_equal(sscanf(ran->said, "saved results/%95s", name), 1);
    return name;
}
