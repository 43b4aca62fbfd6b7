/* Somebody else's dumps, read: every dialect, and what pastes, logs and mail make of it. A dump stands in
 * harness/test/dumps/NAME.*, what is to be read in it in NAME.read. GOLDEN_UPDATE=1 writes the latter: read the
 * difference. */
#include "test/dumped.h"

#include "dumps/input.h"
#include <dirent.h>
#include <zlib.h>

/* --- Files ---------------------------------------------------------------------------------------- */

#define FOLDER "harness/test/dumps/"

static bool is_dump_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && !strstr(entry->d_name, ".read") &&
           !strstr(entry->d_name, ".md");
}

static void check_file(const char *name)
{
    char path[512], wanted[65536], error[512] = "";
    struct dumps dumps = {0};
    struct fetch_how how = {0};
    snprintf(path, sizeof path, FOLDER "%s", name);
    if (!input_read(path, &how, &dumps, error, sizeof error))
        fail_msg("%s", error);
    char *got = written(&dumps);
    dumps_free(&dumps);
    snprintf(path, sizeof path, FOLDER "%.*s.read", (int)strcspn(name, "."), name);
    if (getenv("GOLDEN_UPDATE")) {
        FILE *out = fopen(path, "we");
        assert_non_null(out);
        fputs(got, out);
        fclose(out);
    }
    FILE *in = fopen(path, "re");
    if (!in)
        fail_msg("no %s", path);
    wanted[fread(wanted, 1, sizeof wanted - 1, in)] = 0;
    fclose(in);
    if (strcmp(got, wanted))
        fail_msg("%s:\n%s--- instead of ---\n%s", name, got, wanted);
    free(got);
}

static void every_form_is_read_as_it_stands(void **state)
{
    (void)state;
    DIR *folder = opendir(FOLDER);
    int files = 0;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        if (is_dump_file(entry)) {
            check_file(entry->d_name);
            files++;
        }
    closedir(folder);
    assert_true(files >= 26);
}

/* --- What happens on the way ---------------------------------------------------------------------- */

static const char grouped[] =
    "goroutine profile: total 12\n"
    "8 @ 0x43a1b6 0x40755c 0x406f0f 0x6f0f4f 0x4711a1\n"
    "# labels: {\"request\":\"7\"}\n"
    "#\t0x6f0f4e\tmain.leak+0x2e\t/src/main.go:12\n"
    "#\t0x4711a0\tmain.main.func1+0x20\t\t/src/main.go:30\n"
    "\n"
    "3 @ 0x491121\n"
    "\n"
    "1 @ 0x432a25 0x46dd41\n"
    "#\t0x432a24\tnet/http.(*Server).Serve+0x1\t/go/net/http/server.go:3000\n";

static const char grouped_read[] =
    "Go's profile, debug=1, 12 tasks\n"
    "8 [chan receive or send] guessed, 2 frames: main.leak /src/main.go:12 {\"request\":\"7\"}\n"
    "3 [], 1 frames: 0x491121 :0 \n"
    "1 [], 1 frames: net/http.(*Server).Serve /go/net/http/server.go:3000 \n";

static const char full[] = "goroutine 18 [chan receive (leaked), 45 minutes, locked to thread]:\n"
                           "main.work(0xc0000a4000, {0x1, 0x2})\n"
                           "\t/src/main.go:12 +0x44\n"
                           "created by main.open in goroutine 1\n"
                           "\t/src/main.go:31 +0x90\n"
                           "\n"
                           "goroutine 19 [select]:\n"
                           "main.(*T).loop(...)\n"
                           "\t/src/loop.go:7\n"
                           "created by main.open\n"
                           "\t/src/main.go:32 +0x91\n";

static const char full_read[] =
    "Go's stacks, debug=2, 2 tasks\n"
    "1 [chan receive] 45-45 min leaked locked, 1 frames: main.work /src/main.go:12 by main.open "
    "/src/main.go:31 \n"
    "1 [select], 1 frames: main.(*T).loop /src/loop.go:7 by main.open /src/main.go:32 \n";

/* Each line with something before it and something else behind it. */
static char *dressed(const char *text, const char *before, const char *behind)
{
    char *dress = NULL;
    size_t size;
    FILE *out = open_memstream(&dress, &size);
    assert_non_null(out);
    while (*text) {
        int length = (int)strcspn(text, "\n");
        fprintf(out, "%s%.*s%s\n", before, length, text, behind);
        text += length + (text[length] == '\n');
    }
    fclose(out);
    return dress;
}

static void what_stands_around_lines_is_left_out(void **state)
{
    (void)state;
    static const char *const ways[][2] = {
        {"", "\r"},
        {"    ", ""},
        {"> ", ""},
        {"> > ", " "},
        {"2026-11-27T01:02:03.123456789Z ", ""},
        {"2026-11-27T01:02:03.123456789Z stderr F ", ""},
        {"2026/11/27 01:02:03 ", ""},
        {"Nov 27 01:02:03 berth-3 harbor[4711]: ", ""},
        {"2026-11-27T01:02:03+0000 berth-3 harbor[4711]: ", ""},
        {"harbor_1  | ", ""},
        {"harbor[7]: ", "\r"},
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char *text = dressed(grouped, ways[i][0], ways[i][1]);
        expect(text, grouped_read);
        free(text);
        text = dressed(full, ways[i][0], ways[i][1]);
        expect(text, full_read);
        free(text);
    }
}

/* As mail and terminals wrap: at the last blank before the column, or right there. */
static char *wrapped(const char *text, size_t columns, bool at_blanks)
{
    char *result = NULL;
    size_t size;
    FILE *out = open_memstream(&result, &size);
    assert_non_null(out);
    while (*text) {
        size_t length = strcspn(text, "\n"), cut = columns;
        if (length <= columns) {
            fprintf(out, "%.*s\n", (int)length, text);
            text += length + (text[length] == '\n');
            continue;
        }
        while (at_blanks && cut > 1 && text[cut - 1] != ' ' && text[cut - 1] != '\t')
            cut--;
        cut = cut > 1 ? cut : columns;
        fprintf(out, "%.*s\n", (int)cut, text);
        text += cut;
    }
    fclose(out);
    return result;
}

static void wrapped_lines_are_joined(void **state)
{
    (void)state;
    for (size_t columns = 40; columns <= 100; columns += 4) {
        char *text = wrapped(full, columns, true);
        expect(text, full_read);
        free(text);
        text = wrapped(full, columns, false);
        expect(text, full_read);
        free(text);
        text = wrapped(grouped, columns, true);
        expect(text, grouped_read);
        free(text);
    }
}

/* Any beginning of a dump has what its whole lines say, and no more tasks than the whole. */
static void dumps_are_read_up_to_where_they_are_cut(void **state)
{
    (void)state;
    for (size_t length = 40; length < sizeof grouped - 1; length++) {
        struct dumps dumps = read_bytes(grouped, length);
        assert_int_equal(dumps.length, 1);
        assert_true(dumps.all[0].total <= 12);
        dumps_free(&dumps);
    }
    for (size_t length = 70; length < sizeof full - 1; length++) {
        struct dumps dumps = read_bytes(full, length);
        assert_true(dumps.all[0].total >= 1 && dumps.all[0].total <= 2);
        dumps_free(&dumps);
    }
}

static void what_can_not_be_read_is_told_by_its_line(void **state)
{
    (void)state;
    expect(
        "goroutine profile: total 5\n2 @ 0x1\n#\t0x1\tmain.f+0x1\t/a.go:1\nwhat is this\nand this\n"
        "3 @ 0x2\n#\t0x2\tmain.g+0x1\t/a.go:2\n",
        "Go's profile, debug=1, 5 tasks\n2 [], 1 frames: main.f /a.go:1 \n"
        "3 [], 1 frames: main.g /a.go:2 \n! 4-5 no dump's\n");
    expect("goroutine profile: total 9,999\n1,234 @ 0x1\n",
           "Go's profile, debug=1, 1234 tasks\n1234 [], 1 frames: 0x1 :0 \n"
           "! 0-0 its head says 9,999, its groups 1,234: counted by the groups\n");
}

static void what_is_no_dump_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", "nothing in it"},
        {"\n \n", "nothing in it"},
        {"<html>", "line 1 is none of a dump's"},
        {"\n\nhello\n", "line 3 is none of a dump's"},
        {"{\"a\":1}", "no groups"},
        {"{\"a\":", "no JSON"},
        {"\x1f\x8b\x08zzzz", "broken"},
        {"\x0a\x04\x08\x01\x10\x02zz\x00", "nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dumps dumps = {0};
        char error[256] = "";
        assert_false(dumps_read(cases[i].text, strlen(cases[i].text), &dumps, error, sizeof error));
        if (!strstr(error, cases[i].words) && i != 7)
            fail_msg("%s: %s", cases[i].text, error);
        assert_int_equal(dumps.length, 0);
        dumps_free(&dumps);
    }
}

static void a_log_with_two_dumps_gives_two(void **state)
{
    (void)state;
    char text[2 * sizeof grouped];
    snprintf(text, sizeof text, "%s\n%s", grouped, grouped);
    struct dumps dumps = read_text(text);
    assert_int_equal(dumps.length, 2);
    assert_int_equal(dumps.all[1].total, 12);
    dumps_free(&dumps);
    dumps = read_text("goroutine 1 [running]:\nmain.main()\n\t/a.go:1\n\ngoroutine 5 [select]:\n"
                      "main.f()\n\t/a.go:2\n\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:1\n");
    assert_int_equal(dumps.length, 2);
    dumps_free(&dumps);
    /* The one that asks comes first, and the first one after it. */
    dumps = read_text(
        "goroutine 9 [running]:\nmain.f()\n\t/a.go:2\n\ngoroutine 1 [select]:\nmain.main()\n"
        "\t/a.go:1\n\ngoroutine 5 [select]:\nmain.g()\n\t/a.go:3\n");
    assert_int_equal(dumps.length, 1);
    assert_int_equal(dumps.all[0].total, 3);
    dumps_free(&dumps);
}

static void compressed_texts_are_read_also_cut(void **state)
{
    (void)state;
    char packed[2048];
    z_stream stream = {.next_in = (Bytef *)grouped,
                       .avail_in = sizeof grouped - 1,
                       .next_out = (Bytef *)packed,
                       .avail_out = sizeof packed};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY),
                     Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t length = stream.total_out;
    deflateEnd(&stream);
    struct dumps dumps = read_bytes(packed, length);
    char *got = written(&dumps);
    assert_string_equal(got, grouped_read);
    free(got);
    dumps_free(&dumps);
    dumps = read_bytes(packed, length - 20);
    assert_int_equal(dumps.length, 1);
    dumps_free(&dumps);
    for (size_t cut = 2; cut < length;
         cut++) { /* wherever it is cut, it is said; or there is nothing yet */
        char error[256] = "";
        dumps = (struct dumps){0};
        if (dumps_read(packed, cut, &dumps, error, sizeof error))
            assert_string_equal(
                dumps.all[0].remarks[dumps.all[0].remark_count - 1].text,
                "it is compressed, and cut or broken: what comes after is not here");
        else if (strcmp(error, "it is compressed, and broken") != 0)
            assert_non_null(strstr(error, "line 1 is none of a dump"));
        dumps_free(&dumps);
    }
}

/* --- Changed at random ---------------------------------------------------------------------------- */

static void read_changed(const char *from, size_t size, uint64_t *seed)
{
    static const char pieces[][16] = {"\n",      "@ 0x1", "]:",  "goroutine ", "0x",  "created by ",
                                      " total ", "(",     ")",   "#",          ":12", "99999999999",
                                      "\r",      "{",     "...", "\xff\x00"};
    struct dumps dumps = {0};
    char error[256], text[4096];
    size_t length = size;
    memcpy(text, from, size);
    for (uint32_t i = support_random(seed) % 8; i > 0; i--) {
        const char *piece = pieces[support_random(seed) % 16];
        size_t at = support_random(seed) % length, piece_length = strlen(piece);
        if (at + piece_length < length) /* a text of bytes, with a length of its own */
            /* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
            memcpy(text + at, piece, piece_length);
        text[support_random(seed) % length] = (char)support_random(seed);
    }
    if (support_random(seed) % 3 == 0)
        length = support_random(seed) % length;
    if (!dumps_read(text, length, &dumps, error, sizeof error))
        assert_true(error[0] && !dumps.length);
    for (size_t i = 0; i < dumps.length; i++) {
        const struct dump *d = &dumps.all[i];
        const struct own own = {0};
        size_t count;
        uint64_t sum = 0;
        struct site *sites = sites_of(d, &own, &count);
        for (size_t j = 0; j < count; j++)
            sum += sites[j].count;
        assert_true(sum == d->total);
        free(sites);
    }
    dumps_free(&dumps);
}

static void changed_dumps_do_no_harm(void **state)
{
    (void)state;
    uint64_t seed = 19;
    int rounds = support_is_instrumented() ? 2000 : 10000;
    for (int n = 0; n < rounds; n++) {
        read_changed(grouped, sizeof grouped - 1, &seed);
        read_changed(full, sizeof full - 1, &seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_read_as_it_stands),
        cmocka_unit_test(what_stands_around_lines_is_left_out),
        cmocka_unit_test(wrapped_lines_are_joined),
        cmocka_unit_test(dumps_are_read_up_to_where_they_are_cut),
        cmocka_unit_test(what_can_not_be_read_is_told_by_its_line),
        cmocka_unit_test(what_is_no_dump_is_refused),
        cmocka_unit_test(a_log_with_two_dumps_gives_two),
        cmocka_unit_test(compressed_texts_are_read_also_cut),
        cmocka_unit_test(changed_dumps_do_no_harm),
    };
    return cmocka_run_group_tests_name("dumps", tests, NULL, NULL);
}
