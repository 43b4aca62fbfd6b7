"use strict";

/* Who is parked where, of the run that is shown: asked anew while it goes on. A half that has died says its
 * last. */
const Parked = (() => {
    const { count, element } = Words;
    const SVG = "http://www.w3.org/2000/svg";
    let timer = 0;
    let run = null; /* whose profiles these are */
    let seen = {}; /* by half: { profile, when } */

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

    function bar(share) {
        const made = document.createElementNS(SVG, "svg");
        made.setAttribute("class", "bar");
        made.setAttribute("width", "100%");
        made.setAttribute("aria-hidden", "true");
        const rect = document.createElementNS(SVG, "rect");
        rect.setAttribute("width", Math.max(0.5, 100 * share) + "%");
        rect.setAttribute("height", "5");
        rect.setAttribute("rx", "2");
        made.append(rect);
        return made;
    }

    function groupItem(group, most) {
        const item = document.createElement("li");
        const own = (f) => f.file && /^(leaks|fixes|harness\/controls)\//.test(f.file);
        const frame = group.frames.find(own) || group.frames[0];
        const head = document.createElement("p");
        head.append(element("span", "count", count(group.count)), " in " + group.reason);
        item.append(head, bar(group.count / most));
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

    /* --- Of plain C --- */

    function madeBy(frames) {
        return frames.filter((f) => f.file).map((f) => f.function + "  " + place(f));
    }

    /* `timer handle`, `write request`, `socket descriptor`, `thread`. */
    function noun(group) {
        return (group.type ? group.type + " " : "") + group.kind + (group.count === 1 ? "" : "s");
    }

    function openItem(group, most) {
        const item = document.createElement("li");
        const head = document.createElement("p");
        head.append(element("span", "count", count(group.count)), " " + noun(group) +
            (group.state ? ", " + group.state : ""));
        item.append(head, bar(group.count / most));
        const [first, ...above] = madeBy(group.made);
        const at = document.createElement("p");
        at.append("made at ", element("code", "", first || "?"));
        item.append(at);
        if (above.length) {
            item.append(element("p", "about", "called by " + above.join(", ")));
        }
        const stands = madeBy(group.stands || []).find((words) => /^\S+ {2}(leaks|fixes)\//.test(words));
        if (stands) {
            item.append(element("p", "about", "stands in " + stands));
        }
        return item;
    }

    function listOpen(census) {
        const words = ["handles", "requests", "descriptors", "threads"].filter((kind) => census[kind])
            .map((kind) => count(census[kind]) + " " + (census[kind] === 1 ? kind.slice(0, -1) : kind) +
                (kind === "requests" ? " in flight" : ""));
        const made = [element("p", "", words.length ? words.join(", ") : "Nothing is open.")];
        if (words.length) {
            const items = document.createElement("ol");
            items.append(...census.groups.slice(0, 8).map((g) => openItem(g, census.groups[0].count)));
            made.push(items);
        }
        return made;
    }

    function list(profile) {
        if (profile.census) {
            return listOpen(profile);
        }
        /* The case's own main task is no news. */
        const groups = profile.groups.filter((g) => g.created_by.entry !== "run_phases");
        const total = groups.reduce((sum, g) => sum + g.count, 0);
        const made = [element("p", "", total === 0 ? "Nobody but the case's own main task."
            : count(total) + (total === 1 ? " task" : " tasks") + ", beside the case's own main task")];
        if (total) {
            const items = document.createElement("ol");
            items.append(...groups.slice(0, 8).map((g) => groupItem(g, groups[0].count)));
            made.push(items);
        }
        return made;
    }

    /* state: of the half, in words; shown: whether the run is what the page shows. */
    function show(half, state, shown) {
        const here = document.querySelector("#parked ." + half);
        const of = shown ? seen[half] : null;
        const over = state === "dead" || state === "ended";
        if (!of) {
            here.replaceChildren(element("p", "about", shown && over
                ? "It had " + (state === "dead" ? "died" : "ended") + " before it was asked." : "Not looked at yet."));
            return;
        }
        const when = (over ? "Its last word, " : "") + of.when;
        here.replaceChildren(element("p", "about", when), ...list(of.profile));
    }

    async function ask(half, seconds, tell) {
        const of = run;
        const answer = await fetch("/live/profile?variant=" + half);
        if (!answer.ok) {
            return;
        }
        const profile = await answer.json();
        if (run === of) { /* not of one that has ended meanwhile */
            seen[half] = { profile, when: "after " + seconds };
            tell();
        }
    }

    /* halves(): [half, its time in words] of those to be asked; pause(): milliseconds to the next time, 0
     * for never. */
    async function askAll(halves, pause, tell) {
        clearTimeout(timer);
        timer = 0;
        try {
            await Promise.all(halves().map(([half, seconds]) => ask(half, seconds, tell)));
        } catch {
            return; /* the stream of events tells that the service is gone */
        }
        const next = pause();
        if (next && !document.hidden) {
            askSoon(next, halves, pause, tell);
        }
    }

    function askSoon(milliseconds, halves, pause, tell) {
        if (milliseconds === 0 || !timer) {
            clearTimeout(timer);
            timer = setTimeout(() => askAll(halves, pause, tell), milliseconds);
        }
    }

    function begin(of) {
        run = of;
        seen = {};
        clearTimeout(timer);
        timer = 0;
    }

    return { begin, show, askSoon };
})();
