/* The rooms and the arrows between them, as README's table of rooms tells them, held against the include
 * lines. The same checks run over a small tree with planted mistakes, so that none of them can only
 * pass. */
#include "test/rooms.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- Include lines ------------------------------------------------------------------------------- */

/* What the C library of the language's standard has: all that a sample may include beside task/. */
static const char c_library[] =
    " assert.h complex.h ctype.h errno.h fenv.h float.h inttypes.h iso646.h limits.h locale.h "
    "math.h"
    " setjmp.h signal.h stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h"
    " stdlib.h stdnoreturn.h string.h tgmath.h threads.h time.h uchar.h wchar.h wctype.h ";

/* What the families without tasks are about. */
static const char of_libuv[] = " uv.h ", of_threads[] = " pthread.h sys/socket.h unistd.h ";

static bool is_in_family(const char *path, const char *family)
{
    const char *at = strchr(path, '/');
    size_t length = strlen(family);
    return at && !strncmp(at + 1, family, length) && at[1 + length] == '/';
}

static bool is_for_sample(const char *path, const char *included)
{
    return words_have(c_library, included) ||
           (is_in_family(path, "libuv") && words_have(of_libuv, included)) ||
           (is_in_family(path, "threads") && words_have(of_threads, included));
}

static bool is_private_to_task(const char *path)
{
    char text[TREE_LINE] = "";
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    text[fread(text, 1, sizeof text - 1, f)] = 0;
    fclose(f);
    return strstr(text, "Private to task/") != NULL;
}

/* The runtime itself; and the proof, which reads its records; with the tests that break or make some. */
static bool may_read_records(const char *path, const struct room *room)
{
    return !strcmp(room->name, "task") || !strcmp(room->name, "proof") ||
           !strncmp(path, "harness/test/test_proof_", strlen("harness/test/test_proof_")) ||
           !strcmp(path, "harness/test/test_hibernate_copy.c") ||
           !strcmp(path, "harness/test/test_hibernate_table.c");
}

/* included is what stands between the quotes. */
static void check_quoted(const char *path, int line, struct room *room, const char *included)
{
    char file[TREE_LINE + 16];
    struct room *other = room_of(included);
    bool in_bench = !strncmp(included, "bench/", 6);
    snprintf(file, sizeof file, "%s%s", in_bench ? "" : "harness/", included);
    bool is_plain = is_in_family(path, "libuv") || is_in_family(path, "threads");
    if (!room_may_include(room, other) || (is_plain && strncmp(path, "harness/", 8) != 0))
        tree_find(path, line, "\"%s\" is not for this room", included);
    else if (access(file, R_OK) != 0 && !strstr(included, ".pb-c.h"))
        tree_find(path, line, "\"%s\" is not written from harness/, or not there", included);
    else if (!may_read_records(path, room) && is_private_to_task(file))
        tree_find(path, line, "\"%s\" is private to task/", included);
    else
        words_add(room->used, other->name);
}

/* Who uses tasks need not read libuv's header. */
static bool brings_the_loop(const char *path)
{
    size_t length = strlen(path);
    return !strncmp(path, "harness/task/", 13) && path[length - 1] == 'h' &&
           strcmp(path, "harness/task/loop.h");
}

static void check_includes(const char *path)
{
    char line[TREE_LINE], included[TREE_LINE], bracket;
    struct room *room = room_of(path);
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    if (!room)
        tree_find(path, 0, "README's table knows no such room");
    bool is_sample = room && (!strcmp(room->name, "leaks") || !strcmp(room->name, "fixes"));
    for (int number = 1; room && fgets(line, sizeof line, f); number++) {
        if (sscanf(line, " # include %c%1023[^\">]", &bracket, included) != 2)
            continue;
        if (bracket == '"')
            check_quoted(path, number, room, included);
        else if (is_sample && !is_for_sample(path, included))
            tree_find(path, number, "<%s> is not of the C library", included);
        else if (brings_the_loop(path) && !strcmp(included, "uv.h"))
            tree_find(path, number, "<uv.h> comes by task/loop.h alone");
    }
    fclose(f);
}

/* --- Rooms --------------------------------------------------------------------------------------- */

static void check_arrow(const struct room *room, const char *name)
{
    const struct room *other = room_named(name);
    if (!other || other->row >= room->row)
        tree_find("README.md", room->line, "%s may include `%s`, which no row above has",
                  room->name, name);
    else if (!words_have(room->used, name))
        tree_find("README.md", room->line, "nothing in %s includes `%s` any more", room->name,
                  name);
}

/* Arrows point to rows above, so that they run one way, and each is needed. */
static void check_table(const struct room *rooms, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char words[ROOM_WORDS], *rest = words;
        snprintf(words, sizeof words, "%s", rooms[i].may);
        for (char *word; (word = strsep(&rest, " "));)
            if (*word)
                check_arrow(&rooms[i], word);
    }
}

/* A folder of harness/ opens with what it is for; the files that are named there are there. */
static void check_folder(const char *path)
{
    char readme[TREE_PATH], file[TREE_PATH], word[ROOM_NAME];
    if (!room_of(path))
        tree_find(path, 0, "README's table knows no such room");
    snprintf(readme, sizeof readme, "%sREADME.md", path);
    if (access(readme, R_OK) != 0) {
        tree_find(path, 0, "no README.md says what it is for");
        return;
    }
    char *text = tree_read(readme);
    const char *at = text;
    while (next_quoted(&at, text + strlen(text), word)) {
        size_t length = strlen(word);
        snprintf(file, sizeof file, "%s%s", path, word);
        if (length > 2 && word[length - 2] == '.' && !strpbrk(word, " /*") &&
            access(file, R_OK) != 0)
            tree_find(readme, 0, "there is no %s", file);
    }
    free(text);
}

static size_t check_all(void)
{
    struct room *rooms;
    size_t count = rooms_read(&rooms);
    size_t files = tree_each_source(true, check_includes);
    check_table(rooms, count);
    tree_each("harness/*/", check_folder);
    return files;
}

static void includes_follow_the_arrows(void **state)
{
    (void)state;
    assert_true(check_all() > 50);
    tree_expect_none();
}

/* --- A tree of mistakes -------------------------------------------------------------------------- */

#define TABLE_HEAD                                                                                 \
    "# leaklab\n\n| no | room | here |\n\n## The rooms\n\nText.\n\n"                               \
    "| room | what is in it | may include |\n|---|---|---|\n"
#define TABLE_TAIL "\n## Limits\n| `harness/attic/` | not in the table | `task` |\n"
#define TABLE                                                                                      \
    "| `harness/task/` | the `runtime` | nothing |\n"                                              \
    "| [`leaks/`](leaks), [`fixes/`](fixes) | pairs | `task`, and the C library |\n"               \
    "| `harness/catalog.*` | pairs | `task` |\n"                                                   \
    "| `harness/probe/` | figures | `task`, `catalog` |\n"                                         \
    "| `harness/profile/` | who | `task` |\n"                                                      \
    "| `harness/load/` | load | `probe` |\n"                                                       \
    "| `harness/main.c` | the beginning | all above |\n"

static void plant_a_sound_tree(void)
{
    tree_plant("README.md", TABLE_HEAD TABLE TABLE_TAIL, 1);
    tree_plant("harness/task/chan.h", "/* A header for everyone. */\n", 1);
    tree_plant("harness/task/sched.h", "/* Private to task/. */\n", 1);
    tree_plant("harness/task/loop.h", "#include <uv.h>\n", 1);
    tree_plant("harness/task/chan.c", "#include \"task/sched.h\"\n#include <uv.h>\n", 1);
    tree_plant("harness/probe/heap.h", "#include \"task/chan.h\"\n#include \"catalog.def\"\n", 1);
    tree_plant("harness/profile/dump.h", "#include \"task/chan.h\"\n", 1);
    tree_plant("harness/load/lab.c", "#include \"probe/heap.h\"\n#include <uv.h>\n", 1);
    tree_plant("harness/main.c", "#include \"probe/heap.h\"\n#include \"catalog.h\"\n", 1);
    tree_plant("harness/catalog.h", "#include \"task/chan.h\"\n", 1);
    tree_plant("harness/catalog.def", "\n", 1);
    tree_plant("leaks/pitfalls/one.c", "#include \"task/chan.h\"\n#include <stdio.h>\n", 1);
    tree_plant("fixes/pitfalls/one.c", "#include \"task/chan.h\"\n", 1);
    tree_plant("harness/task/README.md", "# task\n", 1);
    tree_plant("harness/probe/README.md", "# probe\n", 1);
    tree_plant("harness/profile/README.md", "# profile\n", 1);
    tree_plant("harness/load/README.md", "# load\n", 1);
}

/* In the sound tree with this file in it, the checks find something, and just these words. */
static void expect_finding(const char *path, const char *text, const char *words)
{
    plant_a_sound_tree();
    tree_forget_findings();
    tree_plant(path, text, 1);
    check_all();
    unlink(path);
    tree_expect_only(words, path);
}

static void expect_table_finding(const char *row, const char *words)
{
    char text[4096];
    snprintf(text, sizeof text, TABLE_HEAD TABLE "%s" TABLE_TAIL, row);
    expect_finding("README.md", text, words);
}

static void includes_against_the_arrows_are_found(void **state)
{
    (void)state;
    tree_enter();
    plant_a_sound_tree();
    tree_forget_findings();
    assert_int_equal(check_all(), 11);
    tree_expect_none();
    expect_finding("harness/task/ctx.c", "#include \"probe/heap.h\"\n", "is not for this room");
    expect_finding("harness/task/ctx.c", "#include \"catalog.def\"\n", "is not for this room");
    expect_finding("harness/task/task.h", "#include <uv.h>\n", "by task/loop.h alone");
    expect_finding("harness/probe/up.c", "#include \"load/lab.h\"\n", "is not for this room");
    expect_finding("harness/profile/up.c", "#include \"probe/heap.h\"\n", "not for this room");
    expect_finding("harness/load/up.c", "#include \"task/chan.h\"\n", "not for this room");
    expect_finding("harness/probe/up.c", "# include \"task/sched.h\"\n", "private to task/");
    expect_finding("harness/probe/up.c", "#include \"task/gone.h\"\n", "or not there");
    expect_finding("harness/load/up.c", "#include \"lab.h\"\n", "not for this room");
    expect_finding("leaks/pitfalls/two.c", "#include <uv.h>\n", "not of the C library");
    expect_finding("leaks/pitfalls/two.c", "#include <unistd.h>\n", "not of the C library");
    expect_finding("leaks/libuv/two.c", "#include <unistd.h>\n", "not of the C library");
    expect_finding("leaks/libuv/two.c", "#include \"task/chan.h\"\n", "not for this room");
    expect_finding("leaks/threads/two.c", "#include <uv.h>\n", "not of the C library");
    expect_finding("fixes/pitfalls/two.c", "#include \"probe/heap.h\"\n", "not for this room");
    tree_leave();
}

static void mistakes_in_the_table_are_found(void **state)
{
    (void)state;
    tree_enter();
    expect_finding("harness/stray.c", "int x;\n", "knows no such room");
    expect_table_finding("| `harness/late/` | | `task` |\n", "nothing in late includes `task`");
    expect_table_finding("| `harness/late/` | | `later` |\n", "no row above has");
    expect_table_finding("| `harness/late/` | | `late` |\n", "no row above has");
    expect_table_finding("| `harness/late/` | two cells |\n", "three cells");
    tree_plant("harness/attic/README.md", "# attic\n", 1);
    expect_finding("harness/attic/old.h", "int x;\n", "knows no such room");
    tree_leave();
    tree_enter();
    plant_a_sound_tree();
    tree_forget_findings();
    unlink("harness/load/README.md");
    check_all();
    tree_expect_only("says what it is for", "a folder without README.md");
    plant_a_sound_tree();
    tree_forget_findings();
    tree_plant("harness/load/README.md", "# load\n\n`lab.c`, `lab.h` and `old lab.h`\n", 1);
    check_all();
    tree_expect_only("there is no harness/load/lab.h", "a README.md that names what is not there");
    tree_leave();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(includes_follow_the_arrows),
        cmocka_unit_test(includes_against_the_arrows_are_found),
        cmocka_unit_test(mistakes_in_the_table_are_found),
    };
    return cmocka_run_group_tests_name("arrows", tests, NULL, NULL);
}
