/* What a program's own dump says of tasks in each kind of wait, whole, in each format that is text; and what grew
 * between two. */
#include "test/golden.h"
#include "test/waits.h"

#include "profile/diff.h"
#include "profile/dump.h"

/* Addresses, how many they are, and offsets are this build's, lines of the runtime another file's. */
static const char mask[] =
    "/ r-xp /d; s/0x[0-9a-f]+/0xN/g; s/@ [0xN ]+/@ 0xN/; "
    "s/\"inlined\":true/\"inlined\":false/g; "
    "s/\"(time|since|frames|module)\":(\\{[^}]*\\}|\\[[^]]*\\]|\"[^\"]*\"|[0-9]+)/\"\\1\":0/g; "
    "s/\"((module_)?offset|pc|fd|descriptor)\":[0-9]+/\"\\1\":0/g; s/descriptor "
    "[0-9]+/descriptor N/; "
    "s/(\"file\":\"harness\\/(task|test\\/support|test\\/test)[^\"]*\",)\"line\":[0-9]+/"
    "\\1\"line\":0/g; "
    "s/(harness\\/(task|test\\/support|test\\/test)[a-z_\\/]*\\.c):[0-9]+/\\1:0/g";

struct wish {
    const char *name;
    enum dump_format format;
    enum dump_proof proof;
};

__attribute__((noinline)) static void expect_dumps(const char *told, const struct wish *wishes,
                                                   size_t length)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < length; i++) {
        struct dump dump = {.format = wishes[i].format, .proof = wishes[i].proof};
        fprintf(out, "=== %s\n", wishes[i].name);
        assert_int_equal(dump_write(&dump, out), 0);
    }
    fclose(out);
    char *said = golden_masked(text, mask);
    expect_golden(told, said);
    free(said);
    free(text);
}

LEAKING_TASK_TEST(each_kind_of_wait)
{
    static const struct wish wishes[] = {
        {"summary", DUMP_SUMMARY, DUMP_UNPROVEN},
        {"debug=1", DUMP_GO_TEXT, DUMP_UNPROVEN},
        {"debug=2", DUMP_FULL, DUMP_UNPROVEN},
        {"folded", DUMP_FOLDED, DUMP_UNPROVEN},
    };
    make_waits();
    expect_dumps("profile.txt", wishes, sizeof wishes / sizeof *wishes);
}

static void dump_proven(void *unused)
{
    (void)unused;
    static const struct wish wishes[] = {
        {"summary, proven", DUMP_SUMMARY, DUMP_PROVEN},
        {"leaked", DUMP_SUMMARY, DUMP_LEAKED},
        {"debug=2, proven", DUMP_FULL, DUMP_PROVEN},
        {"JSON, proven", DUMP_JSON, DUMP_PROVEN},
    };
    make_waits();
    expect_dumps("profile_proven.txt", wishes, sizeof wishes / sizeof *wishes);
}

static void each_kind_of_wait_proven(void **state)
{
    (void)state;
    if (support_is_instrumented()) {
        support_skip("the heap of the checkers is not known to the proof");
    }
    support_run_once(dump_proven);
}

/* --- Two dumps ------------------------------------------------------------------------------------- */

#define FRAME(function, line) "{\"function\":\"" function "\",\"file\":\"a.c\",\"line\":" #line "}"
#define GROUP(count, reason, frame)                                                                \
    "{\"count\":" #count ",\"reason\":\"" reason                                                   \
    "\",\"created_by\":{\"file\":\"m.c\",\"line\":3,\"function\":\"main\"},\"frames\":[" frame     \
    "]}"

static void say_growth(FILE *out, const char *title, const char *before, const char *after,
                       uint64_t threshold)
{
    char paths[2][64], error[DIFF_ERROR] = "";
    const char *texts[] = {before, after};
    for (int i = 0; i < 2; i++) {
        snprintf(paths[i], sizeof paths[i], "/tmp/leaklab-%s-%d", i ? "after" : "before", getpid());
        FILE *file = fopen(paths[i], "we");
        fputs(texts[i], file);
        fclose(file);
    }
    for (int json = 0; json < 2; json++) {
        size_t suspects;
        struct diff diff = {
            .before = paths[0], .after = paths[1], .threshold = threshold, .json = json};
        fprintf(out, "=== %s%s\n", title, json ? ", JSON" : "");
        int failed = diff_write(&diff, out, &suspects, error);
        fprintf(out, "(%d, %zu suspects) %s\n", failed, suspects, error);
    }
    unlink(paths[0]);
    unlink(paths[1]);
}

static void what_grew(void **state)
{
    (void)state;
    static const char before[] =
        "{\"schema\":1,\"time\":1000000000,\"subject\":{\"requests\":10},\"groups\":"
        "[" GROUP(1200, "chan receive", FRAME("f", 1)) "," GROUP(
            7, "select",
            FRAME("g", 2)) "," GROUP(3, "sleep",
                                     "{\"function\":\"h\",\"module\":\"app\",\"module_"
                                     "offset\":4096}") "," GROUP(1, "IO wait",
                                                                 "") "],"
                                                                     "\"timers\":[{\"count\":"
                                                                     "5,\"made_at\":" FRAME(
                                                                         "t", 4) "}]}";
    static const char after[] =
        "{\"schema\":1,\"time\":3000000000,\"subject\":{\"requests\":14},\"groups\":"
        "[" GROUP(1204, "chan receive", FRAME("f", 1)) "," GROUP(
            2, "select",
            FRAME("g", 2)) "," GROUP(3, "sleep",
                                     "{\"function\":\"h\",\"module\":\"app\",\"module_offset\":"
                                     "4096}") "," GROUP(1, "IO wait",
                                                        "") "," GROUP(5, "chan send",
                                                                      FRAME("a\\u001b",
                                                                            1)) "],\"timers\":[{"
                                                                                "\"count\":1005,"
                                                                                "\"made_"
                                                                                "at\":" FRAME(
                                                                                    "t", 4) "}"
                                                                                            "]"
                                                                                            "}";
    static const char census[] =
        "{\"schema\":1,\"time\":1000,\"census\":true,\"requests_served\":2,\"groups\":["
        "{\"kind\":\"handle\",\"type\":\"timer\",\"count\":2,\"made\":[" FRAME(
            "f", 1) "]},"
                    "{\"kind\":\"thread\",\"count\":1,\"made\":[]}]}";
    char *text, path[64];
    size_t size;
    FILE *out = open_memstream(&text, &size);
    say_growth(out, "growth", before, after, 5);
    say_growth(out, "growth, of six and more", before, after, 6);
    say_growth(out, "the other way round", after, before, 1);
    say_growth(out, "nothing", before, before, 1);
    say_growth(out, "a census", census, census, 1);
    say_growth(out, "tasks and a census", before, census, 1);
    say_growth(out, "another schema", "{\"schema\":2,\"time\":1,\"groups\":[]}", after, 1);
    say_growth(out, "no time", before, "{\"schema\":1,\"groups\":[]}", 1);
    say_growth(out, "no groups", before, "{\"schema\":1,\"time\":1,\"groups\":1}", 1);
    say_growth(out, "before all time", before, "{\"schema\":1,\"time\":-1,\"groups\":[]}", 1);
    say_growth(out, "a count of none",
               "{\"schema\":1,\"time\":1,\"groups\":[" GROUP(0, "sleep", "") "]}", after, 1);
    say_growth(out, "as many as may be",
               "{\"schema\":1,\"time\":1,\"groups\":[" GROUP(1125899906842624, "sleep", "") "]}",
               after, 1);
    say_growth(out, "more",
               "{\"schema\":1,\"time\":1,\"groups\":[" GROUP(1125899906842625, "sleep", "") "]}",
               after, 1);
    say_growth(out, "more in two groups",
               "{\"schema\":1,\"time\":1,\"groups\":[" GROUP(1125899906842624, "sleep",
                                                             "") "," GROUP(1, "sleep", "") "]}",
               after, 1);
    say_growth(out, "more at two places",
               "{\"schema\":1,\"time\":1,\"groups\":[" GROUP(1125899906842624, "sleep",
                                                             "") "," GROUP(1, "select", "") "]}",
               after, 1);
    say_growth(out, "no group", "{\"schema\":1,\"time\":1,\"groups\":[{\"count\":1}]}", after, 1);
    say_growth(out, "no timers",
               "{\"schema\":1,\"time\":1,\"groups\":[],\"timers\":[{\"count\":1}]}", after, 1);
    say_growth(out, "no JSON", "{\n\n,}", after, 1);
    fclose(out);
    /* The files' names are this run's. By themselves: a figure may be as its number, too. */
    for (int i = 0; i < 2; i++) {
        size_t kept =
            (size_t)snprintf(path, sizeof path, "/tmp/leaklab-%s", i ? "after" : "before");
        size_t length = kept + (size_t)snprintf(path + kept, sizeof path - kept, "-%d", getpid());
        for (char *at = text; (at = strstr(at, path)); at += kept)
            memmove(at + kept, at + length, strlen(at + length) + 1);
    }
    expect_golden("growth.txt", text);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_wait),
        cmocka_unit_test(each_kind_of_wait_proven),
        cmocka_unit_test(what_grew),
    };
    task_set_stack_size(1 << 20); /* whoever looks up names wants more than a task has */
    return cmocka_run_group_tests_name("profile: whole", tests, NULL, NULL);
}
