/* The Makefile makes this anew when one of them changes. */
#include "page/assets.h"

#define EMBED(symbol, path)                                                                        \
    __asm__(".pushsection .rodata\n.globl " #symbol "\n" #symbol ":\n\t.incbin \"" path            \
            "\"\n\t.byte 0\n.popsection")

EMBED(asset_plot_style, "harness/page/plot.gp");
EMBED(asset_page_style, "harness/page/page.css");
