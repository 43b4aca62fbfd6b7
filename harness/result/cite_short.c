#include "result/cite_short.h"
#include "result/about.h"
#include "result/left.h"
#include "result/phrase.h"
#include "result/stream.h"
#include <math.h>

const char *cite_figure(char text[CITE_FIGURE], const struct measured_pair *pair,
                        enum variant variant)
{
    const struct measured *measured = &pair->variants[variant];
    const struct estimate *bytes = &measured->bytes_per_request;
    char left[PHRASE_LONG], number[PHRASE] = "";
    left_words(left, pair, variant);
    if (!measured->run_count || (!*left && isnan(bytes->value))) {
        snprintf(text, CITE_FIGURE, "not measured");
        return text;
    }
    if (!isnan(bytes->value))
        phrase_number(number, bytes->value, bytes);
    snprintf(text, CITE_FIGURE, "%s%s%s%s per request", left, *left && *number ? " and " : "",
             number, *number ? " bytes" : "");
    return text;
}

char *cite_short(const struct summary *summary, const struct measured_pair *pair,
                 enum cite_format format, const char *origin)
{
    struct stream_text held;
    char leak[CITE_FIGURE], fix[CITE_FIGURE], link[ORIGIN_LINK], day[11];
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    fprintf(out, format == CITE_MARKDOWN ? "`%s`" : "%s", pair->id);
    fprintf(out, " %s %s, its fix %s (leaklab, %s). ",
            summary_grows(pair) == GROWS_TIMERS ? "holds" : "leaks",
            cite_figure(leak, pair, VARIANT_LEAK), cite_figure(fix, pair, VARIANT_FIX),
            about_day(summary->about, day));
    cite_address(link, summary, pair, origin);
    fprintf(out, format == CITE_MARKDOWN ? "[%s](%s)\n" : "%s\n", link, link);
    return stream_close(out, &held);
}
