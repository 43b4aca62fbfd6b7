/* What shells and man are told of some commands, whole (golden.h). IDS stands for all ids, FAMILIES for all families, COMMANDS
 * for all commands. */
#include "test/golden.h"
#include "test/shell.h"

#include "command/options.h"

/* Takes the place of `text`. */
static void replace(char **text, const char *part, const char *by)
{
    char *made = NULL;
    size_t size;
    FILE *out = open_memstream(&made, &size);
    assert_non_null(out);
    const char *at = *text;
    for (const char *next; (next = strstr(at, part)); at = next + strlen(part))
        fprintf(out, "%.*s%s", (int)(next - at), at, by);
    fputs(at, out);
    assert_int_equal(fclose(out), 0);
    free(*text);
    *text = made;
}

/* Of all pairs their ids, or the families that these stand in, with a space between two. */
static char *all_ids(bool families)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    FOR_EACH_PAIR (pair)
        if (!families || pair == catalog || strcmp(pair[-1].family, pair->family) != 0)
            fprintf(out, pair == catalog ? "%s" : " %s", families ? pair->family : pair->id);
    assert_int_equal(fclose(out), 0);
    return text;
}

/* But for one, where one is named; with this between two. */
static char *all_commands(const char *but, const char *format, const char *between)
{
    char *text = NULL;
    size_t size;
    const char *before = "";
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    for (const struct command *const *c = commands; *c; c++)
        if ((*c)->summary && strcmp((*c)->name, but) != 0) {
            fputs(before, out);
            fprintf(out, format, (*c)->name);
            before = between;
        }
    assert_int_equal(fclose(out), 0);
    return text;
}

static char *with_masks(char *text)
{
    char *ids = all_ids(false), *families = all_ids(true), *words = all_commands("", "%s", " ");
    replace(&text, ids, "IDS");
    replace(&text, families, "FAMILIES");
    replace(&text, words, "COMMANDS");
    free(ids);
    free(families);
    free(words);
    return text;
}

/* of: a command, or "" for the program's own page. */
static char *page_with_masks(const char *of, char *text)
{
    char *pages = all_commands(of, ".BR leaklab\\-%s (1)", ",\n");
    replace(&text, pages, "COMMANDS");
    replace(&text, LEAKLAB_VERSION, "VERSION");
    free(pages);
    return text;
}

/* Of all that is between the lines that begin and end a command's part, only that of these. */
#define SOME "cite|completion|dump|help|list|watch"

static void each_shell_is_told_these_words(void **state)
{
    (void)state;
    static const struct {
        const char *shell, *filter;
    } cases[] = {
        {"bash", "/^    [a-z]+\\)$/ { skip = !/ (" SOME ")\\)/ } !skip; /esac ;;/ { skip = 0 }"},
        {"zsh", "/_arguments .$/ { skip = !/ (" SOME ")\\)/ } /^        .[a-z]+:/ && !/.(" SOME
                "):/ { next } !skip; /return ;;/ { skip = 0 }"},
        {"fish", "!/subcommand -a|subcommand_from/ || /(subcommand -a|subcommand_from) (" SOME
                 ")[ \\047]/"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[64];
        snprintf(name, sizeof name, "completion.%s", cases[i].shell);
        char *text = with_masks(
            shell(0, "leaklab completion %s | awk '%s'", cases[i].shell, cases[i].filter));
        expect_golden(name, text);
        free(text);
    }
}

static void man_is_told_these_words(void **state)
{
    (void)state;
    static const char *const names[] = {"completion", "dump", "watch"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[64];
        snprintf(name, sizeof name, "manual-%s.1", names[i]);
        char *text = page_with_masks(
            names[i], shell(0, "leaklab manual %s | sed '1s/\"[-0-9]*\"/\"DATE\"/'", names[i]));
        expect_golden(name, text);
        free(text);
    }
    char *text = page_with_masks("", shell(0, "leaklab manual | sed '1s/\"[-0-9]*\"/\"DATE\"/; "
                                              "/^.SH COMMANDS/,/^.SH ENV/{/^.SH/!d}'"));
    expect_golden("manual.1", text);
    free(text);
}

static void help_lists_the_commands(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    fputs("Usage: leaklab COMMAND [OPTION...] [ID...]\n"
          "Task leaks in C beside their fixes: run, measured and judged.\n\n",
          out);
    for (const struct command *const *c = commands; *c; c++)
        if ((*c)->summary)
            fprintf(out, "  %-11s %s\n", (*c)->name, (*c)->summary);
    fputs("\n`leaklab help COMMAND` tells more of each.\n"
          "Exit status: 0 all as the catalog says, 1 not so, 2 wrong usage.\n",
          out);
    assert_int_equal(fclose(out), 0);
    static const char *const words[] = {"help", "--help", "-h"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char *said = shell(0, "leaklab %s", words[i]);
        assert_string_equal(said, text);
        free(said);
    }
    free(text);
}

static void options_are_read_from_their_help(void **state)
{
    (void)state;
    static const struct argp_option letter = {"x", 'x', 0, 0, "", 0},
                                    number = {"x", 7, 0, 0, "", 0}, sign = {"x", '-', 0, 0, "", 0},
                                    word = {"x", 0x100, 0, 0, "", 0},
                                    beyond = {"x", 128, 0, 0, "", 0};
    assert_int_equal(option_letter(&letter), 'x');
    assert_true(!option_letter(&number) && !option_letter(&sign) && !option_letter(&word));
    assert_true(!option_letter(&beyond));
    /* As many words as there is room for, none of them cut. */
    char many[512] = "";
    for (int i = 0; i < 50; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many), "%sword%02d", i ? "|" : "", i);
    struct values values = values_of(many);
    size_t length = strlen(values.choices);
    assert_int_equal(length % 7, 6);
    assert_true(length + 1 < sizeof values.choices && length + 9 >= sizeof values.choices);
    assert_memory_equal(values.choices, "word00 word01 word02 ", 21);
    static const struct argp with = {.doc = "before\vafter"}, without = {.doc = "whole"},
                             none = {0};
    static const struct {
        const struct argp *argp;
        bool after;
        const char *text;
        size_t length;
    } texts[] = {{&with, false, "before", 6},   {&with, true, "after", 5},
                 {&without, false, "whole", 5}, {&without, true, NULL, 0},
                 {&none, false, NULL, 0},       {&none, true, NULL, 0}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct command command = {.argp = texts[i].argp};
        const char *text = options_text(&command, texts[i].after, &length);
        assert_int_equal(length, texts[i].length);
        assert_true(!text == !texts[i].text && (!text || !strncmp(text, texts[i].text, length)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_shell_is_told_these_words),
        cmocka_unit_test(man_is_told_these_words),
        cmocka_unit_test(help_lists_the_commands),
        cmocka_unit_test(options_are_read_from_their_help),
    };
    return cmocka_run_group_tests(tests, shell_begin, shell_end);
}
