"use strict";

/* Two C sources side by side: what differs in blocks beside each other, coloured by words. */
const Source = (() => {
    const { element } = Words;
    const KEYWORDS = new Set(("auto bool break case char const continue default do double else enum " +
        "extern false float for goto if inline int int64_t long NULL return short signed size_t " +
        "sizeof static struct switch true typedef uint64_t union unsigned void volatile while").split(" "));
    const WORD = /\/\*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_]\w*|#\s*\w+|[^]/g;

    /* Lines as lists of [text, class or ""]; comments go on over lines. */
    function words(text) {
        let inComment = false;
        return text.replace(/\n$/, "").split("\n").map((line) => {
            const parts = [];
            let rest = line;
            while (rest) {
                if (inComment) {
                    const end = rest.indexOf("*/");
                    const cut = end < 0 ? rest.length : end + 2;
                    parts.push([rest.slice(0, cut), "comment"]);
                    rest = rest.slice(cut);
                    inComment = end < 0;
                    continue;
                }
                WORD.lastIndex = 0;
                const word = WORD.exec(rest)[0];
                if (word === "/*") {
                    inComment = true;
                    continue;
                }
                const kind = word[0] === "\"" || word[0] === "'" ? "string"
                    : word[0] === "#" || KEYWORDS.has(word) ? "keyword" : "";
                parts.push([word, kind]);
                rest = rest.slice(word.length);
            }
            return parts;
        });
    }

    /* Pairs of line numbers that are the same on both sides: a longest common subsequence. */
    function common(a, b) {
        const longest = Array.from({ length: a.length + 1 }, () => new Int32Array(b.length + 1));
        for (let i = a.length - 1; i >= 0; i--) {
            for (let j = b.length - 1; j >= 0; j--) {
                longest[i][j] = a[i] === b[j] ? longest[i + 1][j + 1] + 1
                    : Math.max(longest[i + 1][j], longest[i][j + 1]);
            }
        }
        const pairs = [];
        for (let i = 0, j = 0; i < a.length && j < b.length;) {
            if (a[i] === b[j]) {
                pairs.push([i++, j++]);
            } else if (longest[i + 1][j] >= longest[i][j + 1]) {
                i++;
            } else {
                j++;
            }
        }
        return pairs;
    }

    /* Blocks of [same?, from and to on the left, from and to on the right]. */
    function hunks(a, b) {
        const blocks = [];
        let i = 0, j = 0;
        for (const [x, y] of [...common(a, b), [a.length, b.length]]) {
            if (x > i || y > j) {
                blocks.push([false, i, x, j, y]);
            }
            const last = blocks[blocks.length - 1];
            if (x < a.length) {
                if (last && last[0] && last[2] === x) {
                    last[2]++;
                    last[4]++;
                } else {
                    blocks.push([true, x, x + 1, y, y + 1]);
                }
            }
            i = x + 1;
            j = y + 1;
        }
        return blocks;
    }

    function side(half, lines, from, to, mark) {
        const made = element("pre", "side " + half);
        if (mark && to > from) {
            made.append(element("span", "unseen", half === "leak" ? "Only in the leak: " : "Only in the fix: "));
        }
        for (let n = from; n < to; n++) {
            const line = element("span", "text");
            line.dataset.line = n + 1;
            for (const [text, kind] of lines[n]) {
                line.append(kind ? element("span", kind, text) : text);
            }
            line.append("\n");
            made.append(line);
        }
        return made;
    }

    /* A control has one source alone. */
    function showOne(place, source) {
        const all = words(source.text);
        const paths = element("div", "paths one"), hunk = element("div", "hunk one");
        paths.append(element("span", "fix", source.path));
        hunk.append(side("fix", all, 0, all.length, false));
        place.replaceChildren(paths, hunk);
    }

    function show(place, sources) {
        if (!sources.leak) {
            showOne(place, sources.fix);
            return;
        }
        const left = sources.leak.text.replace(/\n$/, "").split("\n");
        const right = sources.fix.text.replace(/\n$/, "").split("\n");
        const leftWords = words(sources.leak.text), rightWords = words(sources.fix.text);
        const paths = element("div", "paths");
        paths.append(element("span", "leak", sources.leak.path), element("span", "fix", sources.fix.path));
        place.replaceChildren(paths);
        for (const [same, a, b, c, d] of hunks(left, right)) {
            const hunk = element("div", "hunk " + (same ? "same" : "changed"));
            hunk.append(side("leak", leftWords, a, b, !same), side("fix", rightWords, c, d, !same));
            place.append(hunk);
        }
    }

    return { show };
})();
