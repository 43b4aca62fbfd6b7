/* Headless Chromium, driven by chromedriver over W3C WebDriver, for the tests of pages. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

struct browser;

/* NULL where there is no chromedriver or chromium here; missing says which. phone: 390 pixels wide,
 * touch and two device pixels each. */
struct browser *browser_start(bool phone, const char **missing);
void browser_end(struct browser *b);

void browser_open(struct browser *b, const char *url);

/* The value of a function's body, `return document.title`. The caller drops it. */
json_t *browser_ask(struct browser *b, const char *script);
bool browser_is(struct browser *b, const char *condition);
double browser_number(struct browser *b, const char *expression);
/* Static text. */
const char *browser_text(struct browser *b, const char *expression);

/* Until it is; the test fails where it does not become so in time. */
void browser_await(struct browser *b, const char *condition);

/* As a user does: a click in its middle, after scrolling to it; keys to where the focus goes. */
void browser_click(struct browser *b, const char *selector);
void browser_type(struct browser *b, const char *selector, const char *keys);
#define BROWSER_ENTER "\xee\x80\x87"
#define BROWSER_TAB   "\xee\x80\x84"

/* What a screen reader calls it. Static text. */
const char *browser_label(struct browser *b, const char *selector);

/* The width of the window, in CSS pixels. */
void browser_resize(struct browser *b, int width, int height);

void browser_prefer(struct browser *b, const char *feature, const char *value);

/* Fails the test where anything but information is in the console. */
void browser_expect_silent_console(struct browser *b);

/* Writes NAME.png to the folder that SCREENSHOTS names, if it names one: the whole page. */
void browser_picture(struct browser *b, const char *name);
