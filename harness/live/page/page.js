"use strict";

/* The page shows one subject: the pair that runs, or else the one that is chosen. All that is told is kept
 * in what follows, and drawn from it: nothing of another pair can stand beside it. */
(() => {
    const HALVES = ["leak", "fix", "recovered"];
    const { count, bytes, latency, clock, rateOf, stepOf, left, breakable, element } = Words;
    /* What a half's figures are: name, and how a look says it. Of plain C there are no tasks. */
    const FIELDS = [["Tasks", (l) => count(l[1])], ["Resident", (l) => bytes(l[3])], ["p99", (l) => latency(l[4])],
        ["Requests", (l) => count(l[2])], ["Timers", (l) => count(l[5])]];
    const PLAIN_FIELDS = [["Handles", (l) => count(l[6])], ["In flight", (l) => count(l[7])],
        ["Descriptors", (l) => count(l[8])], ["Threads", (l) => count(l[9])], ["Resident", (l) => bytes(l[3])],
        ["Requests", (l) => count(l[2])]];
    const $ = (id) => document.getElementById(id);

    let catalog = [];
    let hasDebug = true;
    let served = null;
    let isLost = false; /* what is shown may have changed meanwhile */
    let state = { run: 0, pair: null, rate: 0, paused: false, cases: {} };
    let verdicts = {};
    let latest = {}; /* looks, by half */
    let shownPair = ""; /* whose title and sources are there */
    let isAskedFor = false; /* the chosen pair, by the page's address or its user */
    const spoken = {};

    /* --- What is there --- */

    function stateOf(half) {
        return state.cases[half] || "idle";
    }

    function isGoing() {
        return HALVES.some((half) => ["starting", "running", "stopping"].includes(stateOf(half)));
    }

    function subject() {
        return isGoing() ? state.pair : Chooser.value();
    }

    /* Whether figures of the run belong to what is shown. */
    function showsRun() {
        return state.pair === subject() && HALVES.some((half) => stateOf(half) !== "idle");
    }

    function shown() {
        return catalog.find((p) => p.id === subject());
    }

    function isThere(half) {
        const pair = shown();
        return half === "recovered" ? showsRun() && stateOf(half) !== "idle" : !(half === "leak" && pair.control);
    }

    /* --- What is chosen, and kept in the URL --- */

    function wish() {
        return {
            pair: Chooser.value(),
            rate: rateOf(Number($("rate").value)),
            memory_limit_mib: Number($("limit").value),
            recover: $("recover").checked && !$("recover").disabled,
        };
    }

    function showRate() {
        const words = count(rateOf(Number($("rate").value))) + " requests/s";
        $("rate-words").textContent = words;
        $("rate").setAttribute("aria-valuetext", words);
    }

    function keepInUrl() {
        const { rate, memory_limit_mib: limit } = wish();
        history.replaceState(null, "", "?" + new URLSearchParams({ pair: subject(), rate, limit }));
    }

    function chooseLoad(rate, limit) {
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

    function start() {
        command("/live/start", wish());
    }

    /* --- The subject: title, sources, other tools --- */

    async function showSubject() {
        const pair = catalog.find((p) => p.id === subject());
        keepInUrl();
        showTools(pair);
        if (shownPair === pair.id) {
            return;
        }
        shownPair = pair.id;
        document.title = pair.id + " – leaklab, live";
        $("title").textContent = pair.title;
        $("expected").textContent = pair.control
            ? "A control: it looks like a leak, and is none. Of each request it holds: " + (pair.expected || "nothing") + "."
            : "Each request of the leak leaves behind: " + pair.expected + ". The fix: nothing.";
        $("source-title").textContent = pair.control ? "Its source" : "The two sources";
        const answer = await fetch("/live/source?pair=" + encodeURIComponent(pair.id));
        if (answer.ok) {
            const sources = await answer.json();
            if (pair.id === shownPair) {
                Source.show($("source"), sources);
            }
        }
    }

    function tool(words, text) {
        const item = document.createElement("li");
        item.append(element("span", "", words), element("code", "", text));
        return item;
    }

    function showTools(pair) {
        const items = [];
        if (hasDebug && showsRun()) {
            for (const half of HALVES.filter(isThere)) {
                items.push(tool("pprof, the " + (pair.control ? "control" : half) + " on this page", "go tool pprof '" +
                    location.origin + "/debug/pprof/goroutine?variant=" + half + "'"));
            }
        }
        items.push(tool("Prometheus scrapes", location.origin + "/metrics"));
        if (served) {
            items.push(tool("Real clients, on " + served, "wrk -t2 -c100 -d30s " + location.origin + "/work"));
        }
        items.push(tool("The whole measurement", "leaklab run " + (pair.control ? "--controls " : "") + pair.id +
            " --rate " + wish().rate));
        $("tools").replaceChildren(...items);
    }

    /* --- The controls --- */

    function showControls() {
        const going = isGoing(), chosen = Chooser.value(), other = going && chosen !== state.pair;
        const stopping = HALVES.some((half) => stateOf(half) === "stopping");
        const pair = catalog.find((p) => p.id === chosen);
        $("recover").disabled = pair.control || pair.plain; /* nothing of plain C is made to end */
        $("start").textContent = !going ? "Start" : other ? "Start instead" : "Start anew";
        $("pause").disabled = $("stop").disabled = !going || stopping;
        $("pause").textContent = state.paused && going ? "Go on" : "Pause";
        $("look").disabled = !askable().length;
        $("other").hidden = !other;
        if (other) {
            $("other").querySelector("p").textContent =
                state.pair + " runs here now, and is what this page shows. " + chosen + " is chosen, and not started.";
            $("look-at").textContent = "Look at " + state.pair;
            $("instead").textContent = "Start " + chosen + " instead";
        }
    }

    /* --- The halves --- */

    function className(name) {
        return name.toLowerCase().replace(" ", "-");
    }

    function makeFigures(place, fields) {
        place.querySelector("dl").replaceChildren(...fields.map(([name]) => {
            const pair = document.createElement("div");
            pair.append(element("dt", "", name), element("dd", className(name), "–"));
            return pair;
        }));
    }

    function showFigures(place, look) {
        const fields = shown().plain ? PLAIN_FIELDS : FIELDS;
        if (!place.querySelector("dd." + className(fields[0][0]))) {
            makeFigures(place, fields);
        }
        for (const [name, say] of fields) {
            place.querySelector("dd." + className(name)).textContent = look ? say(look) : "–";
        }
    }

    function showHalf(half) {
        const place = $(half), shown = showsRun(), is = shown ? stateOf(half) : "idle";
        const verdict = shown ? verdicts[half] : null;
        const pair = catalog.find((p) => p.id === subject());
        place.hidden = document.querySelector("#parked ." + half).hidden = !isThere(half);
        if (half === "fix") {
            place.querySelector(".half").textContent = pair.control ? "Control" : "Fix";
        }
        const words = is === "running" && state.paused ? "paused" : is === "idle" ? "" : is;
        place.querySelector(".state").textContent = words && isLost ? words + ", last seen" : words;
        place.dataset.kind = verdict ? verdict.kind : "";
        place.querySelector(".verdict").replaceChildren(...breakable(verdict ? verdict.words : "Not started"));
        place.querySelector(".left").textContent = verdict && !isLost ? left(verdict.seconds_left) : "";
        showFigures(place, shown ? latest[half] : null);
        Parked.show(half, is, shown);
        /* Spoken when it turns, not each time a digit does. */
        const turned = verdict && state.run + verdict.kind + is;
        if (turned && turned !== spoken[half]) {
            spoken[half] = turned;
            $("spoken").textContent = half + ": " + verdict.words;
        }
    }

    function showAll() {
        showControls();
        HALVES.forEach(showHalf);
        Charts.show(showsRun(), HALVES.filter(isThere), shown().plain);
        $("tasks-title").textContent = shown().plain ? "Open: handles, requests, descriptors, threads" : "Tasks alive";
        $("parked-title").textContent = (shown().plain ? "What is open, and who made it" : "Who is parked where") +
            (showsRun() ? ": " + state.pair : "");
        showSubject();
    }

    /* --- Profiles --- */

    function askable() {
        return HALVES.filter((half) => ["running", "settled"].includes(stateOf(half)))
            .map((half) => [half, clock(latest[half] ? latest[half][0] : 0)]);
    }

    /* A profile of very many tasks takes the case's time: so it is looked at less often. */
    function pauseOfProfiles() {
        return isGoing() ? Math.max(2000, (latest.leak ? latest.leak[1] : 0) / 10) : 0;
    }

    function askProfiles(milliseconds) {
        Parked.askSoon(milliseconds, askable, pauseOfProfiles, () => HALVES.forEach(showHalf));
    }

    /* --- What comes in --- */

    function takeState(next) {
        const anew = next.run !== state.run, first = !state.run;
        const went = HALVES.some((half) => next.cases[half] !== state.cases[half]);
        state = next;
        if (anew) {
            [latest, verdicts] = [{}, {}];
            Parked.begin(state.run);
            Charts.history({});
        }
        Charts.setLimit(state.memory_limit_mib);
        if (isGoing() && anew) {
            chooseLoad(state.rate, state.memory_limit_mib);
            isAskedFor = isAskedFor && Chooser.value() !== state.pair;
        }
        if (first) { /* of a run that was there before */
            $("recover").checked = stateOf("recovered") !== "idle";
        }
        if (isGoing() && !isAskedFor) { /* nobody has asked for another one */
            Chooser.choose(state.pair);
        }
        showAll();
        if (went || state.paused) {
            askProfiles(HALVES.some((half) => stateOf(half) === "settled") || state.paused ? 0 : 1000);
        }
    }

    function takeLooks(looks) {
        const running = {};
        for (const half of HALVES) {
            if (looks[half]) {
                latest[half] = looks[half];
                running[half] = stateOf(half) === "running" ? looks[half] : null;
                showFigures($(half), showsRun() ? latest[half] : null);
            }
        }
        Charts.add(running);
    }

    function takeHistory(all) {
        for (const half of HALVES) {
            if (all[half] && all[half].length) {
                latest[half] = all[half][all[half].length - 1];
            }
        }
        Charts.history(all);
        HALVES.forEach(showHalf);
    }

    function takeVerdicts(next) {
        verdicts = next;
        HALVES.forEach(showHalf);
    }

    function lose(words) {
        isLost = true;
        complain(words);
        HALVES.forEach(showHalf);
    }

    function listen() {
        const events = new EventSource("/live/events");
        const on = (name, take) => events.addEventListener(name, (event) => take(JSON.parse(event.data)));
        on("state", takeState);
        on("history", takeHistory);
        on("look", takeLooks);
        on("verdict", takeVerdicts);
        on("crowded", () => {
            events.close();
            $("again").hidden = false;
            lose("Too many pages watch this service: this one has made room for a newer one.");
        });
        events.onopen = () => {
            isLost = false;
            complain("");
        };
        events.onerror = () => {
            lose("The service does not answer; this page tries again.");
            if (events.readyState === EventSource.CLOSED) { /* it was refused, not only cut off */
                setTimeout(listen, 2000);
            }
        };
    }

    /* --- Beginning --- */

    function choose() {
        isAskedFor = true;
        showAll();
    }

    function connectControls() {
        $("controls").addEventListener("submit", (event) => {
            event.preventDefault();
            start();
        });
        $("pause").addEventListener("click", () => command("/live/steer", { paused: !state.paused }));
        $("stop").addEventListener("click", () => command("/live/stop", {}));
        $("look").addEventListener("click", () => askProfiles(0));
        $("instead").addEventListener("click", start);
        $("look-at").addEventListener("click", () => {
            Chooser.choose(state.pair);
            isAskedFor = false;
            showAll();
            $("pair").focus();
        });
        $("again").addEventListener("click", () => {
            $("again").hidden = true;
            listen();
        });
        $("limit").addEventListener("change", keepInUrl);
        $("rate").addEventListener("input", showRate);
        $("rate").addEventListener("change", () => {
            showAll();
            if (isGoing()) {
                command("/live/steer", { rate: wish().rate });
            }
        });
        document.addEventListener("visibilitychange", () => {
            if (!document.hidden) {
                askProfiles(0);
            }
        });
    }

    function barLimits(most) {
        for (const option of $("limit").options) {
            option.disabled = Number(option.value) > most;
        }
    }

    async function begin() {
        const answer = await (await fetch("/live/pairs")).json();
        const query = new URLSearchParams(location.search);
        catalog = answer.pairs;
        hasDebug = answer.debug;
        served = answer.served;
        Chooser.begin($("pair"), $("pair-list"), $("pair-none"), catalog, choose);
        isAskedFor = Chooser.choose(query.get("pair"));
        if (!isAskedFor && !Chooser.choose(served)) {
            Chooser.choose("channel_receive");
        }
        $("limit").value = "256";
        barLimits(answer.limit_most_mib);
        chooseLoad(Number(query.get("rate")) || 500, query.get("limit"));
        connectControls();
        Charts.begin();
        showAll();
        listen();
    }

    begin().catch(() => complain("The service does not answer."));
})();
