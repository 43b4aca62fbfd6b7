/* Names for addresses: from DWARF, from symbol tables, from files that are gone or changed. */
#include "test/support.h"

#include "profile/dump.h"
#include "profile/module.h"
#include "profile/symbol.h"
#include "task/chan.h"
#include "task/inspect.h"
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

enum { PATH_SIZE = 4096 };

__attribute__((noinline)) static const void *who_calls(void)
{
    return __builtin_return_address(0);
}

static inline __attribute__((always_inline)) const void *inlined_caller(void)
{
    return who_calls();
}

static void a_return_address_has_function_file_and_line(void **state)
{
    (void)state;
    const void *pc = who_calls();
    int line = __LINE__ - 1;
    const struct symbol *s = symbol_of_return(pc);
    assert_string_equal(s->function, __func__);
    assert_string_equal(s->file, "harness/test/test_profile_symbol.c");
    assert_int_equal(s->line, line);
    assert_null(s->inlined_into);
    assert_int_equal(s->start, (uintptr_t)(void *)a_return_address_has_function_file_and_line);
    assert_ptr_equal(symbol_of_return(pc), s); /* looked up once */
    assert_non_null(strstr(s->module, "test_profile_symbol"));
    assert_false(symbol_is_hidden(s));
    char words[512], expected[512];
    symbol_describe(pc, words, sizeof words);
    snprintf(expected, sizeof expected, "%s+0x%tx harness/test/test_profile_symbol.c:%d", __func__,
             (uintptr_t)pc - s->start, line);
    assert_string_equal(words, expected);
}

static void an_inlined_function_is_followed_by_its_caller(void **state)
{
    (void)state;
    const void *pc = inlined_caller();
    int line = __LINE__ - 1;
    const struct symbol *s = symbol_of_return(pc);
    assert_string_equal(s->function, "inlined_caller");
    assert_non_null(s->inlined_into);
    assert_string_equal(s->inlined_into->function, __func__);
    assert_int_equal(s->inlined_into->line, line);
    assert_int_equal(s->start, s->inlined_into->start);
}

static void a_library_s_function_has_its_name(void **state)
{
    (void)state;
    const struct symbol *s = symbol_of_return((const char *)(void *)zlibVersion + 1);
    assert_string_equal(s->function, "zlibVersion");
    assert_non_null(strstr(s->module, "libz"));
    assert_int_equal(s->start, (uintptr_t)(void *)zlibVersion);
}

static void an_address_of_nothing_has_no_name(void **state)
{
    (void)state;
    char words[64];
    char *heap = malloc(1);
    const void *const nowhere[] = {NULL, (void *)1, (void *)UINTPTR_MAX, heap, &words};
    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) {
        const struct symbol *s = symbol_of_return(nowhere[i]);
        assert_null(s->function);
        assert_null(s->file);
        assert_string_equal(s->module, "?");
        symbol_describe(nowhere[i], words, sizeof words);
        assert_int_equal(strncmp(words, "?+0x", 4), 0);
    }
    symbol_describe(who_calls(), words, 5); /* cut, not overrun */
    assert_int_equal(strlen(words), 4);
    free(heap);
}

/* On a stack of 16 KiB, where libdw itself would not fit. */
static void look_up_in_task(void *unused)
{
    (void)unused;
    const struct symbol *s = symbol_of_return(who_calls());
    note("%s", s->function);
}

static void look_up_on_a_small_stack(void *unused)
{
    (void)unused;
    assert_int_equal(task_set_stack_size(support_is_instrumented() ? 64 * 1024 : 16 * 1024), 0);
    assert_int_equal(task_run(look_up_in_task, NULL), 0);
    expect_notes("look_up_in_task");
}

static void a_task_s_small_stack_is_enough(void **state)
{
    (void)state;
    support_run_outside(look_up_on_a_small_stack);
}

static void receive(void *c)
{
    chan_recv(c, NULL);
}

static bool see_outermost(const struct task_info *task, void *seen)
{
    const void *frames[16];
    enum frames_end end;
    size_t depth = frames_walk(task, frames, 16, &end);
    if (task->state == TASK_PARKED && depth)
        *(const void **)seen = frames[depth - 1];
    return true;
}

static bool see_innermost(const struct task_info *task, void *seen)
{
    const void *frames[16];
    enum frames_end end;
    size_t depth = frames_walk(task, frames, 16, &end);
    for (size_t i = 0; task->state == TASK_PARKED && i < depth; i++)
        if (!symbol_is_hidden(symbol_of_caller(frames[i]))) {
            *(const void **)seen = frames[i];
            return false;
        }
    return true;
}

/* The switch of a receive is inline in who receives: of its caller is asked, and of the line there. */
TASK_TEST(what_of_the_runtime_s_is_inline_belongs_to_its_caller)
{
    struct chan *c = chan_make(int, 0);
    const void *pc = NULL;
    char words[512];
    go(receive, c);
    settle();
    task_each(see_innermost, &pc);
    assert_non_null(pc);
    const struct symbol *s = symbol_of_caller(pc);
    assert_string_equal(s->function, "receive");
    assert_non_null(strstr(s->file, "test_profile_symbol.c"));
    symbol_describe(pc, words, sizeof words);
    assert_non_null(strstr(words, "receive+0x"));
    assert_non_null(strstr(words, " harness/test/test_profile_symbol.c:"));
    chan_close(c);
    chan_drop(c);
    settle();
}

TASK_TEST(the_runtime_s_own_code_is_hidden)
{
    struct chan *c = chan_make(int, 0);
    go(receive, c);
    settle();
    const void *outermost = NULL;
    task_each(see_outermost, &outermost);
    assert_true(symbol_is_hidden(symbol_of_return(outermost)));
    chan_close(c);
    settle();
    chan_drop(c);
}

/* --- Files that changed ------------------------------------------------------------------------ */

static void copy_file(const char *from, const char *to)
{
    static char block[1 << 16];
    FILE *in = fopen(from, "re"), *out = fopen(to, "we");
    if (!in || !out)
        fail_msg("copy %s to %s: %s", from, to, strerror(errno));
    size_t n;
    while ((n = fread(block, 1, sizeof block, in)) > 0)
        assert_int_equal(fwrite(block, 1, n, out), n);
    assert_int_equal(fclose(out), 0);
    fclose(in);
    assert_int_equal(chmod(to, 0755), 0);
}

static void program_path(char path[PATH_SIZE])
{
    ssize_t n = readlink("/proc/self/exe", path, PATH_SIZE - 1);
    assert_true(n > 0);
    path[n] = 0;
}

static void dump_one(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 0);
    go(receive, c);
    settle();
    char *text = dump_text(&(struct dump){.format = DUMP_TEXT});
    assert_non_null(text);
    fputs(text, stdout);
    free(text);
}

/* What the copy of this program does with itself, by the word it is given: then it dumps. */
static int be_the_copy(const char *word)
{
    char path[PATH_SIZE];
    program_path(path);
    if (!strcmp(word, "replace") || !strcmp(word, "remove"))
        unlink(path);
    if (!strcmp(word, "replace"))
        copy_file("/bin/true", path);
    clock_set_virtual(true);
    if (task_run(dump_one, NULL))
        return 1;
    fflush(NULL);
    _exit(0);
}

static char folder[] = "/tmp/test_profile_symbol.XXXXXX";

/* Runs a copy of this program, stripped or not, and returns what it printed. */
static const char *words_of_copy(const char *word, bool stripped)
{
    static char words[32768];
    char path[PATH_SIZE], copy[PATH_SIZE], command[3 * PATH_SIZE];
    program_path(path);
    snprintf(copy, sizeof copy, "%s/copy", folder);
    copy_file(path, copy);
    snprintf(command, sizeof command, "%s%s%s %s as-copy %s 2>&1", stripped ? "strip " : "",
             stripped ? copy : "", stripped ? " &&" : "", copy, word);
    FILE *out = popen(command, "re");
    assert_non_null(out);
    size_t n = fread(words, 1, sizeof words - 1, out);
    words[n] = 0;
    if (pclose(out) != 0)
        fail_msg("the copy failed: %s", words);
    unlink(copy);
    return words;
}

static void expect(const char *words, const char *part)
{
    if (!strstr(words, part))
        fail_msg("\"%s\" is missing in:\n%s", part, words);
}

static void expect_not(const char *words, const char *part)
{
    if (strstr(words, part))
        fail_msg("\"%s\" should not be in:\n%s", part, words);
}

static void an_unchanged_program_has_no_remark(void **state)
{
    (void)state;
    const char *words = words_of_copy("stay", false);
    expect(words, "\treceive+0x");
    expect(words, "harness/test/test_profile_symbol.c:");
    expect_not(words, "changed on disk");
    expect_not(words, "no debug information");
}

static void a_replaced_program_keeps_its_names_and_says_so(void **state)
{
    (void)state;
    const char *words = words_of_copy("replace", false);
    expect(words, "\treceive+0x");
    expect(words, "harness/test/test_profile_symbol.c:");
    expect(words, "/copy changed on disk since this process started");
    expect(words, "names are of what runs");
    words = words_of_copy("remove", false);
    expect(words, "\treceive+0x");
    expect(words, "/copy is no longer there to read");
}

static void a_stripped_program_gives_offsets_and_a_hint(void **state)
{
    (void)state;
    if (system("strip --version >/dev/null 2>&1") != 0) {
        support_skip("strip (binutils) is not installed");
    }
    const char *words = words_of_copy("stay", true);
    expect(words, "chan receive; created by dump_one at harness/test/test_profile_symbol.c:");
    expect(words, "/copy+0x");
    expect(words, "\ttask_each+0x"); /* what is exported keeps its name */
    expect(words, "/copy has no debug information");
    expect(words, "do not strip");
}

static void remember(const char *line, void *words)
{
    strncat(words, line, 4095 - strlen(words));
    strncat(words, "\n", 4095 - strlen(words));
}

/* What is no longer believed is not kept open. */
static void expect_closed(const char *name)
{
    DIR *folder_of_open = opendir("/proc/self/fd");
    assert_non_null(folder_of_open);
    for (struct dirent *e; (e = readdir(folder_of_open));) {
        char target[PATH_SIZE] = "";
        if (readlinkat(dirfd(folder_of_open), e->d_name, target, sizeof target - 1) > 0)
            expect_not(target, name);
    }
    closedir(folder_of_open);
}

static void load_and_replace(void *unused)
{
    (void)unused;
    char path[PATH_SIZE], other[PATH_SIZE], words[4096] = "";
    Dl_info z, cmocka;
    assert_true(dladdr((void *)zlibVersion, &z));
    assert_true(dladdr((void *)_fail, &cmocka));
    snprintf(path, sizeof path, "%s/library.so", folder);
    snprintf(other, sizeof other, "%s/other.so", folder);
    copy_file(z.dli_fname, path);
    copy_file(cmocka.dli_fname, other);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    assert_non_null(library);
    const char *function = dlsym(library, "zlibVersion");
    assert_non_null(function);
    assert_true(function != (const char *)(void *)zlibVersion);
    assert_int_equal(rename(other, path), 0);
    const struct symbol *s = symbol_of_return(function + 1);
    assert_string_equal(s->function, "zlibVersion"); /* as the loader has it, not the file */
    assert_null(s->file);
    assert_string_equal(s->module, path);
    module_remarks(remember, words);
    expect(words, "library.so changed on disk since this process started");
    expect(words, "no lines for it");
    expect_closed("library.so");
    unlink(path);
}

static void a_replaced_library_is_not_believed(void **state)
{
    (void)state;
    support_run_outside(load_and_replace);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "as-copy"))
        return be_the_copy(argv[2]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_return_address_has_function_file_and_line),
        cmocka_unit_test(an_inlined_function_is_followed_by_its_caller),
        cmocka_unit_test(a_library_s_function_has_its_name),
        cmocka_unit_test(an_address_of_nothing_has_no_name),
        cmocka_unit_test(a_task_s_small_stack_is_enough),
        cmocka_unit_test(what_of_the_runtime_s_is_inline_belongs_to_its_caller),
        cmocka_unit_test(the_runtime_s_own_code_is_hidden),
        cmocka_unit_test(an_unchanged_program_has_no_remark),
        cmocka_unit_test(a_replaced_program_keeps_its_names_and_says_so),
        cmocka_unit_test(a_stripped_program_gives_offsets_and_a_hint),
        cmocka_unit_test(a_replaced_library_is_not_believed),
    };
    return cmocka_run_group_tests_name("profile: symbols", tests, make_folder, remove_folder);
}
