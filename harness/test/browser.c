#include "test/browser.h"
#include "test/service.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DRIVER_TRIES = 100 };

struct browser {
    pid_t driver;
    char base[256]; /* of the session's URLs */
    char profile[64];
};

static char text[65536];

/* --- Requests --------------------------------------------------------------------------------- */

struct buffer {
    char *bytes;
    size_t length;
};

static size_t on_bytes(char *bytes, size_t size, size_t n, void *arg)
{
    struct buffer *buffer = arg;
    buffer->bytes = realloc(buffer->bytes, buffer->length + size * n + 1);
    assert_non_null(buffer->bytes);
    memcpy(buffer->bytes + buffer->length, bytes, size * n);
    buffer->length += size * n;
    buffer->bytes[buffer->length] = 0;
    return size * n;
}

/* The value of the answer, owned by the caller; takes over body. */
static json_t *request(const char *method, const char *url, json_t *body)
{
    struct buffer buffer = {0};
    char *sent = body ? json_dumps(body, 0) : NULL;
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)HANG_SECONDS);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (sent)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, sent);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &buffer);
    CURLcode failed = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    json_t *answer = failed ? NULL : json_loads(buffer.bytes ? buffer.bytes : "", 0, NULL);
    json_t *value = json_incref(json_object_get(answer, "value"));
    if (failed || json_object_get(value, "error"))
        fail_msg("%s %s %s: %s", method, url, sent ? sent : "",
                 failed ? curl_easy_strerror(failed) : buffer.bytes);
    json_decref(answer);
    json_decref(body);
    free(sent);
    free(buffer.bytes);
    return value;
}

static json_t *ask(struct browser *b, const char *method, const char *path, json_t *body)
{
    char url[512];
    snprintf(url, sizeof url, "%s%s", b->base, path);
    return request(method, url, body);
}

/* --- The driver ------------------------------------------------------------------------------- */

static bool is_here(const char *program)
{
    char command[128];
    snprintf(command, sizeof command, "command -v %s >/dev/null", program);
    return system(command) == 0;
}

/* The port it names once it listens, or 0. */
static int spawn_driver(struct browser *b, char *said, size_t size)
{
    size_t length = 0;
    ssize_t got;
    int out[2];
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    b->driver = fork();
    assert_true(b->driver >= 0);
    if (b->driver == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        dup2(out[1], STDOUT_FILENO);
        execlp("chromedriver", "chromedriver", "--port=0", NULL);
        _exit(127);
    }
    close(out[1]);
    const char *port = NULL;
    said[0] = 0;
    while (!(port && strchr(port, '.')) &&
           (got = read(out[0], said + length, size - 1 - length)) > 0) {
        length += (size_t)got;
        said[length] = 0;
        port = strstr(said, "successfully on port ");
    }
    close(out[0]);
    return port ? (int)strtol(port + strlen("successfully on port "), NULL, 10) : 0;
}

/* It asks the kernel for a free port of IPv6 and then wants the same of IPv4, which a client of
 * another test may hold: it ends, and the next try gets another port. */
static int start_driver(struct browser *b)
{
    char said[4096];
    for (int tries = 0; tries < DRIVER_TRIES; tries++) {
        int port = spawn_driver(b, said, sizeof said);
        if (port)
            return port;
        kill(b->driver, SIGTERM);
        waitpid(b->driver, NULL, 0);
        if (!strstr(said, "port not available"))
            break;
    }
    fail_msg("chromedriver does not start: %s", said);
    return 0;
}

static json_t *capabilities(const struct browser *b, bool phone)
{
    char folder[128];
    snprintf(folder, sizeof folder, "--user-data-dir=%s", b->profile);
    json_t *options =
        json_pack("{s:[s,s,s,s,s,s,s,s,s,s]}", "args", "--headless=new", "--no-sandbox",
                  "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                  "--disable-sync", "--no-first-run", "--window-size=1280,900",
                  "--remote-debugging-pipe" /* it ends with its driver */, folder);
    if (phone)
        json_object_set_new(options, "mobileEmulation",
                            json_pack("{s:{s:i, s:i, s:f}}", "deviceMetrics", "width", 390,
                                      "height", 844, "pixelRatio", 2.0));
    return json_pack("{s:{s:{s:s, s:{s:s}, s:o}}}", "capabilities", "alwaysMatch", "browserName",
                     "chrome", "goog:loggingPrefs", "browser", "ALL", "goog:chromeOptions",
                     options);
}

struct browser *browser_start(bool phone, const char **missing)
{
    *missing = !is_here("chromedriver") ? "chromedriver" : !is_here("chromium") ? "chromium" : NULL;
    if (*missing)
        return NULL;
    struct browser *b = calloc(1, sizeof *b);
    assert_non_null(b);
    snprintf(b->profile, sizeof b->profile, "/tmp/leaklab-browser-XXXXXX");
    assert_non_null(mkdtemp(b->profile));
    int port = start_driver(b);
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/session", port);
    json_t *session = request("POST", url, capabilities(b, phone));
    snprintf(b->base, sizeof b->base, "%s/%s", url,
             json_string_value(json_object_get(session, "sessionId")));
    json_decref(session);
    return b;
}

void browser_end(struct browser *b)
{
    char command[128];
    json_decref(ask(b, "DELETE", "", NULL));
    kill(b->driver, SIGTERM);
    waitpid(b->driver, NULL, 0);
    snprintf(command, sizeof command, "rm -rf %s", b->profile);
    if (system(command) != 0)
        print_message("%s stays\n", b->profile);
    free(b);
}

/* --- Pages ------------------------------------------------------------------------------------ */

void browser_open(struct browser *b, const char *url)
{
    json_decref(ask(b, "POST", "/url", json_pack("{s:s}", "url", url)));
}

json_t *browser_ask(struct browser *b, const char *script)
{
    return ask(b, "POST", "/execute/sync", json_pack("{s:s, s:[]}", "script", script, "args"));
}

static json_t *value_of(struct browser *b, const char *expression)
{
    char script[4096];
    snprintf(script, sizeof script, "return (%s)", expression);
    return browser_ask(b, script);
}

bool browser_is(struct browser *b, const char *condition)
{
    json_t *value = value_of(b, condition);
    bool is = json_is_true(value);
    json_decref(value);
    return is;
}

double browser_number(struct browser *b, const char *expression)
{
    json_t *value = value_of(b, expression);
    double number = json_number_value(value);
    json_decref(value);
    return number;
}

const char *browser_text(struct browser *b, const char *expression)
{
    json_t *value = value_of(b, expression);
    snprintf(text, sizeof text, "%s", json_is_string(value) ? json_string_value(value) : "");
    json_decref(value);
    return text;
}

void browser_await(struct browser *b, const char *condition)
{
    enum { TURN_MS = 50, TURNS = HANG_SECONDS * 1000 / TURN_MS };
    for (int turn = 0; turn < TURNS; turn++) {
        if (browser_is(b, condition))
            return;
        usleep(TURN_MS * 1000);
    }
    fail_msg("the page does not become so: %s", condition);
}

/* --- A user ----------------------------------------------------------------------------------- */

/* The path of an element, with what follows. */
static const char *path_of(struct browser *b, const char *selector, const char *rest)
{
    static char path[256];
    json_t *found = ask(b, "POST", "/element",
                        json_pack("{s:s, s:s}", "using", "css selector", "value", selector));
    json_t *id = json_object_iter_value(json_object_iter(found)); /* of its only member */
    snprintf(path, sizeof path, "/element/%s/%s", json_string_value(id), rest);
    json_decref(found);
    return path;
}

void browser_click(struct browser *b, const char *selector)
{
    json_decref(ask(b, "POST", path_of(b, selector, "click"), json_object()));
}

void browser_type(struct browser *b, const char *selector, const char *keys)
{
    json_decref(ask(b, "POST", path_of(b, selector, "value"), json_pack("{s:s}", "text", keys)));
}

const char *browser_label(struct browser *b, const char *selector)
{
    json_t *label = ask(b, "GET", path_of(b, selector, "computedlabel"), NULL);
    snprintf(text, sizeof text, "%s", json_string_value(label));
    json_decref(label);
    return text;
}

static json_t *devtools(struct browser *b, const char *command, json_t *parameters)
{
    return ask(b, "POST", "/goog/cdp/execute",
               json_pack("{s:s, s:o}", "cmd", command, "params", parameters));
}

void browser_resize(struct browser *b, int width, int height)
{
    json_decref(devtools(b, "Emulation.setDeviceMetricsOverride",
                         json_pack("{s:i, s:i, s:i, s:b}", "width", width, "height", height,
                                   "deviceScaleFactor", 1, "mobile", 0)));
}

void browser_prefer(struct browser *b, const char *feature, const char *value)
{
    json_decref(
        devtools(b, "Emulation.setEmulatedMedia",
                 json_pack("{s:[{s:s, s:s}]}", "features", "name", feature, "value", value)));
}

void browser_expect_silent_console(struct browser *b)
{
    json_t *log = ask(b, "POST", "/se/log", json_pack("{s:s}", "type", "browser"));
    char *lines = json_dumps(log, 0);
    if (strstr(lines, "\"SEVERE\"") || strstr(lines, "\"WARNING\""))
        fail_msg("the console is not silent: %s", lines);
    free(lines);
    json_decref(log);
}

/* --- Pictures --------------------------------------------------------------------------------- */

static void write_base64(const char *digits, FILE *file)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned bits = 0, held = 0;
    for (; *digits && *digits != '='; digits++) {
        bits = bits << 6 | (unsigned)(strchr(alphabet, *digits) - alphabet);
        held += 6;
        if (held >= 8) {
            held -= 8;
            putc((int)(bits >> held & 255), file);
        }
    }
}

void browser_picture(struct browser *b, const char *name)
{
    const char *folder = getenv("SCREENSHOTS");
    char path[512];
    if (!folder)
        return;
    json_t *picture =
        devtools(b, "Page.captureScreenshot",
                 json_pack("{s:b, s:{s:i, s:i, s:f, s:f, s:i}}", "captureBeyondViewport", 1, "clip",
                           "x", 0, "y", 0, "width", browser_number(b, "innerWidth"), "height",
                           browser_number(b, "document.documentElement.scrollHeight"), "scale", 1));
    snprintf(path, sizeof path, "%s/%s.png", folder, name);
    FILE *file = fopen(path, "we");
    if (!file)
        fail_msg("%s: %s", path, strerror(errno));
    write_base64(json_string_value(json_object_get(picture, "data")), file);
    fclose(file);
    json_decref(picture);
}
