/* The dumps of all pairs as they were once looked at and found right: harness/test/golden/.
 *
 * Addresses, offsets and the clock's start are masked. `make goldens` (GOLDEN_UPDATE=1) writes them, for
 * a new pair and after a wanted change of a sample or a format: read what has changed before it is kept.
 */
#include "test/words.h"

#include "catalog.h"
#include <errno.h>
#include <glob.h>
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
    {"the first ", "0123456789."}, /* rounded to milliseconds, of a clock that begins at any time */
    {"\"oldest_ms\":", "0123456789"},
    {"\"newest_ms\":", "0123456789"},
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

/* Where a thread stands is in the C library, another one elsewhere, and is not told where nobody may look. Returns what follows,
 * or NULL. */
static const char *skip_standing(const char *text)
{
    static const char in_words[] = "    stands ", in_json[] = "\"stands\":[";
    const char *end = NULL;
    if (!strncmp(text, in_words, sizeof in_words - 1))
        end = strstr(text, "    made ");
    else if (!strncmp(text, in_json, sizeof in_json - 1))
        end = strchr(text, ']');
    return end;
}

/* The text, masked, goes to out. "since" is a time of the clock, and is left out whole. */
static void write_masked(const char *text, FILE *out)
{
    static const char since[] = "\"since\":{";
    while (*text) {
        const struct mask *mask = mask_of(text);
        const char *behind = skip_own_line(text, out);
        const char *behind_standing = skip_standing(text);
        if (behind) {
            text = behind;
        } else if (behind_standing) {
            text = behind_standing;
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

static bool leaks_tasks(const struct pair *pair)
{
    bool leaks = false;
    for (int r = 0; r < WAIT_REASONS; r++)
        leaks |= pair->expected[VARIANT_LEAK].parked[r] > 0;
    return leaks;
}

/* What leaks no task has something to show under load. */
static const char *moment_of(const struct pair *pair)
{
    return leaks_tasks(pair) || pair_is_plain(pair) ? "" : " --at load";
}

static void write_dump(const struct pair *pair, const char *variant, const char *format, FILE *out)
{
    char command[1024];
    snprintf(command, sizeof command, "%s dump %s --variant %s --requests 3 --format %s%s", lab,
             pair->id, variant, format, moment_of(pair));
    char *text = words_of(command, 0);
    fprintf(out, "=== %s, %s\n", variant, format);
    write_masked(text, out);
    free(text);
}

static void write_plain_dumps(const struct pair *pair, FILE *out)
{
    static const char *const formats[] = {"summary", "json", "folded"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        write_dump(pair, "leak", formats[i], out);
    write_dump(pair, "fix", "summary", out);
}

static void write_dumps(const struct pair *pair, FILE *out)
{
    static const char *const formats[] = {"summary", "text", "full", "json", "folded"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        write_dump(pair, "leak", formats[i], out);
    write_dump(pair, "fix", "summary", out);
    write_dump(pair, "fix", "text", out);
}

static void need_lab(void)
{
    lab = getenv("LEAKLAB");
    if (!lab) {
        support_skip("LEAKLAB does not name the leaklab of this build: use make test");
    }
}

static char *golden_of(const struct pair *pair)
{
    static char path[256];
    snprintf(path, sizeof path, "harness/test/golden/%s.dump", pair->id);
    return path;
}

static bool is_update(void)
{
    return getenv("GOLDEN_UPDATE") != NULL;
}

static void expect_golden(const struct pair *pair)
{
    char seen[] = "/tmp/test_profile_golden.XXXXXX", command[1024];
    need_lab();
#ifdef SWITCH_BOOST
    support_skip("what a reused stack still holds of its last task differs by the switch");
#endif
    FILE *out = is_update() ? fopen(golden_of(pair), "we") : fdopen(mkstemp(seen), "w");
    if (!out) {
        fail_msg("can not write %s: %s", golden_of(pair), strerror(errno));
        return;
    }
    (pair_is_plain(pair) ? write_plain_dumps : write_dumps)(pair, out);
    assert_int_equal(fclose(out), 0);
    if (is_update())
        return;
    snprintf(command, sizeof command, "diff -u %s %s", golden_of(pair), seen);
    bool differs = system(command) != 0;
    unlink(seen);
    if (differs)
        fail_msg("the dump is not as it was: see above; if it is right, `make goldens`");
}

/* --- All pairs -------------------------------------------------------------------------------- */

static void the_dump_is_as_it_was_found_right(void **state)
{
    expect_golden(*state);
}

static bool is_first_of_family(const struct pair *pair)
{
    return pair == catalog || strcmp(pair->family, pair[-1].family) != 0;
}

/* In every format the leak's dump names the sample's file and line, and the wait reason. */
static void the_dump_names_the_sample_in_every_format(void **state)
{
    const struct pair *pair = *state;
    char packed[] = "/tmp/test_profile_golden.XXXXXX";
    need_lab();
    close(mkstemp(packed));
    static const char *const formats[] = {"summary", "text", "full", "json", "pprof", "svg"};
    if (pair->expected[VARIANT_LEAK].heap)
        support_skip("bytes of the heap alone, which no dump knows");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char command[1024], place[256];
        bool is_pprof = !strcmp(formats[i], "pprof");
        if (!leaks_tasks(pair) && !pair_is_plain(pair) && (is_pprof || !strcmp(formats[i], "svg")))
            continue; /* a timer has no stack to draw */
        if (pair_is_plain(pair) && (!strcmp(formats[i], "text") || !strcmp(formats[i], "full")))
            continue; /* these are Go's, of goroutines */
        if (is_pprof && (!is_first_of_family(pair) || system("go version >/dev/null 2>&1") != 0))
            continue; /* Go takes its time; test_profile_pprof reads it without */
        int length = snprintf(command, sizeof command, "%s dump %s --requests 3%s --format %s", lab,
                              pair->id, moment_of(pair), formats[i]);
        if (is_pprof)
            snprintf(command + length, sizeof command - (size_t)length,
                     " -o %s && go tool pprof -traces -lines %s 2>/dev/null", packed, packed);
        char *text = words_of(command, 0);
        snprintf(place, sizeof place, "leaks/%s/%s.c%s", pair->family, pair->id,
                 !strcmp(formats[i], "json") ? "\",[ \n]*\"line\":[1-9]" : ":[1-9]");
        expect_match(text, place);
        for (int r = WAIT_NONE + 1; r < WAIT_REASONS; r++)
            if (pair->expected[VARIANT_LEAK].parked[r])
                expect_words(text, wait_reason_text(r));
        free(text);
    }
    unlink(packed);
}

/* One word for all that is amiss: a new pair wants its dump, one that has gone leaves it behind. */
static void every_pair_has_its_dump_and_no_other(void **state)
{
    (void)state;
    char amiss[4096] = "";
    size_t dumps = 0, length = 0;
    glob_t found;
    FOR_EACH_PAIR (pair) {
        bool is_there = access(golden_of(pair), R_OK) == 0;
        dumps += is_there;
        if (!is_there && length < sizeof amiss)
            length += (size_t)snprintf(amiss + length, sizeof amiss - length, " %s", pair->id);
    }
    if (length)
        fail_msg("no dump of:%s. `make goldens` writes them: read them, and keep them", amiss);
    assert_int_equal(glob("harness/test/golden/*.dump", 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, dumps);
    globfree(&found);
}

static size_t add_case(struct CMUnitTest *test, const char *format, const struct pair *pair,
                       void (*function)(void **))
{
    char *name = NULL;
    if (asprintf(&name, format, pair->id) < 0)
        exit(1);
    *test = (struct CMUnitTest){.name = name, .test_func = function, .initial_state = (void *)pair};
    return 1;
}

int main(void)
{
    size_t length = 0;
    struct CMUnitTest *tests = calloc(2 * catalog_length + 1, sizeof *tests);
    if (!tests)
        return 1;
    FOR_EACH_PAIR (pair) {
        if (is_update() || access(golden_of(pair), R_OK) == 0)
            length += add_case(&tests[length], "the_dump_of_%s_is_right", pair,
                               the_dump_is_as_it_was_found_right);
        length += add_case(&tests[length], "every_format_names_%s", pair,
                           the_dump_names_the_sample_in_every_format);
    }
    tests[length++] = (struct CMUnitTest)cmocka_unit_test(every_pair_has_its_dump_and_no_other);
    int failed = _cmocka_run_group_tests("profile: golden dumps", tests, length, NULL, NULL);
    for (size_t i = 0; i + 1 < length; i++)
        free((char *)tests[i].name);
    free(tests);
    return failed;
}
