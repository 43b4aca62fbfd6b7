"use strict";

/* Numbers in words, and words in elements. */
const Words = (() => {
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

    function clock(seconds) {
        const whole = Math.round(seconds);
        return Math.floor(whole / 60) + ":" + String(whole % 60).padStart(2, "0");
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

    /* Until the memory limit is met; "" where it is not said. */
    function left(seconds) {
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

    function element(name, className, text) {
        const made = document.createElement(name);
        made.className = className;
        if (text !== undefined) {
            made.textContent = text;
        }
        return made;
    }

    return { count, bytes, latency, clock, rateOf, stepOf, left, breakable, element };
})();
