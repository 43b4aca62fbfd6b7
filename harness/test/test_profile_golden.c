/* The dumps of all pairs as they were once looked at and found right: harness/test/golden/.
 *
 * Addresses, offsets and the clock's start are masked. After a wanted change of a sample or a format
 * GOLDEN_UPDATE=1 writes the files anew: read what has changed before it is kept.
 */
#include "test/words.h"

#include "catalog.h"
#include <errno.h>
#include <unistd.h>

static const char *lab;

/* --- Masking ---------------------------------------------------------------------------------- */

/* What may differ from build to build and run to run: prefix, and the characters after it that are
 * masked. */
static const struct mask {
    const char *prefix, *characters;
} masks[] = {
    {"0x", "0123456789abcdef"},
    {"\"time\":", "0123456789"},
    {"\"offset\":", "0123456789"},
    {"\"module_offset\":", "0123456789"},
    {"\"module\":\"", "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/._-"},
};

static const struct mask *mask_of(const char *text)
{
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++)
        if (!strncmp(text, masks[i].prefix, strlen(masks[i].prefix)))
            return &masks[i];
    return NULL;
}

/* A line of the harness's own: `harness/FILE:LINE`, or in JSON `harness/FILE","line":LINE`. It is not
 * what the dump is about, and moves with every change. Returns what follows, or NULL. */
static const char *skip_own_line(const char *text, FILE *out)
{
    static const char *const between[] = {":", "\",\"line\":"};
    if (strncmp(text, "harness/", 8))
        return NULL;
    const char *end = text + strcspn(text, ":\"\n");
    for (size_t i = 0; i < 2; i++)
        if (!strncmp(end, between[i], strlen(between[i]))) {
            fprintf(out, "%.*s%sX", (int)(end - text), text, between[i]);
            end += strlen(between[i]);
            return end + strspn(end, "0123456789");
        }
    return NULL;
}

/* The text, masked, goes to out. "since" is a time of the clock, and is left out whole. */
static void write_masked(const char *text, FILE *out)
{
    static const char since[] = "\"since\":{";
    while (*text) {
        const struct mask *mask = mask_of(text);
        const char *behind = skip_own_line(text, out);
        if (behind) {
            text = behind;
        } else if (mask) {
            fprintf(out, "%sX", mask->prefix);
            text += strlen(mask->prefix);
            text += strspn(text, mask->characters);
        } else if (!strncmp(text, since, sizeof since - 1)) {
            text += strcspn(text, "}");
            fprintf(out, "%sX", since);
        } else if (text[0] == '\t' && text[1] == '\t') {
            text++; /* how many depends on the offsets before them */
        } else if (!strncmp(text, "@ 0x", 4)) {
            fputs("@ 0xX ...", out); /* how many depends on the switch's own frames */
            text += strcspn(text, "\n");
        } else {
            fputc(*text++, out);
        }
    }
}

/* --- Dumps ------------------------------------------------------------------------------------ */

static void write_dump(const char *id, const char *variant, const char *format, FILE *out)
{
    char command[1024];
    snprintf(command, sizeof command, "%s dump %s --variant %s --requests 3 --format %s%s", lab, id,
             variant, format, !strcmp(id, "timer_in_loop") ? " --at load" : "");
    char *text = words_of(command, 0);
    fprintf(out, "=== %s, %s\n", variant, format);
    write_masked(text, out);
    free(text);
}

static void write_dumps(const char *id, FILE *out)
{
    static const char *const formats[] = {"summary", "text", "full", "json", "folded"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        write_dump(id, "leak", formats[i], out);
    write_dump(id, "fix", "summary", out);
    write_dump(id, "fix", "text", out);
}

static void need_lab(void)
{
    lab = getenv("LEAKLAB");
    if (!lab) {
        print_message("LEAKLAB does not name the leaklab of this build: use make test\n");
        skip();
    }
}

static void expect_golden(const struct pair *pair)
{
    char golden[256], seen[] = "/tmp/test_profile_golden.XXXXXX", command[1024];
    need_lab();
#ifdef SWITCH_BOOST
    print_message("what a reused stack still holds of its last task differs by the switch\n");
    skip();
#endif
    snprintf(golden, sizeof golden, "harness/test/golden/%s.dump", pair->id);
    bool is_update = getenv("GOLDEN_UPDATE") != NULL;
    FILE *out = is_update ? fopen(golden, "we") : fdopen(mkstemp(seen), "w");
    if (!out)
        fail_msg("can not write %s: %s", golden, strerror(errno));
    write_dumps(pair->id, out);
    assert_int_equal(fclose(out), 0);
    if (is_update)
        return;
    snprintf(command, sizeof command, "diff -u %s %s", golden, seen);
    bool differs = system(command) != 0;
    unlink(seen);
    if (differs)
        fail_msg("the dump is not as it was: see above; if it is right, "
                 "GOLDEN_UPDATE=1");
}

/* --- All pairs -------------------------------------------------------------------------------- */

static void the_dump_is_as_it_was_found_right(void **state)
{
    expect_golden(*state);
}

/* In every format the leak's dump names the sample's file and line, and the wait reason. */
static void the_dump_names_the_sample_in_every_format(void **state)
{
    const struct pair *pair = *state;
    need_lab();
    bool has_tasks = false;
    for (int r = 0; r < WAIT_REASONS; r++)
        has_tasks |= pair->expected[VARIANT_LEAK].parked[r] > 0;
    static const char *const formats[] = {"summary", "text", "full", "json", "pprof", "svg"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char command[1024], place[256];
        bool is_pprof = !strcmp(formats[i], "pprof");
        if (!has_tasks && (is_pprof || !strcmp(formats[i], "svg")))
            continue; /* a timer has no stack to draw */
        if (is_pprof && system("go version >/dev/null 2>&1") != 0)
            continue; /* test_profile_pprof reads it without Go */
        snprintf(command, sizeof command, "%s dump %s --requests 3%s --format %s%s", lab, pair->id,
                 has_tasks ? "" : " --at load", formats[i],
                 is_pprof ? " -o /tmp/test_profile_golden.pb.gz && go tool pprof "
                            "-traces -lines "
                            "/tmp/test_profile_golden.pb.gz 2>/dev/null"
                          : "");
        char *text = words_of(command, 0);
        snprintf(place, sizeof place, "leaks/%s/%s.c%s", pair->family, pair->id,
                 !strcmp(formats[i], "json") ? "\",\"line\":[1-9]" : ":[1-9]");
        expect_match(text, place);
        for (int r = 0; r < WAIT_REASONS; r++)
            if (pair->expected[VARIANT_LEAK].parked[r])
                expect_words(text, wait_reason_text(r));
        free(text);
    }
    unlink("/tmp/test_profile_golden.pb.gz");
}

int main(void)
{
    struct CMUnitTest *tests = calloc(2 * catalog_length, sizeof *tests);
    char(*names)[2][64] = calloc(catalog_length, sizeof *names);
    if (!tests || !names)
        return 1;
    for (size_t i = 0; i < catalog_length; i++) {
        snprintf(names[i][0], sizeof names[i][0], "the_dump_of_%s_is_right", catalog[i].id);
        snprintf(names[i][1], sizeof names[i][1], "every_format_names_%s", catalog[i].id);
        for (int j = 0; j < 2; j++)
            tests[2 * i + (size_t)j] = (struct CMUnitTest){
                .name = names[i][j],
                .test_func = j ? the_dump_names_the_sample_in_every_format
                               : the_dump_is_as_it_was_found_right,
                .initial_state = (void *)&catalog[i],
            };
    }
    int failed =
        _cmocka_run_group_tests("profile: golden dumps", tests, 2 * catalog_length, NULL, NULL);
    free(tests);
    free(names);
    return failed;
}
