/* Files that are part of the program: the assembler reads them in. */
#pragma once

extern const char asset_plot_style[]; /* report/plot.gp */
extern const char asset_page_style[]; /* report/page.css */
