/* `leaklab completion SHELL`: the commands, options and ids, as that shell completes them. Made of
 * the commands' own options: nothing is listed twice. */
#include "command/options.h"
#include <stdio.h>
#include <string.h>

/* --- What they share ------------------------------------------------------------------------ */

/* For between single quotes; `escaped`: characters that the shell's own format wants a \ before. */
static void put_quoted(const char *text, const char *escaped)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\'", stdout);
        else if (strchr(escaped, *text))
            putchar('\\');
        putchar(*text);
    }
}

static void put_ids(void)
{
    FOR_EACH_PAIR (pair)
        printf("%s%s", pair == catalog ? "" : " ", pair->id);
}

/* They stand together in the catalog. Only ever after the ids. */
static void put_families(void)
{
    FOR_EACH_PAIR (pair)
        if (pair == catalog || strcmp(pair->family, pair[-1].family) != 0)
            printf(" %s", pair->family);
}

static void put_commands(void)
{
    const char *before = "";
    for (const struct command *const *c = commands; *c; c++)
        if ((*c)->summary) {
            printf("%s%s", before, (*c)->name);
            before = " ";
        }
}

/* All words that can be told beforehand, with a space between two. */
static void put_words(const struct values *words)
{
    fputs(words->choices, stdout);
    if (words->ids)
        put_ids();
    if (words->families)
        put_families();
    if (words->commands)
        put_commands();
}

/* --- bash ----------------------------------------------------------------------------------- */

/* compgen's own lists. */
static const char *bash_lists(const struct values *words)
{
    return words->programs      ? "-A command"
           : words->directories ? "-A directory"
           : words->files       ? "-A file"
                                : "";
}

static bool nothing_to_offer(const struct values *words)
{
    return !words->choices[0] && !words->ids && !words->commands && !*bash_lists(words);
}

static void put_bash_words(const struct values *words)
{
    printf("words='");
    put_words(words);
    putchar('\'');
    if (*bash_lists(words))
        printf(" lists='%s'", bash_lists(words));
}

/* After an option that has a value no other option can stand. */
static void put_bash_value(const struct argp_option *option)
{
    struct values words = values_of(option->arg);
    char letter = option_letter(option);
    printf("        ");
    if (letter)
        printf("-%c | ", letter);
    printf("--%s) options=", option->name);
    if (!nothing_to_offer(&words)) {
        putchar(' ');
        put_bash_words(&words);
    }
    puts(" ;;");
}

static void put_bash_command(const struct command *command)
{
    struct options options = options_of(command);
    struct values words = values_of(command->argp->args_doc);
    printf("    %s)\n        options='", command->name);
    for (size_t i = 0; i < options.count; i++)
        printf("%s--%s", i ? " " : "", options.all[i]->name);
    printf("'\n        case $before in\n");
    for (size_t i = 0; i < options.count; i++)
        if (options.all[i]->arg)
            put_bash_value(options.all[i]);
    printf("        *) ");
    put_bash_words(&words);
    printf(" ;;\n        esac ;;\n");
}

static void put_bash(void)
{
    printf("# bash completion for leaklab\n"
           "_leaklab() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
           "    local options='' words='' lists=''\n"
           "    # bash takes --name=value for three words.\n"
           "    if [[ $current == = ]]; then current=''\n"
           "    elif [[ $before == = ]]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi\n"
           "    COMPREPLY=()\n"
           "    ((COMP_CWORD > 1)) || { words='");
    put_commands();
    printf("' options='--help --version'; }\n"
           "    ((COMP_CWORD == 1)) || case ${COMP_WORDS[1]} in\n");
    for (const struct command *const *c = commands; *c; c++)
        if ((*c)->summary)
            put_bash_command(*c);
    printf("    esac\n"
           "    [[ $current == -* ]] && words=$options lists=''\n"
           "    # shellcheck disable=SC2086,SC2207\n"
           "    COMPREPLY=($(compgen $lists -W \"$words\" -- \"$current\"))\n"
           "    [[ -z $lists ]] || compopt -o filenames 2>/dev/null\n"
           "}\n"
           "complete -F _leaklab leaklab\n");
}

/* --- zsh ------------------------------------------------------------------------------------ */

/* The action of _arguments for words as help has them. */
static void put_zsh_action(const char *in_help)
{
    struct values words = values_of(in_help);
    if (words.choices[0] || words.ids || words.commands) {
        putchar('(');
        put_words(&words);
        putchar(')');
    } else
        fputs(words.programs      ? "_command_names -e"
              : words.directories ? "_files -/"
              : words.files       ? "_files"
                                  : " ",
              stdout);
}

static void put_zsh_option(const struct argp_option *option)
{
    char letter = option_letter(option);
    if (letter)
        printf("        '(-%c --%s)'{-%c%s,--%s%s}'[", letter, option->name, letter,
               option->arg ? "+" : "", option->name, option->arg ? "=" : "");
    else
        printf("        '*--%s%s[", option->name, option->arg ? "=" : "");
    put_quoted(option->doc, "[]:");
    putchar(']');
    if (option->arg) {
        putchar(':');
        put_quoted(option->arg, ":");
        putchar(':');
        put_zsh_action(option->arg);
    }
    puts("' \\");
}

static void put_zsh_command(const struct command *command)
{
    struct options options = options_of(command);
    const char *words = command->argp->args_doc;
    printf("    %s) _arguments \\\n", command->name);
    for (size_t i = 0; i < options.count; i++)
        put_zsh_option(options.all[i]);
    if (words) {
        printf("        '*:%.*s:", (int)strcspn(words, "\n"), words);
        put_zsh_action(words);
        puts("' \\");
    }
    puts("        && return ;;");
}

static void put_zsh(void)
{
    printf("#compdef leaklab\n"
           "_leaklab() {\n"
           "    local curcontext=$curcontext state line ret=1\n"
           "    local -a commands=(\n");
    for (const struct command *const *c = commands; *c; c++)
        if ((*c)->summary) {
            printf("        '%s:", (*c)->name);
            put_quoted((*c)->summary, ":");
            puts("'");
        }
    printf("    )\n"
           "    _arguments -C '(- *)--help[Show this help]' '(- *)--version[Show the version]' \\\n"
           "        '1: :->command' '*:: :->rest' && ret=0\n"
           "    [[ $state == command ]] && _describe command commands && ret=0\n"
           "    [[ $state == rest ]] && case $words[1] in\n");
    for (const struct command *const *c = commands; *c; c++)
        if ((*c)->summary)
            put_zsh_command(*c);
    printf(
        "    esac\n"
        "    return ret\n"
        "}\n"
        "if [[ $funcstack[1] == _leaklab ]]; then _leaklab \"$@\"; else compdef _leaklab leaklab; "
        "fi\n");
}

/* --- fish ----------------------------------------------------------------------------------- */

/* -f: no files beside the words; -F: files; -r: a value has to follow. */
static void put_fish_words(const char *in_help)
{
    struct values words = values_of(in_help);
    bool files = words.files || words.directories;
    fputs(files ? " -F" : " -f", stdout);
    if (words.choices[0] || words.ids || words.commands || words.programs) {
        printf(" -a '");
        put_words(&words);
        printf("%s'", words.programs ? "(__fish_complete_command)" : "");
    }
}

static void put_fish_command(const struct command *command)
{
    struct options options = options_of(command);
    printf("complete -c leaklab -n __fish_use_subcommand -a %s -d '", command->name);
    put_quoted(command->summary, "\\");
    puts("'");
    for (size_t i = 0; i < options.count; i++) {
        const struct argp_option *option = options.all[i];
        printf("complete -c leaklab -n '__fish_seen_subcommand_from %s' -l %s", command->name,
               option->name);
        if (option_letter(option))
            printf(" -s %c", option_letter(option));
        printf(" -d '");
        put_quoted(option->doc, "\\");
        putchar('\'');
        if (option->arg) {
            printf(" -r");
            put_fish_words(option->arg);
        }
        putchar('\n');
    }
    printf("complete -c leaklab -n '__fish_seen_subcommand_from %s'", command->name);
    put_fish_words(command->argp->args_doc);
    putchar('\n');
}

static void put_fish(void)
{
    printf("# fish completion for leaklab\n"
           "complete -c leaklab -f\n"
           "complete -c leaklab -n __fish_use_subcommand -l help -d 'Show this help'\n"
           "complete -c leaklab -n __fish_use_subcommand -l version -d 'Show the version'\n");
    for (const struct command *const *c = commands; *c; c++)
        if ((*c)->summary)
            put_fish_command(*c);
}

/* --- The command ---------------------------------------------------------------------------- */

static const struct shell {
    const char *name;
    void (*put)(void);
} shells[] = {{"bash", put_bash}, {"zsh", put_zsh}, {"fish", put_fish}};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    const struct shell **shell = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        if (*shell)
            command_refuse(state, "one shell at a time, not also '%s'", arg);
        for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
            if (strcmp(arg, shells[i].name) == 0)
                *shell = &shells[i];
        if (!*shell)
            command_refuse(state, "'%s': must be bash, zsh or fish", arg);
        return 0;
    case ARGP_KEY_NO_ARGS:
        command_refuse(state, "for which shell? (bash, zsh or fish)");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .parser = parse,
    .args_doc = "bash|zsh|fish",
    .doc = "Prints what makes a shell complete commands, options and ids: "
           "`source <(leaklab completion bash)`, or fish's `leaklab completion fish | source`. "
           "`make install` puts all three where the shells look for them.",
};

static int run(int argc, char **argv)
{
    const struct shell *shell = NULL;
    command_parse(&argp, argc, argv, &shell);
    shell->put();
    return EXIT_AS_CATALOGUED;
}

const struct command command_completion = {
    .name = "completion",
    .summary = "Print what makes bash, zsh or fish complete the words of leaklab",
    .argp = &argp,
    .run = run,
};
