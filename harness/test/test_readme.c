/* README.md: each command in it works as typed after `make run` and `make test`, and says what README shows of it;
 * it has each family of pairs; and it stays short enough for ten minutes. */
#include "test/shell.h"

#include "catalog.h"
#include "test/tree.h"
#include <ctype.h>

enum { LINES_MOST = 220, LINE = 400 };

/* --- A command and what is shown of it ------------------------------------------------------ */

/* A word that may differ from run to run: a figure, with its unit. Returns where it ends. */
static const char *after_figure(const char *at)
{
    static const char *const units[] = {"ns", "us", "ms", "s", "B", "KiB", "MiB", "GiB"};
    while (isdigit((unsigned char)*at) || (strchr(",.", *at) && isdigit((unsigned char)at[1])))
        at++;
    for (size_t i = 0; *at == ' ' && i < sizeof units / sizeof *units; i++) {
        size_t length = strlen(units[i]);
        if (strncmp(at + 1, units[i], length) == 0 && !isalpha((unsigned char)at[1 + length]))
            return at + 1 + length;
    }
    return at;
}

/* The sign of a figure: a resident set may shrink too. */
static bool is_less_than_nothing(const char *line, const char *at)
{
    return *at == '-' && isdigit((unsigned char)at[1]) && (at == line || at[-1] == ' ');
}

/* A line with one space for many, and # for each figure. */
static void even(const char *line, size_t length, char to[LINE])
{
    size_t n = 0;
    for (const char *at = line; at < line + length && n < LINE - 2;)
        if (is_less_than_nothing(line, at))
            at++;
        else if (isdigit((unsigned char)*at)) {
            to[n++] = '#';
            at = after_figure(at);
        } else if (*at == ' ') {
            to[n++] = ' ';
            at += strspn(at, " ");
        } else
            to[n++] = *at++;
    while (n && to[n - 1] == ' ')
        n--;
    to[n] = 0;
}

/* The next line of a text, evened; false at its end. */
static bool next_line(const char **at, char to[LINE])
{
    if (!**at)
        return false;
    size_t length = strcspn(*at, "\n");
    even(*at, length, to);
    *at += length + ((*at)[length] == '\n');
    return true;
}

/* Whether a line is the one that is shown, where "..." within it stands for any words. */
static bool is_line(const char *line, const char *shown)
{
    const char *gap = strstr(shown, " ... ");
    if (!gap)
        return strcmp(line, shown) == 0;
    size_t head = (size_t)(gap + 1 - shown), length = strlen(line), tail = strlen(gap + 4);
    return length >= head + tail - 1 && strncmp(line, shown, head) == 0 &&
           strcmp(line + length - tail, gap + 4) == 0;
}

/* Whether `said` is what is shown, where "..." stands for any lines. Else the first line that is not: told. */
static bool says(const char *shown, const char *said, char missing[LINE])
{
    char line[LINE];
    bool may_skip = false;
    while (next_line(&shown, missing)) {
        if (strcmp(missing, "...") == 0) {
            may_skip = true;
            continue;
        }
        bool found = false;
        while (next_line(&said, line) && !(found = is_line(line, missing)) && may_skip)
            continue;
        if (!found)
            return false;
        may_skip = false;
    }
    snprintf(missing, LINE, "(the end)");
    return may_skip || !*said;
}

static void what_is_shown_is_held_against_what_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *shown, *said;
        bool holds;
    } cases[] = {
        {"a 1.5 ms b\n", "a  27 us   b\n", true},
        {"a 0 b\n", "a -27 b\n", true},
        {"a 0 b\n", "a - b\n", false},
        {"a 0 b\n", "a--27 b\n", false},
        {"a 1 b\n", "a 1 c\n", false},
        {"a\n", "a\nb\n", false},
        {"a\n...\n", "a\nb\n", true},
        {"...\nb\n", "a\na\nb\n", true},
        {"...\nb\n", "a\nc\n", false},
        {"a\nb\n", "a\nc\nb\n", false},
        {"a\n...\nb\n", "a\nb\n", true},
        {"1,000 tasks\n", "2 tasks\n", true},
        {"1 task\n", "\n", false},
        {"a ... z\n", "a b 1 c z\n", true},
        {"a ... z\n", "a z\n", true},
        {"a ... z\n", "a b\n", false},
        {"a ... z\n", "b z\n", false},
    };
    char missing[LINE];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (says(cases[i].shown, cases[i].said, missing) != cases[i].holds)
            fail_msg("shown '%s', said '%s'", cases[i].shown, cases[i].said);
}

/* --- The commands of README ----------------------------------------------------------------- */

/* The two commands, which are the ones before, and what the test has done in its own way. */
static bool is_before(const char *command)
{
    return strncmp(command, "make run ", 9) == 0 || strncmp(command, "make test ", 10) == 0 ||
           strcmp(command, "PATH=$PWD/build:$PATH") == 0;
}

static void try(const char *command, const char *shown)
{
    char missing[LINE];
    char *said = shell(0, "cd \"$tree\" && %s", command);
    if (!says(shown, said, missing))
        fail_msg("README.md shows of `%s` what it does not say: '%s' in\n%s", command, missing,
                 said);
    free(said);
}

/* A block of console: each line with "$ " is a command, those below are what it says. How many were run. */
static size_t try_block(char *block)
{
    size_t count = 0;
    for (char *at = block; at && strncmp(at, "$ ", 2) == 0;) {
        char *next = strstr(at, "\n$ ");
        if (next)
            *next++ = 0;
        char *command = at + 2, *shown = command + strcspn(command, "\n");
        if (*shown)
            *shown++ = 0;
        if (!is_before(command)) {
            try(command, shown);
            count++;
        }
        at = next;
    }
    return count;
}

static void every_command_works_as_typed(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("nothing is proven under the checkers, as README.md shows it");
    char *text = tree_read("README.md");
    size_t count = 0;
    for (char *at = text; (at = strstr(at, "```console\n"));) {
        char *block = at + strlen("```console\n"), *end = strstr(block, "```");
        assert_non_null(end);
        at = end + 3;
        *end = 0;
        count += try_block(block);
    }
    free(text);
    assert_true(count >= 3);
}

/* --- The pairs ------------------------------------------------------------------------------ */

static bool has_family(const char *family)
{
    FOR_EACH_PAIR (pair)
        if (strcmp(pair->family, family) == 0)
            return true;
    return false;
}

/* A row begins with the family's id. A new family may come without a row. */
static void rows_are_of_families_that_are_there(void **state)
{
    (void)state;
    static const char row[] = "\n| [`", way[] = "`](results/README.md#";
    char *text = tree_read("README.md");
    int rows = 0;
    for (const char *at = text; (at = strstr(at, row)); rows++) {
        char family[40] = "";
        at += strlen(row);
        int length = (int)strcspn(at, "`");
        if (strncmp(at + length, way, strlen(way)) != 0)
            continue; /* of another table */
        snprintf(family, sizeof family, "%.*s", length, at);
        if (!has_family(family))
            fail_msg("README.md has a row of %s, which is no family", family);
    }
    free(text);
    assert_true(rows > 10);
}

/* "More than 70 ways to leak" stays true for a while as pairs are added, and then is to be said anew. */
static void the_count_of_pairs_is_true(void **state)
{
    (void)state;
    char *text = tree_read("README.md");
    const char *at = strstr(text, "More than ");
    int told = at ? atoi(at + strlen("More than ")) : 0;
    assert_non_null(at);
    expect_words(at, " ways to leak");
    assert_in_range(catalog_length, told + 1, told + 100);
    free(text);
}

static void it_takes_ten_minutes(void **state)
{
    (void)state;
    char *text = tree_read("README.md");
    int lines = 0;
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        lines++;
    if (lines > LINES_MOST)
        fail_msg("README.md has %d lines, more than %d: what is in its rooms' READMEs?", lines,
                 LINES_MOST);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_shown_is_held_against_what_is_said),
        cmocka_unit_test(every_command_works_as_typed),
        cmocka_unit_test(rows_are_of_families_that_are_there),
        cmocka_unit_test(the_count_of_pairs_is_true),
        cmocka_unit_test(it_takes_ten_minutes),
    };
    return cmocka_run_group_tests(tests, shell_begin, shell_end);
}
