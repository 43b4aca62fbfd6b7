/* The build: what is made anew, what it says of itself, what set-up counts, what a release changes. All of
 * it in a copy of the tree, with the default compiler. */
#include "test/shell.h"

#include <glob.h>
#include <jansson.h>

/* Makes something in the copy of the tree, with these words. */
#define make(object, words) shell_quietly("cd copy && make build/gcc/%s %s", object, words)

static void expect_made_at(int line, const char *object, const char *words, bool is_made)
{
    char *said = shell(0, "cd copy && make build/gcc/%s %s", object, words), made[128];
    snprintf(made, sizeof made, " %s\n", object);
    words_expect(said, made, is_made, __FILE__, line);
    free(said);
}
#define expect_made(...) expect_made_at(__LINE__, __VA_ARGS__)

/* --- What is made anew ---------------------------------------------------------------------- */

static void an_object_is_made_anew_for_other_words(void **state)
{
    (void)state;
    static const char label[] = "harness/task/label.o";
    make(label, "");
    expect_made(label, "", false);
    expect_made(label, "OPTIMIZE=-O1", true);
    expect_made(label, "OPTIMIZE=-O1", false);
    expect_made(label, "", true);
    expect_made(label, "CC=$(command -v gcc)", true);
    expect_made(label, "CFLAGS=-DOF_MINE", true);
    expect_made(label, "", true);
    /* Later than the object: the clock of files stands still for some milliseconds. */
    shell_quietly(
        "cd copy && until touch harness/task/label.h; [ harness/task/label.h -nt build/gcc/%s ]; "
        "do :; done",
        label);
    expect_made(label, "", true);
    expect_made(label, "", false);
    for (int i = 0; i < 2; i++) /* what failed is not taken for done */
        shell_quietly("cd copy && ! make build/gcc/%s CFLAGS=--not-a-flag", label);
    expect_made(label, "", false);
}

static void a_program_is_linked_anew_for_other_words(void **state)
{
    (void)state;
    static const char program[] = "versus"; /* of few objects */
    make(program, "-j2");
    expect_made(program, "", false);
    expect_made(program, "LDFLAGS=-Wl,-z,defs", true);
    expect_made(program, "LDFLAGS=-Wl,-z,defs", false);
}

static void a_newer_package_makes_objects_anew(void **state)
{
    (void)state;
    static const char label[] = "harness/task/label.o";
    make(label, "");
    shell_quietly("cd copy && touch build/.setup");
    expect_made(label, "", false);
    shell_quietly("cd copy && sed -i 's/$/1/' build/.packages && touch build/.setup");
    expect_made(label, "", true);
}

/* build/leaklab is the program that was made last, whatever made it. */
static void the_program_has_a_name_that_stays(void **state)
{
    (void)state;
    static const char link[] =
        "cd copy && mkdir -p build/%1$s && touch build/%1$s/leaklab && "
        "make -s CC=%1$s -o build/%1$s/leaklab build/leaklab && readlink build/leaklab";
    char *said = shell(0, link, "gcc");
    expect_match(said, "^gcc/leaklab$");
    free(said);
    said = shell(0, link, "none");
    expect_match(said, "^none/leaklab$");
    free(said);
}

/* --- What it says --------------------------------------------------------------------------- */

static void the_record_states_the_flags_that_were_used(void **state)
{
    (void)state;
    static const char machine[] = "harness/probe/machine.o";
    static const char has[] = "cd copy && grep -a -o 'std=gnu17.*the runtime.*' build/gcc/%s";
    make(machine, "OPTIMIZE=-O1 CFLAGS=-DOF_MINE=\\'\\\"x\\\"\\'");
    char *said = shell(0, has, machine);
    expect_match(said, "^std=gnu17 -O1 -g -fstack-protector-strong .*-D_FORTIFY_SOURCE=3 "
                       ".*-fno-omit-frame-pointer .*-DOF_MINE='\"x\"'; the runtime: ");
    free(said);
    make(machine, "SWITCH=boost B=build/gcc SANITIZE=1");
    said = shell(0, has, machine);
    expect_match(said, "^std=gnu17 -O2 -g .*-DSWITCH_BOOST -fsanitize=address");
    expect_no_words(said, "FORTIFY");
    free(said);
}

/* Set-up installs the compiler, and only then it is asked what it compiles for. */
static void a_compiler_that_set_up_installs_is_asked_after_it(void **state)
{
    (void)state;
    char *said = shell(
        0,
        "cp -r copy bare && cd bare && rm -rf build && mkdir bin && PATH=$PWD/bin:$PATH && "
        "printf 'ln -sf $(PATH=/usr/bin:/bin; command -v gcc) bin/latecc\\n' >harness/setup.sh && "
        "make CC=latecc build/latecc/harness/task/label.o && "
        "cat build/latecc/harness/task/label.o.by && gcc -dumpmachine");
    expect_no_words(said, "not found");
    if (strstr(said, "\nx86_64-"))
        expect_match(said, "^latecc .*-foptimize-sibling-calls .* # latecc ");
    free(said);
}

static void help_is_whole_and_installs_nothing(void **state)
{
    (void)state;
    char *said = shell(0, "cd copy && rm -rf build && make help CC=none && ls");
    char *phony = shell(0, "cd copy && sed -n '/^.PHONY:/s/.PHONY://p' Makefile | tr ' ' '\\n' | "
                           "grep -vxE '|always|lint-.*'");
    expect_no_words(said, "\nbuild\n");
    for (char *name = strtok(phony, "\n"); name; name = strtok(NULL, "\n")) {
        char line[128];
        snprintf(line, sizeof line, "^  make %s +[a-z]", name);
        expect_match(said, line);
    }
    expect_match(said, "^  CC=gcc +The compilers");
    free(phony);
    free(said);
}

static void a_setting_that_does_not_exist_is_refused(void **state)
{
    (void)state;
    shell_refuses("no such setting: OPTIMISE (`make help` lists them)",
                  "cd copy && make help OPTIMISE=-O0");
    shell_refuses("no such setting: OPTS PREFX", "cd copy && make help PREFX=/opt OPTS:=1");
    shell_quietly(
        "cd copy && make help ARGS='a B=1 C:=2' CC:=cc CFLAGS=-g DESTDIR= INSTALL=install");
}

/* --- For editors ---------------------------------------------------------------------------- */

static const char *command_for(json_t *all, const char *file)
{
    size_t i;
    json_t *entry;
    json_array_foreach(
        all, i,
        entry) if (!strcmp(json_string_value(json_object_get(entry, "file")),
                           file)) return json_string_value(json_object_get(entry, "command"));
    return NULL;
}

static void every_file_has_its_compile_command(void **state)
{
    (void)state;
    static const char *const patterns[] = {"harness/*.c", "harness/*/*.c", "harness/*/*/*.c",
                                           "leaks/*/*.c", "fixes/*/*.c",   "bench/*.c",
                                           "bench/*.cc"};
    json_error_t error;
    char path[PATH_MAX];
    shell_quietly("cd copy && make build/compile_commands.json");
    snprintf(path, sizeof path, "%s/copy/build/compile_commands.json", shell_folder);
    json_t *all = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!all)
        fail_msg("%s:%d: %s", path, error.line, error.text);
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        glob_t found;
        assert_int_equal(glob(patterns[i], 0, NULL, &found), 0);
        for (size_t k = 0; k < found.gl_pathc; k++)
            if (!command_for(all, found.gl_pathv[k]))
                fail_msg("there is no command for %s", found.gl_pathv[k]);
        globfree(&found);
    }
    expect_words(command_for(all, "harness/main.c"), "-DLEAKLAB_VERSION='\"" LEAKLAB_VERSION "\"'");
    expect_words(command_for(all, "harness/task/chan.c"), "-fno-tree-slp-vectorize");
    expect_no_words(command_for(all, "harness/main.c"), "-fno-tree-slp-vectorize");
    json_decref(all);
    char *said =
        shell(0, "cd copy && stat -c %%i build/compile_commands.json && "
                 "make build/compile_commands.json && stat -c %%i build/compile_commands.json");
    char *first = strtok(said, "\n"), *second = strtok(NULL, "\n");
    assert_string_equal(first, second); /* left as it was, where it is the same */
    free(said);
}

/* --- Set-up --------------------------------------------------------------------------------- */

/* Set-up of a machine that has these packages, lines of name and architecture, and where we are nobody. */
static char *set_up(int status, const char *words, const char *packages)
{
    return shell(
        status,
        "mkdir -p fake && cd fake && for name in apt-get sudo; do echo exit 1 >$name; done && "
        "echo echo 1000 >id && echo echo amd64 >dpkg && "
        "printf 'cat <<E\\n%s\\nE\\n' >dpkg-query && chmod +x * && "
        "PATH=$PWD:$PATH sh \"$tree/harness/setup.sh\" %s",
        packages, words);
}

/* As dpkg-query tells of all that the build needs, but that one of them is as given. */
static const char *all_but(const char *package, const char *as)
{
    static char lines[8192];
    char *said =
        shell(0,
              "sed -n \"/^packages='/,/^'/p\" \"$tree/harness/setup.sh\" | "
              "awk '$2 == \"build\" && $1 != \"%s\" { print $1, \"amd64 installed 1.0\" }'",
              package);
    snprintf(lines, sizeof lines, "%s%s", said, as);
    free(said);
    return lines;
}

static void set_up_counts_packages_of_this_machine(void **state)
{
    (void)state;
    static const char *const there[] = {
        "zlib1g-dev amd64 installed 1.0", "zlib1g-dev all installed 1.0",
        "zlib1g-dev i386 installed 1.0\\nzlib1g-dev amd64 installed 1.0"};
    static const char *const not_there[] = {"", "zlib1g-dev i386 installed 1.0",
                                            "zlib1g-dev amd64 config-files 1.0",
                                            "zlib1g-dev-x amd64 installed 1.0"};
    for (size_t i = 0; i < sizeof there / sizeof *there; i++) {
        char *said = set_up(0, "", all_but("zlib1g-dev", there[i]));
        assert_string_equal(said, "");
        free(said);
    }
    for (size_t i = 0; i < sizeof not_there / sizeof *not_there; i++) {
        char *said = set_up(1, "", all_but("zlib1g-dev", not_there[i]));
        expect_match(said, "^  zlib1g-dev +compresses pprof profiles$");
        expect_match(said, "^  apt-get update && apt-get install .* zlib1g-dev $");
        free(said);
    }
}

static void set_up_tells_versions(void **state)
{
    (void)state;
    char *said = set_up(0, "versions",
                        "zlib1g-dev i386 installed 0.9\\nzlib1g-dev amd64 installed 1.0\\n"
                        "gdb amd64 installed 2\\ngcc amd64 installed 4:12");
    assert_string_equal(said, "gcc 4:12\nzlib1g-dev 1.0\n");
    free(said);
    shell_refuses("setup.sh: unknown purpose 'bild'", "sh \"$tree/harness/setup.sh\" bild");
}

/* --- A release ------------------------------------------------------------------------------ */

static void begin_release(void)
{
    shell_quietly(
        "rm -rf released && mkdir -p released/harness && cd copy && "
        "cp -r .github .gitignore .zenodo.json CITATION.cff Makefile ../released && "
        "cp harness/release.sh harness/origin.sh harness/catalog.def ../released/harness && cd "
        "../released && "
        "git init -q && git config user.name Somebody && git config user.email somebody@localhost "
        "&& "
        "sed -i 's/^VERSION := .*/VERSION := 0.9.1/' Makefile && "
        "printf '# Changes\\n\\n## Unreleased\\n\\n- Something new.\\n\\n## 0.9.1 "
        "(2026-01-01)\\n\\n"
        "- Old.\\n' >.github/CHANGES.md && git add -A && git commit -qm 'A start'");
}

static void a_release_sets_all_and_tags(void **state)
{
    (void)state;
    words_need("git --version", "git");
    begin_release();
    shell_quietly("cd released && SOURCE_DATE_EPOCH=1800000000 make release VERSION=0.10.0");
    char *said = shell(
        0, "cd released && git status --porcelain && grep -h -E '^(VERSION|DATE) ' Makefile && "
           "grep -hE '^(version|date)' CITATION.cff && "
           "grep -hE 'version|date' .zenodo.json && head -n 6 .github/CHANGES.md && "
           "git log -1 --format=%%s && git tag -l --format='%%(contents)' v0.10.0");
    assert_string_equal(said, "VERSION := 0.10.0\nDATE    := 2027-01-15\n"
                              "version: 0.10.0\ndate-released: \"2027-01-15\"\n"
                              "  \"publication_date\": \"2027-01-15\",\n  \"version\": \"0.10.0\"\n"
                              "# Changes\n\n## Unreleased\n\n## 0.10.0 (2027-01-15)\n\n"
                              "leaklab 0.10.0\nleaklab 0.10.0\n\n- Something new.\n\n");
    free(said);
    shell_refuses("says nothing under \"## Unreleased\"",
                  "cd released && sh harness/release.sh 0.11.0");
}

static void a_release_that_can_not_be_changes_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *before, *version, *words;
    } wrong[] = {
        {"", "0.10", "VERSION must be like 0.2.0, not '0.10'"},
        {"", "v0.10.0", "VERSION must be like 0.2.0"},
        {"", "0.010.0", "VERSION must be like 0.2.0"},
        {"", "0.9.1", "VERSION must be later than 0.9.1"},
        {"", "0.9.0", "VERSION must be later than 0.9.1"},
        {"git tag v0.10.0", "0.10.0", "there is a tag v0.10.0 already"},
        {"touch stray", "0.10.0", "there are changes that are not committed"},
        {"git config user.useConfigOnly true; git config --unset user.email; HOME=/nowhere; "
         "export HOME EMAIL=",
         "0.10.0", "git does not know who you are"},
        {"printf '#!/bin/sh\\necho no tags >&2; exit 1\\n' >.git/hooks/reference-transaction; "
         "chmod +x .git/hooks/reference-transaction",
         "0.10.0", "no tags"},
    };
    words_need("git --version", "git");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        begin_release();
        char *said =
            shell(0,
                  "cd released; %s; git rev-parse HEAD; sh harness/release.sh '%s'; "
                  "rm -f stray .git/hooks/*; git status --porcelain; git log -1 --format=%%s",
                  *wrong[i].before ? wrong[i].before : ":", wrong[i].version);
        expect_words(said, wrong[i].words);
        expect_match(said, "^A start$");
        expect_no_words(said, " M ");
        free(said);
    }
    shell_quietly("cd released && ! make release VERSION=1");
}

/* --- The catalog holds the build to its word ------------------------------------------------ */

/* Builds the catalog's source over a catalog of the test's own. What the compiler says, to be freed. */
static char *build_catalog(int status, const char *pairs)
{
    return shell(status,
                 "mkdir -p small && cd small && printf '%%s\\n' '%s' >catalog.def && cat "
                 ">samples.c <<'END'\n"
                 "struct ctx; void leak_a(struct ctx *c) {} void fix_a(struct ctx *c) {}\n"
                 "void leak_lonely(struct ctx *c) {} int main(void) {}\nEND\n"
                 "cp $tree/harness/catalog.c $tree/harness/catalog.h . && "
                 "cc -D_GNU_SOURCE -I$tree/harness -o program catalog.c samples.c",
                 pairs);
}

static void half_a_pair_or_a_double_stops_the_build_with_its_name(void **state)
{
    (void)state;
    static const char one[] = "PAIR(f, a, \"A\", .timers = 1)";
    free(build_catalog(0, one));
    char pairs[256];
    snprintf(pairs, sizeof pairs, "%s PAIR(f, a, \"B\", .timers = 1)", one);
    char *said = build_catalog(1, pairs);
    expect_words(said, "pair_a");
    free(said);
    snprintf(pairs, sizeof pairs, "%s PAIR(f, lonely, \"B\", .timers = 1)", one);
    said = build_catalog(1, pairs);
    expect_words(said, "fix_lonely");
    free(said);
}

/* --- The suite ------------------------------------------------------------------------------ */

static int begin(void **state)
{
    if (shell_begin(state) != 0)
        return -1;
    shell_quietly("mkdir copy && cd \"$tree\" && cp -r .github .gitignore .clang-tidy .zenodo.json "
                  "CITATION.cff Makefile "
                  "bench fixes harness leaks \"$OLDPWD/copy\"");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_is_made_anew_for_other_words),
        cmocka_unit_test(a_program_is_linked_anew_for_other_words),
        cmocka_unit_test(a_newer_package_makes_objects_anew),
        cmocka_unit_test(the_program_has_a_name_that_stays),
        cmocka_unit_test(the_record_states_the_flags_that_were_used),
        cmocka_unit_test(a_compiler_that_set_up_installs_is_asked_after_it),
        cmocka_unit_test(help_is_whole_and_installs_nothing),
        cmocka_unit_test(a_setting_that_does_not_exist_is_refused),
        cmocka_unit_test(every_file_has_its_compile_command),
        cmocka_unit_test(set_up_counts_packages_of_this_machine),
        cmocka_unit_test(set_up_tells_versions),
        cmocka_unit_test(a_release_sets_all_and_tags),
        cmocka_unit_test(a_release_that_can_not_be_changes_nothing),
        cmocka_unit_test(half_a_pair_or_a_double_stops_the_build_with_its_name),
    };
    return cmocka_run_group_tests(tests, begin, shell_end);
}
