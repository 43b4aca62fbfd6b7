/* The library (0.9.75) joins folded lines wrongly, loses what is behind a zero byte, takes spaces for a
 * part of a name and the last of two lengths for none: all of these hide where a request ends, so that
 * the next one begins in its body. Later versions are told to be strict, and are (library.c). */
#include "serve/head.h"
#include <string.h>
#include <strings.h>

/* --- Percent signs ---------------------------------------------------------------------------- */

static int digit(char c)
{
    const char *digits = "0123456789abcdef",
               *at = c ? strchr(digits, c | (c > '9' ? 0x20 : 0)) : NULL;
    return at ? (int)(at - digits) : -1;
}

size_t head_unescape(void *unused, struct MHD_Connection *connection, char *text)
{
    char *to = text;
    (void)unused;
    for (const char *from = text; *from; from++) {
        int high = *from == '%' ? digit(from[1]) : -1, low = high < 0 ? -1 : digit(from[2]);
        bool wrong = *from == '%' && (low < 0 || high + low == 0);
        if (wrong)
            connection_of(connection)->escaped_wrongly = true;
        else if (*from == '%') {
            *to++ = (char)(high << 4 | low);
            from += 2;
            continue;
        }
        *to++ = *from;
    }
    *to = 0;
    return (size_t)(to - text);
}

/* --- Fields ----------------------------------------------------------------------------------- */

struct fields {
    size_t count;
    unsigned hosts, lengths, codings;
    const char *host, *length;
    bool chunked;
    const char *wrong; /* NULL: nothing */
};

static bool is_token(const char *name, size_t length)
{
    static const char other[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < length; i++) {
        char c = name[i], lower = (char)(c | 0x20);
        if (!(c >= '0' && c <= '9') && !(lower >= 'a' && lower <= 'z') && !strchr(other, c))
            return false;
    }
    return length > 0;
}

static bool has_control(const char *value, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (((unsigned char)value[i] < ' ' && value[i] != '\t') || value[i] == 0x7f)
            return true;
    return false;
}

static bool is(const char *name, size_t length, const char *other)
{
    return length == strlen(other) && strncasecmp(name, other, length) == 0;
}

static enum MHD_Result look(void *arg, enum MHD_ValueKind kind, const char *name,
                            size_t name_length, const char *value, size_t length)
{
    struct fields *all = arg;
    (void)kind;
    all->count++;
    if (!is_token(name, name_length))
        all->wrong = "a header's name is no token\n";
    else if (has_control(value, length))
        all->wrong = "a header's value has a control character in it\n";
    else if (is(name, name_length, MHD_HTTP_HEADER_HOST)) {
        all->hosts++;
        all->host = value;
    } else if (is(name, name_length, MHD_HTTP_HEADER_CONTENT_LENGTH)) {
        if (all->lengths++ && strcmp(all->length, value) != 0)
            all->wrong = "the body's length is given twice, and differs\n";
        all->length = value;
    } else if (is(name, name_length, MHD_HTTP_HEADER_TRANSFER_ENCODING)) {
        all->codings++;
        all->chunked = is(value, length, "chunked");
    }
    return MHD_YES;
}

/* --- Lines ------------------------------------------------------------------------------------ */

/* The head as it came lies behind the version in the library's memory, each colon and the ends of lines
 * become zero bytes. So many fields are in it, or -1 where a line goes on in the next one. A zero byte
 * that was sent makes it another number than the library has. */
#if !HEAD_LIBRARY_IS_STRICT
static ssize_t count_lines(const char *at, const char *end)
{
    ssize_t lines = 0;
    at += strlen(at) + 1;
    while (at < end) {
        at += *at == 0; /* the second of the line's end */
        if (at >= end || *at == 0)
            return end - at <= 2 ? lines : -1; /* the empty line; else a name is missing */
        if (*at == ' ' || *at == '\t')
            return -1;
        at += strlen(at) + 1; /* the name */
        at += at < end ? strlen(at) + 1 : 0;
        lines++;
    }
    return lines;
}
#endif

static bool lines_are_in_order(const struct http_request *request, const char *method,
                               const char *version, size_t fields)
{
#if HEAD_LIBRARY_IS_STRICT
    (void)request, (void)method, (void)version, (void)fields;
    return true;
#else
    size_t length =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)
            ->header_size;
    return count_lines(version, method + length) == (ssize_t)fields;
#endif
}

/* --- All of it -------------------------------------------------------------------------------- */

/* No body here is so long that it need come in chunks; and a chunk's extension that is longer than its
 * room keeps the library busy until the client's time is up. */
static const char *body_refusal(const struct fields *fields, const char *version, unsigned *status)
{
    if (!fields->codings)
        return NULL;
    if (fields->lengths || fields->codings > 1 || strcmp(version, MHD_HTTP_VERSION_1_1) != 0)
        return "where the body ends is told in two ways\n";
    *status = fields->chunked ? MHD_HTTP_LENGTH_REQUIRED : MHD_HTTP_NOT_IMPLEMENTED;
    return fields->chunked ? "a body's length must be told in advance\n"
                           : "this transfer coding is not known\n";
}

const char *head_refusal(struct http_request *request, const char *method, const char *version,
                         unsigned *status)
{
    struct connection *connection = connection_of(request->connection);
    struct fields fields = {0};
    bool escaped_wrongly = connection->escaped_wrongly;
    connection->escaped_wrongly = false;
    *status = MHD_HTTP_BAD_REQUEST;
    MHD_get_connection_values_n(request->connection, MHD_HEADER_KIND, look, &fields);
    request->host = fields.host;
    request->host_length = fields.host ? strlen(fields.host) : 0;
    if (escaped_wrongly)
        return "a percent sign must be followed by two hexadecimal digits, not 00\n";
    if (fields.wrong)
        return fields.wrong;
    if (fields.hosts > 1)
        return "there is more than one Host\n";
    if (!lines_are_in_order(request, method, version, fields.count))
        return "header lines must not go on in the next line, nor have zero bytes in them\n";
    return body_refusal(&fields, version, status);
}
