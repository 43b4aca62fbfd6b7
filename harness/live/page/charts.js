"use strict";

/* Four curves of each half over time. Looks come as [seconds, tasks, requests, RSS, p99, timers, handles, requests in
 * flight, descriptors, threads]; p99 is null where nothing has returned yet, and "never" where requests do not return. */
const Charts = (() => {
    const MOST_POINTS = 960;
    const FIELDS = { seconds: 0, tasks: 1, requests: 2, rss: 3, p99: 4 };
    const HALVES = ["leak", "fix", "recovered"];
    const DASHES = { leak: [], fix: [7, 4], recovered: [2, 2] };
    const charts = {};
    let limit = 0; /* MiB that a case may take */
    const looks = { leak: [], fix: [], recovered: [] };
    let isShown = false; /* else the curves are of a run that is not what the page shows */
    let there = HALVES;
    let isPlain = false; /* C without tasks: what it has open is counted instead */

    function style(name) {
        return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    }

    function clock(seconds) {
        const whole = Math.round(seconds);
        const minutes = Math.floor(whole / 60);
        return minutes + ":" + String(whole % 60).padStart(2, "0");
    }

    /* --- Points --- */

    /* Requests a second over the last second or so, lest single looks flicker. */
    function rateAt(series, i) {
        const now = series[i];
        let before = i;
        while (before > 0 && now[FIELDS.seconds] - series[before][FIELDS.seconds] < 1) {
            before--;
        }
        const passed = now[FIELDS.seconds] - series[before][FIELDS.seconds];
        return passed > 0 ? (now[FIELDS.requests] - series[before][FIELDS.requests]) / passed : null;
    }

    const values = {
        tasks: (series, i) => isPlain ? series[i].slice(6, 10).reduce((sum, n) => sum + n, 0) : series[i][FIELDS.tasks],
        rss: (series, i) => series[i][FIELDS.rss] / 1048576,
        p99: (series, i) => {
            const p99 = series[i][FIELDS.p99];
            return typeof p99 === "number" && p99 > 0 ? p99 * 1000 : NaN;
        },
        requests: rateAt,
    };

    function point(kind, half, i) {
        return { x: looks[half][i][FIELDS.seconds], y: values[kind](looks[half], i) };
    }

    /* --- Drawing --- */

    function dataset(half) {
        return {
            label: half,
            data: [],
            borderWidth: 2.5,
            borderDash: DASHES[half] || [],
            pointRadius: 0,
            pointHitRadius: 8,
        };
    }

    const units = {
        tasks: (value) => value.toLocaleString("en"),
        rss: (value) => value.toLocaleString("en") + " MiB",
        p99: (value) => value >= 1000 ? value / 1000 + " s" : value >= 1 ? value + " ms"
            : +(value * 1000).toPrecision(3) + " µs",
        requests: (value) => value.toLocaleString("en"),
    };

    /* Of a logarithmic axis only the powers of ten are named. */
    function tick(kind) {
        return (value) => {
            const power = Math.log10(value);
            return kind === "p99" && Math.abs(power - Math.round(power)) > 1e-9 ? "" : units[kind](value);
        };
    }

    function options(kind) {
        return {
            animation: false,
            parsing: false,
            normalized: true,
            responsive: true,
            maintainAspectRatio: false,
            interaction: { mode: "nearest", axis: "x", intersect: false },
            scales: {
                x: {
                    type: "linear",
                    min: 0,
                    suggestedMax: 20,
                    ticks: { callback: clock, maxRotation: 0, maxTicksLimit: 8, includeBounds: false },
                },
                y: {
                    type: kind === "p99" ? "logarithmic" : "linear",
                    beginAtZero: true,
                    suggestedMin: kind === "p99" ? 0.01 : 0,
                    suggestedMax: { tasks: 10, rss: 16, p99: 10, requests: 10 }[kind],
                    ticks: { callback: tick(kind), maxTicksLimit: 6 },
                },
            },
            plugins: {
                legend: {
                    align: "end",
                    labels: { boxWidth: 30, boxHeight: 0, padding: 10, filter: (item) => !item.hidden },
                },
                tooltip: {
                    callbacks: {
                        title: (items) => items.length ? "after " + clock(items[0].parsed.x) : "",
                        label: (item) => item.dataset.label + ": " +
                            units[kind](+item.parsed.y.toPrecision(4)),
                    },
                },
            },
        };
    }

    /* The memory limit is drawn once the first third of the way to it is gone. */
    function drawLimit() {
        const data = charts.rss.data.datasets;
        const limitLine = data[HALVES.length];
        const all = data.slice(0, HALVES.length).flatMap((set) => set.data);
        const highest = Math.max(0, ...all.map((p) => p.y)), last = Math.max(20, ...all.map((p) => p.x));
        limitLine.data = limit && highest > limit / 3 ? [{ x: 0, y: limit }, { x: last, y: limit }] : [];
        limitLine.hidden = limitLine.data.length === 0;
    }

    function paint(chart) {
        const faint = style("--faint"), line = style("--line");
        chart.data.datasets.forEach((set, i) => {
            set.borderColor = set.backgroundColor = i < HALVES.length ? style("--" + HALVES[i] + "-curve") : faint;
        });
        for (const axis of ["x", "y"]) {
            chart.options.scales[axis].ticks.color = faint;
            chart.options.scales[axis].grid = { color: line, drawBorder: false };
        }
        chart.options.plugins.legend.labels.color = faint;
    }

    function begin() {
        Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
        Chart.defaults.font.size = 12;
        for (const kind of Object.keys(values)) {
            charts[kind] = new Chart(document.getElementById("chart-" + kind), {
                type: "line",
                data: { datasets: HALVES.map(dataset) },
                options: options(kind),
            });
        }
        charts.rss.data.datasets.push({ ...dataset("limit"), borderWidth: 1.5, borderDash: [2, 3], hidden: true });
        Object.values(charts).forEach(paint);
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
            Object.values(charts).forEach(paint);
            draw();
        });
        draw();
    }

    /* What a curve shows, for those who do not see it. */
    function describe(kind, chart) {
        const words = there.map((half) => {
            const data = chart.data.datasets[HALVES.indexOf(half)].data;
            const seen = data.filter((p) => Number.isFinite(p.y));
            if (seen.length === 0) {
                return name(half) + " shows nothing yet";
            }
            const first = seen[0], last = seen[seen.length - 1];
            return name(half) + " from " + units[kind](+first.y.toPrecision(3)) + " to " +
                units[kind](+last.y.toPrecision(3)) + " after " + clock(last.x);
        });
        chart.canvas.setAttribute("aria-label", words.join("; "));
    }

    function draw() {
        drawLimit();
        for (const [kind, chart] of Object.entries(charts)) {
            describe(kind, chart);
            chart.update("none");
        }
    }

    function refill() {
        for (const [kind, chart] of Object.entries(charts)) {
            HALVES.forEach((half, i) => {
                chart.data.datasets[i].data = isShown ? looks[half].map((_, n) => point(kind, half, n)) : [];
                chart.data.datasets[i].hidden = !there.includes(half);
                chart.data.datasets[i].label = name(half);
            });
        }
        draw();
    }

    function history(all) {
        HALVES.forEach((half) => {
            looks[half] = all[half] || [];
        });
        refill();
    }

    function setLimit(mib) {
        limit = mib;
    }

    /* The only one there is has no other half to be the fix of. */
    function name(half) {
        return there.length === 1 ? "control" : half;
    }

    /* Whether the run is what the page shows, and which halves there are. */
    function show(run, halves, plain) {
        if (run !== isShown || halves.join() !== there.join() || plain !== isPlain) {
            isShown = run;
            isPlain = plain;
            there = halves;
            refill();
        }
    }

    function keep(half, look) {
        looks[half].push(look);
        if (looks[half].length <= MOST_POINTS) {
            return false;
        }
        looks[half] = looks[half].filter((_, n) => n % 2 === 0);
        return true;
    }

    /* Hidden, the page draws nothing: it is filled anew when it is seen again. */
    function add(latest) {
        let thinned = false;
        HALVES.forEach((half, i) => {
            if (!latest[half]) {
                return;
            }
            thinned = keep(half, latest[half]) || thinned;
            if (isShown && !document.hidden) {
                for (const [kind, chart] of Object.entries(charts)) {
                    chart.data.datasets[i].data.push(point(kind, half, looks[half].length - 1));
                }
            }
        });
        if (document.hidden) {
            return;
        }
        if (thinned) {
            refill();
        } else {
            draw();
        }
    }

    document.addEventListener("visibilitychange", () => {
        if (!document.hidden) {
            refill();
        }
    });

    return { begin, history, add, setLimit, show };
})();
