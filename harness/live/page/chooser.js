"use strict";

/* The choice of a pair: a combobox, by family, that is searched by typing. Keyboard first: arrows move,
 * Enter chooses, Escape leaves all as it was; and with the list closed Enter starts. */
const Chooser = (() => {
    const { element } = Words;
    let input, list, none;
    let pairs = [];
    let chosen = "";
    let tell = () => {};
    let active = -1; /* of the options shown */

    function options() {
        return [...list.querySelectorAll("[role=option]")];
    }

    /* Every word of what was typed is somewhere in it. */
    function matches(pair, words) {
        const text = (pair.id + " " + pair.title + " " + pair.family).toLowerCase();
        return words.every((word) => text.includes(word));
    }

    function option(pair) {
        const made = element("div", "option", "");
        made.append(element("span", "id", pair.id), " ", element("span", "title", pair.title));
        made.id = "pair-" + pair.id;
        made.dataset.id = pair.id;
        made.setAttribute("role", "option");
        made.setAttribute("aria-selected", String(pair.id === chosen));
        return made;
    }

    function fill(typed) {
        const words = typed.toLowerCase().split(/\s+/).filter((word) => word);
        const groups = new Map();
        for (const pair of pairs.filter((p) => matches(p, words))) {
            if (!groups.has(pair.family)) {
                const group = element("div", "", "");
                const head = element("div", "family", pair.family);
                head.setAttribute("aria-hidden", "true");
                group.setAttribute("role", "group");
                group.setAttribute("aria-label", pair.family);
                group.append(head);
                groups.set(pair.family, group);
            }
            groups.get(pair.family).append(option(pair));
        }
        list.replaceChildren(...groups.values());
        none.textContent = groups.size ? "" : "No pair has this in its name, title or family.";
        list.hidden = groups.size === 0;
        input.setAttribute("aria-expanded", String(groups.size > 0));
    }

    function mark(index) {
        const all = options();
        active = all.length ? (index + all.length) % all.length : -1;
        all.forEach((o, i) => o.classList.toggle("active", i === active));
        if (active < 0) {
            input.removeAttribute("aria-activedescendant");
        } else {
            input.setAttribute("aria-activedescendant", all[active].id);
            all[active].scrollIntoView({ block: "nearest" });
        }
    }

    function isOpen() {
        return input.getAttribute("aria-expanded") === "true";
    }

    function open(typed) {
        fill(typed);
        const at = options().findIndex((o) => o.dataset.id === chosen);
        mark(typed || at < 0 ? 0 : at);
    }

    function close() {
        list.hidden = true;
        none.textContent = "";
        input.setAttribute("aria-expanded", "false");
        input.removeAttribute("aria-activedescendant");
        input.value = chosen;
        active = -1;
        if (document.activeElement === input) {
            input.select(); /* what is typed next is searched for */
        }
    }

    function take(id) {
        const other = id !== chosen;
        chosen = id;
        close();
        if (other) {
            tell(id);
        }
    }

    function onKey(event) {
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            if (isOpen()) {
                mark(active + (event.key === "ArrowDown" ? 1 : -1));
            } else {
                open("");
            }
        } else if (event.key === "Enter" && (isOpen() || input.value !== chosen)) {
            event.preventDefault(); /* it does not start what was typed half */
            if (active >= 0) {
                take(options()[active].dataset.id);
            }
        } else if (event.key === "Escape") {
            close();
        }
    }

    function begin(field, box, nothing, all, told) {
        [input, list, none, pairs, tell] = [field, box, nothing, all, told];
        /* Where what was there is not selected, on a phone say, what is typed comes behind it. */
        input.addEventListener("input", () => open(input.value.startsWith(chosen)
            ? input.value.slice(chosen.length) : input.value));
        input.addEventListener("click", () => isOpen() ? close() : open(""));
        input.addEventListener("focus", () => input.select());
        input.addEventListener("blur", close);
        input.addEventListener("keydown", onKey);
        list.addEventListener("mousedown", (event) => event.preventDefault()); /* the focus stays */
        list.addEventListener("click", (event) => {
            const at = event.target.closest("[role=option]");
            if (at) {
                take(at.dataset.id);
            }
        });
    }

    /* Without telling. False: there is no such pair. */
    function choose(id) {
        if (!pairs.some((p) => p.id === id)) {
            return false;
        }
        chosen = id;
        close();
        return true;
    }

    return { begin, choose, value: () => chosen };
})();
