/* Installed below a root of its own: what is there, the program and the libraries used from a folder that
 * is not the tree, and nothing left when it is taken away. */
#include "test/shell.h"

#include <signal.h>

/* Where it goes; $root and $prefix in command lines, which have $CC and $CXX, too. */
static char variables[PATH_MAX];

/* The variables that the make around this test was given, as words: CC=clang SANITIZE=1. */
static const char *given_words(void)
{
    const char *flags = getenv("MAKEFLAGS");
    const char *words = flags ? strstr(flags, "-- ") : NULL;
    return words ? words + 3 : "";
}

#define at_root(status, format, ...) shell(status, "%s " format, variables, ##__VA_ARGS__)
#define at_root_quietly(...)         free(at_root(0, __VA_ARGS__))

/* --- What is there -------------------------------------------------------------------------- */

static void every_file_has_its_place(void **state)
{
    (void)state;
    static const char *const files[] = {
        "755 bin/leaklab",
        "644 share/man/man1/leaklab.1",
        "644 share/man/man1/leaklab-forecast.1",
        "644 share/bash-completion/completions/leaklab",
        "644 share/zsh/site-functions/_leaklab",
        "644 share/fish/vendor_completions.d/leaklab.fish",
        "644 lib/libleaklab-task.a",
        "644 lib/libleaklab-profile.a",
        "644 lib/libleaklab-census.a",
        "644 lib/pkgconfig/leaklab-task.pc",
        "644 lib/pkgconfig/leaklab-profile.pc",
        "644 include/leaklab/task/chan.h",
        "644 include/leaklab/profile/dump.h",
        "644 include/leaklab/census/verify_handles.h",
        "644 share/leaklab/LICENSE",
        "644 share/leaklab/leaks/pitfalls/full_buffer.c",
        "644 share/leaklab/fixes/pitfalls/full_buffer.c",
        "644 share/leaklab/results/index.html",
        "644 share/leaklab/results/pairs/full_buffer.html",
        "644 share/leaklab/manifest",
    };
    char *there = at_root(0, "cd $root$prefix && find . -type f -printf '%%m %%P\\n'");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char line[128];
        snprintf(line, sizeof line, "^%s$", files[i]);
        expect_match(there, line);
    }
    expect_no_words(there, ".leaklab-new");
    expect_no_words(there, "include/leaklab/task/sched.h"); /* private to task/ */
    free(there);
    at_root_quietly(
        "cd $root && (find . -type f; find . -mindepth 1 -type d) | sed 's,^\\.,,' | sort >there "
        "&& "
        "sed 's/^. //' $root$prefix/share/leaklab/manifest | sort | diff - there; rm there");
}

/* Only what the headers name is to be seen of what the libraries define; DW.ref.* the compiler shares. */
static void libraries_define_what_their_headers_name(void **state)
{
    (void)state;
    char *said = at_root(
        0, "cd $root$prefix && for a in lib/*.a; do nm -g --defined-only $a; done | "
           "awk 'NF == 3 && $3 !~ /^(DW\\.ref\\.|__wrap_)/ { print $3 }' | while read -r name; do "
           "grep -rqw $name include || echo $name; done");
    assert_string_equal(said, "");
    free(said);
}

/* --- The program ---------------------------------------------------------------------------- */

static void the_program_works_away_from_the_tree(void **state)
{
    (void)state;
    static const struct {
        const char *line, *says;
    } lines[] = {
        {"list", "^  channel_receive +A receive that nobody serves$"},
        {"show channel_receive", "^leaklab check channel_receive    proves it$"},
        {"check channel_receive", "2 of 2 as the catalog says"},
        {"run channel_receive --requests 40 --rate max --json r.ndjson", "^2 of 2 as the catalog"},
        {"report r.ndjson", "^r.ndjson.report/index.html$"},
        {"save --machine some-machine r.ndjson", "^saved results/20[0-9]*-some-machine$"},
        {"cite channel_receive", "Over 40 requests as fast as they go"},
        {"verify", "^1 result, all as it says$"},
        {"dump channel_receive", "chan receive at leaks/pitfalls/channel_receive.c:[0-9]+ in "},
        {"forecast channel_receive --rate 10/s --memory 1G", "^leak  dies after"},
    };
    at_root_quietly("rm -rf away && mkdir away");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char *said = at_root(0, "cd away && leaklab %s", lines[i].line);
        expect_match(said, lines[i].says);
        free(said);
    }
}

/* As a service, with its page, which is part of the program. */
static void the_program_serves_away_from_the_tree(void **state)
{
    (void)state;
    words_need("curl --version", "curl");
    char *said = at_root(
        0, "mkdir -p served && cd served && mkfifo said && "
           "{ leaklab serve channel_receive --variant fix --listen 127.0.0.1:0 >said & } && exec "
           "3<said && "
           "until read -r url <&3 && [ \"${url#http}\" != \"$url\" ]; do :; done && "
           "curl -sS --noproxy '*' -o page $url -o metrics ${url%%/work}/metrics && curl -sS "
           "--noproxy '*' ${url%%/work}/ "
           ">page && "
           "grep -c '</html>' page && grep -c ^leaklab_ metrics && kill $! && wait $!");
    expect_match(said, "^1$");
    free(said);
}

static void without_results_those_installed_are_cited(void **state)
{
    (void)state;
    at_root_quietly("rm -rf empty && mkdir empty");
    char *said = at_root(0, "cd empty && leaklab cite channel_receive && leaklab verify");
    expect_match(said, "each request to the leak leaves behind 1.000 task");
    expect_match(said, "results, all as they say$");
    free(said);
}

/* Copied away from what was installed with it, it says what it misses. */
static void what_needs_results_says_so(void **state)
{
    (void)state;
    static const char *const lines[] = {"cite channel_receive", "verify",
                                        "forecast channel_receive --rate 1 --memory 1G",
                                        "compare 20260101-a 20260102-b"};
    at_root_quietly("rm -rf alone && mkdir alone && cp $(command -v leaklab) alone");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char *said = at_root(1, "cd alone && ./leaklab %s", lines[i]);
        expect_match(
            said, "^leaklab [a-z]+: there is no folder ./results: go to the folder of leaklab's");
        free(said);
    }
    char *said = at_root(1, "cd alone && ./leaklab report");
    expect_match(said, "can not read the folder results: No such file or directory");
    free(said);
}

/* --- The libraries -------------------------------------------------------------------------- */

static void expect_own_program(const char *compile)
{
    at_root_quietly("rm -rf own && mkdir own && cp "
                    "$root$prefix/share/leaklab/harness/profile/example/own_main.c "
                    "own/mine.c");
    at_root_quietly("cd own && %s -o mine", compile);
    char *said = at_root(1, "cd own && ./mine");
    expect_match(said, "^3 tasks parked in chan receive at mine.c:[0-9]+ in wait_for_news");
    free(said);
    said = at_root(0, "cd own && ./mine close");
    expect_match(said, "^no task is left$");
    free(said);
}

static void a_program_of_ones_own_is_one_command(void **state)
{
    (void)state;
    words_need("pkg-config --version", "pkg-config");
    expect_own_program("$CC -g mine.c $(pkg-config --cflags --libs leaklab-profile)");
    expect_own_program("$CC -g $(pkg-config --cflags --libs leaklab-profile) mine.c");
}

/* README's, by README's command, says what README says. */
static void the_program_in_readme_is_true(void **state)
{
    (void)state;
    static const char part[] =
        "sed -n '/^## Your own program/,$p' $root$prefix/share/leaklab/harness/profile/README.md";
    words_need("pkg-config --version", "pkg-config");
    char *said =
        at_root(0,
                "rm -rf own && mkdir own && cd own && %s >part && sed -n '/^```c$/,/^```$/p' part "
                "| sed '/^```/d' >mine.c && "
                "eval \"$(sed -n 's/^\\$ cc/$CC/p' part)\" >said; "
                "sed -n '/^1 task left/,/^\\.\\.\\./p' part | sed '$d; s/, for .*;/;/' >told; "
                "sed 's/, for .*;/;/' said | head -n $(grep -c '' told) | diff told -",
                part);
    assert_string_equal(said, "");
    free(said);
}

/* The other door's, of plain C, likewise. It fails, as it is told to. */
static void the_program_of_plain_c_in_readme_is_true(void **state)
{
    (void)state;
    static const char part[] = "sed -n '/^## A program of your own/,/^What each/p' "
                               "$root$prefix/share/leaklab/harness/census/README.md";
    words_need("pkg-config --version", "pkg-config");
    char *said =
        at_root(0,
                "rm -rf own && mkdir own && cd own && %s >part && sed -n '/^```c$/,/^```$/p' part "
                "| sed '/^```/d' >own_loop.c && "
                "eval \"$(sed -n 's/^\\$ cc/$CC/p' part)\" >said; "
                "sed -n '/^1 handle/,/^```/p' part | sed '$d' >told; grep . said >s; grep . told | "
                "diff - s",
                part);
    assert_string_equal(said, "");
    free(said);
    said = at_root(0, "pkg-config --cflags --libs leaklab-census");
    expect_words(said, "-Wl,--wrap=uv_timer_init");
    expect_words(said, "-luv");
    expect_no_words(said, "-lleaklab-task");
    free(said);
}

static void a_program_of_tasks_alone_needs_no_more(void **state)
{
    (void)state;
    words_need("pkg-config --version", "pkg-config");
    char *said = at_root(
        0, "rm -rf own && mkdir own && cd own && printf '%%s\\n' '#include \"task/task.h\"' "
           "'#include <stdio.h>' "
           "'static void hello(void *name) { printf(\"hello %%s\\n\", (char *)name); }' "
           "'int main(void) { return task_run(hello, \"tasks\"); }' >mine.c && "
           "$CC -std=gnu11 mine.c $(pkg-config --cflags --libs leaklab-task) -o mine && ./mine");
    assert_string_equal(said, "hello tasks\n");
    free(said);
    said = at_root(0, "pkg-config --cflags --libs leaklab-task");
    expect_words(said, "-fno-omit-frame-pointer");
    expect_words(said, "-fstack-clash-protection");
    expect_words(said, "-fexceptions");
    expect_words(said, "-luv");
    expect_no_words(said, "-ldw");
    free(said);
}

/* Each header alone, in the language and with the warnings that others compile with. */
static void headers_compile_alone(const char *compiler, const char *language)
{
    char *said =
        at_root(0,
                "cd $root$prefix/include/leaklab && for header in */*.h; do "
                "printf '%%s\\n' '#include <setjmp.h>' '#include <stdarg.h>' '#include <stddef.h>' "
                "'#include <stdint.h>' '#include <cmocka.h>' \"#include \\\"$header\\\"\" | "
                "%s -fsyntax-only -Wall -Wextra -Werror -x %s -I. $(pkg-config --cflags "
                "leaklab-profile) - || "
                "echo $header; done",
                compiler, language);
    assert_string_equal(said, "");
    free(said);
}

static void headers_are_c11(void **state)
{
    (void)state;
    words_need("pkg-config --version", "pkg-config");
    headers_compile_alone("$CC -std=gnu11 -pedantic", "c");
}

static void headers_are_cpp17(void **state)
{
    (void)state;
    words_need("pkg-config --version", "pkg-config");
    headers_compile_alone("$CXX -std=gnu++17", "c++");
}

/* From C++ too each function is found by the name that the libraries have it under. */
static void cpp_finds_all_functions(void **state)
{
    (void)state;
    words_need("pkg-config --version", "pkg-config");
    at_root_quietly(
        "rm -rf cpp && mkdir cpp && cd cpp && { (cd $root$prefix/include/leaklab && "
        "for header in */*.h; do case $header in *cmocka*) ;; *) echo \"#include \\\"$header\\\"\" "
        ";; esac; done); "
        "echo 'volatile const void *all[] = {'; for a in $root$prefix/lib/*.a; do nm -g "
        "--defined-only $a; done | "
        "awk 'NF == 3 && $3 !~ /^(DW\\.ref\\.|__wrap_)/ { print \"reinterpret_cast<const void "
        "*>(&\" $3 "
        "\"),\" }'; echo '};'; "
        "echo 'int main() { return all[0] == nullptr; }'; } >all.cc && "
        "$CXX -std=gnu++17 all.cc $(pkg-config --cflags --libs leaklab-profile leaklab-census) -o "
        "all && ./all");
}

/* --- What can not be ------------------------------------------------------------------------ */

static void a_wrong_place_is_refused_before_anything_is_built(void **state)
{
    (void)state;
    static const struct {
        const char *words, *says;
    } wrong[] = {
        {"PREFIX=usr/local", "PREFIX must be a path from / on, not 'usr/local'"},
        {"PREFIX=", "PREFIX must be a path from / on, not ''"},
        {"PREFIX=/etc/passwd/leaklab",
         "/etc/passwd is not a folder: nothing can be installed below it"},
        {"PREFIX=/proc/leaklab", "can not write to /proc (No such file or directory)"},
        {"PREFIX='/opt/leak lab'", "PREFIX and DESTDIR must have no spaces"},
        {"PREFIX=/opt/../leaklab", "PREFIX and DESTDIR must have no '..'"},
        {"PREFIX=/opt DESTDIR=README.md/root", "/README.md is not a folder"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        shell_refuses(wrong[i].says, "cd \"$tree\" && make B=build/none install %s",
                      wrong[i].words);
        shell_refuses(wrong[i].says, "cd \"$tree\" && make B=build/none uninstall %s",
                      wrong[i].words);
    }
    shell_quietly("! [ -e \"$tree/build/none\" ]");
    shell_refuses(
        "uninstall: nothing is installed: there is no /nowhere/opt/share/leaklab/manifest",
        "sh \"$tree/harness/install.sh\" uninstall /opt /nowhere");
}

static void without_the_right_it_is_refused(void **state)
{
    (void)state;
    char as_nobody[128] = "";
    if (geteuid() == 0) {
        words_need("setpriv --reuid=65534 --clear-groups true", "setpriv");
        strcpy(as_nobody, "setpriv --reuid=65534 --clear-groups ");
    }
    shell_quietly("mkdir locked && chmod 755 . && chmod 555 locked && "
                  "cp \"$tree/harness/install.sh\" . && chmod 644 install.sh");
    shell_refuses("/locked (Permission denied): as root, or with a PREFIX of your own",
                  "%ssh install.sh install /opt $PWD/locked </dev/null", as_nobody);
}

/* --- Interrupted, or failed half way -------------------------------------------------------- */

/* Installs the lines of the shell's `list`; what is in the folder afterwards. */
#define installing(list)                                                                           \
    "cd half && { " list "; } | sh \"$tree/harness/install.sh\" install /opt $PWD/to"

static void a_failed_install_leaves_what_was_there(void **state)
{
    (void)state;
    static const char there[] = "cd half && (cd to && find . -type f | sort | xargs grep -H .)";
    shell_quietly("rm -rf half && mkdir half && cd half && echo old >old && echo new >new");
    shell_refuses("install: can not write", installing("echo 644 new bin/a; echo 644 none bin/b"));
    shell_quietly("cd half && [ -z \"$(find to -mindepth 1)\" ]");
    shell_quietly(installing("echo 644 old bin/a; echo 644 old share/x/b"));
    char *before = shell(0, there);
    expect_match(before, "^\\./opt/bin/a:old$");
    shell_refuses("install: can not write",
                  installing("echo 644 new bin/a; echo 644 new more/c; echo 644 none d"));
    char *after = shell(0, there);
    assert_string_equal(before, after);
    free(after);
    shell_quietly("cd half && ! [ -e to/opt/more ]");
    shell_quietly(installing("echo 644 new bin/a")); /* a newer version without b */
    after = shell(0, there);
    expect_match(after, "^\\./opt/bin/a:new$");
    expect_no_words(after, "/b:");
    free(after);
    free(before);
    shell_quietly("cd half && touch to/opt/bin/foreign && sh \"$tree/harness/install.sh\" "
                  "uninstall /opt $PWD/to");
    after = shell(0, "cd half/to && find . -type f");
    assert_string_equal(after, "./opt/bin/foreign\n"); /* and its folder with it */
    free(after);
}

static void an_interrupted_install_leaves_nothing(void **state)
{
    (void)state;
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        /* It has copied the first file, and waits for the second line. The pipe is closed then: a signal that comes just
         * before the shell begins to read would be seen after the next line only. */
        shell_quietly(
            "rm -rf half && mkdir half && cd half && echo new >new && mkfifo lines && "
            "{ env --default-signal sh \"$tree/harness/install.sh\" install /opt $PWD/to <lines & "
            "} && exec 3>lines && "
            "echo 644 new bin/a >&3 && until [ -s to/opt/bin/a.leaklab-new ]; do :; done && "
            "kill -%d $! && exec 3>&- && { wait $!; [ $? = 130 ]; } && [ -z \"$(find to -mindepth "
            "1)\" ]",
            signals[i]);
    }
}

/* --- Taking it away ------------------------------------------------------------------------- */

static void uninstall_leaves_nothing(void **state)
{
    (void)state;
    char *said =
        at_root(0, "cd \"$tree\" && make uninstall PREFIX=$prefix DESTDIR=$root %s", given_words());
    expect_match(said, "^removed [0-9]+ files below ");
    free(said);
    said = at_root(0, "find $root -mindepth 1");
    assert_string_equal(said, "");
    free(said);
}

/* --- The suite ------------------------------------------------------------------------------ */

static int install(void **state)
{
    if (shell_begin(state) != 0)
        return -1;
    snprintf(variables, sizeof variables,
             "CC=cc CXX=c++ %s; root=%s/root prefix=/opt/leaklab; PATH=$root$prefix/bin:$PATH "
             "PKG_CONFIG_PATH=$root$prefix/lib/pkgconfig; export PKG_CONFIG_PATH;",
             given_words(), shell_folder);
    at_root_quietly("cd \"$tree\" && make -j2 install PREFIX=$prefix DESTDIR=$root %s",
                    given_words());
    return 0;
}

/* Under the sanitizers what a program of one's own gets with them: the rest is text and files, which they do not change. */
static int run_sanitized(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_of_ones_own_is_one_command),
        cmocka_unit_test(a_program_of_tasks_alone_needs_no_more),
    };
    return cmocka_run_group_tests(tests, install, shell_end);
}

int main(void)
{
    if (support_is_instrumented())
        return run_sanitized();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_has_its_place),
        cmocka_unit_test(libraries_define_what_their_headers_name),
        cmocka_unit_test(the_program_works_away_from_the_tree),
        cmocka_unit_test(the_program_serves_away_from_the_tree),
        cmocka_unit_test(without_results_those_installed_are_cited),
        cmocka_unit_test(what_needs_results_says_so),
        cmocka_unit_test(a_program_of_ones_own_is_one_command),
        cmocka_unit_test(the_program_in_readme_is_true),
        cmocka_unit_test(the_program_of_plain_c_in_readme_is_true),
        cmocka_unit_test(a_program_of_tasks_alone_needs_no_more),
        cmocka_unit_test(headers_are_c11),
        cmocka_unit_test(headers_are_cpp17),
        cmocka_unit_test(cpp_finds_all_functions),
        cmocka_unit_test(a_wrong_place_is_refused_before_anything_is_built),
        cmocka_unit_test(without_the_right_it_is_refused),
        cmocka_unit_test(a_failed_install_leaves_what_was_there),
        cmocka_unit_test(an_interrupted_install_leaves_nothing),
        cmocka_unit_test(uninstall_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, install, shell_end);
}
