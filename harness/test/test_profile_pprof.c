/* profile.proto, read back field by field and by Go's own tool. */
#include "test/words.h"

#include "profile/dump.h"
#include "profile/pprof.pb-c.h"
#include "task/chan.h"
#include "task/defer.h"
#include "task/inspect.h"
#include <stdint.h>
#include <unistd.h>
#include <zlib.h>

__attribute__((noinline)) static void receive(void *c)
{
    chan_recv(c, NULL);
}

static inline __attribute__((always_inline)) void inlined_send(void *c)
{
    chan_send(c, &(int){1});
}

static void send_inlined(void *c)
{
    inlined_send(c);
}

static bool is_parked(const struct task_info *task, void *arg)
{
    (void)arg;
    return task->state == TASK_PARKED;
}

static char path[] = "/tmp/test_profile_pprof.XXXXXX";

static void write_profile(void)
{
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *out = fdopen(fd, "w");
    struct dump dump = {.format = DUMP_PPROF, .filter = is_parked};
    assert_int_equal(dump_write(&dump, out), 0);
    fclose(out);
}

static Pprof__Profile *read_profile(void)
{
    size_t room = 1 << 23, size = 0;
    uint8_t *bytes = malloc(room);
    gzFile in = gzopen(path, "rb");
    assert_non_null(in);
    assert_false(gzdirect(in)); /* it is compressed */
    for (int n; (n = gzread(in, bytes + size, (unsigned)(room - size))) > 0;)
        size += (size_t)n;
    assert_true(gzeof(in));
    assert_int_equal(gzclose(in), Z_OK);
    Pprof__Profile *p = pprof__profile__unpack(NULL, size, bytes);
    assert_non_null(p);
    free(bytes);
    return p;
}

static const char *text(const Pprof__Profile *p, int64_t place)
{
    assert_true(place >= 0 && (size_t)place < p->n_string_table);
    return p->string_table[place];
}

static const Pprof__Location *location(const Pprof__Profile *p, uint64_t id)
{
    for (size_t i = 0; i < p->n_location; i++)
        if (p->location[i]->id == id)
            return p->location[i];
    fail_msg("no location %d", (int)id);
    return NULL;
}

static const Pprof__Function *function(const Pprof__Profile *p, uint64_t id)
{
    for (size_t i = 0; i < p->n_function; i++)
        if (p->function[i]->id == id)
            return p->function[i];
    fail_msg("no function %d", (int)id);
    return NULL;
}

static const char *label(const Pprof__Profile *p, const Pprof__Sample *s, const char *key)
{
    for (size_t i = 0; i < s->n_label; i++)
        if (!strcmp(text(p, s->label[i]->key), key))
            return text(p, s->label[i]->str);
    fail_msg("no label %s", key);
    return NULL;
}

TASK_TEST(every_field_is_filled_as_the_format_wants)
{
    struct chan *c = chan_make(int, 0), *full = chan_make(int, 0);
    defer(chan_drop, c);
    defer(chan_drop, full);
    task_label("sample", "a pair");
    for (int i = 0; i < 4; i++)
        go(receive, c);
    go(send_inlined, full);
    settle();
    write_profile();
    Pprof__Profile *p = read_profile();
    assert_string_equal(p->string_table[0], "");
    assert_int_equal(p->n_sample_type, 1);
    assert_string_equal(text(p, p->sample_type[0]->type), "goroutine");
    assert_string_equal(text(p, p->sample_type[0]->unit), "count");
    assert_string_equal(text(p, p->period_type->type), "goroutine");
    assert_int_equal(p->period, 1);
    assert_true(p->time_nanos > INT64_C(1700000000000000000));
    assert_int_equal(p->n_sample, 2);
    assert_int_equal(p->sample[0]->n_value, 1);
    assert_int_equal(p->sample[0]->value[0], 4);
    assert_string_equal(label(p, p->sample[0], "reason"), "chan receive");
    assert_string_equal(label(p, p->sample[0], "sample"), "a pair");
    expect_match(label(p, p->sample[0], "created_by"),
                 "^harness/test/test_profile_pprof.c:[0-9]+$");
    assert_string_equal(label(p, p->sample[1], "reason"), "chan send");
    /* One address, two functions: the inlined one first. */
    const Pprof__Location *l = location(p, p->sample[1]->location_id[0]);
    assert_int_equal(l->n_line, 2);
    const Pprof__Function *inner = function(p, l->line[0]->function_id);
    assert_string_equal(text(p, inner->name), "inlined_send");
    assert_string_equal(text(p, inner->filename), "harness/test/test_profile_pprof.c");
    assert_string_equal(text(p, function(p, l->line[1]->function_id)->name), "send_inlined");
    assert_int_equal(l->line[1]->line, l->line[0]->line + 5);
    /* The module that holds it. */
    assert_int_equal(p->n_mapping, 1);
    const Pprof__Mapping *m = p->mapping[0];
    assert_int_equal(l->mapping_id, m->id);
    assert_true(l->address >= m->memory_start && l->address < m->memory_limit);
    assert_non_null(strstr(text(p, m->filename), "test_profile_pprof"));
    expect_match(text(p, m->build_id), "^[0-9a-f]{40}$");
    assert_true(m->has_functions && m->has_filenames && m->has_line_numbers);
    pprof__profile__free_unpacked(p, NULL);
    unlink(path);
    strcpy(path, "/tmp/test_profile_pprof.XXXXXX");
    chan_close(c);
    chan_recv(full, NULL);
}

TASK_TEST(texts_are_kept_once_and_are_utf_8)
{
    enum { LONG = 1 << 20 };
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    char *longest = malloc(LONG + 1);
    memset(longest, 'x', LONG);
    longest[LONG] = 0;
    task_label("long", longest);
    task_label("same", "\xff\"\n");
    for (int i = 0; i < 3; i++) {
        task_label("n", &"012"[i]);
        go(receive, c);
    }
    settle();
    write_profile();
    Pprof__Profile *p = read_profile();
    assert_int_equal(p->n_sample, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(label(p, p->sample[i], "long"), longest);
        assert_string_equal(label(p, p->sample[i], "same"), "\xEF\xBF\xBD\"\n");
    }
    for (size_t i = 0; i < p->n_string_table; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(p->string_table[i], p->string_table[j]);
    assert_int_equal(p->n_location, 1); /* the runtime's are hidden */
    pprof__profile__free_unpacked(p, NULL);
    free(longest);
    unlink(path);
    strcpy(path, "/tmp/test_profile_pprof.XXXXXX");
    chan_close(c);
}

static void park_for_go(void *unused)
{
    (void)unused;
    char command[256];
    struct chan *c = chan_make(int, 0), *full = chan_make(int, 0);
    task_label("sample", "a \"pair\"");
    for (int i = 0; i < 7; i++)
        go(receive, c);
    go(send_inlined, full);
    settle();
    write_profile();
    snprintf(command, sizeof command, "go tool pprof -top %s 2>&1", path);
    char *top = words_of(command, 0);
    expect_words(top, "Type: goroutine\n");
    expect_words(top, "8, 100% of 8 total\n");
    expect_match(top, "^ +7 87.50% 87.50% +7 87.50% +receive$");
    expect_match(top, "^ +1 12.50% +100% +1 12.50% +inlined_send \\(inline\\)$");
    expect_match(top, "^ +0 +0% +100% +1 12.50% +send_inlined$");
    free(top);
    snprintf(command, sizeof command, "go tool pprof -traces -lines %s 2>&1", path);
    char *traces = words_of(command, 0);
    expect_match(traces, "^ +sample: +a \"pair\"$");
    expect_match(traces, "^ +reason: +chan receive$");
    expect_match(traces, "^created_by: +harness/test/test_profile_pprof.c:[0-9]+$");
    expect_match(traces, "^ +7 +receive harness/test/test_profile_pprof.c:[0-9]+$");
    free(traces);
    snprintf(command, sizeof command, "go tool pprof -tagfocus 'reason=chan send' -top %s 2>&1",
             path);
    top = words_of(command, 0);
    expect_words(top, "1, 12.50% of 8 total\n");
    free(top);
    unlink(path);
}

static void go_tool_pprof_reads_it(void **state)
{
    (void)state;
    words_need("go version", "Go (Debian: golang-go)");
    support_run_once(park_for_go);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_filled_as_the_format_wants),
        cmocka_unit_test(texts_are_kept_once_and_are_utf_8),
        cmocka_unit_test(go_tool_pprof_reads_it),
    };
    return cmocka_run_group_tests_name("profile: pprof", tests, NULL, NULL);
}
