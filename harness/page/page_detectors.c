#include "page/page_detectors.h"
#include "page/frame.h"
#include "page/markdown_detections.h"
#include "page/markdown_generated.h"
#include "page/page_detections.h"
#include "result/stream.h"

char *page_detectors(const struct edition *edition)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    const struct frame frame = {.root = "",
                                .title = "leaklab: leak detectors",
                                .description = "What leak detectors find of each pair.",
                                .style = ""};
    if (!out)
        return NULL;
    frame_begin(out, edition, &frame);
    fputs("<header>\n<h1>Leak detectors</h1>\n</header>\n<main id=\"main\">\n", out);
    page_detections(out, edition->detected->detections);
    frame_end(out);
    return stream_close(out, &held);
}

char *markdown_detectors(const struct edition *edition)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    fprintf(out, "%s# Leak detectors\n\n[As a page](detectors.html). [All pairs](README.md).\n\n",
            MARKDOWN_GENERATED);
    markdown_detections(out, edition->detected->detections);
    return stream_close(out, &held);
}
