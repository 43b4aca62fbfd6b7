/* What the READMEs name is there: links and their anchors, commands of leaklab and their options, targets and settings
 * of make. The same checks run over a small tree with planted mistakes. */
#include "test/tree.h"

#include "command/options.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORD = 300 };

static int line_of(const char *text, const char *at)
{
    int line = 1;
    for (; text < at; text++)
        line += *text == '\n';
    return line;
}

/* --- Links ---------------------------------------------------------------------------------- */

/* A heading as GitHub makes an anchor of it: small letters, no marks, a dash for a space. */
static bool is_heading(const char *line, const char *anchor)
{
    line += strspn(line, "#");
    if (*line++ != ' ')
        return false;
    for (; *line && *line != '\n'; line++) {
        int c = tolower((unsigned char)*line);
        if (c == ' ')
            c = '-';
        else if (!isalnum(c) && c != '-' && c != '_')
            continue;
        if (*anchor++ != c)
            return false;
    }
    return !*anchor;
}

static bool has_anchor(const char *path, const char *anchor)
{
    char *text = tree_read(path), id[WORD + 8];
    snprintf(id, sizeof id, "id=\"%s\"", anchor);
    bool found = strstr(text, id) != NULL;
    for (const char *at = text; !found && (at = strstr(at, "\n#")); at++)
        found = is_heading(at + 1, anchor);
    free(text);
    return found;
}

static void check_link(const char *path, const char *text, const char *at, const char *link)
{
    char to[WORD], file[2 * WORD];
    snprintf(to, sizeof to, "%.*s", (int)strcspn(link, ") \n"), link);
    if (strstr(to, "://") || strncmp(to, "mailto:", 7) == 0)
        return;
    char *anchor = strchr(to, '#');
    if (anchor)
        *anchor++ = 0;
    int folder = strrchr(path, '/') ? (int)(strrchr(path, '/') + 1 - path) : 0;
    snprintf(file, sizeof file, "%.*s%s", folder, path, to);
    if (!*to)
        snprintf(file, sizeof file, "%s", path);
    if (access(file, R_OK) != 0)
        tree_find(path, line_of(text, at), "the link %s leads nowhere", to);
    else if (anchor && !has_anchor(file, anchor))
        tree_find(path, line_of(text, at), "the link %s leads to no heading '%s'", file, anchor);
}

static void check_links(const char *path, const char *text)
{
    for (const char *at = text; (at = strstr(at, "](")); at++)
        check_link(path, text, at, at + 2);
}

/* --- Commands ------------------------------------------------------------------------------- */

static const struct command *command_named(const char *name)
{
    for (const struct command *const *c = commands; *c; c++)
        if (strcmp((*c)->name, name) == 0)
            return *c;
    return NULL;
}

static bool has_option(const struct command *command, const char *name)
{
    struct options options = options_of(command);
    for (size_t i = 0; i < options.count; i++)
        if (options.all[i]->name && strcmp(options.all[i]->name, name) == 0)
            return true;
    return false;
}

/* The words after `leaklab`, up to where the command ends: the first is a command, and its options are. What stands
 * after " -- " is another program's. */
static void check_leaklab(const char *path, int line, const char *words)
{
    char name[WORD], option[WORD];
    int length = 0;
    if (sscanf(words, "%*[ ]%299[a-z]%n", name, &length) != 1 || words[length] == '_')
        return;
    const struct command *command = command_named(name);
    if (!command) {
        tree_find(path, line, "leaklab has no command '%s'", name);
        return;
    }
    for (const char *at = words; (at = strstr(at, " --")); at++)
        if (at[3] == ' ')
            return;
        else if (sscanf(at + 3, "%299[a-z-]", option) == 1 && !has_option(command, option))
            tree_find(path, line, "leaklab %s has no option '--%s'", name, option);
}

/* Of make's words each is a target, or a setting with its value. */
static void check_make(const char *path, int line, const char *words)
{
    char word[WORD], target[WORD + 8];
    char *makefile = tree_read("Makefile");
    int length = 0;
    for (; sscanf(words, "%*[ ]%299[a-zA-Z0-9_./-]%n", word, &length) == 1; words += length) {
        bool is_setting = words[length] == '=';
        snprintf(target, sizeof target, is_setting ? "\n%s " : "\n%s:", word);
        if (!is_setting && *word != '-' && !strchr(word, '/') && !strstr(makefile, target) &&
            !(snprintf(target, sizeof target, " %s:", word) && strstr(makefile, target)))
            tree_find(path, line, "make has no target '%s'", word);
        if (is_setting && !strstr(makefile, target) && !isupper((unsigned char)*word))
            tree_find(path, line, "make has no setting '%s'", word);
        if (is_setting)
            break; /* its value may hold anything */
    }
    free(makefile);
}

static void check_command(const char *path, int line, const char *text, size_t length)
{
    char command[2 * WORD];
    snprintf(command, sizeof command, "%.*s", (int)length, text);
    for (char *c = command; *c; c++) /* a command may go on in the next line of a paragraph */
        if (*c == '\n')
            *c = ' ';
    command[strcspn(command, "#|;")] = 0;
    if (strncmp(command, "leaklab ", 8) == 0)
        check_leaklab(path, line, command + 7);
    else if (strncmp(command, "build/leaklab ", 14) == 0)
        check_leaklab(path, line, command + 13);
    else if (strncmp(command, "make ", 5) == 0)
        check_make(path, line, command + 4);
}

/* Lines of a console that are typed, and words in backticks. */
static void check_commands(const char *path, const char *text)
{
    bool in_block = false;
    for (const char *at = text; *at; at++) {
        bool begins = at == text || at[-1] == '\n';
        if (begins && strncmp(at, "```", 3) == 0) {
            in_block = !in_block;
            at += strcspn(at, "\n") - 1;
        } else if (in_block && begins && strncmp(at, "$ ", 2) == 0)
            check_command(path, line_of(text, at), at + 2, strcspn(at + 2, "\n"));
        else if (!in_block && *at == '`') {
            size_t length = strcspn(at + 1, "`");
            check_command(path, line_of(text, at), at + 1, length);
            at += length + (at[1 + length] == '`');
        }
    }
}

static void check_file(const char *path)
{
    char *text = tree_read(path);
    check_links(path, text);
    check_commands(path, text);
    free(text);
}

static size_t check_all(void)
{
    static const char *const patterns[] = {"README.md",           "bench/README.md",
                                           "bench/*/README.md",   "harness/README.md",
                                           "harness/*/README.md", ".github/*.md"};
    size_t files = 0;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        files += tree_each(patterns[i], check_file);
    return files;
}

static void what_readmes_name_is_there(void **state)
{
    (void)state;
    assert_true(check_all() > 20);
    tree_expect_none();
}

/* --- A tree of mistakes --------------------------------------------------------------------- */

static void a_mistake_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } mistakes[] = {
        {"[a](none.md)", "the link none.md leads nowhere"},
        {"[a](#none)", "no heading 'none'"},
        {"[a](harness/README.md#the-thing)", "no heading 'the-thing'"},
        {"`leaklab chekc`", "no command 'chekc'"},
        {"`leaklab check --bogus`", "leaklab check has no option '--bogus'"},
        {"`leaklab\ncheck --bogus x`", "leaklab check has no option '--bogus'"},
        {"```console\n$ leaklab run x --bogus\n```", "leaklab run has no option '--bogus'"},
        {"`make bogus`", "make has no target 'bogus'"},
        {"`make run bogus=1`", "make has no setting 'bogus'"},
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        tree_enter();
        tree_plant("Makefile", "\nrun: x\n", 1);
        tree_plant("harness/README.md", "# a\n\n## The thing, twice\n", 1);
        tree_plant("README.md", mistakes[i].text, 1);
        tree_forget_findings();
        check_all();
        tree_expect_only(mistakes[i].words, mistakes[i].text);
        tree_leave();
    }
}

static void what_is_right_is_not(void **state)
{
    (void)state;
    tree_enter();
    tree_plant("Makefile", "CC       = gcc\n\nrun: x\n", 1);
    tree_plant("harness/README.md", "# a\n\n## The `thing`, twice\n<a id=\"here\"></a>\n", 1);
    tree_plant(
        "README.md",
        "[a](harness/README.md#the-thing-twice), [b](harness/README.md#here), "
        "[c](https://example.org/#x) `leaklab check --controls`, `leaklab watch --url U -- x "
        "--bogus`, "
        "`make run ARGS='a --bogus'`, `make -j2 run`, `leaklab-census`\n```console\n$ make run\n"
        "leaklab says --bogus\n```\n",
        1);
    tree_forget_findings();
    check_all();
    tree_expect_none();
    tree_leave();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_readmes_name_is_there),
        cmocka_unit_test(a_mistake_is_found),
        cmocka_unit_test(what_is_right_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
