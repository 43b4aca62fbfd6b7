/* No file needs, by what it includes, a file that needs it: so there is always one to begin reading with.
 * A .c and its .h are one. That only holds where a function is in the .c of the header that declares it,
 * which is checked too. The same checks run over a small tree with planted mistakes. */
#include "test/tree.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILES_MOST = 1000, NAME_SIZE = 96 };

/* --- Circles ------------------------------------------------------------------------------------- */

/* A .c and its .h are one. But of task/ a header that anyone may include is its own: it says what others
 * may ask for, and a private one (`Private to task/`) how it is done, in a .c that needs both. */
static bool is_for_anyone(const char *path)
{
    char text[TREE_LINE] = "";
    char file[NAME_SIZE + 16];
    const char *name = strncmp(path, "harness/", 8) ? path : path + 8;
    size_t length = strlen(name);
    if (strncmp(name, "task/", 5) != 0 || name[length - 1] != 'h')
        return false;
    snprintf(file, sizeof file, "harness/%s", name);
    FILE *f = fopen(file, "re");
    bool is_private = f && fread(text, 1, sizeof text - 1, f) && strstr(text, "Private to task/");
    if (f)
        fclose(f);
    return f && !is_private;
}

static char names[FILES_MOST][NAME_SIZE]; /* "task/chan" */
static bool includes[FILES_MOST][FILES_MOST];
static size_t file_count;

static size_t number_of(const char *path)
{
    char name[NAME_SIZE];
    size_t i = 0;
    snprintf(name, sizeof name, "%s", strncmp(path, "harness/", 8) ? path : path + 8);
    if (!is_for_anyone(path))
        name[strcspn(name, ".")] = 0;
    while (i < file_count && strcmp(names[i], name) != 0)
        i++;
    assert_true(i < FILES_MOST);
    if (i == file_count)
        memcpy(names[file_count++], name, sizeof name);
    return i;
}

static void read_includes(const char *path)
{
    char line[TREE_LINE], included[TREE_LINE];
    size_t from = number_of(path);
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        if (sscanf(line, " # include \"%1023[^\"]", included) == 1)
            includes[from][number_of(included)] = true;
    fclose(f);
}

/* The shortest way from a file back to itself, by breadth. Fills in the file after each in the
 * circle. */
static bool find_circle(size_t start, size_t next[FILES_MOST])
{
    static size_t queue[FILES_MOST], before[FILES_MOST];
    bool seen[FILES_MOST] = {false};
    size_t length = 0, at = 0;
    queue[length++] = start;
    for (; at < length; at++)
        for (size_t to = 0; to < file_count; to++) {
            size_t from = queue[at];
            if (!includes[from][to] || from == to)
                continue;
            if (to == start) {
                next[from] = start;
                for (size_t i = from; i != start; i = before[i])
                    next[before[i]] = i;
                return true;
            }
            if (seen[to])
                continue;
            seen[to] = true;
            before[to] = from;
            queue[length++] = to;
        }
    return false;
}

/* Each circle once, though each of its files is in it. */
static void tell_circle(size_t start, const size_t next[FILES_MOST], bool told[FILES_MOST])
{
    char words[TREE_LINE] = "";
    size_t at = start;
    do {
        size_t length = strlen(words);
        told[at] = true;
        at = next[at];
        snprintf(words + length, sizeof words - length, " -> %s", names[at]);
    } while (at != start);
    tree_find(names[start], 0, "in a circle:%s", words);
}

static void check_circles(void)
{
    static size_t next[FILES_MOST];
    bool told[FILES_MOST] = {false};
    file_count = 0;
    memset(includes, 0, sizeof includes);
    tree_each_source(false, read_includes);
    for (size_t i = 0; i < file_count; i++)
        if (!told[i] && find_circle(i, next))
            tell_circle(i, next, told);
}

/* --- Functions ----------------------------------------------------------------------------------- */

/* What may declare functions of other files: the runtime's headers are cut by what a caller
 * wants. Each must need it still. */
static struct scattered {
    const char *path;
    bool needed;
} scattered[] = {{"harness/task/", false}};

static struct scattered *scattered_of(const char *path)
{
    for (size_t i = 0; i < sizeof scattered / sizeof *scattered; i++)
        if (!strncmp(path, scattered[i].path, strlen(scattered[i].path)))
            return &scattered[i];
    return NULL;
}

static void blank(char *from, const char *to)
{
    for (; from < to; from++)
        *from = *from == '\n' ? '\n' : ' ';
}

/* Comments, strings, lines for the preprocessor and what is within braces become spaces. */
static void leave_declarations(char *text)
{
    int depth = 0;
    bool line_begins = true;
    for (char *at = text, *end; *at; at = end) {
        end = at + 1;
        if (at[0] == '/' && at[1] == '*')
            end = strstr(at, "*/") + 2;
        else if (line_begins && *at == '#')
            do
                end += strcspn(end, "\n");
            while (end[-1] == '\\' && *end++);
        else if (*at == '"')
            end += strcspn(end, "\"") + 1;
        else if (*at != '{' && *at != '}' && depth == 0) {
            line_begins = *at == '\n' || (line_begins && isspace((unsigned char)*at));
            continue;
        }
        depth += (*at == '{') - (*at == '}');
        if (*at == '}' && depth == 0 && !strchr(";,", end[strspn(end, " \n")]))
            *at = ';', at++; /* the end of an inline function */
        blank(at, end);
    }
}

/* The name of the function that a declaration is of, or false. */
static bool function_of(const char *declaration, char name[NAME_SIZE])
{
    const char *open = strchr(declaration, '(');
    declaration += strspn(declaration, " \n");
    if (!open || open[1] == '*' || !strncmp(declaration, "static ", 7) ||
        !strncmp(declaration, "typedef ", 8) || !strncmp(declaration, "_Static_assert", 14))
        return false;
    const char *end = open, *begin;
    while (end > declaration && isspace((unsigned char)end[-1]))
        end--;
    for (begin = end;
         begin > declaration && (isalnum((unsigned char)begin[-1]) || begin[-1] == '_');)
        begin--;
    snprintf(name, NAME_SIZE, "%.*s", (int)(end - begin), begin);
    return begin < end;
}

/* The text of the .c beside a header, "" where there is none; to be freed. */
static char *text_beside(const char *header)
{
    char path[TREE_PATH];
    snprintf(path, sizeof path, "%.*sc", (int)strlen(header) - 1, header);
    return access(path, R_OK) == 0 ? tree_read(path) : strdup("");
}

static void check_header(const char *path)
{
    if (!strncmp(path, "harness/test/", 13))
        return;
    char *text = tree_read(path), *rest = text, *body = text_beside(path);
    char name[NAME_SIZE], call[NAME_SIZE + 1];
    leave_declarations(text);
    for (char *declaration; (declaration = strsep(&rest, ";"));) {
        if (!function_of(declaration, name))
            continue;
        snprintf(call, sizeof call, "%s(", name);
        if (strstr(body, call))
            continue;
        struct scattered *known_one = scattered_of(path);
        if (known_one)
            known_one->needed = true;
        else
            tree_find(path, 0, "%s() is not in the .c of this name", name);
    }
    free(text);
    free(body);
}

static size_t check_headers(void)
{
    return tree_each("harness/*/*.h", check_header);
}

/* --- The project's own --------------------------------------------------------------------------- */

static void no_files_form_a_circle(void **state)
{
    (void)state;
    check_circles();
    assert_true(file_count > 100);
    tree_expect_none();
}

static void functions_are_where_their_header_says(void **state)
{
    (void)state;
    assert_true(check_headers() > 50);
    for (size_t i = 0; i < sizeof scattered / sizeof *scattered; i++)
        if (!scattered[i].needed)
            tree_find(scattered[i].path, 0, "all of its own now: take it off this test's list");
    tree_expect_none();
}

/* --- A tree of mistakes -------------------------------------------------------------------------- */

static void plant_a_sound_tree(void)
{
    tree_plant("harness/load/lab.h",
               "/* Runs; or not. */\n#define RUN(x) \\\n  run(x);\nenum { A, B };\n"
               "struct lab { void (*told)(int); int n; } /* ; */;\n"
               "static inline int one(void)\n{\n    return 1;\n}\nextern void (*hook)(int);\n"
               "typedef int taken(int);\n_Static_assert(sizeof(int) == 4, \"; int gone(void);\");\n"
               "int lab_run(int); void lab_end(void)\n    __attribute__((cold));\n",
               1);
    tree_plant("harness/load/lab.c",
               "#include \"load/lab.h\"\n#include \"load/child.h\"\n"
               "int lab_run(int n)\n{\n    return n;\n}\nvoid lab_end(void)\n{\n}\n",
               1);
    tree_plant("harness/load/child.h", "#include \"load/phases.h\"\nvoid child_run(void);\n", 1);
    tree_plant("harness/load/child.c", "void child_run(void)\n{\n}\n", 1);
    tree_plant("harness/load/phases.h", "enum { C };\n", 1);
    tree_plant("harness/task/a.h", "enum { A };\n", 1);
    tree_plant("harness/task/a.c", "#include \"task/b.h\"\n", 1);
    tree_plant("harness/task/b.h", "/* Private to task/. */\n#include \"task/a.h\"\n", 1);
}

static void expect_finding(const char *path, const char *text, const char *words)
{
    plant_a_sound_tree();
    tree_forget_findings();
    if (path)
        tree_plant(path, text, 1);
    check_circles();
    check_headers();
    if (path)
        unlink(path);
    if (words)
        tree_expect_only(words, path);
    else
        tree_expect_none();
}

static void each_check_finds_its_mistake(void **state)
{
    (void)state;
    tree_enter();
    expect_finding(NULL, "", NULL);
    expect_finding("harness/load/child.c", "#include \"load/lab.h\"\nvoid child_run(void) {}\n",
                   "in a circle: -> load/lab -> load/child");
    expect_finding("harness/load/phases.c", "#include \"load/lab.h\"\n",
                   "in a circle: -> load/phases -> load/lab -> load/child");
    expect_finding("harness/task/b.c", "#include \"task/a.h\"\n", NULL);
    expect_finding("harness/task/a.h", "#include \"task/b.h\"\n",
                   "in a circle: -> task/a.h -> task/b");
    tree_plant("harness/task/c.h", "/* Private to task/. */\n#include \"task/b.h\"\n", 1);
    expect_finding("harness/task/b.c", "#include \"task/c.h\"\n",
                   "in a circle: -> task/c -> task/b");
    unlink("harness/task/c.h");
    expect_finding("harness/load/phases.h", "int lab_run(int);\n", "lab_run() is not in the .c");
    expect_finding("harness/load/lab.c", "int lab_run(int n);\n", "lab_end() is not in the .c");
    tree_leave();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_files_form_a_circle),
        cmocka_unit_test(functions_are_where_their_header_says),
        cmocka_unit_test(each_check_finds_its_mistake),
    };
    return cmocka_run_group_tests_name("circles", tests, NULL, NULL);
}
