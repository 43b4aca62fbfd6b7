/* `leaklab explain`: suspects, patterns, other forms; and how dumps are fetched. */
#include "test/port.h"
#include "test/shell.h"

#include "dumps/input.h"
#include <jansson.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

/* --- One dump ------------------------------------------------------------------------------------- */

#define DUMPS "$tree/harness/test/dumps/"

static void places_are_named_by_the_programs_own_frames(void **state)
{
    (void)state;
    char *said = shell(0, "leaklab explain " DUMPS "same_first_frames.txt");
    expect_words(said, "at example.test/quay/lamp.(*Post).hear /src/quay/lamp/post.go:77");
    expect_words(said, "at example.test/quay/tug.(*Line).pull /src/quay/tug/line.go:31");
    free(said);
    said = shell(0, "leaklab explain --own 'net.*conn*' " DUMPS "same_first_frames.txt");
    expect_words(said, "70 in IO wait");
    expect_words(said, "at net.(*conn).Read");
    expect_no_words(said, "at example.test/quay/tug");
    free(said);
    said = shell(0, "leaklab explain " DUMPS "cgo_and_asm.txt");
    expect_words(said, "at example.test/barge._Cfunc_wait");
    free(said);
}

static void suspects_say_why_and_what_they_look_like(void **state)
{
    (void)state;
    char *said = shell(0, "leaklab explain " DUMPS "full.txt");
    expect_words(said, "SUSPECT 1 in chan receive (nil chan)");
    expect_words(said, "why: the channel was never made");
    expect_words(said, "likely nil_channel (100 %)");
    expect_words(said, "read leaks/receivers/nil_channel.c and fixes/receivers/nil_channel.c");
    free(said);
    said = shell(0, "leaklab explain " DUMPS "journald.txt");
    expect_words(said, "why: for 3 minutes it has waited for a lock");
    expect_words(said, " missed_unlock (");
    free(said);
    said = shell(0, "leaklab explain " DUMPS "goroutineleak.txt");
    expect_words(said, "why: its dump says that nobody can ever wake it");
    expect_words(said, "chan receive or send (by its frames), leaked");
    free(said);
    said = shell(0, "leaklab explain - <" DUMPS "own_json.json");
    expect_words(said,
                 "standard input: leaklab's JSON; 20 tasks at 1 place, of which 1 is a suspect");
    expect_words(said, "channel_receive (");
    free(said);
    said = shell(0, "leaklab explain " DUMPS "panic.txt");
    expect_words(said, "no place of it is a suspect");
    free(said);
}

/* From the second minute on; what runs waits for nothing, however long its dump has it. */
static void two_minutes_for_a_lock_are_suspect(void **state)
{
    (void)state;
    static const struct {
        const char *header, *words;
    } dumps[] = {
        {"goroutine 7 [sync.Mutex.Lock, 1 minutes]:", "no place of it is a suspect"},
        {"goroutine 7 [sync.Mutex.Lock, 2 minutes]:",
         "why: for 2 minutes it has waited for a lock"},
        {"goroutine 7 [sync.Mutex.Lock, 3 minutes]:",
         "why: for 3 minutes it has waited for a lock"},
    };
    for (size_t i = 0; i < sizeof dumps / sizeof *dumps; i++) {
        char *said =
            shell(0, "printf '%%s\\nmain.a()\\n\\t/a.go:1 +0x1\\n' '%s' | leaklab explain -",
                  dumps[i].header);
        expect_words(said, dumps[i].words);
        free(said);
    }
}

/* One dump of 24 places, the one more than what is shown. */
static void a_hundred_alike_are_a_suspect(void **state)
{
    (void)state;
    for (int count = 99; count <= 100; count++) {
        char *said = shell(0,
                           "{ echo 'goroutine profile: total %d'; echo '%d @ 0x1'; printf "
                           "'#\\t0x1\\tmain.a+0x1\\t/a.go:1\\n'; echo '150 @ 0x2'; printf "
                           "'#\\t0x2\\tmain.b+0x1\\t/a.go:2\\n'; } | leaklab explain -",
                           count + 150, count);
        expect_words(said,
                     count == 100 ? ", of which 2 are suspects" : ", of which 1 is a suspect");
        free(said);
    }
}

/* Why, and what it looks like; one of a kind that a program may have by design is none. */
static void other_reasons_are_suspect_too(void **state)
{
    (void)state;
    static const struct {
        int count;
        const char *reason, *words;
    } dumps[] = {
        {2, "select (no cases)", "why: a select without cases never ends\n"},
        {1, "select (no cases)", "no place of it is a suspect"},
        {1, "sync.WaitGroup.Wait, 2 minutes", "why: a group has not been done for 2 minutes\n"},
        {1, "sync.WaitGroup.Wait, 1 minutes", "no place of it is a suspect"},
        {100, "running", " busy_loop ("},
    };
    for (size_t i = 0; i < sizeof dumps / sizeof *dumps; i++) {
        char *said =
            shell(0,
                  "for i in $(seq 7 %d); do printf 'goroutine %%d [%s]:\\nmain.a()\\n\\t/a.go:1 "
                  "+0x1\\n\\n' $i; done | leaklab explain -",
                  6 + dumps[i].count, dumps[i].reason);
        expect_words(said, dumps[i].words);
        free(said);
    }
}

static void what_was_not_read_is_told(void **state)
{
    (void)state;
    char *said = shell(0, "leaklab explain " DUMPS "comma_total.txt");
    expect_words(said, "its head says 1,234, its groups 53: counted by the groups");
    free(said);
    said = shell(0, "leaklab explain " DUMPS "sigquit.txt");
    expect_words(said, "  lines 20 to 22: none of a dump's; left out\n");
    free(said);
    said = shell(0, "leaklab explain --json " DUMPS "sigquit.txt");
    expect_match(said, "\"line\": 20,\n *\"last\": 22,\n *\"text\": \"none of a dump's\"");
    free(said);
    said =
        shell(0, "for i in $(seq 7 16); do printf 'goroutine %%d [select]:\\nmain.a()\\n\\t/a.go:1 "
                 "+0x1\\n\\nwhat\\n\\n' $i; done | leaklab explain -");
    expect_words(said, "  line 5: none of a dump's; left out\n");
    expect_match(said, "^ *and [12] more of that kind$");
    free(said);
    said = shell(1, "printf 'one\\ntwo\\n' | leaklab explain - " DUMPS "plain.txt");
    expect_words(said,
                 "leaklab explain: standard input is no dump that can be read: line 1 is none");
    expect_words(said, "53 tasks"); /* the other one is */
    free(said);
    free(shell(1, "leaklab explain nowhere.txt"));
    said = shell(1, "leaklab explain -o none/x " DUMPS "plain.txt");
    assert_string_equal(said, "leaklab explain: can not open none/x: No such file or directory\n");
    free(said);
    said = shell(1, "leaklab explain -o /dev/full " DUMPS "plain.txt");
    assert_string_equal(said,
                        "leaklab explain: can not write /dev/full: No space left on device\n");
    free(said);
}

static void wrong_wishes_are_refused(void **state)
{
    (void)state;
    shell_refuses("which dump?", "leaklab explain");
    shell_refuses("one of --json", "leaklab explain --json --markdown x");
    shell_refuses("--interval '0'", "leaklab explain --interval 0 x y");
    shell_refuses("--header must be like", "leaklab explain --header secret x");
    shell_refuses("--cacert 'none'", "leaklab explain --cacert none x");
    shell_refuses("--own ''", "leaklab explain --own '' x");
}

/* --- Other forms ---------------------------------------------------------------------------------- */

static json_t *parsed(char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!json)
        fail_msg("%s: %s", error.text, text);
    free(text);
    return json;
}

static void json_says_all_of_it(void **state)
{
    (void)state;
    json_t *json = parsed(shell(0, "leaklab explain --json " DUMPS "full.txt"));
    assert_int_equal(json_integer_value(json_object_get(json, "total")), 8);
    json_t *places = json_object_get(json, "places"), *first = json_array_get(places, 0);
    assert_int_equal(json_array_size(places), 7);
    assert_true(json_is_true(json_object_get(first, "suspect")));
    assert_string_equal(json_string_value(json_object_get(
                            json_array_get(json_object_get(first, "looks_like"), 0), "id")),
                        "nil_channel");
    json_decref(json);
    json = parsed(
        shell(0, "leaklab explain --json " DUMPS "plain.txt " DUMPS "plain.txt " DUMPS "full.txt"));
    assert_int_equal(json_integer_value(json_object_get(json_object_get(json, "growth"), "looks")),
                     3);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(json, "latest"), "total")),
                     8);
    json_decref(json);
    json_decref(
        parsed(shell(0, "printf 'goroutine profile: total 1\\n1 @ 0x1\\n#\\t0x1\\tm\\377.f+0x1"
                        "\\t/a|`.go:1\\n' | leaklab explain --json -")));
}

/* Of twelve that came, ten are named. */
static void of_many_places_that_come_some_are_named(void **state)
{
    (void)state;
    char *said =
        shell(0, "look() { echo 'goroutine profile: total 99'; for i in $(seq 10 \"$1\"); do "
                 "printf '3 @ 0x%%d\\n#\\t0x1\\tmain.f%%d+0x1\\t/a.go:%%d\\n\\n' "
                 "\"$i\" \"$i\" \"$i\"; done; }; look 10 >first; look 22 >second; "
                 "leaklab explain first second");
    expect_match(said, "came: 3 at .* and 2 more$");
    free(said);
}

static void markdown_and_flames_are_written(void **state)
{
    (void)state;
    char *said = shell(0, "leaklab explain --markdown " DUMPS "plain.txt");
    expect_words(said, "| tasks | wait for | since | at | made by | looks like |\n|--:|");
    expect_words(said, "| **suspect** 40 | sync.WaitGroup.Wait |");
    expect_words(said, " |\n\n- "); /* a list behind a table begins a paragraph */
    free(said);
    said = shell(
        0, "printf 'goroutine profile: total 1\\n1 @ 0x1\\n#\\t0x1\\tm|x`<b>.f+0x1\\t/a.go:1\\n' | "
           "leaklab explain --markdown -");
    expect_words(said, "m\\|x\\`\\<b\\>.f");
    free(said);
    said = shell(0, "leaklab explain --folded " DUMPS "plain.txt");
    expect_words(said, "example.test/quay/crane.(*Arm).Stop.func1;example.test/quay/crane.(*Arm)."
                       "finish;sync.(*WaitGroup).Wait;sync.runtime_Semacquire;"
                       "[sync.WaitGroup.Wait] 40\n");
    free(said);
    said = shell(0, "leaklab explain --svg -o flame.svg " DUMPS "plain.txt; cat flame.svg");
    expect_words(said, "<svg xmlns=");
    expect_words(said, "\n40 tasks, 75.47%</title>");
    free(said);
}

/* --- Fetching ------------------------------------------------------------------------------------- */

static void passwords_reach_no_message(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "http://eve:geheim@127.0.0.1:1/x?debug=1&access_token=geheim&b=2",
        "http://geheim@127.0.0.1:1/",
        "ftp://eve:geheim@127.0.0.1/",
        "http://eve:geheim@",
        "https://eve:ge@heim@127.0.0.1:1/?apikey=geheim",
    };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        char *said = shell(1, "leaklab explain '%s'", urls[i]);
        if (fetch_is_url(urls[i]))
            expect_no_words(said, "heim");
        free(said);
        said = fetch_shown(urls[i]);
        expect_no_words(said, "heim");
        free(said);
    }
    char *said = shell(1, "leaklab watch --url '%s'", urls[0]);
    expect_words(said, "http://127.0.0.1:1/x?debug=1&access_token=......&b=2: ");
    free(said);
    said = shell(2, "leaklab watch --url '%s'", urls[2]);
    expect_no_words(said, "geheim");
    free(said);
}

/* Answers one request a connection, as long as it lives; what was asked for decides. Of /flaky each second one fails. */
static void serve_on(int listener)
{
    static const char dump[] = "goroutine profile: total 1\n1 @ 0x1\n#\t0x1\tmain.f+0x1\t/a.go:1\n";
    char asked[4096], answer[1024];
    for (int count = 0;; count++) {
        int client = accept(listener, NULL, NULL);
        ssize_t got = read(client, asked, sizeof asked - 1);
        asked[got > 0 ? got : 0] = 0;
        if (strstr(asked, "GET /away"))
            snprintf(answer, sizeof answer,
                     "HTTP/1.1 302 Found\r\nLocation: http://eve:geheim@10.0.0.1/else\r\n"
                     "Content-Length: 0\r\nConnection: close\r\n\r\n");
        else if (strstr(asked, "GET /flaky") && count % 2)
            snprintf(answer, sizeof answer,
                     "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        else if (strstr(asked, "GET /closed") && !strstr(asked, "X-Pass: open"))
            snprintf(answer, sizeof answer,
                     "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        else
            snprintf(answer, sizeof answer,
                     "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                     sizeof dump - 1, dump);
        if (write(client, answer, strlen(answer)) < 0)
            _exit(1);
        close(client);
    }
}

static pid_t serve(int listener)
{
    assert_int_equal(listen(listener, 8), 0);
    pid_t pid = fork();
    if (pid == 0)
        serve_on(listener);
    close(listener);
    return pid;
}

/* On a port of its own. */
static pid_t serve_on_loopback(int *port)
{
    char at[64];
    int listener = keep_port(at);
    *port = atoi(strchr(at, ':') + 1);
    return serve(listener);
}

static void endpoints_are_asked(void **state)
{
    (void)state;
    int port;
    pid_t pid = serve_on_loopback(&port);
    char *said = shell(0, "leaklab explain http://127.0.0.1:%d/", port);
    expect_words(said, "at main.f /a.go:1");
    free(said);
    said = shell(1, "leaklab explain http://127.0.0.1:%d/closed", port);
    expect_words(said, "/closed answers 403");
    free(said);
    free(shell(0, "leaklab explain --header 'X-Pass: open' http://127.0.0.1:%d/closed", port));
    said = shell(1, "leaklab explain http://127.0.0.1:%d/away", port);
    expect_words(said,
                 "answers 302 and sends on to http://10.0.0.1/else: ask there, if you mean it");
    free(said);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* How many looks there are depends on how busy the machine is: for longer and longer. */
static void looks_that_fail_are_counted_and_survived(void **state)
{
    (void)state;
    int port;
    bool found = false;
    pid_t pid = serve_on_loopback(&port);
    for (int tenths = 3; tenths < 600 && !found; tenths *= 2) {
        char *said = shell(
            0,
            "leaklab watch --interval 20ms --duration %d00ms --url http://127.0.0.1:%d/flaky; "
            "true",
            tenths, port);
        found = strstr(said, " failed, the last one: http://127.0.0.1:") &&
                strstr(said, "/flaky answers 503\n") && strstr(said, " looks in ");
        free(said);
    }
    assert_true(found);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void sockets_in_the_file_system_are_asked(void **state)
{
    (void)state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/app.sock", shell_folder);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    pid_t pid = serve(listener);
    char *said = shell(0, "leaklab explain unix:app.sock:/debug/pprof/goroutine?debug=1");
    expect_words(said, "at main.f /a.go:1");
    free(said);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_named_by_the_programs_own_frames),
        cmocka_unit_test(suspects_say_why_and_what_they_look_like),
        cmocka_unit_test(two_minutes_for_a_lock_are_suspect),
        cmocka_unit_test(a_hundred_alike_are_a_suspect),
        cmocka_unit_test(other_reasons_are_suspect_too),
        cmocka_unit_test(what_was_not_read_is_told),
        cmocka_unit_test(wrong_wishes_are_refused),
        cmocka_unit_test(json_says_all_of_it),
        cmocka_unit_test(of_many_places_that_come_some_are_named),
        cmocka_unit_test(markdown_and_flames_are_written),
        cmocka_unit_test(passwords_reach_no_message),
        cmocka_unit_test(endpoints_are_asked),
        cmocka_unit_test(looks_that_fail_are_counted_and_survived),
        cmocka_unit_test(sockets_in_the_file_system_are_asked),
    };
    return cmocka_run_group_tests_name("explain", tests, shell_begin, shell_end);
}
