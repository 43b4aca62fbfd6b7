/* The first line of every page in Markdown. */
#pragma once

#define MARKDOWN_GENERATED                                                                         \
    "<!-- Made by `leaklab report`; `leaklab verify` holds it to the results. Do not edit. "       \
    "-->\n\n"
