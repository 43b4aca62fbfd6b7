/* Dumps that are odd, broken or too large: what can be read of them is read, and the rest is told. */
#include "test/dumped.h"
#include "test/words.h"

#include "dumps/input.h"
#include "dumps/reason.h"
#include "profile/pprof.pb-c.h"
#include <jansson.h>
#include <zlib.h>

/* --- Texts ---------------------------------------------------------------------------------------- */

/* Docker's own log: each line in JSON, whose text lives no longer than the line. */
static void a_log_of_docker_is_read_line_by_line(void **state)
{
    (void)state;
    static const char text[] = "goroutine profile: total 2\n"
                               "2 @ 0x43a1b6 0x40755c 0x406f0f 0x6f0f4f\n"
                               "#\t0x6f0f4e\tmain.leak+0x2e\t/src/main.go:12\n";
    char log[1024] = "";
    for (const char *at = text; *at; at = strchr(at, '\n') + 1) {
        json_t *line = json_pack("{s:s#}", "log", at, (int)strcspn(at, "\n") + 1);
        char *words = json_dumps(line, JSON_COMPACT);
        size_t used = strlen(log);
        snprintf(log + used, sizeof log - used, "%s\n", words);
        free(words);
        json_decref(line);
    }
    expect(log, "Go's profile, debug=1, 2 tasks\n"
                "2 [chan receive or send] guessed, 1 frames: main.leak /src/main.go:12 \n");
}

/* A thread stands in the runtime's own stack; what comes until the next head is nobody's. */
static void what_is_the_runtimes_own_is_left_out(void **state)
{
    (void)state;
    expect("goroutine 1 [select]:\nmain.f()\n\t/a.go:1 fp=0x10 sp=0x8 pc=0x1\n"
           "runtime stack:\nruntime.park()\n\t/go/proc.go:9\nhello\n\n"
           "goroutine 2 [select]:\nmain.g()\n\t/a.go:2 fp=0x7 +0x3\n",
           "Go's stacks, debug=2, 2 tasks\n1 [select], 1 frames: main.f /a.go:1 \n"
           "1 [select], 1 frames: main.g /a.go:2 \n");
    expect("goroutine 1 [select]:\nmain.f()\n\t/a.go:1\nSIGQUIT: quit\n"
           "goroutine 2 [select]:\nmain.g()\n\t/a.go:2\n",
           "Go's stacks, debug=2, 1 tasks\n1 [select], 1 frames: main.f /a.go:1 \n"
           "Go's stacks, debug=2, 1 tasks\n1 [select], 1 frames: main.g /a.go:2 \n");
    expect(
        "goroutine 1 [select]:\nmain.f()\n\t/a.go:1\n"
        "[Goroutine 7 in state select, on top:\n[Goroutine 8 in no state, with main.h on top:\n",
        "Go's stacks, debug=2, 1 tasks\n1 [select], 1 frames: main.f /a.go:1 \n! 4-5 no dump's\n");
}

static void minutes_are_from_the_least_to_the_most(void **state)
{
    (void)state;
    expect("goroutine 1 [select, 3 minutes]:\nmain.f()\n\t/a.go:1\n"
           "goroutine 2 [select, 2 minutes]:\nmain.f()\n\t/a.go:1\n"
           "goroutine 3 [select, 9 minutes]:\nmain.f()\n\t/a.go:1\n"
           "goroutine 4 [select, 5 minutes]:\nmain.f()\n\t/a.go:1\n",
           "Go's stacks, debug=2, 4 tasks\n4 [select] 2-9 min, 1 frames: main.f /a.go:1 \n");
}

/* Its last frame that is kept stays what it is, and no line of it is called none of a dump's. */
static void a_stack_that_is_too_deep_is_cut(void **state)
{
    (void)state;
    for (int in_one_line = 0; in_one_line < 2; in_one_line++) {
        char *text = NULL, wanted[128];
        size_t size;
        FILE *out = open_memstream(&text, &size);
        fputs("goroutine 1 [select]:\n", out);
        for (int i = 0; i < DUMP_DEPTH + 3; i++)
            fprintf(out, "%s.f%d()%s/a.go:%d\n", i < DUMP_DEPTH - 1 ? "runtime" : "main", i,
                    in_one_line ? " " : "\n\t", i + 1);
        fputs("created by main.main\n\t/a.go:7\n", out);
        fclose(out);
        snprintf(wanted, sizeof wanted,
                 "Go's stacks, debug=2, 1 tasks\n1 [select] cut, %d frames: main.f%d /a.go:%d by "
                 "main.main /a.go:7 \n",
                 DUMP_DEPTH, DUMP_DEPTH - 1, DUMP_DEPTH);
        expect(text, wanted);
        free(text);
    }
}

/* The C library's threads begin in frames that are nobody's place; what a test held up in Go's own words is the
 * same wait. */
static void frames_that_every_thread_has_name_no_place(void **state)
{
    (void)state;
    expect("{\"groups\":[{\"count\":1,\"reason\":\"select\",\"frames\":[{\"function\":\"clone3\"},"
           "{\"function\":\"work\",\"file\":\"w.c\",\"line\":3},{\"function\":\"start_thread\"}]},"
           "{\"reason\":\"select\"},{\"count\":0}]}",
           "leaklab's JSON, 1 tasks\n1 [select], 3 frames: work w.c:3 \n"
           "! 0-0 a group of it has no count\n! 0-0 a group of it has no count\n");
    expect("{\"threadDump\":{\"threadContainers\":[{\"threads\":[{\"stack\":[\"app.Main.spin(Main."
           "java:4)\"]},"
           "{\"stack\":[]}]}]}}",
           "Java's threads, JSON, 2 tasks\n1 [], 1 frames: app.Main.spin Main.java:4 \n1 [], 0 "
           "frames:  \n");
}

/* Of a line that goes on and on no more is kept than there is room for. */
static void a_line_without_end_is_none(void **state)
{
    (void)state;
    static char text[40000];
    memset(text, 'a', sizeof text - 1);
    for (const char *head = "goroutine 1 [", *at = head; *at; at++)
        text[at - head] = *at;
    text[20000] = '\n';
    struct dumps dumps = {0};
    char error[256] = "";
    assert_false(dumps_read(text, sizeof text - 1, &dumps, error, sizeof error));
    expect_words(error, "line 1 is none of a dump's");
}

/* As Go writes it where a test waits in a bubble of synctest. */
static void a_wait_that_is_durable_is_the_same_wait(void **state)
{
    (void)state;
    assert_int_equal(reason_of("chan receive (durable)"), WAIT_CHAN_RECEIVE);
    assert_int_equal(reason_of("chan receive"), WAIT_CHAN_RECEIVE);
    assert_int_equal(reason_of("chan (durable)"), WAIT_NONE);
    assert_int_equal(reason_of(" (durable)"), WAIT_NONE);
}

/* --- pprof ------------------------------------------------------------------------------------------ */

static struct dumps read_profile(Pprof__Profile *profile, char error[256])
{
    struct dumps dumps = {0};
    uint8_t bytes[512];
    size_t length = pprof__profile__pack(profile, bytes);
    assert_true(length <= sizeof bytes);
    error[0] = 0;
    dumps_read((char *)bytes, length, &dumps, error, 256);
    return dumps;
}

static void profiles_of_something_else_are_refused(void **state)
{
    (void)state;
    char error[256], *strings[] = {"", "space", "bytes", "goroutine"};
    Pprof__Profile profile = PPROF__PROFILE__INIT;
    Pprof__ValueType type = PPROF__VALUE_TYPE__INIT, *types = &type;
    type.type = 1;
    type.unit = 2;
    profile.n_string_table = 4;
    profile.string_table = strings;
    profile.n_sample_type = 1;
    profile.sample_type = &types;
    struct dumps dumps = read_profile(&profile, error);
    assert_int_equal(dumps.length, 0);
    assert_string_equal(error, "it is a profile of 'space', not of tasks");
    type.type = 9; /* there is no such text */
    dumps = read_profile(&profile, error);
    assert_int_equal(dumps.length, 0);
    assert_string_equal(error, "it is no profile, or one that says nothing");
}

/* One frame by its address alone, one whose location is missing, one whose function is. */
static void what_a_profile_does_not_have_is_counted(void **state)
{
    (void)state;
    char error[256], *strings[] = {"", "goroutine"};
    Pprof__Profile profile = PPROF__PROFILE__INIT;
    Pprof__ValueType type = PPROF__VALUE_TYPE__INIT, *types = &type;
    Pprof__Sample sample = PPROF__SAMPLE__INIT, *samples = &sample;
    Pprof__Location plain = PPROF__LOCATION__INIT, named = PPROF__LOCATION__INIT,
                    *locations[] = {&named, &plain};
    Pprof__Line line = PPROF__LINE__INIT, *lines = &line;
    type.type = 1;
    plain.id = 1;
    plain.address = 0xabc;
    named.id = 2;
    named.n_line = 1;
    named.line = &lines;
    line.function_id = 77;
    sample.n_value = 1;
    sample.value = (int64_t[]){3};
    sample.n_location_id = 3;
    sample.location_id = (uint64_t[]){1, 2, 99};
    profile.n_string_table = 2;
    profile.string_table = strings;
    profile.n_sample_type = 1;
    profile.sample_type = &types;
    profile.n_sample = 1;
    profile.sample = &samples;
    profile.n_location = 2;
    profile.location = locations;
    struct dumps dumps = read_profile(&profile, error);
    assert_string_equal(error, "");
    char *got = written(&dumps);
    assert_string_equal(got, "a pprof profile, 3 tasks\n3 [], 2 frames: 0xabc :0 \n"
                             "! 0-0 2 frames are named by numbers that it does not have\n");
    free(got);
    dumps_free(&dumps);
}

/* --- Sizes ------------------------------------------------------------------------------------------ */

static size_t pack(const char *text, size_t length, char *to, size_t room)
{
    z_stream stream = {.next_in = (Bytef *)text,
                       .avail_in = (uInt)length,
                       .next_out = (Bytef *)to,
                       .avail_out = (uInt)room};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY),
                     Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t packed = stream.total_out;
    deflateEnd(&stream);
    return packed;
}

/* As logs that are rotated are put together again. */
static void packed_pieces_make_one_text(void **state)
{
    (void)state;
    static const char first[] = "goroutine 1 [select]:\nmain.f()\n", second[] = "\t/a.go:1\n";
    static char blanks[1 << 20], packed[8192];
    size_t length = pack(first, sizeof first - 1, packed, sizeof packed);
    memset(blanks, '\n', sizeof blanks); /* far more than it is packed */
    length += pack(second, sizeof second - 1, packed + length, sizeof packed - length);
    length += pack(blanks, sizeof blanks, packed + length, sizeof packed - length);
    struct dumps dumps = read_bytes(packed, length);
    char *got = written(&dumps);
    assert_string_equal(got,
                        "Go's stacks, debug=2, 1 tasks\n1 [select], 1 frames: main.f /a.go:1 \n");
    free(got);
    dumps_free(&dumps);
}

static void what_is_too_large_is_refused(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("the checkers take a minute for what fills so much memory");
    static char zeros[1 << 20];
    char one[4096], error[512] = "";
    size_t length = pack(zeros, sizeof zeros, one, sizeof one), times = (DUMP_MOST >> 20) + 1;
    char *all = malloc(length * times);
    assert_non_null(all);
    for (size_t i = 0; i < times; i++)
        memcpy(all + i * length, one, length);
    struct dumps dumps = {0};
    assert_false(dumps_read(all, length * times, &dumps, error, sizeof error));
    assert_string_equal(error, "it is larger than 256 MiB when unpacked");
    free(all);
    size_t size;
    assert_null(input_bytes("/dev/zero", &size, error, sizeof error));
    assert_string_equal(error, "can not read /dev/zero: File too large");
    assert_null(input_bytes("/", &size, error, sizeof error));
    assert_string_equal(error, "can not read /: Is a directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_of_docker_is_read_line_by_line),
        cmocka_unit_test(what_is_the_runtimes_own_is_left_out),
        cmocka_unit_test(minutes_are_from_the_least_to_the_most),
        cmocka_unit_test(a_stack_that_is_too_deep_is_cut),
        cmocka_unit_test(frames_that_every_thread_has_name_no_place),
        cmocka_unit_test(a_line_without_end_is_none),
        cmocka_unit_test(a_wait_that_is_durable_is_the_same_wait),
        cmocka_unit_test(profiles_of_something_else_are_refused),
        cmocka_unit_test(what_a_profile_does_not_have_is_counted),
        cmocka_unit_test(packed_pieces_make_one_text),
        cmocka_unit_test(what_is_too_large_is_refused),
    };
    return cmocka_run_group_tests_name("dumps_odd", tests, NULL, NULL);
}
