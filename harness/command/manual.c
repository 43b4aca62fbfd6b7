/* `leaklab manual [COMMAND]`: a manual page, leaklab(1) or that of a command, for man(1). Not for
 * people: `make install` puts them where man finds them. */
#include "command/options.h"
#include <ctype.h>
#include <string.h>

#ifndef LEAKLAB_DATE /* the Makefile's, for this file alone */
#define LEAKLAB_DATE ""
#endif

/* --- Text as troff takes it ----------------------------------------------------------------- */

enum { LINE = 64 };

/* Of a line that begins with a dot troff would take the first word for its own. */
static void put_character(char c, bool first)
{
    switch (c) {
    case '\\':
        fputs("\\e", stdout);
        break;
    case '-':
        fputs("\\-", stdout);
        break;
    case '\'':
        fputs("\\(aq", stdout);
        break;
    default:
        fputs(first && c == '.' ? "\\&" : "", stdout);
        putchar(c);
    }
}

/* One paragraph, in lines of the usual length: what stands between backquotes is set in bold. */
static void put_text(const char *text, size_t length)
{
    bool bold = false;
    size_t column = 0;
    for (size_t i = 0; i < length; i++) {
        size_t word = strcspn(text + i + 1, " ");
        if (text[i] == '`')
            fputs((bold = !bold) ? "\\fB" : "\\fR", stdout);
        else if (text[i] == ' ' && column + word >= LINE)
            column = (putchar('\n'), 0);
        else
            put_character(text[i], column++ == 0);
    }
    putchar('\n');
}

static void put(const char *text)
{
    put_text(text, strlen(text));
}

/* Help's words for what stands for something: capitals in italics, the rest as it is. */
static void put_placeholders(const char *text)
{
    bool italic = false;
    for (; *text; text++) {
        bool capital = isupper((unsigned char)*text);
        if (capital != italic)
            fputs(capital ? "\\fI" : "\\fR", stdout);
        italic = capital;
        fputs(*text == '-' ? "\\-" : (char[]){*text, 0}, stdout);
    }
    puts(italic ? "\\fR" : "");
}

/* --- A page --------------------------------------------------------------------------------- */

static void put_head(const char *name, const char *summary)
{
    printf(".TH ");
    for (const char *c = name; *c; c++)
        putchar(toupper((unsigned char)*c));
    printf(" 1 \"%s\" \"leaklab %s\" \"User Commands\"\n.SH NAME\n%s \\- ", LEAKLAB_DATE,
           LEAKLAB_VERSION, name);
    putchar(tolower((unsigned char)summary[0]));
    put(summary + 1);
}

static void put_synopsis(const struct command *command)
{
    const char *words = command->argp->args_doc ? command->argp->args_doc : "";
    puts(".SH SYNOPSIS");
    do {
        char line[128];
        size_t length = strcspn(words, "\n");
        snprintf(line, sizeof line, "[OPTION...]%s%.*s", length ? " " : "", (int)length, words);
        printf(".B leaklab %s\n", command->name);
        put_placeholders(line);
        words += length + (words[length] == '\n');
        if (*words)
            puts(".br");
    } while (*words);
}

static void put_option(const struct argp_option *option)
{
    puts(".TP");
    if (option_letter(option))
        printf("\\fB\\-%c\\fR, ", option_letter(option));
    printf("\\fB\\-\\-");
    for (const char *c = option->name; *c; c++)
        fputs(*c == '-' ? "\\-" : (char[]){*c, 0}, stdout);
    fputs(option->arg ? "\\fR=" : "\\fR\n", stdout);
    if (option->arg)
        put_placeholders(option->arg);
    put(option->doc);
}

static void put_tail(const char *name)
{
    puts(".SH EXIT STATUS");
    put("0 where all is as the catalog says, 1 where not or where something could not be done, 2 "
        "for wrong usage, after which nothing was done.");
    puts(".SH SEE ALSO");
    const char *before = "";
    if (strcmp(name, "leaklab") != 0) {
        printf(".BR leaklab (1)");
        before = ",\n";
    }
    for (const struct command *const *c = commands; *c; c++)
        if ((*c)->summary && strcmp((*c)->name, name) != 0) {
            printf("%s.BR leaklab\\-%s (1)", before, (*c)->name);
            before = ",\n";
        }
    putchar('\n');
}

static void put_command(const struct command *command)
{
    char name[64];
    size_t length;
    const char *text = options_text(command, false, &length);
    struct options options = options_of(command);
    snprintf(name, sizeof name, "leaklab-%s", command->name);
    put_head(name, command->summary);
    put_synopsis(command);
    puts(".SH DESCRIPTION");
    put_text(text, length);
    text = options_text(command, true, &length);
    if (text) {
        puts(".PP");
        put_text(text, length);
    }
    puts(".SH OPTIONS");
    for (size_t i = 0; i < options.count; i++)
        put_option(options.all[i]);
    put_tail(command->name);
}

/* --- The program's own page ----------------------------------------------------------------- */

static void put_paragraph(const char *heading, const char *text)
{
    printf(".TP\n.B %s\n", heading);
    put(text);
}

static void put_program(void)
{
    put_head("leaklab", "Task leaks in C beside their fixes: run, measured and judged");
    puts(".SH SYNOPSIS\n.B leaklab\n\\fICOMMAND\\fR [\\fIOPTION\\fR...] [\\fIID\\fR...]");
    puts(".SH DESCRIPTION");
    put("A task leak is a task that starts and never ends. leaklab has ways to leak a task in C, "
        "each beside its cure; it runs both under the same load and says what each costs: live "
        "tasks, memory, latency. Their sources are part of the program: `leaklab list` names them, "
        "`leaklab show` shows a pair.");
    puts(".SH COMMANDS");
    for (const struct command *const *c = commands; *c; c++)
        if ((*c)->summary) {
            printf(".TP\n.BR leaklab\\-%s (1)\n", (*c)->name);
            put((*c)->summary);
        }
    puts(".SH ENVIRONMENT");
    put_paragraph("COLUMNS", "The width of the terminal, where the terminal does not tell.");
    put_paragraph("NO_COLOR", "Where it is set and not empty: no colours.");
    put_paragraph("LEAKLAB_TWIN", "The program with the pairs in Go, for `leaklab run --twin go`.");
    put_paragraph("MALLOC_CONF", "jemalloc's settings for the cases that are run.");
    put_tail("leaklab");
}

/* --- The command ---------------------------------------------------------------------------- */

static int run(int argc, char **argv)
{
    const struct command *command = argc == 2 ? command_find(argv[1]) : NULL;
    if (argc > 2 || (argc == 2 && !command)) {
        fprintf(stderr, "leaklab manual: no command is called '%s'\n", argv[argc - 1]);
        return EXIT_USAGE;
    }
    if (command)
        put_command(command);
    else
        put_program();
    return EXIT_AS_CATALOGUED;
}

const struct command command_manual = {
    .name = "manual",
    .run = run,
};
