/* Saved results: made whole or not at all, never written over, and held to what they say. */
#include "test/planted.h"
#include "test/words.h"

#include "page/verify_results.h"
#include "result/result.h"
#include <dirent.h>
#include <unistd.h>

/* Names in a folder, sorted, with blanks between; static text. */
static const char *names_in(const char *path)
{
    static char names[4096];
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    names[0] = 0;
    for (int i = 0; i < count; i++) {
        if (strcmp(entries[i]->d_name, ".") != 0 && strcmp(entries[i]->d_name, "..") != 0)
            snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s",
                     names[0] ? " " : "", entries[i]->d_name);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return names;
}

/* --- Saving --------------------------------------------------------------------------------- */

static void a_record_becomes_a_result(void **state)
{
    (void)state;
    const char *name = planted_saved("test-machine");
    expect_match(name, "^20[0-9]{6}-test-machine$");
    assert_string_equal(names_in(planted_path("results/%s", name)),
                        "README.md SHA256SUMS badges datapackage.json figures record.ndjson.gz "
                        "result.json tables");
    char expected[256];
    snprintf(expected, sizeof expected,
             "%s README.md claims.html claims.md index.html pairs symptoms.html symptoms.md", name);
    assert_string_equal(names_in(planted_path("results")), expected);
    const struct ran *ran = planted_shell("cd results/%s && sha256sum --check SHA256SUMS", name);
    assert_int_equal(ran->status, 0);
    ran = planted_shell("$LAB verify");
    assert_string_equal(ran->said, "1 result, all as it says\n");
    assert_int_equal(ran->status, 0);
}

/* Every line is kept but for the single latencies, whose quantiles take their place. */
static void the_raw_samples_are_kept(void **state)
{
    (void)state;
    const char *name = planted_saved("m");
    const struct ran *ran = planted_shell(
        "zcat results/%s/record.ndjson.gz >kept; grep -v '\"latencies\"' m.ndjson >lines; "
        "grep -v latency_quantiles kept | cmp - lines && grep -c latency_quantiles kept",
        name);
    assert_string_equal(ran->said, "12\n");
    ran = planted_shell("$LAB report results/%s/record.ndjson.gz", name);
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "channel_receive +leak +3 +1,000 +1.000 +4,200");
}

/* Whoever may read what this user makes may read results. */
static void files_and_folders_are_as_the_umask_says(void **state)
{
    (void)state;
    planted_record(planted_path("m.ndjson"), planted_two, 2);
    const struct ran *ran = planted_shell("umask 027; $LAB save --machine m m.ndjson >said; find "
                                          "results -printf '%%m %%y\n' | sort -u");
    assert_string_equal(ran->said, "640 f\n750 d\n");
}

static void a_result_is_never_written_over(void **state)
{
    (void)state;
    const char *name = planted_saved("m");
    char *before = planted_read(planted_path("results/%s/SHA256SUMS", name), NULL);
    const struct ran *ran = planted_shell("$LAB save --machine m m.ndjson");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "is there already, and results are written once");
    expect_words(ran->said, "the record stays where it is: m.ndjson");
    char *after = planted_read(planted_path("results/%s/SHA256SUMS", name), NULL);
    assert_string_equal(before, after);
    expect_no_words(names_in(planted_path("results")), "unfinished");
    /* Nor an empty folder of that name, which rename() alone would take the place of. */
    ran = planted_shell("d=$(echo %s | cut -c1-8); mkdir "
                        "results/$d-empty; $LAB save --machine empty m.ndjson",
                        name);
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "is there already");
    planted_shell("rmdir results/*-empty");
    free(before);
    free(after);
    assert_int_equal(planted_shell("$LAB verify")->status, 0);
}

static void machines_have_modest_names(void **state)
{
    (void)state;
    static const char *const bad[] = {"..",   "../x", "a/b", "",    "-x",   ".x",
                                      "a..b", "A",    "a b", "<b>", "a\nb", "\xc3\xa4"};
    assert_true(result_machine_name("amd-epyc-2.0_x"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(result_machine_name(bad[i]));
    char longest[80];
    memset(longest, 'a', sizeof longest);
    longest[64] = 0;
    assert_true(result_machine_name(longest));
    longest[64] = 'a';
    longest[65] = 0;
    assert_false(result_machine_name(longest));
    const struct ran *ran = planted_shell("$LAB save --machine ../../x m.ndjson");
    assert_int_equal(ran->status, 2);
    expect_match(ran->said, "^leaklab save: --machine '../../x': must be small letters");
    char why[256];
    assert_null(result_load("results", "../20260101-x", why, sizeof why));
    expect_words(why, "is no name of a result");
}

static void a_machine_is_named_by_its_processor(void **state)
{
    (void)state;
    char name[RESULT_NAME];
    json_t *header = json_pack("{s:{s:s, s:i}}", "machine", "processor",
                               "AMD EPYC(tm) 9654 / 96-Core", "cores", 2);
    result_name_machine(header, name);
    assert_string_equal(name, "amd-epyc-tm-9654-96-core-2-cores");
    assert_true(result_machine_name(name));
    json_decref(header);
    header = json_pack("{s:{s:s, s:i}}", "machine", "processor", "../../", "cores", 1);
    result_name_machine(header, name);
    assert_string_equal(name, "unknown-1-core");
    json_decref(header);
}

/* --- Nothing half done ---------------------------------------------------------------------- */

/* The file system ends after 8 KiB of a file, as a full disk would. */
static void a_full_disk_leaves_nothing_behind(void **state)
{
    (void)state;
    planted_record(planted_path("m.ndjson"), planted_two, 2);
    const struct ran *ran =
        planted_shell("trap '' XFSZ; ulimit -f 4; $LAB save --machine m m.ndjson");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "can not write results/.unfinished-");
    expect_words(ran->said, "File too large");
    expect_words(ran->said, "the record stays where it is: m.ndjson");
    assert_string_equal(names_in(planted_path("results")), "");
    assert_int_equal(planted_shell("$LAB save --machine m m.ndjson")->status, 0);
}

static void no_space_on_the_device_is_said(void **state)
{
    (void)state;
    planted_record(planted_path("m.ndjson"), planted_two, 2);
    const struct ran *ran = planted_shell(
        "mkdir disk; unshare -m sh -c 'mount -t tmpfs -o size=12k none disk || exit 77; "
        "'$LAB' save --machine m --results disk m.ndjson; code=$?; ls -A disk; exit $code'");
    if (ran->status == 77 || strstr(ran->said, "unshare"))
        support_skip("no right to mount a disk that is full");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "No space left on device");
    expect_words(ran->said, "the record stays where it is: m.ndjson\n");
    expect_no_words(ran->said, "\n.unfinished");
}

static void a_folder_that_takes_nothing_is_said(void **state)
{
    (void)state;
    planted_record(planted_path("m.ndjson"), planted_two, 2);
    const struct ran *ran = planted_shell("$LAB save --machine m --results /proc/none m.ndjson");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "can not make the folder /proc/none");
    expect_words(ran->said, "the record stays where it is: m.ndjson");
    ran = planted_shell("$LAB save --machine m --results m.ndjson/x m.ndjson");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "Not a directory");
    ran = planted_shell("$LAB report --output /proc/none m.ndjson");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "can not make the folder /proc/none");
}

static void only_a_record_can_be_saved(void **state)
{
    (void)state;
    planted_write(planted_path("x"), "hello\n", 6);
    const struct ran *ran = planted_shell("$LAB save x");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "leaklab save: x:1: no JSON");
    assert_string_equal(names_in(planted_path("results")), "");
    assert_int_equal(planted_shell("$LAB save")->status, 2);
    assert_int_equal(planted_shell("$LAB save a b")->status, 1);
    assert_int_equal(planted_shell("$LAB save nowhere")->status, 1);
}

static void a_cut_record_is_saved_and_says_so(void **state)
{
    (void)state;
    planted_record(planted_path("m.ndjson"), planted_two, 2);
    const struct ran *ran =
        planted_shell("head -c 90000 m.ndjson >cut.ndjson; $LAB save --machine m cut.ndjson");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^cut.ndjson: cut off within line [0-9]+: read up to the line before");
    ran = planted_shell("cat results/*/README.md; $LAB verify");
    expect_words(ran->said, "| The record | cut off within line");
    expect_words(ran->said, "1 result, all as it says");
}

/* --- Verifying ------------------------------------------------------------------------------ */

/* What a shell does, and what verify must say then; the next one is done beside it, where its file is another. */
struct damage {
    const char *what, *words;
    bool alone;      /* of its kind verify tells one alone, or it is in the way of others */
    size_t findings; /* with what follows from it */
};

enum { BESIDE_MOST = 8 };

/* Does the first of them, and those that can stand beside it. Returns how many. */
static size_t do_damage(const char *name, const struct damage *damages, size_t left)
{
    char all[4096] = "";
    size_t count = 0;
    do
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s; ", damages[count].what);
    while (++count < left && count < BESIDE_MOST && !damages[count - 1].alone &&
           !damages[count].alone);
    const struct ran *ran = planted_shell(
        "rm -rf results; cp -r whole results; R=results/%s; SUM='eval (cd $R; sha256sum "
        "record.ndjson.gz result.json >SHA256SUMS)'; %s $LAB verify",
        name, all);
    if (ran->status != 1)
        fail_msg("after %s: status %d: %s", all, ran->status, ran->said);
    size_t findings = 0;
    for (size_t i = 0; i < count; i++) {
        expect_words(ran->said, damages[i].words);
        findings += damages[i].findings;
    }
    char sum[64];
    snprintf(sum, sizeof sum, "\n%zu of these findings in ", findings);
    expect_words(ran->said, sum);
    return count;
}

static void every_damage_is_found(void **state)
{
    (void)state;
    static const struct damage damages[] = {
        {"printf x >>$R/record.ndjson.gz", "do not have the sums in SHA256SUMS", true, 1},
        {"sed -i s/4200/4201/ $R/result.json", "do not have the sums in SHA256SUMS", true, 15},
        {"sed -i 's/\"value\": 4[0-9]*/\"value\": 5000/' $R/result.json; $SUM",
         "result.json does not hold the figures that its record makes", true, 15},
        {"sed -i 's/\"schema\": 2,/\"schema\": 9,/' $R/result.json; $SUM",
         "read it with a newer one", true, 9},
        {"sed -i 's/\"name\": \".*\"/\"name\": \"20200101-y\"/' $R/result.json; $SUM",
         "it calls itself \"20200101-y\"", true, 9},
        {"zcat $R/record.ndjson.gz | sed 's/\"tasks\":0/\"tasks\":-4/' | gzip >r; mv r "
         "$R/record.ndjson.gz; $SUM",
         "\"tasks\" is no whole number", true, 1},
        {"rm $R/record.ndjson.gz", "record.ndjson.gz", true, 2},
        {"rm $R/SHA256SUMS", "can not read", true, 2},
        {"printf 'x\\0' >>$R/SHA256SUMS", "do not have the sums in SHA256SUMS", true, 1},
        {"printf '\\0' >>$R/SHA256SUMS", "do not have the sums in SHA256SUMS", true, 1},
        {"rm $R/figures/SHA256SUMS", "figures/SHA256SUMS", true, 1},
        /* Drawn by another gnuplot, as it says: then it is held to its sum. */
        {"sed -i 's/gnuplot [0-9.]* /gnuplot 4.0 /; s/requests/requests /' "
         "$R/figures/worker_loop-live.svg",
         "the figures do not have the sums in SHA256SUMS", true, 2},
        {"mv results/pairs x; ln -s ../x results/pairs", "results/pairs is no plain folder", true,
         1},
        {"mv $R/README.md x; ln -s $PWD/x $R/README.md", "README.md is no plain file", true, 2},
        {"sed -i s/leak/fix/ $R/README.md", "/README.md is not what", false, 1},
        {"sed -i 's/requests/requests /' $R/figures/worker_loop-live.svg",
         "figures/worker_loop-live.svg is not what", true, 3},
        {"rm $R/figures/worker_loop-memory.svg", "worker_loop-memory.svg", true, 3},
        {"sed -i 's/<b>1.000/<b>0.000/' results/index.html", "results/index.html is not what",
         false, 1},
        {"sed -i 's/<b>1.000/<b>0.000/' results/pairs/worker_loop.html",
         "results/pairs/worker_loop.html is not what", false, 1},
        {"sed -i s/nil/Nil/ results/pairs/nil_channel.md", "nil_channel.md is not what", false, 1},
        {"rm results/pairs/nil_channel.html", "can not read results/pairs/nil_channel.html", false,
         1},
        {"sed -i s/many/few/ results/symptoms.md", "results/symptoms.md is not what", false, 1},
        {"echo x >results/pairs/stray", "results/pairs/stray is no page of a pair", false, 1},
        {"rm results/README.md", "can not read results/README.md", false, 1},
        {"echo x >$R/notes", "/notes does not belong to a result", false, 1},
        {"touch $R/.hidden", "/.hidden does not belong to a result", false, 1},
        {"mkdir $R/more", "/more does not belong to a result", false, 1},
        {"cp $R/figures/worker_loop-live.svg $R/figures/x-live.svg", "x-live.svg is no figure",
         false, 1},
        {"echo x >results/stray", "results/stray is neither a result nor a page", false, 1},
        {"touch results/20260101-file", "20260101-file is no plain folder", false, 3},
    };
    const char *name = planted_saved("m");
    size_t count = sizeof damages / sizeof *damages, runs = 0;
    assert_int_equal(planted_shell("cp -r results whole")->status, 0);
    for (size_t i = 0; i < count; runs++)
        i += do_damage(name, damages + i, count - i);
    assert_true(runs < count);
    const struct ran *ran = planted_shell("rm -rf results; mv whole results; $LAB verify");
    assert_int_equal(ran->status, 0);
}

static void what_is_made_again_is_the_same(void **state)
{
    (void)state;
    planted_saved("one");
    planted_saved("two");
    const struct ran *ran = planted_shell(
        "cp -r results before; rm -rf results/*/figures results/*.html results/*.md "
        "results/*/README.md; $LAB verify >/dev/null && exit 9; $LAB report && diff -r before "
        "results && $LAB verify");
    expect_words(ran->said, "2 results, all as they say");
    assert_int_equal(ran->status, 0);
}

/* The figures of an older gnuplot stay as they are, and it is said. */
static void another_gnuplot_is_not_held_against_a_figure(void **state)
{
    (void)state;
    const char *name = planted_saved("m");
    const struct ran *ran = planted_shell(
        "sed -i 's/gnuplot [0-9.]* patchlevel [0-9]*/gnuplot 4.0 patchlevel 0/' "
        "results/%s/figures/*; $LAB report >/dev/null; sed -i 's/gnuplot [0-9.]* patchlevel "
        "[0-9]*/gnuplot 4.0 patchlevel 0/' results/%s/figures/*.svg; (cd results/%s/figures; "
        "sha256sum $(sed 's/.* //' SHA256SUMS) >s; mv s SHA256SUMS); $LAB verify",
        name, name, name);
    expect_words(ran->said, "not compared: figures by another gnuplot than the gnuplot ");
    assert_int_equal(ran->status, 0);
}

static void without_results_it_says_so(void **state)
{
    (void)state;
    assert_int_equal(planted_shell("$LAB verify")->status, 1);
    const struct ran *ran = planted_shell("mkdir results; $LAB verify");
    assert_int_equal(ran->status, 1);
    assert_string_equal(ran->said,
                        "leaklab verify: there is no result in results: nothing was verified\n");
    ran = planted_shell("$LAB report");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "there is no result in results yet");
    ran = planted_shell("$LAB cite channel_receive");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "no result in results has channel_receive");
    assert_int_equal(planted_shell("$LAB verify x")->status, 2);
}

/* Of a folder that is named, of one beside the installed program, and by a path. */
static void a_result_is_found_where_it_is(void **state)
{
    (void)state;
    const char *name = planted_saved("m");
    const struct ran *ran =
        planted_shell("$LAB cite worker_loop --result %s && $LAB compare results/%s/ %s/../%s",
                      name, name, "results", name);
    assert_int_equal(ran->status, 1); /* the last one is no folder */
    expect_words(ran->said, "worker_loop (");
    ran = planted_shell(
        "$LAB compare results/%s/ ./results/%s// && cd results && $LAB compare ./%s %s/", name,
        name, name, name);
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^channel_receive +leak .* the same$");
    ran = planted_shell("$LAB cite full_buffer --result %s", name);
    assert_int_equal(ran->status, 1);
    char expected[256];
    snprintf(expected, sizeof expected,
             "leaklab cite: results/%s has not both halves of full_buffer\n", name);
    assert_string_equal(ran->said, expected);
    ran = planted_shell("mkdir -p in/bin in/share/leaklab && cp $LAB in/bin/leaklab && mv results "
                        "in/share/leaklab && in/bin/leaklab cite worker_loop");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "worker_loop (");
    ran = planted_shell("$LAB cite worker_loop");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "leaklab cite: there is no folder ./results: go to the folder of");
}

static void a_folder_that_can_not_be_read_is_named(void **state)
{
    (void)state;
    planted_record(planted_path("m.ndjson"), planted_two, 1);
    static const char *const all[] = {"cite channel_receive", "verify", "report",
                                      "forecast channel_receive --rate 1 --memory 1G"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct ran *ran = planted_shell("$LAB %s --results m.ndjson", all[i]);
        assert_int_equal(ran->status, 1);
        expect_match(ran->said, "^leaklab [a-z]+: [^\n]*m.ndjson[^\n]*: Not a directory[^\n]*\n$");
    }
    /* A result stays one where its pages can not be made. */
    const struct ran *ran =
        planted_shell("mkdir results; : >results/pairs; $LAB save --machine m m.ndjson");
    assert_int_equal(ran->status, 1);
    expect_match(ran->said, "^saved results/");
    expect_match(ran->said, "^leaklab save: .*results/pairs");
    assert_int_equal(planted_shell("$LAB report results/*-m/record.ndjson.gz")->status, 0);
}

/* What detectors say has no row of a comparison. */
static void detections_are_told_and_not_compared(void **state)
{
    (void)state;
    const struct ran *ran =
        planted_shell("$LAB detect channel_receive --only sites --json r >said; "
                      "$LAB compare r r");
    assert_int_equal(ran->status, 1);
    assert_string_equal(ran->said, "nothing to compare: r has no figures, r has no figures\n");
    ran = planted_shell("$LAB report r");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^channel_receive +line ");
    expect_match(ran->said, "^sites +1 of 1 ");
    ran = planted_shell("head -n 3 r >cut; $LAB report cut");
    expect_match(ran->said, "^cut: ");
    ran = planted_shell("sed 's/\"schema\":2/\"schema\":9/' r >later; $LAB report later");
    assert_int_equal(ran->status, 1);
    expect_match(ran->said, "^leaklab report: later, line 1: [^\n]+$");
}

/* --- The release --------------------------------------------------------------------------- */

/* The line `KEY: VALUE` or `KEY := VALUE`. */
static void value_of(const char *text, const char *key, char value[64])
{
    const char *at = strstr(text, key);
    assert_non_null(at);
    at += strlen(key);
    at += strspn(at, " :=\"");
    snprintf(value, 64, "%.*s", (int)strcspn(at, "\"\n"), at);
}

static void the_citation_file_is_of_this_release(void **state)
{
    (void)state;
    char made[64], cited[64];
    char *makefile = planted_read("Makefile", NULL), *citation = planted_read("CITATION.cff", NULL);
    value_of(makefile, "\nVERSION", made);
    value_of(citation, "\nversion", cited);
    assert_string_equal(made, cited);
    assert_string_equal(made, LEAKLAB_VERSION);
    value_of(makefile, "\nDATE", made);
    value_of(citation, "\ndate-released", cited);
    assert_string_equal(made, cited);
    expect_match(made, "^20[0-9]{2}-[0-9]{2}-[0-9]{2}$");
    free(makefile);
    free(citation);
}

/* What is committed is what this program makes of it. */
static void the_committed_results_are_as_they_say(void **state)
{
    (void)state;
    char why[512];
    struct verification verification = {.findings = {.told = NULL}};
    if (access("results", R_OK) != 0)
        support_skip("there is no results/ here: start it in the project's root");
    assert_true(verify("results", &verification, why, sizeof why));
    assert_int_equal(verification.findings.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_record_becomes_a_result),
        TEST(the_raw_samples_are_kept),
        TEST(files_and_folders_are_as_the_umask_says),
        TEST(a_result_is_never_written_over),
        TEST(machines_have_modest_names),
        TEST(a_machine_is_named_by_its_processor),
        TEST(a_full_disk_leaves_nothing_behind),
        TEST(no_space_on_the_device_is_said),
        TEST(a_folder_that_takes_nothing_is_said),
        TEST(only_a_record_can_be_saved),
        TEST(a_cut_record_is_saved_and_says_so),
        TEST(every_damage_is_found),
        TEST(what_is_made_again_is_the_same),
        TEST(another_gnuplot_is_not_held_against_a_figure),
        TEST(without_results_it_says_so),
        TEST(a_result_is_found_where_it_is),
        TEST(a_folder_that_can_not_be_read_is_named),
        TEST(detections_are_told_and_not_compared),
        TEST(the_citation_file_is_of_this_release),
        TEST(the_committed_results_are_as_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
