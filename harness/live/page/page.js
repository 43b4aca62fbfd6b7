"use strict";

(() => {
    const HALVES = ["leak", "fix"];
    const $ = (id) => document.getElementById(id);
    const SVG = "http://www.w3.org/2000/svg";

    let catalog = [];
    let hasDebug = true;
    let served = null;
    let state = { pair: null, rate: 0, paused: false, cases: { leak: "idle", fix: "idle" } };
    const tasks = { leak: 0, fix: 0 };
    const spoken = { leak: "", fix: "" };

    /* --- Numbers and words --- */

    function count(n) {
        return n.toLocaleString("en");
    }

    function bytes(n) {
        const mib = n / 1048576;
        return mib < 1024 ? mib.toFixed(1) + " MiB" : (mib / 1024).toFixed(2) + " GiB";
    }

    function latency(seconds) {
        if (seconds === "never") {
            return "never";
        }
        if (seconds === null) {
            return "–";
        }
        return seconds >= 1 ? seconds.toFixed(1) + " s" : seconds >= 0.001
            ? (seconds * 1000).toPrecision(3) + " ms" : (seconds * 1e6).toFixed(0) + " µs";
    }

    /* The slider's steps are tenths of a power of ten, at round numbers. */
    function rateOf(step) {
        const rate = Math.pow(10, step / 10);
        const digit = Math.pow(10, Math.floor(Math.log10(rate) + 1e-9));
        return Math.round(rate / digit * 2) / 2 * digit;
    }

    function stepOf(rate) {
        return Math.max(0, Math.min(40, Math.round(10 * Math.log10(rate))));
    }

    function element(name, className, text) {
        const made = document.createElement(name);
        made.className = className;
        made.textContent = text;
        return made;
    }

    /* --- What is chosen, kept in the URL --- */

    function wish() {
        return {
            pair: $("pair").value,
            rate: rateOf(Number($("rate").value)),
            memory_limit_mib: Number($("limit").value),
        };
    }

    function showRate() {
        const words = count(rateOf(Number($("rate").value))) + " requests/s";
        $("rate-words").textContent = words;
        $("rate").setAttribute("aria-valuetext", words);
    }

    function keepInUrl() {
        const { pair, rate, memory_limit_mib: limit } = wish();
        const query = new URLSearchParams({ pair, rate, limit });
        history.replaceState(null, "", "?" + query);
    }

    function choose(pair, rate, limit) {
        if (catalog.some((p) => p.id === pair)) {
            $("pair").value = pair;
        }
        if (rate > 0) {
            $("rate").value = stepOf(rate);
        }
        if ([...$("limit").options].some((o) => o.value === String(limit))) {
            $("limit").value = String(limit);
        }
        showRate();
    }

    /* --- Talking to the service --- */

    function complain(words) {
        $("problem").textContent = words;
        $("problem").hidden = !words;
    }

    async function command(path, body) {
        complain("");
        try {
            const answer = await fetch(path, {
                method: "POST",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify(body),
            });
            if (!answer.ok) {
                complain(await answer.text());
            }
        } catch {
            complain("The service does not answer.");
        }
    }

    /* --- The pair --- */

    async function showPair() {
        const pair = catalog.find((p) => p.id === $("pair").value);
        document.title = pair.id + " – leaklab, live";
        $("title").textContent = pair.title;
        $("expected").textContent = "Each request of the leak leaves behind: " + pair.expected +
            ". The fix: nothing.";
        const answer = await fetch("/live/source?pair=" + encodeURIComponent(pair.id));
        if (answer.ok) {
            const sources = await answer.json();
            if (pair.id === $("pair").value) {
                Source.show($("source"), sources);
            }
        }
        showTools();
    }

    function tool(words, text) {
        const item = document.createElement("li");
        item.append(element("span", "", words), element("code", "", text));
        return item;
    }

    function showTools() {
        const { pair, rate } = wish();
        const items = [];
        if (hasDebug) {
            for (const half of HALVES) {
                items.push(tool("pprof, the " + half + " on this page", "go tool pprof '" +
                    location.origin + "/debug/pprof/goroutine?variant=" + half + "'"));
            }
        }
        items.push(tool("Prometheus scrapes", location.origin + "/metrics"));
        if (served) {
            items.push(tool("Real clients, on " + served, "wrk -t2 -c100 -d30s " + location.origin + "/work"));
        }
        items.push(tool("The whole measurement", "leaklab run " + pair + " --rate " + rate));
        $("tools").replaceChildren(...items);
    }

    /* --- What comes in --- */

    function isOver(half) {
        return ["idle", "settled", "dead"].includes(state.cases[half]);
    }

    function showState(next) {
        const begins = next.pair && (next.pair !== state.pair || (HALVES.some(isOver) &&
            HALVES.every((half) => next.cases[half] === "starting")));
        state = next;
        Charts.setLimit(next.memory_limit_mib);
        if (begins) {
            Charts.history({ leak: [], fix: [] });
        }
        const going = !HALVES.every(isOver);
        const stopping = HALVES.some((half) => state.cases[half] === "stopping");
        $("start").textContent = going ? "Start anew" : "Start";
        $("pause").disabled = $("stop").disabled = !going || stopping;
        $("pause").textContent = state.paused ? "Go on" : "Pause";
        $("look").disabled = HALVES.every((half) => ["idle", "dead"].includes(state.cases[half]));
        for (const half of HALVES) {
            const words = state.cases[half] === "running" && state.paused ? "paused" : state.cases[half];
            document.querySelector("#" + half + " .state").textContent = words === "idle" ? "" : words;
        }
        if (going && state.pair) {
            const changed = $("pair").value !== state.pair;
            choose(state.pair, state.rate, state.memory_limit_mib);
            keepInUrl();
            if (changed) {
                showPair();
            }
        }
        askProfilesSoon(HALVES.some((half) => state.cases[half] === "settled") || state.paused ? 0 : 1000);
    }

    function showLook(half, look) {
        const place = $(half);
        const [, alive, requests, rss, p99] = look;
        tasks[half] = alive;
        place.querySelector(".tasks").textContent = count(alive);
        place.querySelector(".rss").textContent = bytes(rss);
        place.querySelector(".p99").textContent = latency(p99);
        place.querySelector(".requests").textContent = count(requests);
    }

    function showLooks(latest) {
        for (const half of HALVES) {
            if (latest[half]) {
                showLook(half, latest[half]);
            }
        }
        Charts.add({
            leak: state.cases.leak === "running" ? latest.leak : null,
            fix: state.cases.fix === "running" ? latest.fix : null,
        });
    }

    function showHistory(all) {
        for (const half of HALVES) {
            if (all[half].length) {
                showLook(half, all[half][all[half].length - 1]);
            }
        }
        Charts.history(all);
    }

    function timeLeft(verdict) {
        const seconds = verdict.seconds_left;
        if (typeof seconds !== "number") {
            return "";
        }
        const words = seconds < 90 ? Math.round(seconds) + " s" : seconds < 5400
            ? Math.round(seconds / 60) + " min" : Math.round(seconds / 3600) + " h";
        return "Reaches its memory limit in about " + words + ", at this growth";
    }

    /* A path may break after each of its folders, and need not break within a name. */
    function breakable(text) {
        return text.split(/(?<=\/)/).flatMap((part) => [part, document.createElement("wbr")]);
    }

    function showVerdicts(verdicts) {
        for (const half of HALVES) {
            const verdict = verdicts[half];
            const place = $(half);
            place.dataset.kind = verdict ? verdict.kind : "";
            place.querySelector(".verdict").replaceChildren(...breakable(verdict ? verdict.words : "Not started"));
            place.querySelector(".left").textContent = verdict ? timeLeft(verdict) : "";
            /* Spoken when it turns, not each time a digit does. */
            const turned = verdict && half + verdict.kind + state.cases[half];
            if (turned && turned !== spoken[half]) {
                spoken[half] = turned;
                $("spoken").textContent = half + ": " + verdict.words;
            }
        }
    }

    /* --- Who is parked where --- */

    let profileTimer = 0;

    function place(frame) {
        return frame.file + ":" + frame.line;
    }

    function waits(group) {
        return group.waits_on.map((w) => {
            const words = count(w.objects) + " " + w.kind + (w.objects === 1 ? "" : "s");
            if (w.kind !== "channel") {
                return words;
            }
            const peers = w.direction === "receive" || group.reason === "chan receive"
                ? (w.senders ? w.senders + " waiting to send" : "nobody waiting to send")
                : (w.receivers ? w.receivers + " waiting to receive" : "nobody waiting to receive");
            return words + (w.closed ? ", closed" : ", open") + ", " + w.references +
                (w.references === 1 ? " reference" : " references") + " each, " + peers;
        }).join("; ");
    }

    function groupItem(group, most) {
        const item = document.createElement("li");
        const frame = group.frames.find((f) => f.file && /^(leaks|fixes)\//.test(f.file)) || group.frames[0];
        const head = document.createElement("p");
        head.append(element("span", "count", count(group.count)), " in " + group.reason);
        const bar = document.createElementNS(SVG, "svg");
        bar.setAttribute("class", "bar");
        bar.setAttribute("width", "100%");
        bar.setAttribute("aria-hidden", "true");
        const rect = document.createElementNS(SVG, "rect");
        rect.setAttribute("width", Math.max(0.5, 100 * group.count / most) + "%");
        rect.setAttribute("height", "5");
        rect.setAttribute("rx", "2");
        bar.append(rect);
        item.append(head, bar);
        if (frame) {
            const at = document.createElement("p");
            at.append(element("code", "", frame.function + "  " + place(frame)));
            item.append(at);
        }
        item.append(element("p", "about", "made in " + group.created_by.function + ", " + place(group.created_by)));
        const on = waits(group);
        if (on) {
            item.append(element("p", "about", "on " + on));
        }
        return item;
    }

    function showProfile(half, profile) {
        const here = document.querySelector("#parked ." + half);
        /* The case's own main task is no news. */
        const groups = profile.groups.filter((g) => g.created_by.entry !== "run_phases");
        const total = groups.reduce((sum, g) => sum + g.count, 0);
        here.replaceChildren(element("p", "", total === 0 ? "Nobody but the case's own main task."
            : count(total) + (total === 1 ? " task" : " tasks") + ", beside the case's own main task"));
        if (total) {
            const list = document.createElement("ol");
            list.append(...groups.slice(0, 8).map((g) => groupItem(g, groups[0].count)));
            here.append(list);
        }
    }

    async function askProfile(half) {
        if (["idle", "dead", "starting", "stopping"].includes(state.cases[half])) {
            return;
        }
        const answer = await fetch("/live/profile?variant=" + half);
        if (answer.ok) {
            showProfile(half, await answer.json());
        }
    }

    /* A profile of very many tasks takes the case's time: so it is looked at less often. */
    async function askProfiles() {
        clearTimeout(profileTimer);
        profileTimer = 0;
        try {
            await Promise.all(HALVES.map(askProfile));
        } catch {
            return; /* the stream of events tells that the service is gone */
        }
        if (!HALVES.every(isOver) && !document.hidden) {
            askProfilesSoon(Math.max(2000, tasks.leak / 10));
        }
    }

    function askProfilesSoon(milliseconds) {
        if (milliseconds === 0 || !profileTimer) {
            clearTimeout(profileTimer);
            profileTimer = setTimeout(askProfiles, milliseconds);
        }
    }

    function listen() {
        const events = new EventSource("/live/events");
        const on = (name, show) => events.addEventListener(name, (event) => show(JSON.parse(event.data)));
        on("state", showState);
        on("history", showHistory);
        on("look", showLooks);
        on("verdict", showVerdicts);
        events.onopen = () => complain("");
        events.onerror = () => complain("The service does not answer; this page tries again.");
    }

    /* --- Beginning --- */

    function listPairs() {
        const groups = new Map();
        for (const pair of catalog) {
            if (!groups.has(pair.family)) {
                const group = document.createElement("optgroup");
                group.label = pair.family;
                groups.set(pair.family, group);
            }
            const option = element("option", "", pair.id + " – " + pair.title);
            option.value = pair.id;
            groups.get(pair.family).append(option);
        }
        $("pair").append(...groups.values());
    }

    function connectControls() {
        $("controls").addEventListener("submit", (event) => {
            event.preventDefault();
            keepInUrl();
            command("/live/start", wish());
        });
        $("pause").addEventListener("click", () => command("/live/steer", { paused: !state.paused }));
        $("stop").addEventListener("click", () => command("/live/stop", {}));
        $("look").addEventListener("click", askProfiles);
        $("pair").addEventListener("change", () => {
            keepInUrl();
            showPair();
        });
        $("limit").addEventListener("change", keepInUrl);
        $("rate").addEventListener("input", showRate);
        $("rate").addEventListener("change", () => {
            keepInUrl();
            showTools();
            if (!HALVES.every(isOver)) {
                command("/live/steer", { rate: wish().rate });
            }
        });
    }

    async function begin() {
        const answer = await (await fetch("/live/pairs")).json();
        const query = new URLSearchParams(location.search);
        catalog = answer.pairs;
        hasDebug = answer.debug;
        served = answer.served;
        listPairs();
        $("limit").value = "256";
        choose(query.get("pair") || served || "channel_receive", Number(query.get("rate")) || 500,
            query.get("limit"));
        connectControls();
        Charts.begin();
        await showPair();
        listen();
    }

    begin().catch(() => complain("The service does not answer."));
})();
