#include "watch/fetch.h"
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
    (void)a, (void)b, (void)c, (void)d;
    return *(const volatile bool *)arg;
}

static bool has_scheme(const char *url, const char *scheme)
{
    return strncmp(url, scheme, strlen(scheme)) == 0;
}

bool fetch_is_url(const char *url)
{
    char *host = NULL;
    CURLU *parts = curl_url();
    bool ok = (has_scheme(url, "http://") || has_scheme(url, "https://")) && parts &&
              curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
              curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK && *host;
    curl_free(host);
    curl_url_cleanup(parts);
    return ok;
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

static CURLcode perform(CURL *curl, const char *url, const volatile bool *stop,
                        struct fetched *fetched, long *status)
{
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)FETCH_SECONDS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, fetched);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, (void *)stop);
    if (is_loopback(url))
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    return code;
}

static enum fetch_result explain(CURLcode code, long status, const char *url, char *error,
                                 size_t size)
{
    if (code == CURLE_OK && status == 200)
        return FETCH_OK;
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return FETCH_STOPPED;
    if (code == CURLE_OK)
        snprintf(error, size, "%s answers %ld", url, status);
    else if (code == CURLE_WRITE_ERROR)
        snprintf(error, size, "%s: the answer is %s", url,
                 too_large ? "larger than 256 MiB" : "too large for memory");
    else
        snprintf(error, size, "%s: %s", url, curl_easy_strerror(code));
    return code == CURLE_COULDNT_CONNECT ? FETCH_NOT_YET : FETCH_WRONG;
}

enum fetch_result fetch(const char *url, const volatile bool *stop, struct fetched *fetched,
                        char *error, size_t size)
{
    static CURL *curl; /* keeps its connection from one look to the next */
    long status = 0;
    *fetched = (struct fetched){0};
    if (!curl && !(curl = curl_easy_init())) {
        snprintf(error, size, "%s: no memory for an HTTP client", url);
        return FETCH_WRONG;
    }
    CURLcode code = perform(curl, url, stop, fetched, &status);
    enum fetch_result result = explain(code, status, url, error, size);
    if (result != FETCH_OK) {
        free(fetched->text);
        *fetched = (struct fetched){0};
    }
    return result;
}
