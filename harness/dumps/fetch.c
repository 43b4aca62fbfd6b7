#include "dumps/fetch.h"
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool too_large;

static size_t on_bytes(char *bytes, size_t size, size_t n, void *arg)
{
    struct fetched *fetched = arg;
    size_t length = size * n;
    too_large = fetched->length + length > FETCH_MOST;
    char *more = too_large ? NULL : realloc(fetched->text, fetched->length + length + 1);
    if (!more)
        return 0;
    memcpy(more + fetched->length, bytes, length);
    fetched->text = more;
    fetched->length += length;
    more[fetched->length] = 0;
    return length;
}

static int on_progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct fetch_how *how = arg;
    (void)a, (void)b, (void)c, (void)d;
    return how->stop && *how->stop;
}

/* --- URLs ------------------------------------------------------------------------------------- */

static bool has_scheme(const char *url, const char *scheme)
{
    return strncmp(url, scheme, strlen(scheme)) == 0;
}

/* `unix:/run/app.sock:/debug/pprof/goroutine?debug=1` as the socket's path and an URL; both to be freed. */
static bool split_socket(const char *url, char **path, char **rest)
{
    const char *socket = url + strlen("unix:"), *colon = strstr(socket, ":/");
    *path = *rest = NULL;
    if (!has_scheme(url, "unix:") || !*socket)
        return false;
    *path = colon ? strndup(socket, (size_t)(colon - socket)) : strdup(socket);
    if (asprintf(rest, "http://localhost%s", colon ? colon + 1 : "/") < 0)
        *rest = NULL;
    return *path && *rest;
}

bool fetch_is_url(const char *url)
{
    char *host = NULL;
    CURLU *parts;
    if (has_scheme(url, "unix:"))
        return url[5] != 0;
    parts = curl_url();
    bool ok = (has_scheme(url, "http://") || has_scheme(url, "https://")) && parts &&
              curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
              curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK && *host;
    curl_free(host);
    curl_url_cleanup(parts);
    return ok;
}

/* Of a query's `name=value&name=value`, values whose names speak of secrets become dots. */
static void hide_secrets(char *query)
{
    static const char *const secret[] = {"pass", "token", "secret", "key", "sig", "auth", "cred"};
    for (char *name = query; name && *name;) {
        char *next = strchr(name, '&'), *value = strchr(name, '=');
        bool is_secret = false;
        for (size_t i = 0; value && (!next || value < next) && i < sizeof secret / sizeof *secret;
             i++) {
            const char *found = strcasestr(name, secret[i]);
            is_secret |= found && found < value;
        }
        if (is_secret)
            for (char *at = value + 1; *at && at != next; at++)
                *at = '.';
        name = next ? next + 1 : NULL;
    }
}

char *fetch_shown(const char *url)
{
    char *shown = strdup(url), *clean = NULL;
    CURLU *parts = curl_url();
    if (shown && strchr(shown, '?'))
        hide_secrets(strchr(shown, '?') + 1);
    if (shown && parts && curl_url_set(parts, CURLUPART_URL, shown, 0) == CURLUE_OK &&
        curl_url_set(parts, CURLUPART_USER, NULL, 0) == CURLUE_OK &&
        curl_url_set(parts, CURLUPART_PASSWORD, NULL, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_URL, &clean, 0) == CURLUE_OK && strchr(url, '@')) {
        free(shown);
        shown = strdup(clean);
    } else if (shown && !clean && strchr(shown, '@')) { /* who knows what is in front of it */
        memmove(shown, strrchr(shown, '@') + 1, strlen(strrchr(shown, '@')));
    }
    curl_free(clean);
    curl_url_cleanup(parts);
    return shown;
}

/* This machine's own addresses are asked directly, whatever proxy is set for the rest. */
static bool is_loopback(const char *url)
{
    char *host = NULL;
    CURLU *parts = curl_url();
    bool is = parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
              curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
              (strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
               strcmp(host, "[::1]") == 0);
    curl_free(host);
    curl_url_cleanup(parts);
    return is;
}

/* --- Asking ----------------------------------------------------------------------------------- */

static void set_options(CURL *curl, const char *url, const struct fetch_how *how,
                        struct fetched *fetched)
{
    double seconds =
        how->seconds > 0 && how->seconds < FETCH_SECONDS ? how->seconds : FETCH_SECONDS;
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)(1000 * seconds) + 1);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, fetched);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, (void *)how);
    if (how->ca)
        curl_easy_setopt(curl, CURLOPT_CAINFO, how->ca);
    if (is_loopback(url))
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
}

static CURLcode perform(CURL *curl, const char *url, const struct fetch_how *how,
                        struct fetched *fetched)
{
    struct curl_slist *headers = NULL, *more;
    char *socket = NULL, *rest = NULL;
    CURLcode code = CURLE_OUT_OF_MEMORY;
    for (size_t i = 0; i < how->header_count; i++)
        if ((more = curl_slist_append(headers, how->headers[i])))
            headers = more;
    if (!has_scheme(url, "unix:") || split_socket(url, &socket, &rest)) {
        set_options(curl, rest ? rest : url, how, fetched);
        curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        code = curl_easy_perform(curl);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, NULL);
    }
    curl_slist_free_all(headers);
    free(socket);
    free(rest);
    return code;
}

static enum fetch_result explain(CURL *curl, CURLcode code, const char *url, char *error,
                                 size_t size)
{
    long status = 0;
    char *to = NULL;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &to);
    if (code == CURLE_OK && status == 200)
        return FETCH_OK;
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return FETCH_STOPPED;
    char *shown = fetch_shown(url), *shown_to = to ? fetch_shown(to) : NULL;
    const char *name = shown ? shown : "the URL";
    if (code == CURLE_OK && shown_to)
        snprintf(error, size, "%s answers %ld and sends on to %s: ask there, if you mean it", name,
                 status, shown_to);
    else if (code == CURLE_OK)
        snprintf(error, size, "%s answers %ld", name, status);
    else if (code == CURLE_WRITE_ERROR)
        snprintf(error, size, "%s: the answer is %s", name,
                 too_large ? "larger than 256 MiB" : "too large for memory");
    else
        snprintf(error, size, "%s: %s", name, curl_easy_strerror(code));
    free(shown);
    free(shown_to);
    return code == CURLE_COULDNT_CONNECT ? FETCH_NOT_YET : FETCH_WRONG;
}

enum fetch_result fetch(const char *url, const struct fetch_how *how, struct fetched *fetched,
                        char *error, size_t size)
{
    static CURL *curl; /* keeps its connection from one look to the next */
    *fetched = (struct fetched){0};
    if (!curl && !(curl = curl_easy_init())) {
        snprintf(error, size, "no memory for an HTTP client");
        return FETCH_WRONG;
    }
    CURLcode code = perform(curl, url, how, fetched);
    enum fetch_result result = explain(curl, code, url, error, size);
    if (result != FETCH_OK) {
        free(fetched->text);
        *fetched = (struct fetched){0};
    }
    return result;
}
