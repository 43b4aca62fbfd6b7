/* The form of the samples: pairs, of the catalog, of 20 to 80 lines of at most 80 columns. The same
 * checks run over a small tree with planted mistakes, so that none of them can only pass. */
#include "test/tree.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINES_LEAST = 20, LINES_MOST = 80, COLUMNS_MOST = 80 };

/* Lines of a sample; finds those that are too long, and a last line without end. */
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
        } else if (++columns == COLUMNS_MOST + 1) {
            tree_find(path, lines + 1, "over %d columns", COLUMNS_MOST);
        }
    }
    if (columns)
        tree_find(path, lines + 1, "the last line does not end");
    fclose(f);
    return lines;
}

static void check_sample(const char *path)
{
    char twin[TREE_PATH];
    bool leaks = !strncmp(path, "leaks/", 6);
    snprintf(twin, sizeof twin, "%s/%s", leaks ? "fixes" : "leaks", path + 6);
    if (access(twin, R_OK) != 0)
        tree_find(path, 0, "half a pair: there is no %s", twin);
    int lines = count_lines(path);
    if (!strstr(path, "/hard_errors/") && (lines < LINES_LEAST || lines > LINES_MOST))
        tree_find(path, lines, "a sample has %d to %d lines", LINES_LEAST, LINES_MOST);
}

/* Every pair of the catalog has its two files, and the lines of a family stand together, as `leaklab list`
 * tells them. Returns how many pairs there are. */
static size_t check_catalog(void)
{
    char line[TREE_LINE], family[64], id[64], path[TREE_PATH];
    char families[TREE_LINE] = " ", last[64] = ""; /* those so far, a blank after each */
    size_t pairs = 0;
    FILE *f = fopen("harness/catalog.def", "re");
    assert_non_null(f);
    for (int number = 1; fgets(line, sizeof line, f); number++) {
        if (sscanf(line, "%*[A-Z_](%63[^,], %63[^,],", family, id) != 2)
            continue;
        pairs++;
        snprintf(path, sizeof path, " %s ", family);
        if (strcmp(family, last) != 0 && strstr(families, path))
            tree_find("harness/catalog.def", number, "%s does not stand with its family, %s", id,
                      family);
        else if (strcmp(family, last) != 0)
            snprintf(families + strlen(families), sizeof families - strlen(families), "%s ",
                     family);
        snprintf(last, sizeof last, "%s", family);
        for (int side = 0; side < 2; side++) {
            snprintf(path, sizeof path, "%s/%s/%s.c", side ? "fixes" : "leaks", family, id);
            if (access(path, R_OK) != 0)
                tree_find("harness/catalog.def", number, "there is no %s", path);
        }
    }
    fclose(f);
    return pairs;
}

/* And every pair of files its line: catalog.def has it in the first words of one. */
static void check_is_in_catalog(const char *path)
{
    char line[TREE_LINE], wanted[TREE_PATH], family[64], id[64];
    bool found = false;
    if (sscanf(path, "%*[^/]/%63[^/]/%63[^.].c", family, id) != 2 || !strcmp(family, "hard_errors"))
        return;
    snprintf(wanted, sizeof wanted, "(%s, %s,", family, id);
    FILE *f = fopen("harness/catalog.def", "re");
    assert_non_null(f);
    while (!found && fgets(line, sizeof line, f))
        found = !strncmp(line + strspn(line, "ADEHILNOPRT_"), wanted, strlen(wanted));
    fclose(f);
    if (!found)
        tree_find(path, 0, "catalog.def has no line for it");
}

static size_t check_all_samples(void)
{
    size_t files = tree_each("leaks/*/*.c", check_sample);
    files += tree_each("fixes/*/*.c", check_sample);
    tree_each("leaks/*/*.c", check_is_in_catalog);
    return files;
}

/* --- The project's own --------------------------------------------------------------------------- */

static void samples_are_pairs_of_20_to_80_lines(void **state)
{
    (void)state;
    size_t pairs = check_catalog();
    assert_true(pairs >= 10);
    assert_true(check_all_samples() >= 2 * pairs);
    tree_expect_none();
}

/* --- A tree of mistakes -------------------------------------------------------------------------- */

static void plant_a_sound_tree(void)
{
    tree_plant("harness/catalog.def", "PAIR(pitfalls, one, \"One\",)\n", 1);
    tree_plant("leaks/pitfalls/one.c", "#include \"task/chan.h\"\n", LINES_LEAST);
    tree_plant("fixes/pitfalls/one.c", "#include \"task/chan.h\"\n", LINES_MOST);
    tree_plant("leaks/hard_errors/two.c", "#include \"task/chan.h\"\n", 5);
    tree_plant("fixes/hard_errors/two.c", "#include \"task/chan.h\"\n", 5);
}

static void expect_sound_tree(void)
{
    plant_a_sound_tree();
    tree_forget_findings();
    assert_int_equal(check_catalog(), 1);
    assert_int_equal(check_all_samples(), 4);
    tree_expect_none();
}

/* In the sound tree with this file in it, the checks find something, and just these words. */
static void expect_finding(const char *path, const char *text, int times, const char *words)
{
    plant_a_sound_tree();
    tree_forget_findings();
    tree_plant(path, text, times);
    check_catalog();
    check_all_samples();
    unlink(path);
    tree_expect_only(words, path);
}

static void expect_apart_from_its_family(void)
{
    tree_plant("leaks/strategies/four.c", "int x;\n", LINES_LEAST);
    tree_plant("fixes/strategies/four.c", "int x;\n", LINES_LEAST);
    tree_plant("leaks/pitfalls/five.c", "int x;\n", LINES_LEAST);
    tree_plant("fixes/pitfalls/five.c", "int x;\n", LINES_LEAST);
    expect_finding("harness/catalog.def",
                   "PAIR(pitfalls, one, )\nPAIR(strategies, four, )\nPAIR(pitfalls, five, )\n", 1,
                   "five does not stand with its family, pitfalls");
    unlink("leaks/strategies/four.c");
    unlink("fixes/strategies/four.c");
    unlink("leaks/pitfalls/five.c");
    unlink("fixes/pitfalls/five.c");
}

static void each_check_finds_its_mistake(void **state)
{
    (void)state;
    tree_enter();
    expect_sound_tree();
    expect_finding("leaks/pitfalls/one.c", "int x;\n", LINES_LEAST - 1, "20 to 80 lines");
    expect_finding("fixes/pitfalls/one.c", "int x;\n", LINES_MOST + 1, "20 to 80 lines");
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
    expect_apart_from_its_family();
    tree_leave();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_are_pairs_of_20_to_80_lines),
        cmocka_unit_test(each_check_finds_its_mistake),
    };
    return cmocka_run_group_tests_name("samples", tests, NULL, NULL);
}
