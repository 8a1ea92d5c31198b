/* Log-format strings. Source: configuration.txt, "Custom log format"; the grammar of names, flags and ends
 * was asked of the binaries character by character. */
#include "hacc/lang/sample.h"
#include "hacc/lang/value.h"

#include <stdio.h>

struct fmt {
    struct lang *lang;
    const struct word *word;
    uint32_t at;
    const struct keyword *variable; /* read last; NULL: none yet */
    uint32_t expression;            /* where the expression read last begins; 0: none yet */
    bool good;
};

static bool fmt_fault(struct fmt *fmt, uint32_t from, uint32_t len, const char *help, const char *what)
{
    fmt->good = false;
    return lang_fault(fmt->lang, RULE_BAD_FORMAT, word_span(fmt->word, from, len), help, "%s", what);
}

static bool at_end(const struct fmt *fmt)
{
    return fmt->at >= fmt->word->len;
}

static char here(const struct fmt *fmt)
{
    return at_end(fmt) ? '\0' : fmt->word->text[fmt->at];
}

/* %NAME; what HAProxy does not know it refuses. */
static void fmt_variable(struct fmt *fmt)
{
    uint32_t from = fmt->at;
    struct word name;
    const struct keyword *other;
    char help[120];
    const char *near;

    while (!at_end(fmt) && is_alnum(here(fmt)))
        fmt->at++;
    name = word_part(fmt->word, from, fmt->at - from);
    fmt->variable = keyword_find(CONTEXT_LOG_VARIABLE, name.text, name.len, fmt->lang->version, &other);
    if (fmt->variable)
        return;
    fmt->good = false;
    if (other) {
        sample_unknown(fmt->lang, CONTEXT_LOG_VARIABLE, &name, RULE_BAD_FORMAT);
        return;
    }
    near = fmt->lang->diags && !diags_full(fmt->lang->diags)
               ? keyword_suggest(CONTEXT_LOG_VARIABLE, name.text, name.len, fmt->lang->version)
               : NULL;
    if (near)
        snprintf(help, sizeof(help), "did you mean '%%%s'? a '%%' by itself is written '%%%%'", near);
    lang_fault(fmt->lang, RULE_BAD_FORMAT, word_span(fmt->word, from - 1, name.len + 1),
               near ? help : "a '%' by itself is written '%%'", "unknown log-format variable '%%%.*s'",
               WORD_ARGS(&name));
}

/* [expr], with `at` behind the bracket. */
static void fmt_expression(struct fmt *fmt)
{
    uint32_t open = fmt->at - 1;
    struct sample sample = sample_parse_at(fmt->lang, fmt->word, fmt->at);
    const char *close;

    fmt->expression = fmt->at;
    fmt->at = sample.end;
    fmt->good &= sample.good;
    if (here(fmt) == ']') {
        fmt->at++;
        return;
    }
    if (sample.good) {
        if (at_end(fmt))
            fmt_fault(fmt, open, 1, NULL, "the '%[' has no ']'");
        else
            fmt_fault(fmt, fmt->at, 1, "an argument that holds ',' or ')' is quoted",
                      "a sample expression ends here, but no ']' follows");
    }
    close = at_end(fmt) ? NULL : memchr(fmt->word->text + fmt->at, ']', fmt->word->len - fmt->at);
    fmt->at = close ? (uint32_t)(close - fmt->word->text) + 1 : fmt->word->len;
}

/* {+Q,-X}, with `at` behind the brace. HAProxy passes over flags that it does not know. Gives false at the
 * end. */
static bool fmt_flags(struct fmt *fmt)
{
    uint32_t open = fmt->at - 1;
    const char *close = memchr(fmt->word->text + fmt->at, '}', fmt->word->len - fmt->at);

    if (!close) {
        fmt->at = fmt->word->len;
        return fmt_fault(fmt, open, 1, "as in %{+Q}ST", "the '%{' has no '}'");
    }
    fmt->at = (uint32_t)(close - fmt->word->text) + 1;
    if (here(fmt) == '[' || (!at_end(fmt) && is_alnum(here(fmt))))
        return true;
    return fmt_fault(fmt, open, fmt->at - open, "as in %{+Q}ST or %{+Q}[path]",
                     "flags must be followed by a variable's name or '['");
}

/* (name:type), from 3.0 on: what structured formats call the field. `at` is behind the parenthesis. */
static bool fmt_name(struct fmt *fmt)
{
    static const char *const field_types[] = {"str", "sint", "bool", "raw"};
    uint32_t open = fmt->at - 1, from;

    while (is_alnum(here(fmt)) || here(fmt) == '_' || here(fmt) == '-')
        fmt->at++;
    if (here(fmt) == ':') {
        from = ++fmt->at;
        while (is_alnum(here(fmt)))
            fmt->at++;
        for (size_t i = 0; i < sizeof(field_types) / sizeof(*field_types); i++)
            if (text_is(fmt->word->text + from, fmt->at - from, field_types[i]))
                from = 0;
        if (from)
            return fmt_fault(fmt, from, fmt->at - from, "str, sint, bool or raw", "a field cannot be of this type");
    }
    if (here(fmt) == ')') {
        fmt->at++;
        return true;
    }
    if (at_end(fmt))
        return fmt_fault(fmt, open, 1, "as in %(status:sint)ST", "the '%(' has no ')'");
    return fmt_fault(fmt, fmt->at, 1, "letters, digits, '_' and '-', as in %(status:sint)ST",
                     "this character cannot stand in the name of a field");
}

/* What follows a '%'. */
static void fmt_item(struct fmt *fmt)
{
    uint32_t percent = fmt->at - 1;

    if (here(fmt) == '(' && fmt->lang->version >= HAP_3_0) {
        fmt->at++;
        if (!fmt_name(fmt))
            return;
    }
    if (at_end(fmt)) {
        fmt_fault(fmt, percent, 1, "a '%' by itself is written '%%'", "a '%' ends the text");
        return;
    }
    if (here(fmt) == '{') {
        fmt->at++;
        if (!fmt_flags(fmt))
            return;
        if (is_alnum(here(fmt))) {
            fmt_variable(fmt);
            return;
        }
    }
    if (here(fmt) == '[') {
        fmt->at++;
        fmt_expression(fmt);
    } else if (is_alpha(here(fmt))) {
        fmt_variable(fmt);
    } else if (is_digit(here(fmt)) || here(fmt) == ' ' || here(fmt) == '\t') {
        fmt_fault(fmt, percent, 1, "a '%' by itself is written '%%'", "a '%' must begin a variable");
    } else {
        fmt->at++; /* HAProxy drops the '%' and keeps the character */
    }
}

/* Reads the text up to the next item, and that; false: there is none. */
static bool fmt_next(struct fmt *fmt)
{
    const char *percent = at_end(fmt) ? NULL : memchr(fmt->word->text + fmt->at, '%', fmt->word->len - fmt->at);

    if (!percent)
        return false;
    fmt->at = (uint32_t)(percent - fmt->word->text) + 1;
    fmt_item(fmt);
    return true;
}

const struct keyword *fmt_variable_at(const struct lang *lang, const struct word *word, uint32_t *at)
{
    struct lang silent = *lang;
    struct fmt fmt = {&silent, word, *at, NULL, 0, true};

    silent.diags = NULL;
    while (!fmt.variable && fmt_next(&fmt))
        ;
    *at = fmt.at;
    return fmt.variable;
}

uint32_t fmt_expression_at(const struct lang *lang, const struct word *word, uint32_t *at)
{
    struct lang silent = *lang;
    struct fmt fmt = {&silent, word, *at, NULL, 0, true};

    silent.diags = NULL;
    while (!fmt.expression && fmt_next(&fmt))
        ;
    *at = fmt.at;
    return fmt.expression;
}

VALUE(fmt)
{
    struct fmt fmt = {lang, word, 0, NULL, 0, true};

    (void)param;
    while (fmt_next(&fmt))
        ;
    return fmt.good;
}
