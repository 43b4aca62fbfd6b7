/* Files that are part of the program: the assembler reads them in. */
#pragma once

extern const char asset_plot_style[]; /* page/plot.gp */
extern const char asset_page_style[]; /* page/page.css */
