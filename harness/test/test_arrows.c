/* The rules between the rooms, read from the include lines, and the form of the samples. The same
 * checks run over a small tree with planted mistakes, so that none of them can only pass. */
#include "test/support.h"

#include "task/defer.h"
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 512, LINE_SIZE = 1024 };

/* What each room may include: words of rooms and files, under harness/. */
static const struct room {
    const char *name, *may;
} rooms[] = {
    {"task", "task"},
    {"profile", "profile task"},
    {"probe", "probe task catalog.h"},
    {"load", "load profile probe task catalog.h"},
    {"record", "record probe task catalog.h catalog.def"},
    {"result", "result record probe task catalog.h"},
    {"page", "page result record probe task catalog.h"},
    {"report", "report result record probe task catalog.h"},
    {"serve", "serve load profile probe task catalog.h"},
    {"command", "command load report page result record serve profile probe task catalog.h"},
    {"test",
     "test bench command load report page result record serve profile probe task catalog.h"},
    {"bench", "bench profile probe task catalog.h catalog.def"},
    {"controls", "controls task catalog.h"},
    {"leaks", "task"},
    {"fixes", "task"},
    {"", "command load report page result record serve profile probe task catalog.h catalog.def"},
};

/* What the C library of the language's standard has: all that a sample may include beside task/. */
static const char c_library[] =
    " assert.h complex.h ctype.h errno.h fenv.h float.h inttypes.h iso646.h limits.h locale.h "
    "math.h"
    " setjmp.h signal.h stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h"
    " stdlib.h stdnoreturn.h string.h tgmath.h threads.h time.h uchar.h wchar.h wctype.h ";

static char findings[16384];

static void find(const char *path, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void find(const char *path, int line, const char *format, ...)
{
    size_t length = strlen(findings);
    va_list arguments;
    va_start(arguments, format);
    length += (size_t)snprintf(findings + length, sizeof findings - length, "%s:%d: ", path, line);
    length += (size_t)vsnprintf(findings + length, sizeof findings - length, format, arguments);
    snprintf(findings + length, sizeof findings - length, "\n");
    va_end(arguments);
}

static bool has_word(const char *words, const char *word, size_t length)
{
    for (const char *at = words; (at = strstr(at, word)); at++)
        if ((at == words || at[-1] == ' ') && (!at[length] || at[length] == ' '))
            return true;
    return false;
}

static bool file_has(const char *path, const char *words)
{
    char text[LINE_SIZE] = "";
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    text[fread(text, 1, sizeof text - 1, f)] = 0;
    fclose(f);
    return strstr(text, words) != NULL;
}

static const struct room *room_of(const char *path)
{
    char name[PATH_SIZE];
    if (!strncmp(path, "harness/", 8))
        path += 8;
    const char *end = strchr(path, '/');
    snprintf(name, sizeof name, "%.*s", end ? (int)(end - path) : 0, path);
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
        if (!strcmp(rooms[i].name, name))
            return &rooms[i];
    return NULL;
}

/* included is what stands between the quotes. */
static void check_quoted(const char *path, int line, const struct room *room, const char *included)
{
    char word[PATH_SIZE], file[LINE_SIZE + 16];
    snprintf(word, sizeof word, "%.*s", (int)strcspn(included, "/"), included);
    bool in_bench = !strcmp(word, "bench");
    snprintf(file, sizeof file, "%s%s", in_bench ? "" : "harness/", included);
    if (!has_word(room->may, word, strlen(word)))
        find(path, line, "\"%s\" is not for this room", included);
    else if (access(file, R_OK) != 0 && !strstr(included, ".pb-c.h"))
        find(path, line, "\"%s\" is not written from harness/, or not there", included);
    else if (strcmp(room->name, "task") && file_has(file, "Private to task/"))
        find(path, line, "\"%s\" is private to task/", included);
}

static void check_includes(const char *path)
{
    char line[LINE_SIZE], included[LINE_SIZE], bracket;
    const struct room *room = room_of(path);
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    if (!room)
        find(path, 0, "the design knows no such room");
    for (int number = 1; room && fgets(line, sizeof line, f); number++) {
        if (sscanf(line, " # include %c%1023[^\">]", &bracket, included) != 2)
            continue;
        bool is_sample = !strcmp(room->name, "leaks") || !strcmp(room->name, "fixes");
        char padded[LINE_SIZE + 2];
        snprintf(padded, sizeof padded, " %s ", included);
        if (bracket == '"')
            check_quoted(path, number, room, included);
        else if (is_sample && !strstr(c_library, padded))
            find(path, number, "<%s> is not of the C library", included);
    }
    fclose(f);
}

static size_t for_each_file(const char *pattern, void (*check)(const char *path))
{
    glob_t found;
    int failed = glob(pattern, 0, NULL, &found);
    if (failed == GLOB_NOMATCH)
        return 0;
    assert_int_equal(failed, 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        check(found.gl_pathv[i]);
    size_t count = found.gl_pathc;
    globfree(&found);
    return count;
}

static size_t check_all_includes(void)
{
    static const char *const patterns[] = {
        "harness/*.[ch]", "harness/*/*.[ch]", "harness/*/*/*.[ch]", "leaks/*/*.[ch]",
        "fixes/*/*.[ch]", "bench/*.[ch]",     "bench/*.cc",
    };
    size_t files = 0;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        files += for_each_file(patterns[i], check_includes);
    return files;
}

/* --- Samples ------------------------------------------------------------------------------------- */

/* Lines of a sample; finds those over 80 columns, and a last line without end. */
static int count_lines(const char *path)
{
    int lines = 0, columns = 0;
    FILE *f = fopen(path, "re");
    if (!f)
        return -1;
    for (int c; (c = getc(f)) != EOF;) {
        if (c == '\n') {
            lines++;
            columns = 0;
        } else if (++columns == 81) {
            find(path, lines + 1, "over 80 columns");
        }
    }
    if (columns)
        find(path, lines + 1, "the last line does not end");
    fclose(f);
    return lines;
}

static void check_sample(const char *path)
{
    char twin[PATH_SIZE];
    bool leaks = !strncmp(path, "leaks/", 6);
    snprintf(twin, sizeof twin, "%s/%s", leaks ? "fixes" : "leaks", path + 6);
    if (access(twin, R_OK) != 0)
        find(path, 0, "half a pair: there is no %s", twin);
    int lines = count_lines(path);
    if (!strstr(path, "/hard_errors/") && (lines < 30 || lines > 80))
        find(path, lines, "a sample has 30 to 80 lines");
}

/* Every pair of the catalog has its two files. Returns how many there are. */
static size_t check_catalog(void)
{
    char line[LINE_SIZE], family[64], id[64], path[PATH_SIZE];
    size_t pairs = 0;
    FILE *f = fopen("harness/catalog.def", "re");
    assert_non_null(f);
    for (int number = 1; fgets(line, sizeof line, f); number++) {
        if (sscanf(line, "PAIR(%63[^,], %63[^,],", family, id) != 2)
            continue;
        pairs++;
        for (int side = 0; side < 2; side++) {
            snprintf(path, sizeof path, "%s/%s/%s.c", side ? "fixes" : "leaks", family, id);
            if (access(path, R_OK) != 0)
                find("harness/catalog.def", number, "there is no %s", path);
        }
    }
    fclose(f);
    return pairs;
}

/* And every pair of files its line: catalog.def has it in the first words of one. */
static void check_is_in_catalog(const char *path)
{
    char line[LINE_SIZE], wanted[PATH_SIZE], family[64], id[64];
    bool found = false;
    if (sscanf(path, "%*[^/]/%63[^/]/%63[^.].c", family, id) != 2 || !strcmp(family, "hard_errors"))
        return;
    snprintf(wanted, sizeof wanted, "PAIR(%s, %s,", family, id);
    FILE *f = fopen("harness/catalog.def", "re");
    assert_non_null(f);
    while (!found && fgets(line, sizeof line, f))
        found = !strncmp(line, wanted, strlen(wanted));
    fclose(f);
    if (!found)
        find(path, 0, "catalog.def has no line for it");
}

static size_t check_all_samples(void)
{
    size_t files = for_each_file("leaks/*/*.c", check_sample);
    files += for_each_file("fixes/*/*.c", check_sample);
    for_each_file("leaks/*/*.c", check_is_in_catalog);
    return files;
}

/* --- The project's own tree ---------------------------------------------------------------------- */

static void expect_no_findings(void)
{
    if (findings[0])
        fail_msg("\n%s", findings);
}

static void includes_follow_the_arrows(void **state)
{
    (void)state;
    findings[0] = 0;
    assert_true(check_all_includes() > 50);
    expect_no_findings();
}

static void samples_are_pairs_of_30_to_80_lines(void **state)
{
    (void)state;
    findings[0] = 0;
    size_t pairs = check_catalog();
    assert_true(pairs >= 10);
    assert_true(check_all_samples() >= 2 * pairs);
    expect_no_findings();
}

/* --- A tree of mistakes -------------------------------------------------------------------------- */

/* Writes a file in the current folder, and the folders above it. */
static void plant(const char *path, const char *text, int times)
{
    char folder[PATH_SIZE];
    for (const char *end = path; (end = strchr(end, '/')); end++) {
        snprintf(folder, sizeof folder, "%.*s", (int)(end - path), path);
        if (mkdir(folder, 0777) != 0)
            assert_int_equal(errno, EEXIST);
    }
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    for (int i = 0; i < times; i++)
        fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static void plant_a_sound_tree(void)
{
    plant("harness/task/chan.h", "/* A header for everyone. */\n", 1);
    plant("harness/task/sched.h", "/* Private to task/. */\n", 1);
    plant("harness/task/chan.c", "#include \"task/sched.h\"\n#include <uv.h>\n", 1);
    plant("harness/probe/heap.h", "#include \"task/chan.h\"\n", 1);
    plant("harness/load/lab.c", "#include \"probe/heap.h\"\n#include <uv.h>\n", 1);
    plant("harness/main.c", "#include \"probe/heap.h\"\n", 1);
    plant("harness/catalog.def", "PAIR(pitfalls, one, \"One\",)\n", 1);
    plant("leaks/pitfalls/one.c", "#include \"task/chan.h\"\n#include <stdio.h>\n", 15);
    plant("fixes/pitfalls/one.c", "#include \"task/chan.h\"\n", 80);
    plant("leaks/hard_errors/two.c", "#include \"task/chan.h\"\n", 5);
    plant("fixes/hard_errors/two.c", "#include \"task/chan.h\"\n", 5);
}

/* In the sound tree with this file in it, the checks find something, and just these words. */
static void expect_finding(const char *path, const char *text, int times, const char *words)
{
    plant_a_sound_tree();
    findings[0] = 0;
    plant(path, text, times);
    check_all_includes();
    check_catalog();
    check_all_samples();
    unlink(path);
    bool only = findings[0];
    for (const char *line = findings; *line; line = strchr(line, '\n') + 1) {
        const char *at = strstr(line, words);
        only &= at && at < strchr(line, '\n');
    }
    if (!only)
        fail_msg("for %s, instead of \"%s\" these were found:\n%s", path, words, findings);
}

static void expect_sound_tree(void)
{
    plant_a_sound_tree();
    findings[0] = 0;
    assert_int_equal(check_all_includes(), 10);
    assert_int_equal(check_catalog(), 1);
    assert_int_equal(check_all_samples(), 4);
    expect_no_findings();
}

static void each_check_finds_its_mistake(void **state)
{
    (void)state;
    char here[PATH_SIZE], folder[] = "/tmp/arrows-XXXXXX", command[64];
    assert_non_null(getcwd(here, sizeof here));
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    expect_sound_tree();
    expect_finding("harness/task/ctx.c", "#include \"probe/heap.h\"\n", 1, "is not for this room");
    expect_finding("harness/task/ctx.c", "#include \"catalog.def\"\n", 1, "is not for this room");
    expect_finding("harness/probe/up.c", "#include \"load/lab.h\"\n", 1, "is not for this room");
    expect_finding("harness/profile/up.c", "#include \"probe/heap.h\"\n", 1, "not for this room");
    expect_finding("harness/load/up.c", "#include \"page/page.h\"\n", 1, "not for this room");
    expect_finding("harness/load/up.c", "# include \"task/sched.h\"\n", 1, "private to task/");
    expect_finding("harness/load/up.c", "#include \"task/gone.h\"\n", 1, "or not there");
    expect_finding("harness/load/up.c", "#include \"lab.h\"\n", 1, "not for this room");
    expect_finding("harness/attic/old.c", "int x;\n", 1, "knows no such room");
    expect_finding("leaks/hard_errors/two.c", "#include <uv.h>\n", 1, "not of the C library");
    expect_finding("leaks/hard_errors/two.c", "#include <unistd.h>\n", 1, "not of the C library");
    expect_finding("leaks/hard_errors/two.c", "#include \"probe/heap.h\"\n", 1,
                   "not for this room");
    expect_finding("leaks/pitfalls/one.c", "int x;\n", 29, "30 to 80 lines");
    expect_finding("fixes/pitfalls/one.c", "int x;\n", 81, "30 to 80 lines");
    expect_finding("leaks/hard_errors/three.c", "int x;\n", 1, "half a pair");
    expect_finding("fixes/hard_errors/three.c", "int x;\n", 1, "half a pair");
    expect_finding("harness/catalog.def", "PAIR(pitfalls, one, )\nPAIR(pitfalls, gone, )\n", 1,
                   "pitfalls/gone.c");
    expect_finding(
        "fixes/hard_errors/two.c",
        "/* 45678 1 2345678 2 2345678 3 2345678 4 2345678 5 2345678 6 2345678 7 2345678 8 */\n", 1,
        "over 80 columns");
    expect_finding("leaks/hard_errors/two.c", "int x;", 1, "does not end");
    expect_finding("harness/catalog.def", "\n", 1, "no line for it");
    assert_int_equal(chdir(here), 0);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(includes_follow_the_arrows),
        cmocka_unit_test(samples_are_pairs_of_30_to_80_lines),
        cmocka_unit_test(each_check_finds_its_mistake),
    };
    return cmocka_run_group_tests_name("arrows", tests, NULL, NULL);
}
