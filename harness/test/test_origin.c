/* Where the tree stands for others: which addresses are taken, what is made of git's remotes, what is refused by name;
 * and citations with an address. */
#include "test/shell.h"

#include "result/origin.h"

#define HERE "sh \"$tree/harness/origin.sh\" "

static void an_address_is_taken(void **state)
{
    (void)state;
    static const struct {
        const char *given, *told;
    } addresses[] = {
        {"https://github.com/a/leaklab", "- https://github.com/a/leaklab\n"},
        {"https://github.com/a/leaklab.git", "- https://github.com/a/leaklab\n"},
        {"http://git.example.org:8080/a/b-c_d/", "- http://git.example.org:8080/a/b-c_d\n"},
        {"https://example.org", "- https://example.org\n"},
        {"", "- -\n"},
    };
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        char *said = shell(0, HERE "told '%s'", addresses[i].given);
        assert_string_equal(said, addresses[i].told);
        free(said);
    }
}

static void what_is_no_address_is_refused_by_name(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "leaklab",
        "http://localhost/a",
        "https://127.0.0.1/a",
        "file:///a/b",
        "javascript:alert(1)",
        "https://a.org/\"b",
        "https://a.org/$(touch x)",
        "https://user:word@a.org/b",
        "https://a.org/../b",
        "https://a..org/b",
        "https://a.org/b?c=d",
        "ftp://a.org/b",
        "https://a.org/<b>",
        "https://a.org/b c",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        shell_refuses("origin: URL '", HERE "told '%s'", wrong[i]);
        shell_refuses("is no address: it is like https://", HERE "keep '%s'", wrong[i]);
    }
    shell_refuses("URL=... please", HERE "keep ''");
    shell_quietly("[ ! -e x ]");
}

static void make_refuses_it_before_it_builds(void **state)
{
    (void)state;
    char *said = shell(2, "make -C \"$tree\" -n URL=\"it's here\" build/leaklab");
    expect_words(said, "URL 'it's here' is no address: it is like https://example.org/leaklab");
    free(said);
}

/* Git's remote is a help, and no mistake of who builds: a path is passed over, and no password is told. */
static void a_remote_is_told_as_an_address(void **state)
{
    (void)state;
    static const struct {
        const char *remote, *told;
    } remotes[] = {
        {"git@github.com:a/leaklab.git", "- https://github.com/a/leaklab\n"},
        {"ssh://git@git.example.org/a/b.git", "- https://git.example.org/a/b\n"},
        {"https://me:secret@example.org/a", "- https://example.org/a\n"},
        {"https://example.org/a.git", "- https://example.org/a\n"},
        {"/srv/git/leaklab", "- -\n"},
        {"../leaklab", "- -\n"},
        {"http://127.0.0.1:3000/a/b", "- -\n"},
    };
    words_need("git --version", "git");
    shell_quietly("mkdir cloned && cd cloned && git init -q && git remote add origin x");
    for (size_t i = 0; i < sizeof remotes / sizeof *remotes; i++) {
        char *said = shell(0, "cd cloned && git remote set-url origin '%s' && " HERE "told",
                           remotes[i].remote);
        assert_string_equal(said, remotes[i].told);
        free(said);
    }
    char *said =
        shell(0, "cd cloned && printf 'repository-code: \"https://kept.example.org/a\"\\n' "
                 ">CITATION.cff && " HERE "told && " HERE "told https://here.example.org/b");
    assert_string_equal(said, "https://kept.example.org/a https://kept.example.org/a\n"
                              "https://kept.example.org/a https://here.example.org/b\n");
    free(said);
    shell_refuses("CITATION.cff: repository-code 'x' is no address",
                  "cd cloned && echo 'repository-code: x' >CITATION.cff && " HERE "told");
}

/* Twice: what was there before is replaced. */
static void it_is_kept_in_both_files(void **state)
{
    (void)state;
    char *said = shell(
        0, "mkdir kept && cd kept && cp \"$tree/CITATION.cff\" \"$tree/.zenodo.json\" . && " HERE
           "keep https://a.example.org/x 10.5281/zenodo.1 >/dev/null && " HERE
           "keep https://b.example.org/y 10.5281/zenodo.2 && grep -hE 'example|zenodo' "
           "CITATION.cff .zenodo.json");
    assert_string_equal(
        said, "CITATION.cff and .zenodo.json name https://b.example.org/y and 10.5281/zenodo.2. "
              "Then: make && leaklab report, and commit all of it\n"
              "repository-code: \"https://b.example.org/y\"\n"
              "    value: 10.5281/zenodo.2\n"
              "  \"related_identifiers\": [{\"identifier\": \"https://b.example.org/y\", "
              "\"relation\": \"isSupplementTo\", \"scheme\": \"url\"}],\n");
    free(said);
    shell_refuses("DOI '5' is none: it is like 10.5281/",
                  "cd kept && " HERE "keep https://a.example.org/x 5");
}

/* --- Citations ------------------------------------------------------------------------------ */

static void a_link_leads_to_the_file(void **state)
{
    (void)state;
    static const struct {
        const char *origin, *link;
    } origins[] = {
        {"", "results/r/README.md#a"},
        {"https://github.com/a/b", "https://github.com/a/b/blob/HEAD/results/r/README.md#a"},
        {"https://gitlab.com/a/b", "https://gitlab.com/a/b/-/blob/HEAD/results/r/README.md#a"},
        {"https://a.org", "https://a.org/results/r/README.md#a"},
    };
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
        char link[ORIGIN_LINK];
        assert_string_equal(origin_link(link, origins[i].origin, "results/r/README.md#a"),
                            origins[i].link);
    }
}

static void a_short_citation_is_one_line(void **state)
{
    (void)state;
    char *said = shell(0, "cd \"$tree\" && leaklab cite channel_receive --short");
    expect_match(said, "^channel_receive leaks 1\\.000 task and 4,[0-9.,]+ bytes per request, its "
                       "fix 0\\.000 tasks and "
                       "[0-9.,]+ bytes per request \\(leaklab, 20[0-9-]+\\)\\. .*results/[^ "
                       "]+/README\\.md#channel_receive$");
    assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
    free(said);
    said = shell(0, "cd \"$tree\" && leaklab cite timer_in_loop --short --format markdown");
    expect_match(
        said,
        "^`timer_in_loop` holds 10\\.000 timers and .*\\. \\[[^]]+\\]\\([^)]+#timer_in_loop\\)$");
    free(said);
    shell_refuses("--short is a line of text or markdown: bibtex has one form",
                  "cd \"$tree\" && leaklab cite channel_receive --short --format bibtex");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_taken),
        cmocka_unit_test(what_is_no_address_is_refused_by_name),
        cmocka_unit_test(make_refuses_it_before_it_builds),
        cmocka_unit_test(a_remote_is_told_as_an_address),
        cmocka_unit_test(it_is_kept_in_both_files),
        cmocka_unit_test(a_link_leads_to_the_file),
        cmocka_unit_test(a_short_citation_is_one_line),
    };
    return cmocka_run_group_tests(tests, shell_begin, shell_end);
}
