/* What tells people and shells of the commands: help, manual pages, completion. All of it is made of
 * the commands' own tables; the program is the one that LEAKLAB names, or build/gcc/leaklab. */
#include "test/shell.h"

#include "command/options.h"

/* --- Help ----------------------------------------------------------------------------------- */

static void each_command_has_help(void **state)
{
    (void)state;
    char *list = shell(0, "leaklab help");
    for (const struct command *const *c = commands; *c; c++) {
        char pattern[128];
        if (!(*c)->summary)
            continue;
        snprintf(pattern, sizeof pattern, "^  %s +[A-Z]", (*c)->name);
        expect_match(list, pattern);
        char *help = shell(0, "leaklab help %s", (*c)->name);
        char *option = shell(0, "leaklab %s --help", (*c)->name);
        assert_string_equal(help, option);
        expect_words(help, "Usage: leaklab ");
        free(help);
        free(option);
    }
    expect_no_words(list, "  case");
    expect_no_words(list, "  manual");
    char *option = shell(0, "leaklab --help");
    assert_string_equal(list, option);
    free(option);
    free(list);
}

static void help_names_the_nearest_commands(void **state)
{
    (void)state;
    static const struct {
        const char *line, *words;
    } wrong[] = {
        {"help chekc", "leaklab help: no command is called 'chekc' (nearest: check)\n"},
        {"help re", "leaklab help: no command is called 're' (nearest: report"},
        {"help xyzzy", "'xyzzy' (leaklab help lists the commands)\n"},
        {"help case", "leaklab help: no command is called 'case' (nearest: "},
        {"help run save", "leaklab help: one command at a time, not also 'save'\n"},
        {"help --bogus", "leaklab help: unknown option '--bogus'"},
        {"verfy", "leaklab: unknown command 'verfy' (nearest: verify)\n"},
        {"xyzzy", "leaklab: unknown command 'xyzzy' (leaklab help lists the commands)\n"},
        {"manual xyzzy", "leaklab manual: no command is called 'xyzzy'\n"},
        {"completion", "leaklab completion: for which shell? (bash, zsh or fish)\n"},
        {"completion csh", "leaklab completion: 'csh': must be bash, zsh or fish\n"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        shell_refuses(wrong[i].words, "leaklab %s", wrong[i].line);
}

/* Half of the letters may be wrong; more than one letter may be a beginning. */
static void the_nearest_command_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *nearest;
    } cases[] = {
        {"chekc", "check"}, {"re", "report"},      {"r", ""},
        {"", ""},           {"ps", "ps, pstree"},  {"pst", "pstree, ps"},
        {"lsit", "list"},   {"xyst", "list"},      {"xyzt", ""},
        {"list", "list"},   {"rn", "run"},         {"cas", ""},
        {"manual", ""},     {"explan", "explain"}, {"completionn", "completion"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char words[COMMAND_NEAREST];
        assert_string_equal(command_nearest(cases[i].typed, words), cases[i].nearest);
    }
    assert_null(command_find("case")); /* it is not for people */
    assert_null(command_find("lis"));
    assert_string_equal(command_find("list")->name, "list");
}

/* One line each, of what was typed and of what it must be. */
static void a_wrong_value_is_refused_with_what_it_must_be(void **state)
{
    (void)state;
    static const struct {
        const char *line, *words;
    } wrong[] = {
        {"serve --variant both", "serve: --variant 'both': must be leak or fix"},
        {"serve --host a:1", "serve: --host 'a:1': must be a name without a port"},
        {"serve --connections 0", "serve: --connections '0': must be a whole number from 1 to"},
        {"serve --connections 1000001", "--connections '1000001': must be a whole number"},
        {"serve --case-timeout x", "serve: --case-timeout 'x': must be like 10s"},
        {"serve --unwatched x", "serve: --unwatched 'x': must be like 10s"},
        {"serve --deadline x", "serve: --deadline 'x': must be like 10s"},
        {"serve --client-timeout x", "serve: --client-timeout 'x': must be like 10s"},
        {"serve --drain x", "serve: --drain 'x': must be like 10s"},
        {"serve --memory-limit x", "serve: --memory-limit 'x': must be like"},
        {"dump --variant both", "dump: --variant 'both': must be leak or fix"},
        {"dump --format x", "dump: --format 'x': must be summary, text"},
        {"dump --at x", "dump: --at 'x': must be settle or load"},
        {"cite --format x", "cite: --format 'x': must be markdown, bibtex or text"},
        {"run --repeat 0", "run: --repeat '0': must be a whole number from 1 to"},
        {"run --twin c", "run: --twin 'c': must be go"},
        {"save --machine A", "save: --machine 'A': must be small letters"},
        {"watch --pid x", "watch: --pid 'x': must be the number of a process"},
        {"watch --url x", "watch: --url 'x': must be like"},
        {"watch --interval 9ms", "watch: --interval '9ms': must be like 1s"},
        {"forecast --rate x", "forecast: --rate 'x': must be like 1000"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        shell_refuses(wrong[i].words, "leaklab %s", wrong[i].line);
}

/* An option that wants a value does not go without, but for this one. */
static void only_recover_goes_without_its_value(void **state)
{
    (void)state;
    for (const struct command *const *c = commands; *c; c++) {
        char *help = shell(0,
                           "leaklab %s --help | grep -o -- '--[a-z-]*\\[=[^]]*]' | "
                           "grep -vxF -- '--recover[=TIME]'; true",
                           (*c)->name);
        if ((*c)->summary)
            assert_string_equal(help, "");
        free(help);
    }
}

/* What is printed to be typed works as it stands, from wherever the program was called. */
static void hints_name_the_program_as_it_was_called(void **state)
{
    (void)state;
    char *said = shell(0, "leaklab show full_buffer");
    expect_match(said, "^leaklab check full_buffer    proves it$");
    free(said);
    said = shell(0, "./here/leaklab show full_buffer");
    expect_match(said, "^\\./here/leaklab run full_buffer    measures it under load$");
    free(said);
}

/* --- Tables --------------------------------------------------------------------------------- */

static void help_of_values_is_read(void **state)
{
    (void)state;
    struct values words = values_of("leak|fix|both");
    assert_string_equal(words.choices, "leak fix both");
    assert_false(words.ids || words.files || words.directories || words.commands || words.programs);
    words = values_of("R|max");
    assert_string_equal(words.choices, "max");
    words = values_of("ID\n--diff BEFORE AFTER");
    assert_true(words.ids && words.files && !words.choices[0]);
    words = values_of("RECORD|REPORT...");
    assert_true(words.files && !words.ids);
    assert_true(values_of("DIR").directories);
    words = values_of("[COMMAND]");
    assert_true(words.commands && !words.programs);
    words = values_of("[-- COMMAND [WORD...]]");
    assert_true(words.programs && !words.commands);
    words = values_of(NULL);
    assert_false(words.ids || words.files || words.choices[0]);
}

static void every_option_is_told_of(void **state)
{
    (void)state;
    for (const struct command *const *c = commands; *c; c++) {
        if (!(*c)->summary)
            continue;
        assert_non_null((*c)->argp);
        assert_non_null((*c)->argp->doc);
        struct options options = options_of(*c);
        assert_true(options.count >= 2 && options.count < 64);
        for (size_t i = 0; i < options.count; i++) {
            assert_non_null(options.all[i]->doc);
            assert_true(i < 1 || i >= options.count - 2 ||
                        strcmp(options.all[i - 1]->name, options.all[i]->name) < 0);
        }
        assert_string_equal(options.all[options.count - 2]->name, "help");
    }
}

/* --- Manual pages --------------------------------------------------------------------------- */

static void manual_pages_tell_every_option(void **state)
{
    (void)state;
    for (const struct command *const *c = commands; *c; c++) {
        char pattern[256];
        if (!(*c)->summary)
            continue;
        char *page = shell(0, "leaklab manual %s | sed 's/\\\\-/-/g; s/\\\\f[BIR]//g'", (*c)->name);
        snprintf(pattern, sizeof pattern, "^leaklab-%s - [a-z]", (*c)->name);
        expect_match(page, pattern);
        expect_match(page, "^\\.TH LEAKLAB-[A-Z]+ 1 \"20[0-9-]+\" \"leaklab " LEAKLAB_VERSION "\"");
        static const char *const sections[] = {"NAME",    "SYNOPSIS",    "DESCRIPTION",
                                               "OPTIONS", "EXIT STATUS", "SEE ALSO"};
        const char *at = page; /* each once, in this order */
        for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
            snprintf(pattern, sizeof pattern, ".SH %s\n", sections[i]);
            at = strstr(at, pattern);
            if (!at || strstr(at + 1, pattern))
                fail_msg("%s: not once and in its place: %s", (*c)->name, pattern);
        }
        struct options options = options_of(*c);
        for (size_t i = 0; i < options.count; i++) {
            char letter[8] = "";
            if (option_letter(options.all[i]))
                snprintf(letter, sizeof letter, "-%c, ", option_letter(options.all[i]));
            snprintf(pattern, sizeof pattern, "^%s--%s(=|$)", letter, options.all[i]->name);
            expect_match(page, pattern);
        }
        free(page);
    }
    char *page = shell(0, "leaklab manual");
    expect_match(page, "^\\.BR leaklab\\\\-forecast \\(1\\)$");
    free(page);
}

static void manual_pages_are_sound(void **state)
{
    (void)state;
    words_need("mandoc -l /dev/null", "mandoc");
    for (const struct command *const *c = commands; *c; c++) {
        const char *name = (*c)->summary ? (*c)->name : "";
        char *said = shell(0, "leaklab manual %s | mandoc -T lint -W warning", name);
        assert_string_equal(said, "");
        free(said);
    }
}

/* --- Completion ----------------------------------------------------------------------------- */

/* What bash would offer for the last of these words; `=` is a word of its own to it. */
static char *bash_offers(const char *words)
{
    return shell(0,
                 "bash --norc -c 'source <(leaklab completion bash); COMP_WORDS=(leaklab %s); "
                 "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _leaklab; echo ${COMPREPLY[*]}'",
                 words);
}

static void bash_completes(void **state)
{
    (void)state;
    static const struct {
        const char *words, *offers;
    } cases[] = {
        {"ver", "verify\n"},
        {"--v", "--version\n"},
        {"run --var", "--variant\n"},
        {"run --variant \"\"", "leak fix both\n"},
        {"run --variant = f", "fix\n"},
        {"run --variant =", "leak fix both\n"},
        {"run --rate \"\"", "max\n"},
        {"run --seed \"\"", "\n"},
        {"run --rate max timer_", "timer_in_loop timer_stop\n"},
        {"check strat", "strategies\n"},
        {"show --he", "--help\n"},
        {"dump --output fil", "file\n"},
        {"dump -o fil", "file\n"},
        {"report fil", "file\n"},
        {"report --results her", "here\n"},
        {"help verif", "verify\n"},
        {"list full_b", "full_buffer\n"},
        {"save --machine \"\"", "\n"},
    };
    words_need("bash --version", "bash");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *offers = bash_offers(cases[i].words);
        if (strcmp(offers, cases[i].offers) != 0)
            fail_msg("leaklab %s: bash offers %s", cases[i].words, offers);
        free(offers);
    }
    char *all = bash_offers("run \"\"");
    FOR_EACH_PAIR (pair)
        expect_words(all, pair->id);
    free(all);
}

static void fish_completes(void **state)
{
    (void)state;
    static const struct {
        const char *words, *offers;
    } cases[] = {
        {"ver", "verify\tHold saved results and their pages to what they say\n"},
        {"run --varia", "--variant\tWhich half of each pair (both)\n"},
        {"run --arrivals p", "poisson\tHow requests are spaced (constant)\n"},
        {"show timer_", "timer_in_loop\ntimer_stop\n"},
        {"help verif", "verify\n"},
        {"report --results her", "here/\n"},
    };
    words_need("fish --version", "fish");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *offers = shell(0,
                             "fish --no-config -c 'leaklab completion fish | source; "
                             "complete -C \"leaklab %s\"'",
                             cases[i].words);
        if (strcmp(offers, cases[i].offers) != 0)
            fail_msg("leaklab %s: fish offers %s", cases[i].words, offers);
        free(offers);
    }
}

/* zsh completes only at a prompt: here its own functions print what they are handed. */
static void zsh_completes(void **state)
{
    (void)state;
    words_need("zsh --version", "zsh");
    char *said = shell(0, "leaklab completion zsh >_leaklab && zsh -f -n _leaklab && zsh -f -c '"
                          "_arguments() { [[ $1 == -C ]] && state=rest || print -rl -- \"$@\"; }; "
                          "compdef() { }; words=(run); source ./_leaklab; _leaklab' || exit 0");
    expect_match(said, "^\\*--variant=\\[Which half of each pair \\(both\\)\\]:leak\\|fix\\|both:"
                       "\\(leak fix both\\)$");
    expect_match(said, "^\\*--json=\\[.*\\]:FILE:_files$");
    expect_match(said,
                 "^\\*:\\[ID\\|FAMILY\\|WORD\\.\\.\\.\\]:\\(channel_receive .* pitfalls .*\\)$");
    expect_match(said, "^\\(-h --help\\)-h\\[Show this help\\]$");
    free(said);
}

/* --- The suite ------------------------------------------------------------------------------ */

static int begin(void **state)
{
    if (shell_begin(state) != 0)
        return -1;
    shell_quietly("touch file && ln -s '%s' here", shell_program);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_command_has_help),
        cmocka_unit_test(help_names_the_nearest_commands),
        cmocka_unit_test(the_nearest_command_is_found),
        cmocka_unit_test(a_wrong_value_is_refused_with_what_it_must_be),
        cmocka_unit_test(only_recover_goes_without_its_value),
        cmocka_unit_test(hints_name_the_program_as_it_was_called),
        cmocka_unit_test(help_of_values_is_read),
        cmocka_unit_test(every_option_is_told_of),
        cmocka_unit_test(manual_pages_tell_every_option),
        cmocka_unit_test(manual_pages_are_sound),
        cmocka_unit_test(bash_completes),
        cmocka_unit_test(fish_completes),
        cmocka_unit_test(zsh_completes),
    };
    return cmocka_run_group_tests(tests, begin, shell_end);
}
