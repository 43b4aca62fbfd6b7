# The one style of all figures. Colours: Okabe and Ito's, told apart also by those who see few; leak
# and fix differ by their dashes and names too.
set terminal svg size 460,290 dynamic font "system-ui,sans-serif,13" butt
set encoding utf8
unset key
unset title
set lmargin at screen 0.125
set rmargin at screen 0.775
set bmargin at screen 0.155
set tmargin at screen 0.86
set border 1 linecolor rgb "#888888"
set xtics nomirror out scale 0.4 offset 0,0.3 textcolor rgb "#333333"
set ytics nomirror out scale 0 offset 0.5,0 textcolor rgb "#333333"
set grid ytics back linetype 1 dashtype 1 linewidth 0.7 linecolor rgb "#dddddd"
set style line 1 linewidth 2 linecolor rgb "#d55e00" dashtype 1
set style line 2 linewidth 2 linecolor rgb "#0072b2" dashtype (7,4)
set style line 3 linewidth 4 linecolor rgb "#d55e00" dashtype 1
set style line 4 linewidth 4 linecolor rgb "#0072b2" dashtype 1
set style line 5 linewidth 2 linecolor rgb "#009e73" dashtype (2,3)
set style line 6 linewidth 4 linecolor rgb "#009e73" dashtype 1
